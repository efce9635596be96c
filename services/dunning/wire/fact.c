/* arrears.dunning.v1: what dunning says. One row for each kind of fact: its type in the CloudEvents
 * header, its place in the message, and the function that fills it. */
#include "arrears/dunning/v1/dunning.pb-c.h"
#include "base/check.h"
#include "dunning/wire/room.h"

typedef Arrears__Dunning__V1__DunningEvent DunningEvent;

/* ---- enums; zero of theirs is "not given" */

static Arrears__Envelope__V1__RefusalReason put_why(RefusedWhy why) {
    switch (why) {
    case REFUSED_UNKNOWN:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_UNKNOWN_DOCUMENT;
    case REFUSED_CLOSED:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CLOSED_DOCUMENT;
    case REFUSED_IN_USE:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_DOCUMENT_IN_USE;
    case REFUSED_CURRENCY:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_CURRENCY_DIFFERS;
    case REFUSED_UNKNOWN_HOLD:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_UNKNOWN_HOLD;
    case REFUSED_ON_HOLD:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_ON_HOLD;
    case REFUSED_OVERFLOW:
        return ARREARS__ENVELOPE__V1__REFUSAL_REASON__REFUSAL_REASON_OVERFLOW;
    }
    CHECK(!"a reason");
}

static Arrears__Dunning__V1__FailureReason put_failure(FailedWhy why) {
    switch (why) {
    case FAILED_REFUSED:
        return ARREARS__DUNNING__V1__FAILURE_REASON__FAILURE_REASON_REFUSED;
    case FAILED_GAVE_UP:
        return ARREARS__DUNNING__V1__FAILURE_REASON__FAILURE_REASON_GAVE_UP;
    case FAILED_SAID_BY_HAND:
        return ARREARS__DUNNING__V1__FAILURE_REASON__FAILURE_REASON_SAID_BY_HAND;
    }
    CHECK(!"a reason");
}

static Arrears__Dunning__V1__WithdrawalReason put_withdrawal(WithdrawnWhy why) {
    switch (why) {
    case WITHDRAWN_FACTS_CHANGED:
        return ARREARS__DUNNING__V1__WITHDRAWAL_REASON__WITHDRAWAL_REASON_FACTS_CHANGED;
    case WITHDRAWN_ON_HOLD:
        return ARREARS__DUNNING__V1__WITHDRAWAL_REASON__WITHDRAWAL_REASON_ON_HOLD;
    case WITHDRAWN_CONTACT_CHANGED:
        return ARREARS__DUNNING__V1__WITHDRAWAL_REASON__WITHDRAWAL_REASON_CONTACT_CHANGED;
    }
    CHECK(!"a reason");
}

static Arrears__Dunning__V1__PersonNeededReason put_person_reason(PersonReason reason) {
    switch (reason) {
    case PERSON_NO_CONTACT:
        return ARREARS__DUNNING__V1__PERSON_NEEDED_REASON__PERSON_NEEDED_REASON_NO_CONTACT;
    case PERSON_ADDRESS_REFUSED:
        return ARREARS__DUNNING__V1__PERSON_NEEDED_REASON__PERSON_NEEDED_REASON_ADDRESS_REFUSED;
    case PERSON_NO_SENDER:
        return ARREARS__DUNNING__V1__PERSON_NEEDED_REASON__PERSON_NEEDED_REASON_NO_SENDER;
    case PERSON_WRITE_OFF_REJECTED:
        return ARREARS__DUNNING__V1__PERSON_NEEDED_REASON__PERSON_NEEDED_REASON_WRITE_OFF_REJECTED;
    case PERSON_NOT_NEEDED:
    case PERSON_REASON_COUNT:
        break;
    }
    CHECK(!"a reason");
}

/* ---- facts */

static void put_day_opened(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->day_opened = wire_put_day_opened(arena, &fact->day);
}

static void put_day_closed(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->day_closed = wire_put_day_closed(arena, &fact->day);
}

