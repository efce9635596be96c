#include "ledger/core/cancel.h"

#include "base/check.h"

static void reverse(Desk *desk, Invoice *invoice, const LedgerInput *input) {
    desk_accept(desk, &input->document);
    Entry entry = entry_of(ENTRY_CANCELLATION, invoice->open);
    entry.effective_on = later_of(input->cancellation.effective_on, invoice->issued_on);
    entry.invoice = invoice->number;
    desk_post(desk, entry);
    book_note_open(desk->book, -invoice->open.minor);
    invoice->open = money_of(0, invoice->amount.currency);
    invoice->state = INVOICE_CANCELLED;
    invoice->changed = true;
    desk_say(desk, (Fact){.kind = FACT_INVOICE_REVERSED,
                          .reversed = {.number = invoice->number,
                                       .amount = invoice->amount,
                                       .cancellation = input->document.number,
                                       .effective_on = entry.effective_on}});
}

void cancel_invoice(Desk *desk, const LedgerInput *input) {
    Str number = input->invoices[0];
    Invoice *invoice = book_find_invoice(desk->book, number);
    InvoiceStep step = invoice_step(invoice, INVOICE_IS_CANCELLED, (Money){0});
    switch (step.answer) {
    case ANSWER_DONE:
        reverse(desk, invoice, input);
        return;
    case ANSWER_UNKNOWN:
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &input->document,
                    "Invoice %.*s cannot be taken back: %s. Send the invoice first.",
                    STR_ARGS(number), step.reason);
        return;
    case ANSWER_IN_USE:
        desk_refuse(desk, REFUSED_DOCUMENT_IN_USE, &input->document,
                    "Invoice %.*s cannot be taken back: %s. Issue a credit note instead.",
                    STR_ARGS(number), step.reason);
        return;
    case ANSWER_CLOSED:
        desk_refuse(desk, REFUSED_CLOSED_DOCUMENT, &input->document,
                    "Invoice %.*s cannot be taken back: %s.", STR_ARGS(number), step.reason);
        return;
    case ANSWER_CHANGED:
        break;
    }
    CHECK(!"an answer to a cancellation");
}
