/* Bytes to messages and back. protobuf-c asks for memory through a hook, which takes it from the
 * arena until the cap is reached and then says no: protobuf-c gives up cleanly (soft failure). */
#include "contract/wire.h"

#include <string.h>

#include "base/check.h"

typedef struct Purse {
    Arena *arena;
    ptrdiff_t left; /* bytes this message may still take */
} Purse;

/* What the arena really spends: it hands out memory aligned for any type. */
static ptrdiff_t spent(size_t size) {
    return (ptrdiff_t)((size + 15) & ~(size_t)15);
}

static void *purse_take(void *self, size_t size) {
    Purse *purse = self;
    if (size > (size_t)purse->left || spent(size) > purse->left ||
        spent(size) > arena_room(purse->arena)) {
        return NULL;
    }
    purse->left -= spent(size);
    return arena_get(purse->arena, 1, (ptrdiff_t)size);
}

static void purse_give_back(void *self, void *memory) {
    (void)self;
    (void)memory; /* goes with the arena */
}

static const uint8_t *bytes_of(Str str) {
    return (const uint8_t *)(str.ptr == NULL ? "" : str.ptr);
}

/* ---- bytes that protobuf-c lets through
 *
 * It gives a string as a terminated text, so what follows a NUL would vanish unseen: "A" and "A\0B"
 * would be one number. And it takes field number 0, which is none, when that is written in two
 * bytes. Such bytes are no message of ours; both have a NUL, which most messages have not. */

/* A varint from the front of `rest`; false when it does not end. */
static bool take_varint(Str *rest, uint64_t *value) {
    *value = 0;
    for (ptrdiff_t i = 0; i < rest->len && i < 10; i++) {
        uint8_t byte = (uint8_t)rest->ptr[i];
        *value |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (byte < 0x80) {
            *rest = str_slice(*rest, i + 1, rest->len);
            return true;
        }
    }
    return false;
}

/* The next field: its number and, when it is length-prefixed, its content (else ptr NULL). False at
 * the end and for what protobuf-c refuses anyway. */
static bool take_field(Str *rest, uint32_t *number, Str *content) {
    uint64_t tag = 0;
    uint64_t length = 0;
    if (rest->len == 0 || !take_varint(rest, &tag)) {
        return false;
    }
    *number = (uint32_t)(tag >> 3);
    *content = (Str){0};
    ptrdiff_t fixed = 0;
    switch (tag & 7) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        return take_varint(rest, &length);
    case PROTOBUF_C_WIRE_TYPE_64BIT:
        fixed = 8;
        break;
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        fixed = 4;
        break;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        if (!take_varint(rest, &length) || length > (uint64_t)rest->len) {
            return false;
        }
        *content = str_slice(*rest, 0, (ptrdiff_t)length);
        fixed = (ptrdiff_t)length;
        break;
    default:
        return false;
    }
    if (fixed > rest->len) {
        return false;
    }
    *rest = str_slice(*rest, fixed, rest->len);
    return true;
}

bool wire_find_bytes(Str message, uint32_t field, Str *bytes) {
    uint32_t number = 0;
    Str content;
    int found = 0;
    while (take_field(&message, &number, &content)) {
        if (number == field && content.ptr != NULL) {
            *bytes = content;
            found++;
        }
    }
    return found == 1;
}

static bool has_nul(Str bytes) {
    return bytes.len > 0 && memchr(bytes.ptr, 0, (size_t)bytes.len) != NULL;
}

/* Goes as deep as the contract's messages are nested; none of them holds itself. */
static bool is_malformed(const ProtobufCMessageDescriptor *descriptor, Str bytes) {
    uint32_t number = 0;
    Str content;
    while (take_field(&bytes, &number, &content)) {
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(descriptor, number);
        if (number == 0) {
            return true;
        }
        if (field == NULL || !has_nul(content)) {
            continue;
        }
        if (field->type == PROTOBUF_C_TYPE_STRING) {
            return true;
        }
        if (field->type == PROTOBUF_C_TYPE_MESSAGE && is_malformed(field->descriptor, content)) {
            return true;
        }
    }
    return false;
}

ProtobufCMessage *wire_unpack(const ProtobufCMessageDescriptor *descriptor, Str bytes, Arena *arena,
                              ptrdiff_t limit_bytes) {
    CHECK(limit_bytes >= 0);
    if (has_nul(bytes) && is_malformed(descriptor, bytes)) {
        return NULL;
    }
    Purse purse = {.arena = arena, .left = limit_bytes};
    ProtobufCAllocator allocator = {
        .alloc = purse_take, .free = purse_give_back, .allocator_data = &purse};
    return protobuf_c_message_unpack(descriptor, &allocator, (size_t)bytes.len, bytes_of(bytes));
}

Str wire_pack(const ProtobufCMessage *message, Arena *arena) {
    ptrdiff_t size = (ptrdiff_t)protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_get(arena, 1, size);
    CHECK(protobuf_c_message_pack(message, bytes) == (size_t)size);
    return str_from(bytes, size);
}

