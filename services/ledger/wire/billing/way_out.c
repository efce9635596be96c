/* Debts that end otherwise than by money, and what brings them back. */
#include "ledger/wire/billing/room.h"

static void read_parts(WireReader *reader, Arrears__Billing__V1__DebtPart *const *texts,
                       size_t count, LedgerInput *input) {
    input->reduction.parts = billing_parts(reader, texts, count, input);
    input->reduction.part_count = input->invoice_count;
}

static ReductionKind read_kind(WireReader *reader, Arrears__Billing__V1__ReductionKind kind) {
    if ((unsigned)kind <= REDUCTION_NONE || (unsigned)kind > REDUCTION_SALE) {
        wire_fault(reader, "KIND_UNKNOWN", "kind is %d; send 1 to %d.", (int)kind, REDUCTION_SALE);
        return REDUCTION_NONE;
    }
    return (ReductionKind)kind;
}

void billing_reduction(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__DebtReduced *reduced = event->debt_reduced;
    message->account = billing_account(reader, reduced->creditor, reduced->customer);
    (void)billing_reason(reader, reduced->reason);
    (void)billing_actor(reader, reduced->actor);
    (void)wire_text(reader, "party", reduced->party, LEDGER_REASON_MAX);
    (void)wire_number_or_empty(reader, "request_id", reduced->request_id);
    message->input = (LedgerInput){
        .kind = LEDGER_REDUCTION,
        .document = billing_document(reader, DOCUMENT_REDUCTION, reduced->number, &reduced->base),
        .reduction = {.kind = read_kind(reader, reduced->kind),
                      .effective_on = wire_date(reader, "effective_on", reduced->effective_on)},
    };
    if (reduced->price != NULL) {
        message->input.reduction.price = wire_amount(reader, "price", reduced->price);
    }
    if (wire_is_good(reader) && reduced->price != NULL &&
        message->input.reduction.kind != REDUCTION_SALE) {
        wire_fault(reader, "PRICE_WITHOUT_SALE", "Only a sale has a price; leave it out.");
    }
    read_parts(reader, reduced->parts, reduced->n_parts, &message->input);
}

void billing_reinstatement(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__DebtReinstated *again = event->debt_reinstated;
    message->account = billing_account(reader, again->creditor, again->customer);
    (void)billing_reason(reader, again->reason);
    (void)billing_actor(reader, again->actor);
    message->input = (LedgerInput){
        .kind = LEDGER_REINSTATEMENT,
        .document = billing_document(reader, DOCUMENT_REINSTATEMENT, again->number, &again->base),
        .reduction = {.effective_on = wire_date(reader, "reinstated_on", again->reinstated_on)},
    };
    read_parts(reader, again->parts, again->n_parts, &message->input);
}

void billing_buy_back(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__DebtBoughtBack *bought = event->debt_bought_back;
    message->account = billing_account(reader, bought->creditor, bought->customer);
    (void)billing_reason(reader, bought->reason);
    (void)billing_actor(reader, bought->actor);
    message->input = (LedgerInput){
        .kind = LEDGER_BUY_BACK,
        .document = billing_document(reader, DOCUMENT_BUY_BACK, bought->number, &bought->base),
        .buy_back = {.sale = wire_number(reader, "sale_number", bought->sale_number),
                     .bought_on = wire_date(reader, "bought_on", bought->bought_on)},
    };
}

void billing_restructuring(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__DebtRestructured *plan = event->debt_restructured;
    message->account = billing_account(reader, plan->creditor, plan->customer);
    (void)billing_reason(reader, plan->reason);
    (void)billing_actor(reader, plan->actor);
    message->input = (LedgerInput){
        .kind = LEDGER_RESTRUCTURING,
        .document = billing_document(reader, DOCUMENT_RESTRUCTURING, plan->number, &plan->base),
        .restructuring = {.effective_on = wire_date(reader, "effective_on", plan->effective_on)},
    };
    billing_invoice_names(reader, plan->invoice_numbers, plan->n_invoice_numbers, &message->input);
    size_t count = plan->n_instalments;
    if (count < 1 || count > ITEM_INSTALMENTS_MAX) {
        wire_fault(reader, "LIST_SIZE", "instalments has %zu parts; send 1 to %d.", count,
                   ITEM_INSTALMENTS_MAX);
        return;
    }
    Instalment *parts = ARENA_ARRAY(reader->arena, Instalment, (ptrdiff_t)count);
    Restructuring *into = &message->input.restructuring;
    into->whole = billing_instalments(reader, plan->instalments, count, parts);
    into->instalments = parts;
    into->instalment_count = (int)count;
}
