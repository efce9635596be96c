/* Fields that were checked while they were read. A sentence names the field, what is wrong and what
 * to send instead. It repeats the value only where that can be no personal data: a wrong date or
 * currency, never a name or a number. */
#include <inttypes.h>

#include "base/check.h"
#include "base/id.h"
#include "contract/seal.h"
#include "contract/wire.h"

/* Longer values are not shown: a date or currency that long is some other field's text. */
enum { SHOWN_MAX = 24 };

WireReader wire_reader(Arena *arena) {
    return (WireReader){.arena = arena};
}

bool wire_is_good(const WireReader *reader) {
    return reader->code == NULL;
}

void wire_fault(WireReader *reader, const char *code, const char *format, ...) {
    CHECK(code != NULL);
    if (!wire_is_good(reader)) {
        return;
    }
    va_list args;
    va_start(args, format);
    reader->code = code;
    reader->sentence = str_vformat(reader->arena, format, args);
    va_end(args);
}

/* The value for a sentence: short and printable, or only its size. */
static Str shown(WireReader *reader, Str value) {
    bool plain = value.len <= SHOWN_MAX;
    for (ptrdiff_t i = 0; plain && i < value.len; i++) {
        plain = value.ptr[i] >= 0x20 && value.ptr[i] < 0x7f && value.ptr[i] != '"';
    }
    return plain ? str_format(reader->arena, "\"%.*s\"", STR_ARGS(value))
                 : str_format(reader->arena, "a text of %td bytes", value.len);
}

/* ---- names and texts */

Str wire_part(WireReader *reader, const char *field, const char *text) {
    Str part = str_of(text);
    if (id_is_part(part)) {
        return part;
    }
    wire_fault(reader, "ID_MALFORMED", "%s is %s; send 1 to 64 characters of [A-Za-z0-9._~-].",
               field,
               str_is_empty(part)        ? "missing"
               : part.len <= ID_PART_MAX ? "not made of the characters an id may have"
                                         : "longer than 64 characters");
    return (Str){0};
}

/* True when the text is UTF-8 and not longer than max_bytes. */
static bool check_text(WireReader *reader, const char *field, Str text, ptrdiff_t max_bytes) {
    if (!str_is_text(text)) {
        wire_fault(reader, "TEXT_NOT_UTF8", "%s is not UTF-8 text; send it in UTF-8.", field);
        return false;
    }
    if (text.len > max_bytes) {
        wire_fault(reader, "TEXT_TOO_LONG", "%s has %td bytes; send at most %td.", field, text.len,
                   max_bytes);
        return false;
    }
    return true;
}

Str wire_text(WireReader *reader, const char *field, const char *text, ptrdiff_t max_bytes) {
    Str read = str_of(text);
    return check_text(reader, field, read, max_bytes) ? read : (Str){0};
}

Str wire_number(WireReader *reader, const char *field, const char *text) {
    Str number = str_of(text);
    if (!check_text(reader, field, number, ID_NUMBER_MAX)) {
        return (Str){0};
    }
    if (id_is_number(number)) {
        return number;
    }
    wire_fault(reader, "NUMBER_MALFORMED",
               "%s %s; send 1 to 64 bytes of text without control characters and without blanks "
               "at its ends.",
               field,
               str_is_empty(number) ? "is missing"
                                    : "has control characters or blanks at its ends");
    return (Str){0};
}

Str wire_number_or_empty(WireReader *reader, const char *field, const char *text) {
    return str_is_empty(str_of(text)) ? (Str){0} : wire_number(reader, field, text);
}

Str wire_hash(WireReader *reader, const char *field, const char *text) {
    Str hex = str_of(text);
    Hash hash;
    if (hash_parse(hex, &hash)) {
        return hex;
    }
    wire_fault(reader, "HASH_MALFORMED",
               "%s is no content hash; send its 64 hex digits in lower case.", field);
    return (Str){0};
}

/* ---- dates */

Date wire_date(WireReader *reader, const char *field, const char *text) {
    Str day = str_of(text);
    Date date = DATE_NONE;
    if (date_parse(day, &date)) {
        return date;
    }
    if (str_is_empty(day)) {
        wire_fault(reader, "DATE_MISSING", "%s is missing; send a day as YYYY-MM-DD.", field);
    } else {
        Str value = shown(reader, day);
        wire_fault(reader, "DATE_UNREAL",
                   "%s is %.*s, which is no day of the calendar; send YYYY-MM-DD between "
                   "1900-01-01 and 2199-12-31.",
                   field, STR_ARGS(value));
    }
    return DATE_NONE;
}

Date wire_date_or_none(WireReader *reader, const char *field, const char *text) {
    return str_is_empty(str_of(text)) ? DATE_NONE : wire_date(reader, field, text);
}

/* ---- amounts */

/* False after a fault; the sign is the caller's matter. */
static bool read_money(WireReader *reader, const char *field,
                       const Arrears__Envelope__V1__Money *message, Money *money) {
    if (message == NULL) {
        wire_fault(reader, "AMOUNT_MISSING",
                   "%s is missing; send its currency and its amount in minor units.", field);
        return false;
    }
    Str code = str_of(message->currency);
    Currency currency;
    if (!currency_find(code, &currency)) {
        Str value = shown(reader, code);
        wire_fault(reader, "CURRENCY_UNKNOWN",
                   "%s.currency is %.*s; send an ISO 4217 code that is in force, in upper case: "
                   "\"USD\".",
                   field, STR_ARGS(value));
        return false;
    }
    *money = money_of(message->minor, currency);
    return true;
}

/* Ten trillion of a currency with cents: far above any document, far enough below int64 that
 * thousands of them can be summed. */