/* ---- writing */

char *wire_put_text(Arena *arena, Str text) {
    CHECK(!has_nul(text));
    char *copy = arena_get(arena, 1, text.len + 1); /* zeroed: the end is there */
    if (text.len > 0) {
        memcpy(copy, text.ptr, (size_t)text.len);
    }
    return copy;
}

char *wire_put_date(Arena *arena, Date date) {
    return wire_put_text(arena, date_print(arena, date));
}

Arrears__Envelope__V1__Money *wire_put_money(Arena *arena, Money money) {
    Arrears__Envelope__V1__Money *message = ARENA_NEW(arena, Arrears__Envelope__V1__Money);
    arrears__envelope__v1__money__init(message);
    message->currency = wire_put_text(arena, str_of(money.currency.code));
    message->minor = money.minor;
    return message;
}

Arrears__Envelope__V1__Charge wire_put_charge(Charge charge) {
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

Arrears__Envelope__V1__Origin *wire_put_origin(Arena *arena, const Origin *origin) {
    Arrears__Envelope__V1__Origin *message = ARENA_NEW(arena, Arrears__Envelope__V1__Origin);
    arrears__envelope__v1__origin__init(message);
    message->service = wire_put_text(arena, origin->service);
    message->task = origin->task;
    message->seq = origin->seq;
    message->order = origin->order;
    message->hops = origin->hops;
    return message;
}

static Arrears__Envelope__V1__CauseRecord *put_record(Arena *arena, const Cause *cause) {
    Arrears__Envelope__V1__CauseRecord *message =
        ARENA_NEW(arena, Arrears__Envelope__V1__CauseRecord);
    arrears__envelope__v1__cause_record__init(message);
    message->topic = wire_put_text(arena, cause->topic);
    message->partition = cause->partition;
    message->offset = cause->offset;
    return message;
}

static Arrears__Envelope__V1__CauseDispatch *put_dispatch(Arena *arena, const Cause *cause) {
    Arrears__Envelope__V1__CauseDispatch *message =
        ARENA_NEW(arena, Arrears__Envelope__V1__CauseDispatch);
    arrears__envelope__v1__cause_dispatch__init(message);
    message->intent = wire_put_text(arena, cause->intent);
    message->attempt = cause->attempt;
    return message;
}

Arrears__Envelope__V1__Cause *wire_put_cause(Arena *arena, const Cause *cause) {
    Arrears__Envelope__V1__Cause *message = ARENA_NEW(arena, Arrears__Envelope__V1__Cause);
    arrears__envelope__v1__cause__init(message);
    switch (cause->kind) {
    case CAUSE_NONE:
        break;
    case CAUSE_RECORD:
        message->cause_case = ARREARS__ENVELOPE__V1__CAUSE__CAUSE_RECORD;
        message->record = put_record(arena, cause);
        break;
    case CAUSE_DAY:
        message->cause_case = ARREARS__ENVELOPE__V1__CAUSE__CAUSE_DAY;
        message->day = wire_put_date(arena, cause->day);
        break;
    case CAUSE_DISPATCH:
        message->cause_case = ARREARS__ENVELOPE__V1__CAUSE__CAUSE_DISPATCH;
        message->dispatch = put_dispatch(arena, cause);
        break;
    }
    return message;
}

Arrears__Envelope__V1__DayOpened *wire_put_day_opened(Arena *arena, const DayMark *mark) {
    CHECK(mark->opened);
    Arrears__Envelope__V1__DayOpened *message = ARENA_NEW(arena, Arrears__Envelope__V1__DayOpened);
    arrears__envelope__v1__day_opened__init(message);
    message->day = wire_put_date(arena, mark->day);
    message->policy_set = wire_put_text(arena, mark->policy_set);
    message->simulated = mark->simulated;
    return message;
}

Arrears__Envelope__V1__DayClosed *wire_put_day_closed(Arena *arena, const DayMark *mark) {
    CHECK(!mark->opened);
    Arrears__Envelope__V1__DayClosed *message = ARENA_NEW(arena, Arrears__Envelope__V1__DayClosed);
    arrears__envelope__v1__day_closed__init(message);
    message->day = wire_put_date(arena, mark->day);
    message->policy_set = wire_put_text(arena, mark->policy_set);
    return message;
}

Arrears__Envelope__V1__Held *wire_put_held(Arena *arena, const Held *held) {
    Arrears__Envelope__V1__Held *message = ARENA_NEW(arena, Arrears__Envelope__V1__Held);
    arrears__envelope__v1__held__init(message);
    message->topic = wire_put_text(arena, held->topic);
    message->partition = held->partition;
    message->offset = held->offset;
    message->reason = wire_put_text(arena, held->reason);
    message->sentence = wire_put_text(arena, held->sentence);
    return message;
}