static void put_held(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->held = wire_put_held(arena, &fact->held);
}

static void put_refused(Arena *arena, const Fact *fact, DunningEvent *event) {
    const Refused *refused = &fact->refused;
    event->input_refused = ARENA_NEW(arena, Arrears__Envelope__V1__InputRefused);
    arrears__envelope__v1__input_refused__init(event->input_refused);
    event->input_refused->reason = put_why(refused->why);
    event->input_refused->sentence = wire_put_text(arena, refused->sentence);
    event->input_refused->kind = wire_put_text(arena, str_of(refused->kind));
    event->input_refused->number = wire_put_text(arena, refused->number);
}

static void put_items(Arena *arena, const Reminder *reminder,
                      Arrears__Dunning__V1__ReminderIssued *message) {
    message->n_items = (size_t)reminder->item_count;
    message->items = ARENA_ARRAY(arena, Arrears__Dunning__V1__ReminderItem *, reminder->item_count);
    for (int i = 0; i < reminder->item_count; i++) {
        Arrears__Dunning__V1__ReminderItem *item =
            ARENA_NEW(arena, Arrears__Dunning__V1__ReminderItem);
        arrears__dunning__v1__reminder_item__init(item);
        item->invoice_number = wire_put_text(arena, reminder->items[i].key.number);
        item->charge = wire_put_charge(reminder->items[i].key.charge);
        item->instalment = reminder->items[i].key.instalment;
        item->open = wire_put_money(arena, reminder->items[i].open);
        item->due_on = wire_put_date(arena, reminder->items[i].due_on);
        message->items[i] = item;
    }
}

static void put_issued(Arena *arena, const Fact *fact, DunningEvent *event) {
    const Reminder *reminder = fact->issued;
    Arrears__Dunning__V1__ReminderIssued *message =
        ARENA_NEW(arena, Arrears__Dunning__V1__ReminderIssued);
    arrears__dunning__v1__reminder_issued__init(message);
    message->reminder_id = wire_put_text(arena, reminder->id);
    message->level = reminder->level;
    message->level_name = wire_put_text(arena, reminder->level_name);
    message->tone = wire_put_text(arena, str_of(tone_name(reminder->tone)));
    message->total = wire_put_money(arena, reminder->total);
    put_items(arena, reminder, message);
    message->items_left_out = reminder->items_left_out;
    message->ladder_hash = wire_put_text(arena, reminder->ladder_hash);
    message->credit_band = (Arrears__Credit__V1__Band)reminder->band; /* the same numbers */
    message->credit_score = reminder->score;
    message->credit_epoch = reminder->credit_epoch;
    message->credit_version = reminder->credit_version;
    message->contact_hash = wire_put_text(arena, reminder->contact_hash);
    event->reminder_issued = message;
}

static void put_sent(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->reminder_sent = ARENA_NEW(arena, Arrears__Dunning__V1__ReminderSent);
    arrears__dunning__v1__reminder_sent__init(event->reminder_sent);
    event->reminder_sent->reminder_id = wire_put_text(arena, fact->ended.reminder);
    event->reminder_sent->attempt = fact->ended.attempt;
    event->reminder_sent->said_by = wire_put_text(arena, fact->ended.said_by);
}

static void put_failed(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->reminder_failed = ARENA_NEW(arena, Arrears__Dunning__V1__ReminderFailed);
    arrears__dunning__v1__reminder_failed__init(event->reminder_failed);
    event->reminder_failed->reminder_id = wire_put_text(arena, fact->ended.reminder);
    event->reminder_failed->attempt = fact->ended.attempt;
    event->reminder_failed->reason = put_failure(fact->ended.failed);
    event->reminder_failed->sentence = wire_put_text(arena, fact->ended.sentence);
    event->reminder_failed->said_by = wire_put_text(arena, fact->ended.said_by);
}

