/* arrears.ledger.v1: of all that the ledger says, what matters for dunning. */
#include "arrears/ledger/v1/ledger.pb-c.h"
#include "dunning/wire/room.h"

typedef Arrears__Ledger__V1__LedgerEvent LedgerEvent;
typedef Arrears__Ledger__V1__Noted Noted;

enum { DECODED_MAX = 256 << 10, TOPIC_NAME_MAX = 249 /* Kafka's limit */, SENTENCE_MAX = 4096 };

/* ---- invoices and money */

static void read_posted(WireReader *reader, const Arrears__Ledger__V1__InvoicePosted *posted,
                        DunningInput *input) {
    input->kind = DUNNING_POSTED;
    input->invoice.invoice = wire_number(reader, "number", posted->number);
    input->invoice.open = wire_amount(reader, "amount", posted->amount);
    input->invoice.due_on = wire_date(reader, "due_on", posted->due_on);
}

static void read_credited(WireReader *reader, const Arrears__Ledger__V1__CreditPosted *posted,
                          DunningInput *input) {
    input->kind = DUNNING_CREDITED;
    input->invoice.amount = wire_amount(reader, "amount", posted->amount);
}

static void read_allocated(WireReader *reader, const Arrears__Ledger__V1__Allocated *allocated,
                           DunningInput *input) {
    input->kind = DUNNING_ALLOCATED;
    input->invoice.invoice = wire_number(reader, "invoice_number", allocated->invoice_number);
    input->invoice.amount = wire_amount(reader, "amount", allocated->amount);
    input->invoice.open = wire_money(reader, "open", allocated->open);
}

static void read_reversed(WireReader *reader, const Arrears__Ledger__V1__InvoiceReversed *reversed,
                          DunningInput *input) {
    input->kind = DUNNING_CLOSED;
    input->invoice.invoice = wire_number(reader, "number", reversed->number);
    Money amount = wire_amount(reader, "amount", reversed->amount);
    input->invoice.open = money_of(0, amount.currency);
}

static void read_written_off(WireReader *reader, const Arrears__Ledger__V1__WrittenOff *written,
                             DunningInput *input) {
    input->kind = DUNNING_CLOSED;
    input->invoice.invoice = wire_number(reader, "number", written->number);
    Money amount = wire_amount(reader, "amount", written->amount);
    input->invoice.open = money_of(0, amount.currency);
    input->invoice.request = wire_number(reader, "request_id", written->request_id);
}

static void read_write_off_refused(WireReader *reader,
                                   const Arrears__Ledger__V1__WriteOffRefused *refused,
                                   DunningInput *input) {
    input->kind = DUNNING_REQUEST_NEWS;
    input->request.request = wire_number(reader, "request_id", refused->request_id);
    input->request.state = REQUEST_REFUSED;
}

static void read_recovered(WireReader *reader, const Arrears__Ledger__V1__Recovered *recovered,
                           DunningInput *input) {
    input->kind = DUNNING_RECOVERED;
    input->invoice.amount = wire_amount(reader, "amount", recovered->amount);
}

static void read_held(WireReader *reader, const Arrears__Envelope__V1__Held *held,
                      DunningInput *input) {
    input->kind = DUNNING_HELD;
    input->held = (Held){.topic = wire_text(reader, "topic", held->topic, TOPIC_NAME_MAX),
                         .partition = held->partition,
                         .offset = held->offset,
                         .reason = wire_text(reader, "reason", held->reason, WIRE_REASON_MAX),
                         .sentence = wire_text(reader, "sentence", held->sentence, SENTENCE_MAX)};
}

/* ---- what persons say; the ledger has checked it, and notes it in its place */

static Str read_actor(WireReader *reader, const Arrears__Envelope__V1__Actor *actor) {
    return wire_number(reader, "actor.id", actor ? actor->id : "");
}

static void read_cleared(WireReader *reader, const Arrears__Billing__V1__HoldCleared *cleared,
                         DunningInput *input) {
    input->kind = DUNNING_HOLD_CLEARED;
    input->held = (Held){.topic = wire_text(reader, "topic", cleared->topic, TOPIC_NAME_MAX),
                         .partition = cleared->partition,
                         .offset = cleared->offset};
}

static void read_proposed(WireReader *reader,
                          const Arrears__Billing__V1__WriteOffProposed *proposed,
                          DunningInput *input) {
    if (proposed->n_invoice_numbers < 1 || proposed->n_invoice_numbers > REQUEST_ITEMS_MAX) {
        wire_fault(reader, "LIST_SIZE", "invoice_numbers has %zu numbers; 1 to %d are lawful.",
                   proposed->n_invoice_numbers, REQUEST_ITEMS_MAX);
        return;
    }
    Str *invoices = ARENA_ARRAY(reader->arena, Str, (ptrdiff_t)proposed->n_invoice_numbers);
    for (size_t i = 0; i < proposed->n_invoice_numbers; i++) {
        invoices[i] = wire_number(reader, "invoice_numbers", proposed->invoice_numbers[i]);
    }
    input->kind = DUNNING_PROPOSED;
    input->proposal =
        (Proposal){.number = wire_number(reader, "number", proposed->number),
                   .invoices = invoices,
                   .invoice_count = (int)proposed->n_invoice_numbers,
                   .reason = wire_text(reader, "reason", proposed->reason, WIRE_REASON_MAX),
                   .actor = read_actor(reader, proposed->actor)};
}

