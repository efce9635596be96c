#include "ledger/core/accrued.h"

#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "base/fixed.h"

enum { FIRST_ROOM = 4, MOVE_TEXT_MAX = 40 };

Accrued accrued_of(ItemKey key, Str regime, Money invoiced) {
    Money none = money_of(0, invoiced.currency);
    return (Accrued){.key = key,
                     .regime = regime,
                     .invoiced = invoiced,
                     .until = DATE_NONE,
                     .amount = none,
                     .late_on = DATE_NONE,
                     .posted = none,
                     .fixed = none,
                     .interest_paid = none,
                     .fixed_paid = none,
                     .waived = none,
                     .fixed_waived = none,
                     .place = -1,
                     .touched_from = DATE_NONE,
                     .closed_on = DATE_NONE,
                     .is_new = true,
                     .changed = true};
}

/* ---- moves */

static void moves_grow(Accrued *accrued, Arena *arena) {
    if (accrued->move_count < accrued->move_room) {
        return;
    }
    accrued->move_room = accrued->move_count < FIRST_ROOM ? FIRST_ROOM : 2 * accrued->move_count;
    OpenMove *moved = ARENA_ARRAY(arena, OpenMove, accrued->move_room);
    if (accrued->move_count > 0) {
        memcpy(moved, accrued->moves, (size_t)accrued->move_count * sizeof *moved);
    }
    accrued->moves = moved;
}

static void move_add(Accrued *accrued, int at, OpenMove move, Arena *arena) {
    moves_grow(accrued, arena);
    OpenMove *place = &accrued->moves[at];
    memmove(place + 1, place, (size_t)(accrued->move_count - at) * sizeof *place);
    *place = move;
    accrued->move_count++;
}

void accrued_move(Accrued *accrued, Date from, int64_t minor, Arena *arena) {
    int at = accrued->move_count;
    while (at > 0 && date_compare(accrued->moves[at - 1].from, from) > 0) {
        at--;
    }
    accrued->changed = true;
    bool same = at > 0 && date_compare(accrued->moves[at - 1].from, from) == 0;
    if (same && __builtin_add_overflow(accrued->moves[at - 1].minor, minor,
                                       &accrued->moves[at - 1].minor)) {
        accrued->overlong = true;
    } else if (!same && accrued->move_count == ACCRUED_MOVES_MAX) {
        accrued->overlong = true;
    } else if (!same) {
        move_add(accrued, at, (OpenMove){from, minor}, arena);
    }
}

/* In the order of days a sum may go below zero, and far beyond what was ever open together. */
static Money open_of(const Accrued *accrued, Wide sum) {
    Wide open = sum > INT64_MAX ? INT64_MAX : sum;
    return money_of(open > 0 ? (int64_t)open : 0, accrued->invoiced.currency);
}

const OpenStep *accrued_steps(const Accrued *accrued, Arena *arena) {
    OpenStep *steps = ARENA_ARRAY(arena, OpenStep, accrued->move_count);
    Wide sum = 0;
    for (int i = 0; i < accrued->move_count; i++) {
        sum += accrued->moves[i].minor;
        steps[i] = (OpenStep){accrued->moves[i].from, open_of(accrued, sum)};
    }
    return steps;
}

/* ---- as text */

Str accrued_moves_print(const Accrued *accrued, Arena *arena) {
    ptrdiff_t most = (ptrdiff_t)(accrued->move_count + 1) * MOVE_TEXT_MAX;
    StrBuilder text = str_builder(arena, most);
    for (int i = 0; i < accrued->move_count; i++) {
        Str day = date_print(arena, accrued->moves[i].from);
        str_addf(&text, "%s%.*s %+" PRId64, i == 0 ? "" : " ", STR_ARGS(day),
                 accrued->moves[i].minor);
    }
    CHECK(!text.full);
    return str_built(&text);
}

/* "+10000": a sign and digits. */
static bool minor_parse(Str text, int64_t *minor) {
    bool signed_well = text.len > 1 && (text.ptr[0] == '+' || text.ptr[0] == '-');
    int64_t sum = 0;
    for (ptrdiff_t i = 1; signed_well && i < text.len; i++) {
        signed_well = text.ptr[i] >= '0' && text.ptr[i] <= '9' &&
                      !__builtin_mul_overflow(sum, 10, &sum) &&
                      !__builtin_add_overflow(sum, text.ptr[i] - '0', &sum);
    }
    *minor = signed_well && text.ptr[0] == '-' ? -sum : sum;
    return signed_well;
}

bool accrued_moves_parse(Str text, Accrued *accrued, Arena *arena) {
    while (!str_is_empty(text)) {
        StrCut day = str_cut(text, ' ');
        StrCut minor = str_cut(day.tail, ' ');
        OpenMove move = {DATE_NONE, 0};
        if (!date_parse(day.head, &move.from) || !minor_parse(minor.head, &move.minor)) {
            return false;
        }
        move_add(accrued, accrued->move_count, move, arena);
        text = minor.tail;
    }
    return true;
}
