/* arrears.ledger.v1: what the ledger says. One row for each kind of fact: its type in the
 * CloudEvents header, its place in the message, and the function that fills it. */
#include "arrears/ledger/v1/ledger.pb-c.h"
#include "base/check.h"
#include "contract/wire.h"
#include "ledger/wire.h"

typedef Arrears__Ledger__V1__LedgerEvent LedgerEvent;

/* ---- enums */

static Arrears__Ledger__V1__CreditKind put_kind(CreditKind kind) {
    switch (kind) {
    case CREDIT_PAYMENT:
        return ARREARS__LEDGER__V1__CREDIT_KIND__CREDIT_KIND_PAYMENT;
    case CREDIT_NOTE:
        return ARREARS__LEDGER__V1__CREDIT_KIND__CREDIT_KIND_CREDIT_NOTE;
    case CREDIT_NONE:
    case CREDIT_KIND_COUNT:
        break;
    }
    CHECK(!"a kind of credit");
}

static Arrears__Envelope__V1__RefusalReason put_refusal(RefusedFor reason) {
    switch (reason) {
    case REFUSED_CONFLICT:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CONFLICT;
    case REFUSED_UNKNOWN_DOCUMENT:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_UNKNOWN_DOCUMENT;
    case REFUSED_CLOSED_DOCUMENT:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CLOSED_DOCUMENT;
    case REFUSED_DOCUMENT_IN_USE:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_DOCUMENT_IN_USE;
    case REFUSED_CURRENCY_DIFFERS:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CURRENCY_DIFFERS;
    case REFUSED_UNKNOWN_HOLD:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_UNKNOWN_HOLD;
    case REFUSED_OVERFLOW:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_OVERFLOW;
    case REFUSED_ON_HOLD:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_ON_HOLD;
    case REFUSED_NONE:
    case REFUSED_FACTS_CHANGED:
    case REFUSED_COUNT:
        break;
    }
    CHECK(!"a reason to refuse input");
}

static Arrears__Ledger__V1__WriteOffRefusal put_write_off_refusal(RefusedFor reason) {
    CHECK(reason == REFUSED_FACTS_CHANGED || reason == REFUSED_ON_HOLD);
    return reason == REFUSED_ON_HOLD
               ? ARREARS__LEDGER__V1__WRITE_OFF_REFUSAL__WRITE_OFF_REFUSAL_ON_HOLD
               : ARREARS__LEDGER__V1__WRITE_OFF_REFUSAL__WRITE_OFF_REFUSAL_FACTS_CHANGED;
}

/* ---- facts */

static Arrears__Envelope__V1__Charge put_charge(Charge charge) {
    switch (charge) {
    case CHARGE_PRINCIPAL:
        return ARREARS__ENVELOPE__V1__CHARGE__CHARGE_PRINCIPAL_UNSPECIFIED;
    case CHARGE_INTEREST:
        return ARREARS__ENVELOPE__V1__CHARGE__CHARGE_INTEREST;
    case CHARGE_COSTS:
        return ARREARS__ENVELOPE__V1__CHARGE__CHARGE_COSTS;
    case CHARGE_COUNT:
        break;
    }
    CHECK(!"a charge");
}

/* What of the invoice, where a message has the two fields for it. */
#define PUT_PART(message, key)                                                                     \
    ((message)->charge = put_charge((key).charge), (message)->instalment = (key).instalment)

static void put_instalments(Arena *arena, const InvoicePosted *posted,
                            Arrears__Ledger__V1__InvoicePosted *message) {
    message->n_instalments = (size_t)posted->instalment_count;
    message->instalments =
        ARENA_ARRAY(arena, Arrears__Billing__V1__Instalment *, posted->instalment_count);
    for (int i = 0; i < posted->instalment_count; i++) {
        Arrears__Billing__V1__Instalment *part = ARENA_NEW(arena, Arrears__Billing__V1__Instalment);
        arrears__billing__v1__instalment__init(part);
        part->amount = wire_put_money(arena, posted->instalments[i].amount);
        part->due_on = wire_put_date(arena, posted->instalments[i].due_on);
        message->instalments[i] = part;
    }
}

