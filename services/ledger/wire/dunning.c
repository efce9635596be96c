/* arrears.dunning.v1: of all that dunning says, the ledger keeps on which invoices reminders stand.
 * The writer is one of our own services: what cannot be read stops the task, it is not poison. */
#include "arrears/dunning/v1/dunning.pb-c.h"
#include "contract/wire.h"
#include "ledger/wire.h"
#include "ledger/wire/room.h"

typedef Arrears__Dunning__V1__DunningEvent DunningEvent;
typedef Arrears__Dunning__V1__ReminderIssued ReminderIssued;

enum { DECODED_MAX = 256 << 10 };

static ReminderStep step_of(WireReader *reader, ReminderNews news, const char *id,
                            int32_t attempt) {
    return (ReminderStep){
        .reminder = wire_number(reader, "reminder_id", id), .news = news, .attempt = attempt};
}

static void read_step(LedgerInput *input, ReminderStep step) {
    input->kind = LEDGER_REMINDER;
    input->step = step;
}

static bool is_named(const LedgerInput *input, Str number) {
    for (int i = 0; i < input->invoice_count; i++) {
        if (str_equals(input->invoices[i], number)) {
            return true;
        }
    }
    return false;
}

/* Each once, in the order of the items: the oldest debt first. */
static void read_invoices(WireReader *reader, const ReminderIssued *issued, LedgerInput *input) {
    if (issued->n_items < 1 || issued->n_items > LEDGER_INVOICES_MAX) {
        wire_fault(reader, "LIST_SIZE", "items has %zu items; 1 to %d are lawful.", issued->n_items,
                   LEDGER_INVOICES_MAX);
        return;
    }
    Str *names = ARENA_ARRAY(reader->arena, Str, (ptrdiff_t)issued->n_items);
    input->invoices = names;
    for (size_t i = 0; i < issued->n_items; i++) {
        Str number = wire_number(reader, "items.invoice_number", issued->items[i]->invoice_number);
        if (!is_named(input, number)) {
            names[input->invoice_count++] = number;
        }
    }
}

static void read_issued(WireReader *reader, const ReminderIssued *issued, LedgerInput *input) {
    ReminderStep step = step_of(reader, REMINDER_NEWS_ISSUED, issued->reminder_id, 0);
    step.level = wire_number(reader, "level_name", issued->level_name);
    step.total = wire_money(reader, "total", issued->total); /* a sum: above any one item */
    if (wire_is_good(reader) && money_is_zero(step.total)) {
        wire_fault(reader, "AMOUNT_NOT_POSITIVE", "total is zero.");
    }
    read_step(input, step);
    read_invoices(reader, issued, input);
}

/* Of the messages that say no more of a reminder than what became of it. */
#define READ_STEP(message, news)                                                                   \
    read_step(input,                                                                               \
              step_of(reader, REMINDER_NEWS_##news, (message)->reminder_id, (message)->attempt))

/* False: an event that this program does not know. */
static bool read_event(WireReader *reader, const DunningEvent *event, LedgerInput *input) {
    switch (event->event_case) {
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_REMINDER_ISSUED:
        read_issued(reader, event->reminder_issued, input);
        return true;
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_REMINDER_SENT:
        READ_STEP(event->reminder_sent, SENT);
        return true;
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_REMINDER_FAILED:
        READ_STEP(event->reminder_failed, FAILED);
        return true;
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_REMINDER_UNCERTAIN:
        READ_STEP(event->reminder_uncertain, UNCERTAIN);
        return true;
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_REMINDER_WITHDRAWN:
        READ_STEP(event->reminder_withdrawn, WITHDRAWN);
        return true;
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_REMINDER_RESENT:
        READ_STEP(event->reminder_resent, RESENT);
        return true;
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_DAY_OPENED:
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_DAY_CLOSED:
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_HELD:
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_INPUT_REFUSED:
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_PERSON_NEEDED:
        return true;
    case ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT__NOT_SET:
    case _ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT__CASE_IS_INT_SIZE:
        break;
    }
    return false;
}

static void read_message(WireReader *reader, const DunningEvent *event, LedgerMessage *message) {
    message->origin = wire_origin(reader, event->origin);
    if (!read_event(reader, event, &message->input)) {
        wire_fault(reader, "EVENT_UNKNOWN",
                   "dunning says something this program does not know: a newer producer wrote it; "
                   "upgrade the ledger first.");
    }
    if (message->input.kind != LEDGER_NOTHING) {
        message->account = (Account){.creditor = wire_part(reader, "creditor", event->creditor),
                                     .customer = wire_part(reader, "customer", event->customer)};
    }
}

bool wire_read_dunning(Str value, Arena *arena, LedgerMessage *message, WireRefusal *refusal) {
    const DunningEvent *event = (const DunningEvent *)wire_unpack(
        &arrears__dunning__v1__dunning_event__descriptor, value, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    *message = (LedgerMessage){0};
    if (event == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The value is no arrears.dunning.v1.DunningEvent.");
    } else {
        read_message(&reader, event, message);
    }
    return room_is_good(&reader, refusal);
}
