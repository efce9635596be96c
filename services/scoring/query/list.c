/* GET /v1/credit?band=&top=: customers of a band, or of all; the worst scores first. */
#include "scoring/query/room.h"

enum { TOP_DEFAULT = 100 };

typedef struct List {
    const Query *query;
    Band band; /* BAND_NONE: all */
    Ranking ranking;
} List;

static void list_visit(void *self, const Profile *profile) {
    List *list = self;
    Arena *arena = list->query->arena;
    bool wanted = list->band == BAND_NONE || list->band == profile->band;
    Str name = profile_name(profile, arena);
    if (!wanted || !ranking_takes(&list->ranking, profile->score, name)) {
        return;
    }
    ranking_add(&list->ranking, profile->score, name,
                json_pack("{s:o, s:o, s:i, s:s, s:o, s:o}", //
                          "creditor", json_text(profile->account.creditor), "customer",
                          json_text(profile->account.customer), "score", (int)profile->score,
                          "band", band_name(profile->band), "day", json_day(arena, profile->day),
                          "exposures", json_exposures(profile)));
}

bool query_list(const Query *query, Err *err) {
    List list = {.query = query, .band = band_find(query->band)};
    int64_t top;
    if (list.band == BAND_NONE && !str_is_empty(query->band)) {
        http_refuse(query->arena, query->answer, 400, "BAND", "band is one of A, B, C, D, E.");
        return true;
    }
    if (!top_find(query, TOP_DEFAULT, &top)) {
        return true;
    }
    list.ranking = ranking_open(query->arena, top);
    bool good = each_state(query, list_visit, &list, err);
    json_t *customers = ranking_list(&list.ranking);
    if (!good) {
        json_decref(customers);
        return false;
    }
    answer_json(query->answer, query->arena, 200, json_pack("{s:o}", "customers", customers));
    return true;
}