static void put_uncertain(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->reminder_uncertain = ARENA_NEW(arena, Arrears__Dunning__V1__ReminderUncertain);
    arrears__dunning__v1__reminder_uncertain__init(event->reminder_uncertain);
    event->reminder_uncertain->reminder_id = wire_put_text(arena, fact->ended.reminder);
    event->reminder_uncertain->attempt = fact->ended.attempt;
}

static void put_withdrawn(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->reminder_withdrawn = ARENA_NEW(arena, Arrears__Dunning__V1__ReminderWithdrawn);
    arrears__dunning__v1__reminder_withdrawn__init(event->reminder_withdrawn);
    event->reminder_withdrawn->reminder_id = wire_put_text(arena, fact->ended.reminder);
    event->reminder_withdrawn->attempt = fact->ended.attempt;
    event->reminder_withdrawn->reason = put_withdrawal(fact->ended.withdrawn);
}

static void put_resent(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->reminder_resent = ARENA_NEW(arena, Arrears__Dunning__V1__ReminderResent);
    arrears__dunning__v1__reminder_resent__init(event->reminder_resent);
    event->reminder_resent->reminder_id = wire_put_text(arena, fact->ended.reminder);
    event->reminder_resent->attempt = fact->ended.attempt;
    event->reminder_resent->said_by = wire_put_text(arena, fact->ended.said_by);
}

static void put_person(Arena *arena, const Fact *fact, DunningEvent *event) {
    event->person_needed = ARENA_NEW(arena, Arrears__Dunning__V1__PersonNeeded);
    arrears__dunning__v1__person_needed__init(event->person_needed);
    event->person_needed->reason = put_person_reason(fact->person.reason);
    event->person_needed->overdue = wire_put_money(arena, fact->person.overdue);
    event->person_needed->days_past_due = fact->person.days_past_due;
}

/* ---- the table */

typedef struct FactRow {
    const char *type;
    Arrears__Dunning__V1__DunningEvent__EventCase place;
    void (*put)(Arena *arena, const Fact *fact, DunningEvent *event);
} FactRow;

#define ROW(name, PLACE, put)                                                                      \
    { "arrears.dunning.v1." name, ARREARS__DUNNING__V1__DUNNING_EVENT__EVENT_##PLACE, put }

/* A request goes to a topic of its own: wire/request.c. */
static const FactRow FACTS[FACT_KIND_COUNT] = {
    [FACT_DAY_OPENED] = ROW("DayOpened", DAY_OPENED, put_day_opened),
    [FACT_DAY_CLOSED] = ROW("DayClosed", DAY_CLOSED, put_day_closed),
    [FACT_HELD] = ROW("Held", HELD, put_held),
    [FACT_INPUT_REFUSED] = ROW("InputRefused", INPUT_REFUSED, put_refused),
    [FACT_ISSUED] = ROW("ReminderIssued", REMINDER_ISSUED, put_issued),
    [FACT_SENT] = ROW("ReminderSent", REMINDER_SENT, put_sent),
    [FACT_FAILED] = ROW("ReminderFailed", REMINDER_FAILED, put_failed),
    [FACT_UNCERTAIN] = ROW("ReminderUncertain", REMINDER_UNCERTAIN, put_uncertain),
    [FACT_WITHDRAWN] = ROW("ReminderWithdrawn", REMINDER_WITHDRAWN, put_withdrawn),
    [FACT_RESENT] = ROW("ReminderResent", REMINDER_RESENT, put_resent),
    [FACT_PERSON_NEEDED] = ROW("PersonNeeded", PERSON_NEEDED, put_person),
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
    DunningEvent event = ARREARS__DUNNING__V1__DUNNING_EVENT__INIT;
    event.origin = wire_put_origin(arena, &stamp->origin);
    event.cause = wire_put_cause(arena, &stamp->cause);
    event.creditor = wire_put_text(arena, account.creditor);
    event.customer = wire_put_text(arena, account.customer);
    event.recorded_on = wire_put_date(arena, stamp->day);
    event.event_case = row->place;
    row->put(arena, fact, &event);
    return wire_pack(&event.base, arena);
}
