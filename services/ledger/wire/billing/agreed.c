/* What is agreed on after an invoice was issued, and its steps to the customer. */
#include "ledger/wire/billing/room.h"

void billing_extension(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__DueDateExtended *extended = event->due_date_extended;
    message->account = billing_account(reader, extended->creditor, extended->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_EXTENSION,
        .document = billing_document(reader, DOCUMENT_EXTENSION, extended->number, &extended->base),
        .extension = {.instalment = extended->instalment,
                      .due_on = wire_date(reader, "due_on", extended->due_on),
                      .extended_on = wire_date(reader, "extended_on", extended->extended_on),
                      .reason = billing_reason(reader, extended->reason),
                      .actor = billing_actor(reader, extended->actor)},
    };
    billing_invoice_named(reader, extended->invoice_number, &message->input);
}

static PauseKind read_kind(WireReader *reader, Arrears__Billing__V1__PauseKind kind) {
    if ((unsigned)kind <= PAUSE_NONE || (unsigned)kind >= PAUSE_KIND_COUNT) {
        wire_fault(reader, "KIND_UNKNOWN", "kind is %d; send 1 to %d.", (int)kind,
                   PAUSE_KIND_COUNT - 1);
        return PAUSE_NONE;
    }
    return (PauseKind)kind;
}

void billing_pause(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__PauseStarted *started = event->pause_started;
    message->account = billing_account(reader, started->creditor, started->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_PAUSE,
        .document = billing_document(reader, DOCUMENT_PAUSE, started->number, &started->base),
        .pause = {.kind = read_kind(reader, started->kind),
                  .starts_on = wire_date(reader, "starts_on", started->starts_on),
                  .ends_on = wire_date_or_none(reader, "ends_on", started->ends_on),
                  .reason = billing_reason(reader, started->reason),
                  .actor = billing_actor(reader, started->actor)},
    };
    billing_invoice_named(reader, started->invoice_number, &message->input);
    const Pause *pause = &message->input.pause;
    if (wire_is_good(reader) && !date_is_none(pause->ends_on) &&
        date_compare(pause->ends_on, pause->starts_on) <= 0) {
        wire_fault(reader, "ENDS_BEFORE_START",
                   "ends_on is the first day on which the clock runs again; send a day after "
                   "starts_on, or none.");
    }
}

void billing_pause_end(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__PauseEnded *ended = event->pause_ended;
    message->account = billing_account(reader, ended->creditor, ended->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_PAUSE_END,
        .document = billing_document(reader, DOCUMENT_PAUSE_END, ended->number, &ended->base),
        .pause_end = {.pause = wire_number(reader, "pause_number", ended->pause_number),
                      .ends_on = wire_date(reader, "ends_on", ended->ends_on),
                      .reason = billing_reason(reader, ended->reason),
                      .actor = billing_actor(reader, ended->actor)},
    };
}

void billing_milestone(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__InvoiceMilestoneReached *reached = event->invoice_milestone_reached;
    message->account = billing_account(reader, reached->creditor, reached->customer);
    if ((unsigned)reached->milestone < 1 || (unsigned)reached->milestone > MILESTONE_COUNT) {
        wire_fault(reader, "MILESTONE_UNKNOWN", "milestone is %d; send 1 to %d.",
                   (int)reached->milestone, MILESTONE_COUNT);
        return;
    }
    message->input = (LedgerInput){
        .kind = LEDGER_MILESTONE,
        .document = billing_document(reader, DOCUMENT_MILESTONE, reached->number, &reached->base),
        .milestone = {.reached = (Milestone)(reached->milestone - 1),
                      .on = wire_date(reader, "reached_on", reached->reached_on)},
    };
    billing_invoice_named(reader, reached->invoice_number, &message->input);
}
