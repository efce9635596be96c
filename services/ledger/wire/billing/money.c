/* What came in, and what is gone again. */
#include "ledger/wire/billing/room.h"

/* ---- shares */

/* All is left out where it is the only one of a move: `may_be_all`. */
static Share read_share(WireReader *reader, const Arrears__Billing__V1__PaymentShare *share,
                        bool may_be_all) {
    bool all = share->amount == NULL && may_be_all;
    return (Share){
        .customer = billing_money_customer(reader, "shares.customer", share->customer),
        .amount = all ? (Money){0} : wire_amount(reader, "shares.amount", share->amount),
        .invoice = wire_number_or_empty(reader, "shares.invoice_number", share->invoice_number)};
}

static void share_check(WireReader *reader, const Share *shares, int i, Str customer) {
    if (str_equals(shares[i].customer, customer)) {
        wire_fault(reader, "SHARE_OWN",
                   "shares[%d] is for the customer whose payment it is; name another one.", i);
    } else if (!currency_equals(shares[i].amount.currency, shares[0].amount.currency)) {
        wire_fault(reader, "CURRENCY_DIFFERS",
                   "shares[%d] is in %s, the first in %s; send one currency.", i,
                   shares[i].amount.currency.code, shares[0].amount.currency.code);
    }
}

/* Their sum; 0: the only one has no amount. */
static Money read_shares(WireReader *reader, Arrears__Billing__V1__PaymentShare *const *texts,
                         size_t count, bool of_move, Str customer, Share *shares) {
    Money sum = {0};
    bool may_be_all = of_move && count == 1;
    for (size_t i = 0; i < count && wire_is_good(reader); i++) {
        shares[i] = read_share(reader, texts[i], may_be_all);
        if (wire_is_good(reader)) {
            share_check(reader, shares, (int)i, customer);
        }
        sum = i == 0 ? money_of(0, shares[0].amount.currency) : sum;
        if (wire_is_good(reader) && !money_add(sum, shares[i].amount, &sum)) {
            wire_fault(reader, "AMOUNT_TOO_LARGE", "shares sum to more than can be paid.");
        }
    }
    return sum;
}

static bool share_count_fits(WireReader *reader, size_t count) {
    if (count >= 1 && count <= LEDGER_INVOICES_MAX) {
        return true;
    }
    wire_fault(reader, "LIST_SIZE", "shares has %zu of them; send 1 to %d.", count,
               LEDGER_INVOICES_MAX);
    return false;
}

static void read_payment_shares(WireReader *reader,
                                const Arrears__Billing__V1__PaymentReceived *received,
                                LedgerMessage *message) {
    if (!share_count_fits(reader, received->n_shares)) {
        return;
    }
    IncomingCredit *credit = &message->input.credit;
    Share *shares = ARENA_ARRAY(reader->arena, Share, (ptrdiff_t)received->n_shares);
    Money sum = read_shares(reader, received->shares, received->n_shares, false,
                            message->account.customer, shares);
    bool fits = wire_is_good(reader) && currency_equals(sum.currency, credit->amount.currency) &&
                money_compare(sum, credit->amount) <= 0;
    if (wire_is_good(reader) && !fits) {
        wire_fault(reader, "SHARE_SUM",
                   "shares are in the currency of the amount and no more than it in all.");
    }
    credit->shares = shares;
    credit->share_count = (int)received->n_shares;
}

void billing_payment(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__PaymentReceived *received = event->payment_received;
    message->account = billing_money_account(reader, received->creditor, received->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = billing_document(reader, DOCUMENT_PAYMENT, received->number, &received->base),
        .credit = {.kind = CREDIT_PAYMENT,
                   .amount = wire_amount(reader, "amount", received->amount),
                   .effective_on = wire_date(reader, "received_on", received->received_on)},
    };
    message->input.credit.tax = money_of(0, message->input.credit.amount.currency);
    message->input.credit.way = billing_way(reader, received->way);
    message->input.credit.payer = wire_number_or_empty(reader, "payer", received->payer);
    billing_invoice_name(reader, received->invoice_number, &message->input);
    if (received->n_shares > 0) {
        read_payment_shares(reader, received, message);
    }
}

void billing_move(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__PaymentMoved *moved = event->payment_moved;
    message->account = billing_money_account(reader, moved->creditor, moved->customer);
    (void)billing_reason(reader, moved->reason);
    message->input = (LedgerInput){
        .kind = LEDGER_MOVE,
        .document = billing_document(reader, DOCUMENT_MOVE, moved->number, &moved->base),
        .move = {.payment = wire_number(reader, "payment_number", moved->payment_number)}};
    PaymentMove *move = &message->input.move;
    if (moved->actor != NULL) {
        move->actor = billing_actor(reader, moved->actor);
    }
    if (share_count_fits(reader, moved->n_shares)) {
        Share *shares = ARENA_ARRAY(reader->arena, Share, (ptrdiff_t)moved->n_shares);
        move->whole = read_shares(reader, moved->shares, moved->n_shares, true,
                                  message->account.customer, shares);
        move->shares = shares;
        move->share_count = (int)moved->n_shares;
    }
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
    message->account = billing_money_account(reader, reversed->creditor, reversed->customer);
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
