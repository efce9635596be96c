/* The payload of a signed period: a month of a creditor. */
#include <inttypes.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/wire.h"
#include "ledger/wire.h"
#include "ledger/wire/room.h"

enum { DECODED_MAX = 4 << 10, MONTH_LENGTH = 7 };

/* "2026-03": its first day, and its last. */
static void read_month(WireReader *reader, const char *text, PeriodNotice *notice) {
    Str month = str_of(text);
    Str first = str_format(reader->arena, "%.*s-01", STR_ARGS(month));
    notice->from = DATE_NONE;
    notice->to = DATE_NONE;
    if (month.len != MONTH_LENGTH || !date_parse(first, &notice->from)) {
        wire_fault(reader, "MONTH_UNREAL", "month is \"%s\"; send one like \"2026-03\".", text);
        return;
    }
    notice->to = date_month_end(notice->from);
}

static PeriodNotice read_notice(WireReader *reader,
                                const Arrears__Billing__V1__PeriodNotice *message) {
    PeriodNotice notice = {.creditor = wire_part(reader, "creditor", message->creditor),
                           .reopened = message->reopened,
                           .request =
                               wire_number_or_empty(reader, "request_id", message->request_id),
                           .signed_at = {message->signed_us}};
    read_month(reader, message->month, &notice);
    if (message->signed_us <= 0) {
        wire_fault(reader, "SIGNED_MISSING",
                   "signed_us is %" PRId64 "; send the moment of the signature, in microseconds.",
                   message->signed_us);
    }
    if (notice.reopened && str_is_empty(notice.request)) {
        wire_fault(reader, "REQUEST_MISSING",
                   "request_id is empty; a month is opened again by an approved request.");
    }
    return notice;
}

bool wire_read_period(Str payload, Arena *arena, PeriodNotice *notice, WireRefusal *refusal) {
    const Arrears__Billing__V1__PeriodNotice *message =
        (const Arrears__Billing__V1__PeriodNotice *)wire_unpack(
            &arrears__billing__v1__period_notice__descriptor, payload, arena, DECODED_MAX);
    WireReader reader = wire_reader(arena);
    if (message == NULL) {
        wire_fault(&reader, "MESSAGE_UNREADABLE",
                   "The signed bytes are no arrears.billing.v1.PeriodNotice.");
    } else {
        *notice = read_notice(&reader, message);
    }
    return room_is_good(&reader, refusal);
}
