#include "ledger/core/hold.h"

#include <inttypes.h>

/* A record is held once; its row is used again if it ever comes back. */
void put_on_hold(Desk *desk, const LedgerInput *input) {
    const Held *held = &input->held;
    Hold *hold = book_find_hold(desk->book, held->topic, held->partition, held->offset);
    if (hold == NULL) {
        hold = book_add_hold(desk->book, (Hold){0});
    }
    *hold = (Hold){.topic = held->topic,
                   .partition = held->partition,
                   .offset = held->offset,
                   .reason = held->reason,
                   .sentence = held->sentence,
                   .held_on = desk->day,
                   .cleared_on = DATE_NONE,
                   .changed = true};
    desk_say(desk, (Fact){.kind = FACT_HELD, .held = *held});
}

static void refuse(Desk *desk, const ClearedHold *cleared) {
    Str place = str_format(desk->arena, "%.*s/%" PRId32 "/%" PRId64, STR_ARGS(cleared->topic),
                           cleared->partition, cleared->offset);
    desk_say(desk, (Fact){.kind = FACT_INPUT_REFUSED,
                          .refused = {.reason = REFUSED_UNKNOWN_HOLD,
                                      .sentence = str_format(desk->arena,
                                                             "No hold of %.*s is in force on this "
                                                             "account; see the list of holds.",
                                                             STR_ARGS(place)),
                                      .kind = "hold_cleared",
                                      .number = place}});
}

/* False: there is no such hold in force. */
static bool own_hold_end(Desk *desk, const ClearedHold *cleared) {
    Hold *hold = book_find_hold(desk->book, cleared->topic, cleared->partition, cleared->offset);
    if (hold == NULL || !hold_is_in_force(hold)) {
        return false;
    }
    hold->cleared_on = desk->day;
    hold->changed = true;
    return true;
}

void clear_hold(Desk *desk, const LedgerInput *input) {
    const ClearedHold *cleared = &input->cleared;
    if (!cleared->elsewhere && !own_hold_end(desk, cleared)) {
        refuse(desk, cleared);
        return;
    }
    desk_say(desk, (Fact){.kind = FACT_HOLD_CLEARED_NOTED, .noted = input});
}
