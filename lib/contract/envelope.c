/* The payload of a signed day tick: made by who signs it, read after its signature was verified. */
#include "contract/envelope.h"

#include "base/check.h"
#include "contract/wire.h"

const char TICK_PAYLOAD_TYPE[] = "application/vnd.arrears.tick.v1+protobuf";
const char DECISION_PAYLOAD_TYPE[] = "application/vnd.arrears.decision.v1+protobuf";
const char PERIOD_PAYLOAD_TYPE[] = "application/vnd.arrears.period.v1+protobuf";

/* A tick is a day, a hash and a flag: 100 bytes decode to some hundred. */
enum { TICK_DECODED_MAX = 4 << 10 };

typedef Arrears__Envelope__V1__Tick Tick;
typedef Arrears__Envelope__V1__BusinessDayOpened BusinessDayOpened;
typedef Arrears__Envelope__V1__BusinessDayClosed BusinessDayClosed;

static DayMark mark_of_opened(WireReader *reader, const BusinessDayOpened *message) {
    return (DayMark){.opened = true,
                     .simulated = message->simulated,
                     .day = wire_date(reader, "opened.day", message->day),
                     .policy_set = wire_hash(reader, "opened.policy_set", message->policy_set)};
}

static DayMark mark_of_closed(WireReader *reader, const BusinessDayClosed *message) {
    return (DayMark){.day = wire_date(reader, "closed.day", message->day),
                     .policy_set = wire_hash(reader, "closed.policy_set", message->policy_set)};
}

static DayMark mark_of(WireReader *reader, const Tick *tick) {
    if (tick->tick_case == ARREARS__ENVELOPE__V1__TICK__TICK_OPENED) {
        return mark_of_opened(reader, tick->opened);
    }
    if (tick->tick_case == ARREARS__ENVELOPE__V1__TICK__TICK_CLOSED) {
        return mark_of_closed(reader, tick->closed);
    }
    wire_fault(reader, "TICK_EMPTY",
               "The tick neither opens nor closes a day; set one of the two.");
    return (DayMark){.day = DATE_NONE};
}

bool tick_decode(Str payload, Arena *arena, DayMark *mark, Str *why) {
    const Tick *tick = (const Tick *)wire_unpack(&arrears__envelope__v1__tick__descriptor, payload,
                                                 arena, TICK_DECODED_MAX);
    if (tick == NULL) {
        *why = S("The signed bytes are no arrears.envelope.v1.Tick.");
        return false;
    }
    WireReader reader = wire_reader(arena);
    DayMark read = mark_of(&reader, tick);
    if (!wire_is_good(&reader)) {
        *why = reader.sentence;
        return false;
    }
    *mark = read;
    return true;
}

static Str opened_encode(const DayMark *mark, Arena *arena) {
    BusinessDayOpened opened = ARREARS__ENVELOPE__V1__BUSINESS_DAY_OPENED__INIT;
    opened.day = wire_put_date(arena, mark->day);
    opened.policy_set = wire_put_text(arena, mark->policy_set);
    opened.simulated = mark->simulated;
    Tick tick = ARREARS__ENVELOPE__V1__TICK__INIT;
    tick.tick_case = ARREARS__ENVELOPE__V1__TICK__TICK_OPENED;
    tick.opened = &opened;
    return wire_pack(&tick.base, arena);
}

Str tick_encode(const DayMark *mark, Arena *arena) {
    CHECK(date_is_valid(mark->day));
    if (mark->opened) {
        return opened_encode(mark, arena);
    }
    BusinessDayClosed closed = ARREARS__ENVELOPE__V1__BUSINESS_DAY_CLOSED__INIT;
    closed.day = wire_put_date(arena, mark->day);
    closed.policy_set = wire_put_text(arena, mark->policy_set);
    Tick tick = ARREARS__ENVELOPE__V1__TICK__INIT;
    tick.tick_case = ARREARS__ENVELOPE__V1__TICK__TICK_CLOSED;
    tick.closed = &closed;
    return wire_pack(&tick.base, arena);
}