static void put_day_opened(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->day_opened = wire_put_day_opened(arena, &fact->day);
}

static void put_day_closed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->day_closed = wire_put_day_closed(arena, &fact->day);
}

static void put_held(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->held = wire_put_held(arena, &fact->held);
}

static void put_refused(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InputRefused *refused = &fact->refused;
    Arrears__Envelope__V1__InputRefused *message =
        ARENA_NEW(arena, Arrears__Envelope__V1__InputRefused);
    arrears__envelope__v1__input_refused__init(message);
    message->reason = put_refusal(refused->reason);
    message->sentence = wire_put_text(arena, refused->sentence);
    message->kind = wire_put_text(arena, str_of(refused->kind));
    message->number = wire_put_text(arena, refused->number);
    event->input_refused = message;
}

static void put_posted(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InvoicePosted *posted = &fact->posted;
    Arrears__Ledger__V1__InvoicePosted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__InvoicePosted);
    arrears__ledger__v1__invoice_posted__init(message);
    message->number = wire_put_text(arena, posted->number);
    message->amount = wire_put_money(arena, posted->amount);
    message->issued_on = wire_put_date(arena, posted->issued_on);
    message->due_on = wire_put_date(arena, posted->due_on);
    put_instalments(arena, posted, message);
    event->invoice_posted = message;
}

static void put_credit(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const CreditPosted *credit = &fact->credit;
    Arrears__Ledger__V1__CreditPosted *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__CreditPosted);
    arrears__ledger__v1__credit_posted__init(message);
    message->kind = put_kind(credit->kind);
    message->number = wire_put_text(arena, credit->number);
    message->amount = wire_put_money(arena, credit->amount);
    message->effective_on = wire_put_date(arena, credit->effective_on);
    message->invoice_number = wire_put_text(arena, credit->invoice);
    event->credit_posted = message;
}

static void put_allocated(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Allocated *allocated = &fact->allocated;
    Arrears__Ledger__V1__Allocated *message = ARENA_NEW(arena, Arrears__Ledger__V1__Allocated);
    arrears__ledger__v1__allocated__init(message);
    message->kind = put_kind(allocated->kind);
    message->number = wire_put_text(arena, allocated->number);
    message->invoice_number = wire_put_text(arena, allocated->item.number);
    message->amount = wire_put_money(arena, allocated->amount);
    message->effective_on = wire_put_date(arena, allocated->effective_on);
    message->open = wire_put_money(arena, allocated->open);
    message->unapplied = wire_put_money(arena, allocated->unapplied);
    PUT_PART(message, allocated->item);
    message->policy = wire_put_text(arena, str_of(allocation_name(allocated->policy)));
    event->allocated = message;
}

static void put_settled(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InvoiceSettled *settled = &fact->settled;
    Arrears__Ledger__V1__InvoiceSettled *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__InvoiceSettled);
    arrears__ledger__v1__invoice_settled__init(message);
    message->number = wire_put_text(arena, settled->item.number);
    message->amount = wire_put_money(arena, settled->amount);
    message->issued_on = wire_put_date(arena, settled->issued_on);
    message->due_on = wire_put_date(arena, settled->due_on);
    message->settled_on = wire_put_date(arena, settled->settled_on);
    message->days_late = settled->days_late;
    PUT_PART(message, settled->item);
    event->invoice_settled = message;
}

static void put_reversed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const InvoiceReversed *reversed = &fact->reversed;
    Arrears__Ledger__V1__InvoiceReversed *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__InvoiceReversed);
    arrears__ledger__v1__invoice_reversed__init(message);
    message->number = wire_put_text(arena, reversed->number);
    message->amount = wire_put_money(arena, reversed->amount);
    message->cancellation_number = wire_put_text(arena, reversed->cancellation);
    message->effective_on = wire_put_date(arena, reversed->effective_on);
    event->invoice_reversed = message;
}

