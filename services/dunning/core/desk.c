#include "dunning/core/desk.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "base/check.h"

enum { FIRST_ROOM = 4 };

void desk_say(Desk *desk, Fact fact) {
    CHECK(fact.kind > FACT_NONE && fact.kind < FACT_KIND_COUNT);
    if (desk->fact_count == desk->fact_room) {
        desk->fact_room = desk->fact_room ? 2 * desk->fact_room : FIRST_ROOM;
        Fact *moved = ARENA_ARRAY(desk->arena, Fact, desk->fact_room);
        if (desk->fact_count > 0) {
            memcpy(moved, desk->facts, (size_t)desk->fact_count * sizeof(Fact));
        }
        desk->facts = moved;
    }
    desk->facts[desk->fact_count++] = fact;
}

void desk_refuse(Desk *desk, RefusedWhy why, const char *kind, Str number, const char *format,
                 ...) {
    va_list args;
    va_start(args, format);
    Str sentence = str_vformat(desk->arena, format, args);
    va_end(args);
    desk_say(desk,
             (Fact){.kind = FACT_INPUT_REFUSED,
                    .refused = {.why = why, .sentence = sentence, .kind = kind, .number = number}});
}

void desk_send(Desk *desk, Str reminder, int32_t attempt) {
    CHECK(desk->sending_count < DESK_SENDINGS_MAX);
    if (desk->sendings == NULL) {
        desk->sendings = ARENA_ARRAY(desk->arena, Sending, DESK_SENDINGS_MAX);
    }
    desk->sendings[desk->sending_count++] = (Sending){reminder, attempt};
}

Str desk_next_reminder(Desk *desk) {
    desk->numbers->changed = true;
    return str_format(desk->arena, "R-%d-%" PRId64, (int)desk->debtor->task,
                      ++desk->numbers->reminders);
}

Str desk_next_request(Desk *desk) {
    desk->numbers->changed = true;
    return str_format(desk->arena, "WO-%d-%" PRId64, (int)desk->debtor->task,
                      ++desk->numbers->requests);
}
