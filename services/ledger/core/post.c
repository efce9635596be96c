#include "ledger/core/post.h"

#include "ledger/core/allocate.h"
#include "ledger/core/debt.h"
#include "ledger/core/move.h"
#include "ledger/core/period.h"
#include "ledger/core/terms.h"

/* ---- invoices, debit notes */

/* What a tax or a discount of the whole is for each instalment. */
static void shares_of(const IssuedInvoice *issued, Money whole, Money *shares) {
    int64_t weights[ITEM_INSTALMENTS_MAX];
    for (int i = 0; i < issued->instalment_count; i++) {
        weights[i] = issued->instalments[i].amount.minor;
    }
    money_split(whole, weights, issued->instalment_count, shares);
}

static Debt debt_of(const Desk *desk, const LedgerInput *input) {
    const IssuedInvoice *issued = &input->issued;
    bool invoice = input->kind == LEDGER_INVOICE;
    return (Debt){.entry = invoice ? ENTRY_INVOICE : ENTRY_DEBIT_NOTE,
                  .key = {.number = input->document.number},
                  .amount = issued->amount,
                  .tax = issued->tax,
                  .discount = issued->discount,
                  .discount_until = issued->discount_until,
                  .issued_on = issued->issued_on,
                  .due_on = desk_due_day(desk, issued->due_on),
                  .hash = input->document.hash,
                  .whole = issued->amount,
                  .interest = issued->interest};
}

static void instalments_post(Desk *desk, const LedgerInput *input, const Instalment *parts) {
    const IssuedInvoice *issued = &input->issued;
    Money taxes[ITEM_INSTALMENTS_MAX];
    Money discounts[ITEM_INSTALMENTS_MAX];
    shares_of(issued, issued->tax, taxes);
    shares_of(issued, issued->discount, discounts);
    Debt debt = debt_of(desk, input);
    for (int i = 0; i < issued->instalment_count; i++) {
        debt.key.instalment = i + 1;
        debt.amount = parts[i].amount;
        debt.due_on = parts[i].due_on;
        debt.tax = taxes[i];
        debt.discount = discounts[i];
        debt_post(desk, &debt);
    }
}

static void issue(Desk *desk, const LedgerInput *input) {
    const IssuedInvoice *issued = &input->issued;
    const Instalment *parts = desk_due_days(desk, issued->instalments, issued->instalment_count);
    desk_accept(desk, &input->document);
    if (issued->instalment_count == 0) {
        Debt debt = debt_of(desk, input);
        debt_post(desk, &debt);
    } else {
        instalments_post(desk, input, parts);
    }
    note_details(desk, input);
    desk_say(desk, (Fact){.kind = FACT_INVOICE_POSTED,
                          .posted = {.number = input->document.number,
                                     .amount = issued->amount,
                                     .issued_on = issued->issued_on,
                                     .due_on = desk_due_day(desk, issued->due_on),
                                     .instalments = parts,
                                     .instalment_count = issued->instalment_count,
                                     .tax = issued->tax,
                                     .debit_note = input->kind == LEDGER_DEBIT_NOTE,
                                     .terms = issued->terms}});
    allocate_invoice(desk, input->document.number);
}

/* False after a refusal. */
static bool interest_check(Desk *desk, const LedgerInput *input) {
    Str clause = input->issued.interest;
    bool known = str_is_empty(clause) || rules_has_interest(desk->rules, clause);
    if (!known) {
        desk_refuse(desk, REFUSED_UNKNOWN_POLICY, &input->document,
                    "The rules in force have no interest regime \"%.*s\"; publish "
                    "policies/interest/%.*s.yaml, or name another one or none.",
                    STR_ARGS(clause), STR_ARGS(clause));
    }
    return known;
}

void post_invoice(Desk *desk, const LedgerInput *input) {
    if (interest_check(desk, input) && debt_check(desk, input, input->issued.amount)) {
        issue(desk, input);
    }
}

/* ---- credits */

static Str named_invoice(const LedgerInput *input) {
    return input->invoice_count > 0 ? input->invoices[0] : (Str){0};
}

static bool currency_fits(const Book *book, const LedgerInput *input) {
    const Item *named = book_next_of(book, named_invoice(input), NULL);
    return input->credit.kind == CREDIT_PAYMENT || named == NULL ||
           currency_equals(named->amount.currency, input->credit.amount.currency);
}

static Credit *credit_add(Desk *desk, const LedgerInput *input) {
    const IncomingCredit *incoming = &input->credit;
    return book_add_credit(
        desk->book, (Credit){.kind = incoming->kind,
                             .number = input->document.number,
                             .amount = incoming->amount,
                             .unapplied = incoming->amount,
                             .reversed = money_of(0, incoming->amount.currency),
                             .effective_on = period_day(desk, incoming->effective_on),
                             .received_on = str_is_empty(incoming->from) ? incoming->effective_on
                                                                         : incoming->received_on,
                             .invoice = named_invoice(input),
                             .way = incoming->way,
                             .payer = incoming->payer,
                             .moves = incoming->moves,
                             .hash = input->document.hash,
                             .recorded_on = desk->day,
                             .is_new = true,
                             .changed = true});
}

/* The tax within a credit note. */
static void post_tax_back(Desk *desk, const Credit *note, Money tax) {
    if (money_is_zero(tax)) {
        return;
    }
    Entry entry = entry_of(ENTRY_CREDIT_NOTE_TAX, tax);
    entry.effective_on = note->effective_on;
    entry.credit_kind = note->kind;
    entry.credit_number = note->number;
    desk_post(desk, entry);
}

static EntryKind entry_kind(const IncomingCredit *incoming) {
    if (incoming->kind == CREDIT_NOTE) {
        return ENTRY_CREDIT_NOTE;
    }
    return str_is_empty(incoming->from) ? ENTRY_PAYMENT : ENTRY_TRANSFER_IN;
}

void post_credit(Desk *desk, const LedgerInput *input) {
    if (!currency_fits(desk->book, input)) {
        Str named = named_invoice(input);
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                    "Invoice %.*s is not in %s; send the credit note in the invoice's currency.",
                    STR_ARGS(named), input->credit.amount.currency.code);
        return;
    }
    desk_accept(desk, &input->document);
    Credit *credit = credit_add(desk, input);
    Entry entry = entry_of(entry_kind(&input->credit), credit->amount);
    entry.effective_on = credit->effective_on;
    entry.credit_kind = credit->kind;
    entry.credit_number = credit->number;
    desk_post(desk, entry);
    post_tax_back(desk, credit, input->credit.tax);
    desk_say(desk, (Fact){.kind = FACT_CREDIT_POSTED,
                          .credit = {.kind = credit->kind,
                                     .number = credit->number,
                                     .amount = credit->amount,
                                     .effective_on = credit->effective_on,
                                     .invoice = credit->invoice,
                                     .way = input->credit.way,
                                     .payer = input->credit.payer,
                                     .from = input->credit.from,
                                     .from_number = input->credit.from_number}});
    move_shares(desk, credit, &input->credit);
    allocate_credit(desk, credit);
}