static void put_entered(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const BucketEntered *entered = &fact->entered;
    Arrears__Ledger__V1__BucketEntered *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__BucketEntered);
    arrears__ledger__v1__bucket_entered__init(message);
    message->number = wire_put_text(arena, entered->item.number);
    message->bucket = wire_put_text(arena, entered->bucket);
    message->days_past_due = entered->days_past_due;
    message->due_on = wire_put_date(arena, entered->due_on);
    message->open = wire_put_money(arena, entered->open);
    PUT_PART(message, entered->item);
    event->bucket_entered = message;
}

static void put_written_off(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const WrittenOff *written_off = &fact->written_off;
    Arrears__Ledger__V1__WrittenOff *message = ARENA_NEW(arena, Arrears__Ledger__V1__WrittenOff);
    arrears__ledger__v1__written_off__init(message);
    message->number = wire_put_text(arena, written_off->item.number);
    message->amount = wire_put_money(arena, written_off->amount);
    message->request_id = wire_put_text(arena, written_off->request);
    message->effective_on = wire_put_date(arena, written_off->effective_on);
    PUT_PART(message, written_off->item);
    event->written_off = message;
}

static void put_write_off_refused(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const WriteOffRefused *refused = &fact->write_off_refused;
    Arrears__Ledger__V1__WriteOffRefused *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__WriteOffRefused);
    arrears__ledger__v1__write_off_refused__init(message);
    message->request_id = wire_put_text(arena, refused->request);
    message->reason = put_write_off_refusal(refused->reason);
    message->sentence = wire_put_text(arena, refused->sentence);
    event->write_off_refused = message;
}

static void put_recovered(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const Recovered *recovered = &fact->recovered;
    Arrears__Ledger__V1__Recovered *message = ARENA_NEW(arena, Arrears__Ledger__V1__Recovered);
    arrears__ledger__v1__recovered__init(message);
    message->payment_number = wire_put_text(arena, recovered->payment);
    message->invoice_number = wire_put_text(arena, recovered->item.number);
    message->amount = wire_put_money(arena, recovered->amount);
    message->effective_on = wire_put_date(arena, recovered->effective_on);
    message->written_off = wire_put_money(arena, recovered->written_off);
    PUT_PART(message, recovered->item);
    event->recovered = message;
}

/* ---- notes: the input, once more, without what the event says already */

