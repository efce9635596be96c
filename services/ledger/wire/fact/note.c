/* Notes: the input, once more, without what the event says already. */
#include "base/check.h"
#include "ledger/wire/fact/room.h"

Arrears__Envelope__V1__Actor *fact_actor(Arena *arena, Str id) {
    Arrears__Envelope__V1__Actor *actor = ARENA_NEW(arena, Arrears__Envelope__V1__Actor);
    arrears__envelope__v1__actor__init(actor);
    actor->id = wire_put_text(arena, id);
    return actor;
}

static Arrears__Ledger__V1__Noted *put_note(Arena *arena, LedgerEvent *event) {
    event->noted = ARENA_NEW(arena, Arrears__Ledger__V1__Noted);
    arrears__ledger__v1__noted__init(event->noted);
    return event->noted;
}

static char **put_invoices(Arena *arena, const LedgerInput *input) {
    char **numbers = ARENA_ARRAY(arena, char *, input->invoice_count);
    for (int i = 0; i < input->invoice_count; i++) {
        numbers[i] = wire_put_text(arena, input->invoices[i]);
    }
    return numbers;
}

static Arrears__Billing__V1__DebtPart **put_parts(Arena *arena, const ActProposal *proposal) {
    Arrears__Billing__V1__DebtPart **parts =
        ARENA_ARRAY(arena, Arrears__Billing__V1__DebtPart *, proposal->part_count);
    for (int i = 0; i < proposal->part_count; i++) {
        const DebtPart *part = &proposal->parts[i];
        parts[i] = ARENA_NEW(arena, Arrears__Billing__V1__DebtPart);
        arrears__billing__v1__debt_part__init(parts[i]);
        parts[i]->invoice_number = wire_put_text(arena, part->item.number);
        PUT_PART(parts[i], part->item);
        if (!money_is_zero(part->amount)) {
            parts[i]->amount = wire_put_money(arena, part->amount);
        }
    }
    return parts;
}

/* What both proposals say under the same names. */
#define PROPOSAL_PUT(arena, event, input, message)                                                 \
    do {                                                                                           \
        const ActProposal *said = &(input)->proposal;                                              \
        bool in_part = said->part_count > 0;                                                       \
        (message)->creditor = (event)->creditor;                                                   \
        (message)->customer = (event)->customer;                                                   \
        (message)->number = wire_put_text(arena, (input)->document.number);                        \
        (message)->n_invoice_numbers = in_part ? 0 : (size_t)(input)->invoice_count;               \
        (message)->invoice_numbers = put_invoices(arena, input);                                   \
        (message)->n_parts = (size_t)said->part_count;                                             \
        (message)->parts = put_parts(arena, said);                                                 \
        (message)->reason = wire_put_text(arena, said->reason);                                    \
        (message)->actor = fact_actor(arena, said->actor);                                         \
    } while (0)

static void put_write_off(Arena *arena, const LedgerInput *input, LedgerEvent *event) {
    Arrears__Billing__V1__WriteOffProposed *message =
        ARENA_NEW(arena, Arrears__Billing__V1__WriteOffProposed);
    arrears__billing__v1__write_off_proposed__init(message);
    PROPOSAL_PUT(arena, event, input, message);
    message->reason_code = (Arrears__Envelope__V1__WriteOffReason)input->proposal.code;
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_WRITE_OFF_PROPOSED;
    note->write_off_proposed = message;
}

static void put_waiver(Arena *arena, const LedgerInput *input, LedgerEvent *event) {
    Arrears__Billing__V1__WaiverProposed *message =
        ARENA_NEW(arena, Arrears__Billing__V1__WaiverProposed);
    arrears__billing__v1__waiver_proposed__init(message);
    PROPOSAL_PUT(arena, event, input, message);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_WAIVER_PROPOSED;
    note->waiver_proposed = message;
}

void fact_proposal(Arena *arena, const Fact *fact, LedgerEvent *event) {
    if (fact->noted->proposal.act == ACT_WAIVER) {
        put_waiver(arena, fact->noted, event);
    } else {
        put_write_off(arena, fact->noted, event);
    }
}

