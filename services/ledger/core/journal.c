/* What each kind of entry does to the chart of accounts. */
#include "ledger/core/journal.h"

#include "base/check.h"

typedef struct EntryRow {
    const char *name;
    GlAccount debit;
    GlAccount credit;
    const char *meaning;
    EntryKind reversal;
} EntryRow;

/* Names without their family, so that a row is a line. */
#define ROW(name, debit, credit, meaning)                                                          \
    { name, GL_##debit, GL_##credit, meaning, ENTRY_NONE }
#define TAKEN_BACK(name, debit, credit, meaning, reversal)                                         \
    { name, GL_##debit, GL_##credit, meaning, ENTRY_##reversal }

static const EntryRow ENTRIES[ENTRY_KIND_COUNT] = {
    [ENTRY_INVOICE] = ROW("invoice", RECEIVABLE, REVENUE, "an invoice was issued"),
    [ENTRY_DEBIT_NOTE] = ROW("debit_note", RECEIVABLE, REVENUE, "a debit note was issued"),
    [ENTRY_FEE] = ROW("fee", RECEIVABLE, FEES, "a fee was charged on an invoice"),
    [ENTRY_TAX] = ROW("tax", REVENUE, TAX, "the tax within an invoice or debit note"),
    [ENTRY_PAYMENT] = TAKEN_BACK("payment", BANK, UNAPPLIED, "money came in", PAYMENT_REVERSAL),
    [ENTRY_CREDIT_NOTE] = ROW("credit_note", CREDIT_NOTES, UNAPPLIED, "a credit note was issued"),
    [ENTRY_CREDIT_NOTE_TAX] =
        ROW("credit_note_tax", TAX, CREDIT_NOTES, "the tax within a credit note"),
    [ENTRY_ALLOCATION] = TAKEN_BACK("allocation", UNAPPLIED, RECEIVABLE, "credit paid an invoice",
                                    ALLOCATION_REVERSAL),
    [ENTRY_DISCOUNT] = TAKEN_BACK("discount", DISCOUNT, RECEIVABLE,
                                  "a discount was kept back by who paid early", DISCOUNT_REVERSAL),
    [ENTRY_DISCOUNT_TAX] = TAKEN_BACK("discount_tax", TAX, DISCOUNT, "the tax within a discount",
                                      DISCOUNT_TAX_REVERSAL),
    [ENTRY_TOLERANCE] =
        TAKEN_BACK("tolerance", TOLERANCE, RECEIVABLE,
                   "a payment fell short by no more than the tolerance", TOLERANCE_REVERSAL),
    [ENTRY_CANCELLATION] = ROW("cancellation", REVENUE, RECEIVABLE, "an invoice was taken back"),
    [ENTRY_CANCELLATION_TAX] =
        ROW("cancellation_tax", TAX, REVENUE, "the tax within an invoice that was taken back"),
    [ENTRY_WRITE_OFF] = TAKEN_BACK("write_off", BAD_DEBT, RECEIVABLE,
                                   "an approved request gave an invoice up", WRITE_OFF_REVERSAL),
    [ENTRY_WRITE_OFF_TAX] = TAKEN_BACK("write_off_tax", TAX, BAD_DEBT,
                                       "the tax within what was given up", WRITE_OFF_TAX_REVERSAL),
    [ENTRY_RECOVERY] =
        TAKEN_BACK("recovery", UNAPPLIED, RECOVERY,
                   "money came for an invoice that had been given up", RECOVERY_REVERSAL),
    [ENTRY_ALLOCATION_REVERSAL] =
        ROW("allocation_reversal", RECEIVABLE, UNAPPLIED, "what a payment had paid is open again"),
    [ENTRY_DISCOUNT_REVERSAL] =
        ROW("discount_reversal", RECEIVABLE, DISCOUNT, "the discount went with the payment"),
    [ENTRY_DISCOUNT_TAX_REVERSAL] =
        ROW("discount_tax_reversal", DISCOUNT, TAX, "the tax within that discount"),
    [ENTRY_TOLERANCE_REVERSAL] =
        ROW("tolerance_reversal", RECEIVABLE, TOLERANCE, "the tolerance went with the payment"),
    [ENTRY_RECOVERY_REVERSAL] =
        ROW("recovery_reversal", RECOVERY, UNAPPLIED, "what a payment had recovered is lost again"),
    [ENTRY_PAYMENT_REVERSAL] = ROW("payment_reversal", UNAPPLIED, BANK, "a payment is gone again"),
    [ENTRY_REFUND] = ROW("refund", UNAPPLIED, BANK, "unapplied money was given back"),
    [ENTRY_DEBT_TO_BANK] =
        ROW("debt_to_bank", RECEIVABLE, BANK, "more money is gone than the customer had left here"),
    [ENTRY_CONCESSION] = ROW("concession", CONCESSION, RECEIVABLE, "less was agreed on"),
    [ENTRY_RETURN] = ROW("return", RETURNS, RECEIVABLE, "goods came back"),
    [ENTRY_RETURN_TAX] = ROW("return_tax", TAX, RETURNS, "the tax within goods that came back"),
    [ENTRY_COLLATERAL] =
        ROW("collateral", COLLATERAL, RECEIVABLE, "collateral was taken for a debt"),
    [ENTRY_SALE] =
        TAKEN_BACK("sale", BUYERS, RECEIVABLE, "a debt was sold, for its price", SALE_REVERSAL),
    [ENTRY_SALE_LOSS] =
        TAKEN_BACK("sale_loss", SALE_LOSS, RECEIVABLE,
                   "what a sold debt brought less than was owed", SALE_LOSS_REVERSAL),
    [ENTRY_SALE_REVERSAL] = ROW("sale_reversal", RECEIVABLE, BUYERS, "a sold debt was bought back"),
    [ENTRY_SALE_LOSS_REVERSAL] =
        ROW("sale_loss_reversal", RECEIVABLE, SALE_LOSS, "the loss went with the sale"),
    [ENTRY_RESTRUCTURED_OUT] =
        ROW("restructured_out", RESTRUCTURED, RECEIVABLE, "a plan took the place of a debt"),
    [ENTRY_RESTRUCTURED_IN] =
        ROW("restructured_in", RECEIVABLE, RESTRUCTURED, "an instalment of that plan"),
    [ENTRY_WRITE_OFF_REVERSAL] =
        ROW("write_off_reversal", RECEIVABLE, BAD_DEBT, "what was given up is claimed again"),
    [ENTRY_TRANSFER_OUT] =
        ROW("transfer_out", UNAPPLIED, IN_TRANSIT, "money was moved to another customer"),
    [ENTRY_TRANSFER_IN] =
        ROW("transfer_in", IN_TRANSIT, UNAPPLIED, "money came from another customer"),
    [ENTRY_TRANSFER_RECALL] =
        ROW("transfer_recall", IN_TRANSIT, UNAPPLIED, "money that was moved on is called back"),
    [ENTRY_TRANSFER_RETURN] =
        ROW("transfer_return", UNAPPLIED, IN_TRANSIT, "money that was moved here is given back"),
    [ENTRY_DEBT_TO_TRANSIT] = ROW("debt_to_transit", RECEIVABLE, IN_TRANSIT,
                                  "more of it is called back than the customer had left here"),
    [ENTRY_WRITE_OFF_TAX_REVERSAL] =
        ROW("write_off_tax_reversal", BAD_DEBT, TAX, "that tax is owed to the authority again"),
    [ENTRY_RECOVERY_TAX] =
        TAKEN_BACK("recovery_tax", RECOVERY, TAX, "the tax within money for what had been given up",
                   RECOVERY_TAX_REVERSAL),
    [ENTRY_RECOVERY_TAX_REVERSAL] =
        ROW("recovery_tax_reversal", TAX, RECOVERY, "that tax went with the money"),
    [ENTRY_INTEREST_WAIVER] = ROW("interest_waiver", INTEREST, RECEIVABLE,
                                  "an approved request waived interest that was charged"),
    [ENTRY_FEE_WAIVER] = ROW("fee_waiver", FEES, RECEIVABLE,
                             "an approved request waived a fee or fixed sum that was charged"),
    [ENTRY_INTEREST] = ROW("interest", RECEIVABLE, INTEREST, "interest on a late debt was charged"),
    [ENTRY_INTEREST_REVERSAL] = ROW("interest_reversal", INTEREST, RECEIVABLE,
                                    "interest was charged too much and is still open"),
    [ENTRY_INTEREST_CREDIT] = ROW("interest_credit", INTEREST, UNAPPLIED,
                                  "interest was charged too much and had been paid"),
    [ENTRY_FEE_REVERSAL] =
        ROW("fee_reversal", FEES, RECEIVABLE, "a fee or fixed sum was taken back"),
    [ENTRY_FEE_CREDIT] =
        ROW("fee_credit", FEES, UNAPPLIED, "a fixed sum was taken back that had been paid"),
};

static const EntryRow *row_of(EntryKind kind) {
    CHECK(kind > ENTRY_NONE && kind < ENTRY_KIND_COUNT);
    return &ENTRIES[kind];
}

const char *entry_kind_name(EntryKind kind) {
    return row_of(kind)->name;
}

bool entry_kind_parse(Str name, EntryKind *kind) {
    for (EntryKind i = ENTRY_NONE + 1; i < ENTRY_KIND_COUNT; i++) {
        if (str_equals(str_of(ENTRIES[i].name), name)) {
            *kind = i;
            return true;
        }
    }
    return false;
}

EntryKind entry_kind_reversal(EntryKind kind) {
    return row_of(kind)->reversal;
}

Entry entry_of(EntryKind kind, Money amount) {
    const EntryRow *row = row_of(kind);
    CHECK(amount.minor > 0);
    return (Entry){.kind = kind, .debit = row->debit, .credit = row->credit, .amount = amount};
}

Str journal_print(Arena *arena) {
    StrBuilder text = str_builder(arena, 8 << 10);
    str_add(&text, S("| Entry | Debit | Credit | When |\n|---|---|---|---|\n"));
    for (EntryKind kind = ENTRY_NONE + 1; kind < ENTRY_KIND_COUNT; kind++) {
        const EntryRow *row = row_of(kind);
        str_addf(&text, "| `%s` | `%s` | `%s` | %s |\n", row->name, gl_name(row->debit),
                 gl_name(row->credit), row->meaning);
    }
    CHECK(!text.full);
    return str_built(&text);
}
