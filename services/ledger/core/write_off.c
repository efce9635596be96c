#include "ledger/core/write_off.h"

/* ---- proposals */

/* False after a refusal. */
static bool proposal_check(Desk *desk, const LedgerInput *input, int i) {
    Str number = input->invoices[i];
    const Invoice *invoice = book_find_invoice(desk->book, number);
    const Invoice *first = book_find_invoice(desk->book, input->invoices[0]);
    InvoiceStep step = invoice_step(invoice, INVOICE_IS_PROPOSED, (Money){0});
    if (step.answer != ANSWER_DONE) {
        bool unknown = step.answer == ANSWER_UNKNOWN;
        desk_refuse(desk, unknown ? REFUSED_UNKNOWN_DOCUMENT : REFUSED_CLOSED_DOCUMENT,
                    &input->document, "Invoice %.*s cannot be written off: %s.", STR_ARGS(number),
                    step.reason);
        return false;
    }
    if (!currency_equals(invoice->open.currency, first->open.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                    "Invoice %.*s is in %s, others of the proposal in %s; send one proposal for "
                    "each currency.",
                    STR_ARGS(number), invoice->open.currency.code, first->open.currency.code);
        return false;
    }
    return true;
}

void note_proposal(Desk *desk, const LedgerInput *input) {
    for (int i = 0; i < input->invoice_count; i++) {
        if (!proposal_check(desk, input, i)) {
            return;
        }
    }
    desk_accept(desk, &input->document);
    desk_say(desk, (Fact){.kind = FACT_PROPOSAL_NOTED, .noted = input});
}

/* ---- approved requests */

static void refuse(Desk *desk, const LedgerInput *input, RefusedFor reason, Str sentence) {
    desk_say(desk, (Fact){.kind = FACT_WRITE_OFF_REFUSED,
                          .write_off_refused = {.request = input->approval.request,
                                                .reason = reason,
                                                .sentence = sentence}});
}

static bool is_listed_before(const LedgerInput *input, int i) {
    for (int before = 0; before < i; before++) {
        if (str_equals(input->invoices[before], input->invoices[i])) {
            return true;
        }
    }
    return false;
}

/* False after a refusal. */
static bool approval_check(Desk *desk, const LedgerInput *input, int i) {
    const Invoice *invoice = book_find_invoice(desk->book, input->invoices[i]);
    Money approved = input->approval.open[i];
    InvoiceStep step = invoice_step(invoice, INVOICE_IS_WRITTEN_OFF, approved);
    const char *why = is_listed_before(input, i) ? "it is listed twice" : step.reason;
    if (step.answer == ANSWER_DONE && !is_listed_before(input, i)) {
        return true;
    }
    Str amount = money_print(desk->arena, approved);
    Str sentence = str_format(desk->arena,
                              "Invoice %.*s was approved with %.*s open, but %s. Nothing was "
                              "written off; ask again with what is open now.",
                              STR_ARGS(input->invoices[i]), STR_ARGS(amount), why);
    refuse(desk, input, REFUSED_FACTS_CHANGED, sentence);
    return false;
}

static void write_off_one(Desk *desk, Invoice *invoice, Str request) {
    Entry entry = entry_of(ENTRY_WRITE_OFF, invoice->open);
    entry.effective_on = later_of(desk->day, invoice->issued_on);
    entry.invoice = invoice->number;
    entry.request = request;
    desk_post(desk, entry);
    invoice->written_off = invoice->open;
    invoice->written_off_on = entry.effective_on;
    invoice->open = money_of(0, invoice->amount.currency);
    book_note_open(desk->book, -invoice->written_off.minor);
    invoice->state = INVOICE_WRITTEN_OFF;
    invoice->changed = true;
    desk_say(desk, (Fact){.kind = FACT_WRITTEN_OFF,
                          .written_off = {.number = invoice->number,
                                          .amount = invoice->written_off,
                                          .request = request,
                                          .effective_on = entry.effective_on}});
}

void write_off(Desk *desk, const LedgerInput *input) {
    if (book_is_held(desk->book)) {
        refuse(desk, input, REFUSED_ON_HOLD,
               S("The account is on hold: a record of it could not be read, so its facts may be "
                 "incomplete. Clear the hold, then ask again."));
        return;
    }
    for (int i = 0; i < input->invoice_count; i++) {
        if (!approval_check(desk, input, i)) {
            return;
        }
    }
    for (int i = 0; i < input->invoice_count; i++) {
        Invoice *invoice = book_find_invoice(desk->book, input->invoices[i]);
        write_off_one(desk, invoice, input->approval.request);
    }
}

/* ---- recovery */

void recover(Desk *desk, Credit *credit, Invoice *invoice) {
    bool may = credit->kind == CREDIT_PAYMENT &&
               currency_equals(credit->unapplied.currency, invoice->written_off.currency) &&
               !money_is_zero(invoice->written_off);
    if (!may) {
        return;
    }
    Money amount = money_min(credit->unapplied, invoice->written_off);
    Entry entry = entry_of(ENTRY_RECOVERY, amount);
    entry.effective_on = later_of(credit->effective_on, invoice->written_off_on);
    entry.invoice = invoice->number;
    entry.credit_kind = credit->kind;
    entry.credit_number = credit->number;
    desk_post(desk, entry);
    credit->unapplied = rest_of(credit->unapplied, amount);
    credit->changed = true;
    invoice->written_off = rest_of(invoice->written_off, amount);
    invoice->state = invoice_step(invoice, INVOICE_IS_RECOVERED, amount).to;
    invoice->changed = true;
    desk_say(desk, (Fact){.kind = FACT_RECOVERED,
                          .recovered = {.payment = credit->number,
                                        .invoice = invoice->number,
                                        .amount = amount,
                                        .effective_on = entry.effective_on,
                                        .written_off = invoice->written_off}});
}
