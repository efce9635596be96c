#pragma once

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stdint.h>

#include "arrears/envelope/v1/envelope.pb-c.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "contract/act.h"
#include "contract/envelope.h"
#include "contract/item_key.h"

/* Between protobuf-c's structs and ours, for the wire rooms: unpacking into an arena under a cap,
 * texts, dates, amounts, and the envelope's messages.
 *
 * The cap is on decoded bytes, not on the message: 2,000 bytes of empty sub-messages grow to 44
 * times that in memory. The fetch functions check as they read and remember the first fault, so
 * that a decoder reads as a list:
 *
 *     WireReader reader = wire_reader(arena);
 *     invoice->number = wire_number(&reader, "number", message->number);
 *     invoice->amount = wire_amount(&reader, "amount", message->amount);
 *     if (!wire_is_good(&reader)) return refuse(reader.code, reader.sentence); */

/* NULL when the bytes are no such message or would decode to more than limit_bytes. */
ProtobufCMessage *wire_unpack(const ProtobufCMessageDescriptor *descriptor, Str bytes, Arena *arena,
                              ptrdiff_t limit_bytes) MUST_USE;
Str wire_pack(const ProtobufCMessage *message, Arena *arena);
/* The bytes of a sub-message as they stand in the message: what a hash or a signature is about.
 * False when the field is not there exactly once. */
bool wire_find_bytes(Str message, uint32_t field, Str *bytes) MUST_USE;

/* ---- reading, with the first fault remembered */
typedef struct WireReader {
    Arena *arena;
    const char *code; /* NULL: no fault so far; else "DATE_UNREAL", ... */
    Str sentence;
} WireReader;

WireReader wire_reader(Arena *arena);
bool wire_is_good(const WireReader *reader);
void wire_fault(WireReader *reader, const char *code, const char *format, ...) PRINTF(3, 4);

Str wire_part(WireReader *reader, const char *field,
              const char *text); /* creditor, customer, actor */
Str wire_number(WireReader *reader, const char *field, const char *text); /* document number */
Str wire_number_or_empty(WireReader *reader, const char *field, const char *text);
Str wire_text(WireReader *reader, const char *field, const char *text, ptrdiff_t max_bytes);
Str wire_hash(WireReader *reader, const char *field,
              const char *text); /* 64 hex digits, lower case */
Date wire_date(WireReader *reader, const char *field, const char *text);
Date wire_date_or_none(WireReader *reader, const char *field, const char *text);
Money wire_amount(WireReader *reader, const char *field,
                  const Arrears__Envelope__V1__Money *money); /* > 0 */
Money wire_money(WireReader *reader, const char *field,
                 const Arrears__Envelope__V1__Money *money); /* >= 0 */
Money wire_balance(WireReader *reader, const char *field,
                   const Arrears__Envelope__V1__Money *money); /* of either sign */

/* The three fields that name an item, where a message has them. */
typedef struct WireItem {
    const char *field; /* of the number */
    const char *number;
    Arrears__Envelope__V1__Charge charge;
    int32_t instalment;
} WireItem;

ItemKey wire_item(WireReader *reader, const WireItem *item);

/* Of a message that has them under these names. */
#define WIRE_ITEM(reader, message)                                                                 \
    wire_item(reader, &(WireItem){"invoice_number", (message)->invoice_number, (message)->charge,  \
                                  (message)->instalment})

/* A reason that this program does not know is a fault. */
WriteOffReason wire_write_off_reason(WireReader *reader, const char *field,
                                     Arrears__Envelope__V1__WriteOffReason reason);

/* ---- writing: everything points into the arena */
char *wire_put_text(Arena *arena, Str text);
char *wire_put_date(Arena *arena, Date date);
Arrears__Envelope__V1__Money *wire_put_money(Arena *arena, Money money);
Arrears__Envelope__V1__Charge wire_put_charge(Charge charge);
Arrears__Envelope__V1__Origin *wire_put_origin(Arena *arena, const Origin *origin);
Arrears__Envelope__V1__Cause *wire_put_cause(Arena *arena, const Cause *cause);
Arrears__Envelope__V1__DayOpened *wire_put_day_opened(Arena *arena, const DayMark *mark);
Arrears__Envelope__V1__DayClosed *wire_put_day_closed(Arena *arena, const DayMark *mark);
Arrears__Envelope__V1__Held *wire_put_held(Arena *arena, const Held *held);

/* ---- envelope messages into our structs */
Origin wire_origin(WireReader *reader, const Arrears__Envelope__V1__Origin *origin);
Signed wire_signed(WireReader *reader, const Arrears__Envelope__V1__Signed *message);
DayMark wire_day_opened(WireReader *reader, const Arrears__Envelope__V1__DayOpened *message);
DayMark wire_day_closed(WireReader *reader, const Arrears__Envelope__V1__DayClosed *message);