static const int64_t AMOUNT_MINOR_MAX = INT64_C(1000000000000000);

Money wire_amount(WireReader *reader, const char *field,
                  const Arrears__Envelope__V1__Money *money) {
    Money read = {0};
    if (!read_money(reader, field, money, &read)) {
        return (Money){0};
    }
    if (read.minor <= 0) {
        wire_fault(reader, "AMOUNT_NOT_POSITIVE",
                   "%s.minor is %" PRId64 "; send an amount above zero, in minor units.", field,
                   read.minor);
        return (Money){0};
    }
    if (read.minor > AMOUNT_MINOR_MAX) {
        wire_fault(reader, "AMOUNT_TOO_LARGE",
                   "%s.minor is above %" PRId64 "; no single document is that large.", field,
                   AMOUNT_MINOR_MAX);
        return (Money){0};
    }
    return read;
}

Money wire_money(WireReader *reader, const char *field, const Arrears__Envelope__V1__Money *money) {
    Money read = {0};
    if (!read_money(reader, field, money, &read)) {
        return (Money){0};
    }
    if (read.minor < 0) {
        wire_fault(reader, "AMOUNT_NEGATIVE",
                   "%s.minor is %" PRId64 "; send zero or more, in minor units.", field,
                   read.minor);
        return (Money){0};
    }
    return read;
}

Money wire_balance(WireReader *reader, const char *field,
                   const Arrears__Envelope__V1__Money *money) {
    Money read = {0};
    if (read_money(reader, field, money, &read) && read.minor == INT64_MIN) {
        wire_fault(reader, "AMOUNT_TOO_LARGE",
                   "%s.minor has no opposite; no balance is that large.", field);
    }
    return read;
}

/* ---- the envelope's messages */

Origin wire_origin(WireReader *reader, const Arrears__Envelope__V1__Origin *origin) {
    if (origin == NULL) {
        wire_fault(reader, "ORIGIN_MISSING",
                   "origin is missing; only services of Arrears write to this topic, and they "
                   "always set it.");
        return (Origin){0};
    }
    if (origin->task < 0 || origin->seq < 1 || origin->order < 1 || origin->hops < 0) {
        wire_fault(reader, "ORIGIN_MALFORMED",
                   "origin has a number below its first (task and hops count from 0, seq and order "
                   "from 1).");
        return (Origin){0};
    }
    return (Origin){.service = wire_part(reader, "origin.service", origin->service),
                    .task = origin->task,
                    .seq = origin->seq,
                    .order = origin->order,
                    .hops = origin->hops};
}

Signed wire_signed(WireReader *reader, const Arrears__Envelope__V1__Signed *message) {
    if (message == NULL || message->payload.len == 0 || message->signature.len == 0) {
        wire_fault(reader, "SIGNATURE_MISSING",
                   "the signed bytes or their signature are missing; send payload, key_id and "
                   "signature as the arrears tool makes them.");
        return (Signed){0};
    }
    if (message->signature.len != SIGNATURE_SIZE) {
        wire_fault(reader, "SIGNATURE_MALFORMED",
                   "signature has %zu bytes; an Ed25519 signature has 64.", message->signature.len);
        return (Signed){0};
    }
    return (Signed){
        .payload = str_from(message->payload.data, (ptrdiff_t)message->payload.len),
        .key_id = wire_number(reader, "key_id", message->key_id),
        .signature = str_from(message->signature.data, SIGNATURE_SIZE),
    };
}

DayMark wire_day_opened(WireReader *reader, const Arrears__Envelope__V1__DayOpened *message) {
    return (DayMark){.opened = true,
                     .simulated = message->simulated,
                     .day = wire_date(reader, "day_opened.day", message->day),
                     .policy_set = wire_hash(reader, "day_opened.policy_set", message->policy_set)};
}

DayMark wire_day_closed(WireReader *reader, const Arrears__Envelope__V1__DayClosed *message) {
    return (DayMark){.day = wire_date(reader, "day_closed.day", message->day),
                     .policy_set = wire_hash(reader, "day_closed.policy_set", message->policy_set)};
}

ItemKey wire_item(WireReader *reader, const WireItem *item) {
    bool known = (unsigned)item->charge < CHARGE_COUNT && item->instalment >= 0 &&
                 item->instalment <= ITEM_ORDINAL_MAX;
    if (!known) {
        wire_fault(reader, "ITEM_UNKNOWN", "%s stands with charge %d, instalment %d.", item->field,
                   (int)item->charge, (int)item->instalment);
        return (ItemKey){0};
    }
    return (ItemKey){.number = wire_number(reader, item->field, item->number),
                     .charge = (Charge)item->charge,
                     .instalment = item->instalment};
}

/* Both stand in the order of the contract's numbers. */
_Static_assert((int)WRITE_OFF_OTHER ==
                       (int)ARREARS__ENVELOPE__V1__WRITE_OFF_REASON__WRITE_OFF_REASON_OTHER &&
                   (int)WRITE_OFF_REASON_COUNT == (int)WRITE_OFF_OTHER + 1,
               "the contract's reasons are ours");

WriteOffReason wire_write_off_reason(WireReader *reader, const char *field,
                                     Arrears__Envelope__V1__WriteOffReason reason) {
    if ((unsigned)reason >= WRITE_OFF_REASON_COUNT) {
        wire_fault(reader, "REASON_UNKNOWN", "%s is %d; send 1 to %d, or leave it out.", field,
                   (int)reason, WRITE_OFF_REASON_COUNT - 1);
        return WRITE_OFF_NOT_SAID;
    }
    return (WriteOffReason)reason;
}
