/* A table in memory, open addressing: found by hash, and then by looking at the next place. */
#include "ledger/query/sums.h"

#include "chassis/answer.h"

Sums sums_new(Arena *arena) {
    return (Sums){.arena = arena, .places = ARENA_ARRAY(arena, Sum, SUMS_ROOM)};
}

static bool is_same(const Sum *place, const Sum *moved) {
    return str_equals(place->gl, moved->gl) && str_equals(place->currency, moved->currency) &&
           str_equals(place->creditor, moved->creditor);
}

static bool is_taken(const Sum *place) {
    return place->gl.ptr != NULL;
}

/* Texts are copied when they come for the first time: the rows they are from go away. */
static void place_take(Sums *sums, Sum *place, const Sum *moved) {
    *place = (Sum){.creditor = str_copy(sums->arena, moved->creditor),
                   .gl = str_copy(sums->arena, moved->gl),
                   .currency = str_copy(sums->arena, moved->currency),
                   .minor = moved->minor};
    sums->count++;
}

bool sums_add(Sums *sums, Sum moved) {
    uint32_t at =
        31 * (31 * str_hash(moved.creditor) + str_hash(moved.gl)) + str_hash(moved.currency);
    if (sums->count >= SUMS_ROOM / 2) {
        return false;
    }
    for (;; at++) {
        Sum *place = &sums->places[at % SUMS_ROOM];
        if (!is_taken(place)) {
            place_take(sums, place, &moved);
            return true;
        }
        if (is_same(place, &moved) &&
            !__builtin_add_overflow(place->minor, moved.minor, &place->minor)) {
            return true;
        }
    }
}

json_t *sums_json(const Sums *sums) {
    json_t *list = json_array();
    for (int i = 0; i < SUMS_ROOM; i++) {
        const Sum *sum = &sums->places[i];
        if (is_taken(sum)) {
            json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:I}",               //
                                                  "creditor", json_text(sum->creditor), //
                                                  "account", json_text(sum->gl),        //
                                                  "currency", json_text(sum->currency), //
                                                  "minor", (json_int_t)sum->minor));
        }
    }
    return list;
}
