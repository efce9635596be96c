#include "ledger/core/desk.h"

#include <string.h>

#include "base/check.h"

enum { FIRST_ROOM = 4 };

void desk_say(Desk *desk, Fact fact) {
    CHECK(fact.kind > FACT_NONE && fact.kind < FACT_KIND_COUNT);
    if (desk->fact_count == desk->fact_room) {
        int room = desk->fact_room == 0 ? FIRST_ROOM : 2 * desk->fact_room;
        Fact *moved = ARENA_ARRAY(desk->arena, Fact, room);
        if (desk->fact_count > 0) {
            memcpy(moved, desk->facts, (size_t)desk->fact_count * sizeof fact);
        }
        desk->facts = moved;
        desk->fact_room = room;
    }
    desk->facts[desk->fact_count++] = fact;
}

void desk_post(Desk *desk, Entry entry) {
    entry.recorded_on = desk->day;
    book_post(desk->book, entry);
}

void desk_accept(Desk *desk, const Document *document) {
    Document *kept = book_add_document(desk->book, *document);
    kept->recorded_on = desk->day;
    kept->changed = true;
}

void desk_refuse(Desk *desk, RefusedFor reason, const Document *document, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str sentence = str_vformat(desk->arena, format, args);
    va_end(args);
    desk_say(desk, (Fact){.kind = FACT_INPUT_REFUSED,
                          .refused = {.reason = reason,
                                      .sentence = sentence,
                                      .kind = document_kind_name(document->kind),
                                      .number = document->number}});
}

Date desk_due_day(const Desk *desk, Date agreed) {
    return desk->calendar == NULL ? agreed : calendar_banking_day(desk->calendar, agreed);
}

const Instalment *desk_due_days(const Desk *desk, const Instalment *parts, int count) {
    if (desk->calendar == NULL) {
        return parts;
    }
    Instalment *moved = ARENA_ARRAY(desk->arena, Instalment, count);
    for (int i = 0; i < count; i++) {
        moved[i] = (Instalment){parts[i].amount, desk_due_day(desk, parts[i].due_on)};
    }
    return moved;
}

Date later_of(Date a, Date b) {
    return date_compare(a, b) >= 0 ? a : b;
}

Date sooner_of(Date a, Date b) {
    bool first = date_is_none(b) || (!date_is_none(a) && date_compare(a, b) < 0);
    return first ? a : b;
}

Money rest_of(Money whole, Money part) {
    Money rest = whole;
    CHECK(money_subtract(whole, part, &rest) && rest.minor >= 0);
    return rest;
}