void fact_cleared(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const ClearedHold *cleared = &fact->noted->cleared;
    Arrears__Billing__V1__HoldCleared *message =
        ARENA_NEW(arena, Arrears__Billing__V1__HoldCleared);
    arrears__billing__v1__hold_cleared__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->topic = wire_put_text(arena, cleared->topic);
    message->partition = cleared->partition;
    message->offset = cleared->offset;
    message->reason = wire_put_text(arena, cleared->reason);
    message->actor = fact_actor(arena, cleared->actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_HOLD_CLEARED;
    note->hold_cleared = message;
}

static Arrears__Billing__V1__ReminderOutcome put_outcome(ReminderOutcome outcome) {
    CHECK(outcome == REMINDER_SENT || outcome == REMINDER_NOT_SENT);
    return outcome == REMINDER_SENT
               ? ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_SENT
               : ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_NOT_SENT;
}

void fact_settlement(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Billing__V1__ReminderSettled *message =
        ARENA_NEW(arena, Arrears__Billing__V1__ReminderSettled);
    arrears__billing__v1__reminder_settled__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->number = wire_put_text(arena, input->document.number);
    message->reminder_id = wire_put_text(arena, input->reminder.reminder);
    message->outcome = put_outcome(input->reminder.outcome);
    message->reason = wire_put_text(arena, input->reminder.reason);
    message->actor = fact_actor(arena, input->reminder.actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_SETTLED;
    note->reminder_settled = message;
}

void fact_resend(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Billing__V1__ReminderResendRequested *message =
        ARENA_NEW(arena, Arrears__Billing__V1__ReminderResendRequested);
    arrears__billing__v1__reminder_resend_requested__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->number = wire_put_text(arena, input->document.number);
    message->reminder_id = wire_put_text(arena, input->reminder.reminder);
    message->reason = wire_put_text(arena, input->reminder.reason);
    message->actor = fact_actor(arena, input->reminder.actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_RESEND_REQUESTED;
    note->reminder_resend_requested = message;
}

void fact_pause(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Billing__V1__PauseStarted *message =
        ARENA_NEW(arena, Arrears__Billing__V1__PauseStarted);
    arrears__billing__v1__pause_started__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->number = wire_put_text(arena, input->document.number);
    message->invoice_number = wire_put_text(arena, input->invoices[0]);
    message->kind = (Arrears__Billing__V1__PauseKind)input->pause.kind;
    message->starts_on = wire_put_date(arena, input->pause.starts_on);
    if (!date_is_none(input->pause.ends_on)) {
        message->ends_on = wire_put_date(arena, input->pause.ends_on);
    }
    message->reason = wire_put_text(arena, input->pause.reason);
    message->actor = fact_actor(arena, input->pause.actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_PAUSE_STARTED;
    note->pause_started = message;
}

void fact_pause_end(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Billing__V1__PauseEnded *message = ARENA_NEW(arena, Arrears__Billing__V1__PauseEnded);
    arrears__billing__v1__pause_ended__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->number = wire_put_text(arena, input->document.number);
    message->pause_number = wire_put_text(arena, input->pause_end.pause);
    message->ends_on = wire_put_date(arena, input->pause_end.ends_on);
    message->reason = wire_put_text(arena, input->pause_end.reason);
    message->actor = fact_actor(arena, input->pause_end.actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_PAUSE_ENDED;
    note->pause_ended = message;
}

void fact_milestone(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Billing__V1__InvoiceMilestoneReached *message =
        ARENA_NEW(arena, Arrears__Billing__V1__InvoiceMilestoneReached);
    arrears__billing__v1__invoice_milestone_reached__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->number = wire_put_text(arena, input->document.number);
    message->invoice_number = wire_put_text(arena, input->invoices[0]);
    message->milestone = (Arrears__Billing__V1__Milestone)(input->milestone.reached + 1);
    message->reached_on = wire_put_date(arena, input->milestone.on);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_INVOICE_MILESTONE_REACHED;
    note->invoice_milestone_reached = message;
}

void fact_reminder(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    const ReminderStep *step = &input->step;
    Arrears__Ledger__V1__ReminderNoted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__ReminderNoted);
    arrears__ledger__v1__reminder_noted__init(message);
    message->reminder_id = wire_put_text(arena, step->reminder);
    message->news = (Arrears__Ledger__V1__ReminderNews)step->news; /* the same numbers */
    message->attempt = step->attempt;
    if (step->news == REMINDER_NEWS_ISSUED) {
        message->level_name = wire_put_text(arena, step->level);
        message->total = wire_put_money(arena, step->total);
        message->n_invoice_numbers = (size_t)input->invoice_count;
        message->invoice_numbers = put_invoices(arena, input);
    }
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER;
    note->reminder = message;
}

void fact_request(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Ledger__V1__RequestNoted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__RequestNoted);
    arrears__ledger__v1__request_noted__init(message);
    message->request_id = wire_put_text(arena, input->request.request);
    message->state = input->request.over
                         ? ARREARS__LEDGER__V1__REQUEST_STATE__REQUEST_STATE_REJECTED
                         : ARREARS__LEDGER__V1__REQUEST_STATE__REQUEST_STATE_RECEIVED;
    message->n_invoice_numbers = (size_t)input->invoice_count;
    message->invoice_numbers = put_invoices(arena, input);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_REQUEST;
    note->request = message;
}
