/* What every event of a service begins with, whatever it says after that. */
#include "base/check.h"
#include "contract/wire.h"

/* Fields of every message that a service writes. */
enum { FIELD_ORIGIN = 1, FIELD_CAUSE = 2, PART_DECODED_MAX = 4 << 10 };

typedef Arrears__Envelope__V1__Cause CauseMessage;

static const ProtobufCMessage *
part_unpack(Str value, uint32_t field, const ProtobufCMessageDescriptor *descriptor, Arena *arena) {
    Str bytes;
    return wire_find_bytes(value, field, &bytes)
               ? wire_unpack(descriptor, bytes, arena, PART_DECODED_MAX)
               : NULL;
}

static Cause cause_read(WireReader *reader, const CauseMessage *message) {
    switch (message->cause_case) {
    case ARREARS__ENVELOPE__V1__CAUSE__CAUSE_RECORD:
        return (Cause){.kind = CAUSE_RECORD,
                       .topic = str_of(message->record->topic),
                       .partition = message->record->partition,
                       .offset = message->record->offset};
    case ARREARS__ENVELOPE__V1__CAUSE__CAUSE_DAY:
        return (Cause){.kind = CAUSE_DAY, .day = wire_date(reader, "cause.day", message->day)};
    case ARREARS__ENVELOPE__V1__CAUSE__CAUSE_DISPATCH:
        return (Cause){.kind = CAUSE_DISPATCH,
                       .intent = str_of(message->dispatch->intent),
                       .attempt = message->dispatch->attempt};
    case ARREARS__ENVELOPE__V1__CAUSE__CAUSE__NOT_SET:
    case _ARREARS__ENVELOPE__V1__CAUSE__CAUSE__CASE_IS_INT_SIZE:
        break;
    }
    return (Cause){.kind = CAUSE_NONE};
}

bool envelope_decode(Str value, Arena *arena, Origin *origin, Cause *cause) {
    const Arrears__Envelope__V1__Origin *from = (const Arrears__Envelope__V1__Origin *)part_unpack(
        value, FIELD_ORIGIN, &arrears__envelope__v1__origin__descriptor, arena);
    const CauseMessage *why = (const CauseMessage *)part_unpack(
        value, FIELD_CAUSE, &arrears__envelope__v1__cause__descriptor, arena);
    if (from == NULL || why == NULL) {
        return false;
    }
    WireReader reader = wire_reader(arena);
    *origin = wire_origin(&reader, from);
    *cause = cause_read(&reader, why);
    return wire_is_good(&reader) && cause->kind != CAUSE_NONE;
}