static Arrears__Envelope__V1__Actor *put_actor(Arena *arena, Str id) {
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

static void put_proposal(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Billing__V1__WriteOffProposed *message =
        ARENA_NEW(arena, Arrears__Billing__V1__WriteOffProposed);
    arrears__billing__v1__write_off_proposed__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->number = wire_put_text(arena, input->document.number);
    message->n_invoice_numbers = (size_t)input->invoice_count;
    message->invoice_numbers = ARENA_ARRAY(arena, char *, input->invoice_count);
    for (int i = 0; i < input->invoice_count; i++) {
        message->invoice_numbers[i] = wire_put_text(arena, input->invoices[i]);
    }
    message->reason = wire_put_text(arena, input->proposal.reason);
    message->actor = put_actor(arena, input->proposal.actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_WRITE_OFF_PROPOSED;
    note->write_off_proposed = message;
}

static void put_cleared(Arena *arena, const Fact *fact, LedgerEvent *event) {
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
    message->actor = put_actor(arena, cleared->actor);
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

static void put_settlement(Arena *arena, const Fact *fact, LedgerEvent *event) {
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
    message->actor = put_actor(arena, input->reminder.actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_SETTLED;
    note->reminder_settled = message;
}

static void put_resend(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const LedgerInput *input = fact->noted;
    Arrears__Billing__V1__ReminderResendRequested *message =
        ARENA_NEW(arena, Arrears__Billing__V1__ReminderResendRequested);
    arrears__billing__v1__reminder_resend_requested__init(message);
    message->creditor = event->creditor;
    message->customer = event->customer;
    message->number = wire_put_text(arena, input->document.number);
    message->reminder_id = wire_put_text(arena, input->reminder.reminder);
    message->reason = wire_put_text(arena, input->reminder.reason);
    message->actor = put_actor(arena, input->reminder.actor);
    Arrears__Ledger__V1__Noted *note = put_note(arena, event);
    note->note_case = ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_RESEND_REQUESTED;
    note->reminder_resend_requested = message;
}

/* ---- the table */

typedef struct FactRow {
    const char *type;
    Arrears__Ledger__V1__LedgerEvent__EventCase place;
    void (*put)(Arena *arena, const Fact *fact, LedgerEvent *event);
} FactRow;

#define ROW(name, PLACE, put)                                                                      \
    { "arrears.ledger.v1." name, ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_##PLACE, put }

static const FactRow FACTS[FACT_KIND_COUNT] = {
    [FACT_DAY_OPENED] = ROW("DayOpened", DAY_OPENED, put_day_opened),
    [FACT_DAY_CLOSED] = ROW("DayClosed", DAY_CLOSED, put_day_closed),
    [FACT_HELD] = ROW("Held", HELD, put_held),
    [FACT_INPUT_REFUSED] = ROW("InputRefused", INPUT_REFUSED, put_refused),
    [FACT_INVOICE_POSTED] = ROW("InvoicePosted", INVOICE_POSTED, put_posted),
    [FACT_CREDIT_POSTED] = ROW("CreditPosted", CREDIT_POSTED, put_credit),
    [FACT_ALLOCATED] = ROW("Allocated", ALLOCATED, put_allocated),
    [FACT_INVOICE_SETTLED] = ROW("InvoiceSettled", INVOICE_SETTLED, put_settled),
    [FACT_INVOICE_REVERSED] = ROW("InvoiceReversed", INVOICE_REVERSED, put_reversed),
    [FACT_BUCKET_ENTERED] = ROW("BucketEntered", BUCKET_ENTERED, put_entered),
    [FACT_WRITTEN_OFF] = ROW("WrittenOff", WRITTEN_OFF, put_written_off),
    [FACT_WRITE_OFF_REFUSED] = ROW("WriteOffRefused", WRITE_OFF_REFUSED, put_write_off_refused),
    [FACT_RECOVERED] = ROW("Recovered", RECOVERED, put_recovered),
    [FACT_PROPOSAL_NOTED] = ROW("Noted", NOTED, put_proposal),
    [FACT_HOLD_CLEARED_NOTED] = ROW("Noted", NOTED, put_cleared),
    [FACT_SETTLEMENT_NOTED] = ROW("Noted", NOTED, put_settlement),
    [FACT_RESEND_NOTED] = ROW("Noted", NOTED, put_resend),
};

static const FactRow *row_of(FactKind kind) {
    CHECK(kind > FACT_NONE && kind < FACT_KIND_COUNT && FACTS[kind].put != NULL);
    return &FACTS[kind];
}

const char *wire_fact_type(FactKind kind) {
    return row_of(kind)->type;
}

Str wire_write_fact(const Fact *fact, Account account, const Stamp *stamp, Arena *arena) {
    const FactRow *row = row_of(fact->kind);
    LedgerEvent event = ARREARS__LEDGER__V1__LEDGER_EVENT__INIT;
    event.origin = wire_put_origin(arena, &stamp->origin);
    event.cause = wire_put_cause(arena, &stamp->cause);
    event.creditor = wire_put_text(arena, account.creditor);
    event.customer = wire_put_text(arena, account.customer);
    event.recorded_on = wire_put_date(arena, stamp->day);
    event.event_case = row->place;
    row->put(arena, fact, &event);
    return wire_pack(&event.base, arena);
}
