/* What came in, and what is gone again. */
#include "ledger/wire/billing/room.h"

/* The sender's number, which may be one of a later contract: no switch over the enum. */
static PaymentWay read_way(WireReader *reader, Arrears__Billing__V1__PaymentWay way) {
    if ((unsigned)way >= WAY_COUNT) {
        wire_fault(reader, "WAY_UNKNOWN", "way is %d; send 0 to %d.", (int)way, WAY_COUNT - 1);
        return WAY_UNKNOWN;
    }
    return (PaymentWay)way;
}

void billing_payment(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__PaymentReceived *received = event->payment_received;
    message->account = billing_account(reader, received->creditor, received->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = billing_document(reader, DOCUMENT_PAYMENT, received->number, &received->base),
        .credit = {.kind = CREDIT_PAYMENT,
                   .amount = wire_amount(reader, "amount", received->amount),
                   .effective_on = wire_date(reader, "received_on", received->received_on)},
    };
    message->input.credit.tax = money_of(0, message->input.credit.amount.currency);
    message->input.credit.way = read_way(reader, received->way);
    message->input.credit.payer = wire_number_or_empty(reader, "payer", received->payer);
    billing_invoice_name(reader, received->invoice_number, &message->input);
}

void billing_credit_note(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__CreditNoteIssued *issued = event->credit_note_issued;
    message->account = billing_account(reader, issued->creditor, issued->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = billing_document(reader, DOCUMENT_CREDIT_NOTE, issued->number, &issued->base),
        .credit = {.kind = CREDIT_NOTE,
                   .amount = wire_amount(reader, "amount", issued->amount),
                   .effective_on = wire_date(reader, "issued_on", issued->issued_on)},
    };
    message->input.credit.tax =
        billing_tax(reader, issued->taxes, issued->n_taxes, message->input.credit.amount);
    billing_invoice_name(reader, issued->invoice_number, &message->input);
}

static ReversalKind read_kind(WireReader *reader, Arrears__Billing__V1__ReversalKind kind) {
    if ((unsigned)kind <= REVERSAL_NONE || (unsigned)kind >= REVERSAL_KIND_COUNT) {
        wire_fault(reader, "KIND_UNKNOWN", "kind is %d; send 1 to %d.", (int)kind,
                   REVERSAL_KIND_COUNT - 1);
        return REVERSAL_NONE;
    }
    return (ReversalKind)kind;
}

/* What is gone beyond the customer's credit is owed under the document's own number. */
static void name_own(WireReader *reader, LedgerInput *input) {
    Str *names = ARENA_NEW(reader->arena, Str);
    *names = input->document.number;
    input->invoices = names;
    input->invoice_count = 1;
}

void billing_reversal(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__PaymentReversed *reversed = event->payment_reversed;
    message->account = billing_account(reader, reversed->creditor, reversed->customer);
    (void)billing_reason(reader, reversed->reason);
    message->input = (LedgerInput){
        .kind = LEDGER_REVERSAL,
        .document = billing_document(reader, DOCUMENT_REVERSAL, reversed->number, &reversed->base),
        .reversal = {.payment = wire_number(reader, "payment_number", reversed->payment_number),
                     .kind = read_kind(reader, reversed->kind),
                     .reversed_on = wire_date(reader, "reversed_on", reversed->reversed_on)},
    };
    name_own(reader, &message->input);
    if (reversed->amount != NULL) {
        message->input.reversal.amount = wire_amount(reader, "amount", reversed->amount);
    }
}

void billing_refund(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__RefundPaid *paid = event->refund_paid;
    message->account = billing_account(reader, paid->creditor, paid->customer);
    (void)billing_reason(reader, paid->reason);
    message->input = (LedgerInput){
        .kind = LEDGER_REFUND,
        .document = billing_document(reader, DOCUMENT_REFUND, paid->number, &paid->base),
        .refund = {.amount = wire_amount(reader, "amount", paid->amount),
                   .paid_on = wire_date(reader, "paid_on", paid->paid_on)},
    };
    name_own(reader, &message->input);
}
