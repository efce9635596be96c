/* Answers as JSON. jansson keeps the order in which keys were set; what it allocates lives until
 * the answer is copied into the request's arena. */
#include <stdlib.h>

#include "approvals/query/room.h"
#include "base/check.h"

void query_answer(const Query *query, int status, json_t *json) {
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK(text != NULL);
    *query->answer = (HttpAnswer){.status = status, .body = str_copy(query->arena, str_of(text))};
    free(text);
    json_decref(json);
}

void query_refuse(const Query *query, int status, const char *code, const char *sentence) {
    json_t *error = json_pack("{s:s, s:s}", "code", code, "sentence", sentence);
    query_answer(query, status, json_pack("{s:o}", "error", error));
}

json_t *json_text(Str text) {
    json_t *json = json_stringn(text.ptr == NULL ? "" : text.ptr, (size_t)text.len);
    CHECK(json != NULL);
    return json;
}

json_t *json_day(const Query *query, Date day) {
    return date_is_none(day) ? json_null() : json_text(date_print(query->arena, day));
}

json_t *json_amount(Str currency, int64_t minor) {
    return json_pack("{s:o, s:I}", "currency", json_text(currency), "minor", (json_int_t)minor);
}

json_t *json_hex(const Query *query, Str bytes) {
    return json_text(str_hex(query->arena, bytes));
}

json_t *json_ids(Str joined) {
    json_t *array = json_array();
    for (StrCut cut = {.tail = joined, .found = !str_is_empty(joined)}; cut.found;) {
        cut = str_cut(cut.tail, ',');
        json_array_append_new(array, json_text(cut.head));
    }
    return array;
}
