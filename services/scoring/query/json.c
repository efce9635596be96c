/* Answers as JSON. jansson keeps the order in which keys were set; what it allocates lives until
 * the answer is copied into the request's arena. */
#include <stdlib.h>

#include "base/check.h"
#include "scoring/query/room.h"

void query_answer(const Query *query, int status, json_t *json) {
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK(text != NULL);
    *query->answer = (HttpAnswer){.status = status, .body = str_copy(query->arena, str_of(text))};
    free(text);
    json_decref(json);
}

json_t *json_text(Str text) {
    json_t *json = json_stringn(text.ptr == NULL ? "" : text.ptr, (size_t)text.len);
    CHECK(json != NULL);
    return json;
}

json_t *json_day(Arena *arena, Date day) {
    return date_is_none(day) ? json_null() : json_text(date_print(arena, day));
}

json_t *json_amount(Money money) {
    return json_pack("{s:s, s:I}", "currency", money.currency.code, "minor",
                     (json_int_t)money.minor);
}

json_t *json_exposures(const Profile *profile) {
    json_t *list = json_array();
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", //
                                              "open", json_amount(exposure->open), "overdue",
                                              json_amount(exposure->overdue), "unapplied",
                                              json_amount(exposure->unapplied), "paid",
                                              json_amount(exposure->paid)));
    }
    return list;
}

json_t *json_reasons(const Reasons *reasons) {
    json_t *list = json_array();
    for (int i = 0; i < reasons->count; i++) {
        const Reason *reason = &reasons->rows[i];
        json_t *value = reason->value < 0 ? json_null() : json_integer((json_int_t)reason->value);
        json_array_append_new(
            list, json_pack("{s:s, s:o, s:i, s:i}", //
                            "characteristic", characteristic_name(reason->characteristic), "value",
                            value, "points", (int)reason->points, "missing", (int)reason->missing));
    }
    return list;
}

Str profile_name(const Profile *profile, Arena *arena) {
    return account_key(arena, profile->account);
}