static void read_settled(WireReader *reader, const Arrears__Billing__V1__ReminderSettled *settled,
                         DunningInput *input) {
    bool sent = settled->outcome == ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_SENT;
    if (!sent &&
        settled->outcome != ARREARS__BILLING__V1__REMINDER_OUTCOME__REMINDER_OUTCOME_NOT_SENT) {
        wire_fault(reader, "OUTCOME_UNKNOWN", "outcome is none this program knows.");
    }
    input->kind = DUNNING_SETTLED;
    input->word = (Word){.number = wire_number(reader, "number", settled->number),
                         .reminder = wire_number(reader, "reminder_id", settled->reminder_id),
                         .went_out = sent,
                         .reason = wire_text(reader, "reason", settled->reason, WIRE_REASON_MAX),
                         .actor = read_actor(reader, settled->actor)};
}

static void read_resend(WireReader *reader,
                        const Arrears__Billing__V1__ReminderResendRequested *wanted,
                        DunningInput *input) {
    input->kind = DUNNING_RESEND;
    input->word = (Word){.number = wire_number(reader, "number", wanted->number),
                         .reminder = wire_number(reader, "reminder_id", wanted->reminder_id),
                         .reason = wire_text(reader, "reason", wanted->reason, WIRE_REASON_MAX),
                         .actor = read_actor(reader, wanted->actor)};
}

/* False: a note that this program does not know. */
static bool read_noted(WireReader *reader, const Noted *noted, DunningInput *input) {
    switch (noted->note_case) {
    case ARREARS__LEDGER__V1__NOTED__NOTE_WRITE_OFF_PROPOSED:
        read_proposed(reader, noted->write_off_proposed, input);
        return true;
    case ARREARS__LEDGER__V1__NOTED__NOTE_HOLD_CLEARED:
        read_cleared(reader, noted->hold_cleared, input);
        return true;
    case ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_SETTLED:
        read_settled(reader, noted->reminder_settled, input);
        return true;
    case ARREARS__LEDGER__V1__NOTED__NOTE_REMINDER_RESEND_REQUESTED:
        read_resend(reader, noted->reminder_resend_requested, input);
        return true;
    case ARREARS__LEDGER__V1__NOTED__NOTE_PAUSE_STARTED:
    case ARREARS__LEDGER__V1__NOTED__NOTE_PAUSE_ENDED:
    case ARREARS__LEDGER__V1__NOTED__NOTE_INVOICE_MILESTONE_REACHED:
        return true;
    case ARREARS__LEDGER__V1__NOTED__NOTE__NOT_SET:
    case _ARREARS__LEDGER__V1__NOTED__NOTE__CASE_IS_INT_SIZE:
        break;
    }
    return false;
}

/* ---- the message */

static void read_day(DayMark mark, DunningMessage *message) {
    message->is_day = true;
    message->day = mark;
}

/* False: an event that this program does not know. */
static bool read_event(WireReader *reader, const LedgerEvent *event, DunningMessage *message) {
    DunningInput *input = &message->input;
    switch (event->event_case) {
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DAY_OPENED:
        read_day(wire_day_opened(reader, event->day_opened), message);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DAY_CLOSED:
        read_day(wire_day_closed(reader, event->day_closed), message);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_HELD:
        read_held(reader, event->held, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INVOICE_POSTED:
        read_posted(reader, event->invoice_posted, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_CREDIT_POSTED:
        read_credited(reader, event->credit_posted, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_ALLOCATED:
        read_allocated(reader, event->allocated, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INVOICE_REVERSED:
        read_reversed(reader, event->invoice_reversed, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_WRITTEN_OFF:
        read_written_off(reader, event->written_off, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_WRITE_OFF_REFUSED:
        read_write_off_refused(reader, event->write_off_refused, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_RECOVERED:
        read_recovered(reader, event->recovered, input);
        return true;
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_NOTED:
        return read_noted(reader, event->noted, input);
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INPUT_REFUSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_CHARGE_POSTED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DISCOUNT_GRANTED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_TOLERANCE_USED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_PAYMENT_REVERSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_ALLOCATION_REVERSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_RECOVERY_REVERSED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_REFUNDED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DUE_DATE_CHANGED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DEBT_REDUCED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_DEBT_RESTORED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_PERIOD_CHANGED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_INVOICE_SETTLED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_BUCKET_ENTERED:
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT_JOURNAL_SEALED:
        return true; /* follows from what was said before, or moves nothing */
    case ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT__NOT_SET:
    case _ARREARS__LEDGER__V1__LEDGER_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
    }
    return false;
}

static void read_message(WireReader *reader, const LedgerEvent *event, DunningMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    message->account = room_account(reader, event->creditor, event->customer);
    if (!read_event(reader, event, message)) {
        wire_fault(reader, "EVENT_UNKNOWN",
                   "The ledger says something this program does not know: a newer producer wrote "
                   "it; upgrade dunning first.");
    }
    room_need_account(reader, message);
}

bool wire_read_ledger(Str value, Arena *arena, DunningMessage *message, WireRefusal *refusal) {
    const LedgerEvent *event = (const LedgerEvent *)wire_unpack(
        &arrears__ledger__v1__ledger_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (DunningMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE", "The value is no arrears.ledger.v1.LedgerEvent.");
    } else {
        read_message(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}
