#include "base/check.h"
#include "scoring/query/room.h"

Ranking ranking_open(Arena *arena, int64_t most) {
    return (Ranking){.arena = arena, .rows = ARENA_ARRAY(arena, Ranked, most + 1), .most = most};
}

static bool comes_before(const Ranked *row, int64_t rank, Str name) {
    return row->rank < rank || (row->rank == rank && str_compare(row->name, name) <= 0);
}

bool ranking_takes(const Ranking *ranking, int64_t rank, Str name) {
    return ranking->count < ranking->most ||
           !comes_before(&ranking->rows[ranking->count - 1], rank, name);
}

void ranking_add(Ranking *ranking, int64_t rank, Str name, json_t *json) {
    CHECK(ranking_takes(ranking, rank, name));
    int64_t at = ranking->count;
    while (at > 0 && !comes_before(&ranking->rows[at - 1], rank, name)) {
        ranking->rows[at] = ranking->rows[at - 1];
        at--;
    }
    ranking->rows[at] = (Ranked){rank, str_copy(ranking->arena, name), json};
    ranking->count++;
    if (ranking->count > ranking->most) {
        json_decref(ranking->rows[--ranking->count].json);
    }
}

json_t *ranking_list(Ranking *ranking) {
    json_t *list = json_array();
    for (int64_t i = 0; i < ranking->count; i++) {
        json_array_append_new(list, ranking->rows[i].json);
    }
    ranking->count = 0;
    return list;
}
