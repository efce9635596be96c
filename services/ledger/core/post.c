#include "ledger/core/post.h"

#include "base/check.h"
#include "ledger/core/aging.h"
#include "ledger/core/allocate.h"

/* ---- invoices */

static bool total_fits(const Book *book, Money amount) {
    int64_t total;
    return !__builtin_add_overflow(book->open_total, amount.minor, &total);
}

static void item_post(Desk *desk, const LedgerInput *input, ItemKey key, Instalment part) {
    const IssuedInvoice *issued = &input->issued;
    book_note_open(desk->book, part.amount.minor);
    (void)book_add_item(desk->book, (Item){.key = key,
                                           .amount = part.amount,
                                           .open = part.amount,
                                           .written_off = money_of(0, part.amount.currency),
                                           .issued_on = issued->issued_on,
                                           .due_on = part.due_on,
                                           .first_due_on = part.due_on,
                                           .state = item_step(NULL, ITEM_IS_ISSUED, part.amount).to,
                                           .bucket = desk->aging->buckets[0].name,
                                           .applied_on = DATE_NONE,
                                           .written_off_on = DATE_NONE,
                                           .hash = input->document.hash,
                                           .recorded_on = desk->day,
                                           .is_new = true,
                                           .changed = true});
    Entry entry = entry_of(ENTRY_INVOICE, part.amount);
    entry.effective_on = issued->issued_on;
    entry.item = key;
    desk_post(desk, entry);
}

static void items_post(Desk *desk, const LedgerInput *input) {
    const IssuedInvoice *issued = &input->issued;
    ItemKey key = {.number = input->document.number};
    if (issued->instalment_count == 0) {
        item_post(desk, input, key, (Instalment){issued->amount, issued->due_on});
    }
    for (int i = 0; i < issued->instalment_count; i++) {
        key.instalment = i + 1;
        item_post(desk, input, key, issued->instalments[i]);
    }
}

void post_invoice(Desk *desk, const LedgerInput *input) {
    const IssuedInvoice *issued = &input->issued;
    if (!total_fits(desk->book, issued->amount)) {
        desk_refuse(desk, REFUSED_OVERFLOW, &input->document,
                    "With this invoice the open total of the customer would not fit 64 bits of "
                    "minor units; check the amount.");
        return;
    }
    desk_accept(desk, &input->document);
    items_post(desk, input);
    desk_say(desk, (Fact){.kind = FACT_INVOICE_POSTED,
                          .posted = {.number = input->document.number,
                                     .amount = issued->amount,
                                     .issued_on = issued->issued_on,
                                     .due_on = issued->due_on,
                                     .instalments = issued->instalments,
                                     .instalment_count = issued->instalment_count}});
    allocate_invoice(desk, input->document.number);
}

/* ---- credits */

static Str named_invoice(const LedgerInput *input) {
    return input->invoice_count > 0 ? input->invoices[0] : (Str){0};
}

static bool currency_fits(const Book *book, const LedgerInput *input) {
    const Item *named = book_first_of(book, named_invoice(input));
    return input->credit.kind == CREDIT_PAYMENT || named == NULL ||
           currency_equals(named->amount.currency, input->credit.amount.currency);
}

static Credit *credit_add(Desk *desk, const LedgerInput *input) {
    const IncomingCredit *incoming = &input->credit;
    return book_add_credit(desk->book, (Credit){.kind = incoming->kind,
                                                .number = input->document.number,
                                                .amount = incoming->amount,
                                                .unapplied = incoming->amount,
                                                .effective_on = incoming->effective_on,
                                                .invoice = named_invoice(input),
                                                .hash = input->document.hash,
                                                .recorded_on = desk->day,
                                                .is_new = true,
                                                .changed = true});
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
    bool money = credit->kind == CREDIT_PAYMENT;
    Entry entry = entry_of(money ? ENTRY_PAYMENT : ENTRY_CREDIT_NOTE, credit->amount);
    entry.effective_on = credit->effective_on;
    entry.credit_kind = credit->kind;
    entry.credit_number = credit->number;
    desk_post(desk, entry);
    desk_say(desk, (Fact){.kind = FACT_CREDIT_POSTED,
                          .credit = {.kind = credit->kind,
                                     .number = credit->number,
                                     .amount = credit->amount,
                                     .effective_on = credit->effective_on,
                                     .invoice = credit->invoice}});
    allocate_credit(desk, credit);
}
