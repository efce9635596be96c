/* What people say: proposals, cleared holds, words on reminders. */
#include "contract/topics.h"
#include "ledger/wire/billing/room.h"

enum { TOPIC_NAME_MAX = 249 /* Kafka's limit */ };

/* What a proposal names, as its message has it: invoices, or parts of them. */
typedef struct Named {
    char **invoices;
    size_t invoice_count;
    Arrears__Billing__V1__DebtPart **parts;
    size_t part_count;
} Named;

static void read_named(WireReader *reader, const Named *named, LedgerInput *input) {
    if (named->part_count == 0) {
        billing_invoice_names(reader, named->invoices, named->invoice_count, input);
        return;
    }
    if (named->invoice_count > 0) {
        wire_fault(reader, "INVOICES_AND_PARTS",
                   "invoice_numbers and parts are both there; send one of them.");
    }
    input->proposal.parts = billing_parts(reader, named->parts, named->part_count, input);
    input->proposal.part_count = input->invoice_count;
}

/* Of residues that nobody decides on one by one. */
static WriteOffReason read_code(WireReader *reader,
                                const Arrears__Billing__V1__WriteOffProposed *proposed) {
    WriteOffReason code = wire_write_off_reason(reader, "reason_code", proposed->reason_code);
    if (code == WRITE_OFF_SMALL_BALANCE) {
        wire_fault(reader, "REASON_NOT_A_PERSONS",
                   "reason_code is small_balance, which is for what is given up under a standing "
                   "approval; send 6 (uneconomic) where it is too little to be followed up.");
    }
    return code;
}

void billing_proposal(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__WriteOffProposed *proposed = event->write_off_proposed;
    message->account = billing_account(reader, proposed->creditor, proposed->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_PROPOSAL,
        .document = billing_document(reader, DOCUMENT_PROPOSAL, proposed->number, &proposed->base),
        .proposal = {.act = ACT_WRITE_OFF,
                     .reason = wire_text(reader, "reason", proposed->reason, LEDGER_REASON_MAX),
                     .code = read_code(reader, proposed),
                     .actor = billing_actor(reader, proposed->actor)},
    };
    const Named named = {proposed->invoice_numbers, proposed->n_invoice_numbers, proposed->parts,
                         proposed->n_parts};
    read_named(reader, &named, &message->input);
}

static void charges_check(WireReader *reader, const ActProposal *proposal) {
    for (int i = 0; wire_is_good(reader) && i < proposal->part_count; i++) {
        if (proposal->parts[i].item.charge == CHARGE_PRINCIPAL) {
            wire_fault(reader, "CHARGE_PRINCIPAL",
                       "parts names what was invoiced; only interest and costs can be waived.");
        }
    }
}

void billing_waiver(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__WaiverProposed *proposed = event->waiver_proposed;
    message->account = billing_account(reader, proposed->creditor, proposed->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_PROPOSAL,
        .document = billing_document(reader, DOCUMENT_WAIVER, proposed->number, &proposed->base),
        .proposal = {.act = ACT_WAIVER,
                     .reason = billing_reason(reader, proposed->reason),
                     .actor = billing_actor(reader, proposed->actor)},
    };
    const Named named = {proposed->invoice_numbers, proposed->n_invoice_numbers, proposed->parts,
                         proposed->n_parts};
    read_named(reader, &named, &message->input);
    charges_check(reader, &message->input.proposal);
}

void billing_hold_cleared(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    const Arrears__Billing__V1__HoldCleared *cleared = event->hold_cleared;
    bool own = str_equals(str_of(cleared->topic), str_of(TOPIC_BILLING));
    message->account = billing_money_account(reader, cleared->creditor, cleared->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_HOLD_CLEARED,
        .cleared = {.elsewhere = !own,
                    .topic = wire_text(reader, "topic", cleared->topic, TOPIC_NAME_MAX),
                    .partition = cleared->partition,
                    .offset = cleared->offset,
                    .reason = wire_text(reader, "reason", cleared->reason, LEDGER_REASON_MAX),
                    .actor = billing_actor(reader, cleared->actor)},
    };
}

static ReminderOutcome read_outcome(WireReader *reader,
                                    Arrears__Billing__V1__ReminderOutcome outcome) {
    /* The sender's number, which may be one of a later contract: no switch over the enum. */
    if (outcome == ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_SENT) {
        return REMINDER_SENT;
    }
    if (outcome == ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_NOT_SENT) {
        return REMINDER_NOT_SENT;
    }
    wire_fault(reader, "OUTCOME_UNKNOWN", "outcome is %d; send 1 (sent) or 2 (not sent).",
               (int)outcome);
    return REMINDER_OUTCOME_NONE;
}

void billing_settlement(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__ReminderSettled *settled = event->reminder_settled;
    message->account = billing_account(reader, settled->creditor, settled->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_SETTLEMENT,
        .document = billing_document(reader, DOCUMENT_SETTLEMENT, settled->number, &settled->base),
        .reminder = {.reminder = wire_number(reader, "reminder_id", settled->reminder_id),
                     .outcome = read_outcome(reader, settled->outcome),
                     .reason = billing_reason(reader, settled->reason),
                     .actor = billing_actor(reader, settled->actor)},
    };
}

void billing_resend(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__ReminderResendRequested *wish = event->reminder_resend_requested;
    message->account = billing_account(reader, wish->creditor, wish->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_RESEND,
        .document = billing_document(reader, DOCUMENT_RESEND, wish->number, &wish->base),
        .reminder = {.reminder = wire_number(reader, "reminder_id", wish->reminder_id),
                     .reason = billing_reason(reader, wish->reason),
                     .actor = billing_actor(reader, wish->actor)},
    };
}
