/* Answers as JSON. jansson keeps the order in which keys were set; what it allocates lives until
 * the answer is copied into the request's arena. */
#include <stdlib.h>

#include "base/check.h"
#include "ledger/query/room.h"

void query_answer(const Query *query, int status, json_t *json) {
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK(text != NULL);
    *query->answer = (HttpAnswer){.status = status, .body = str_copy(query->arena, str_of(text))};
    free(text);
    json_decref(json);
}

void query_refuse(const Query *query, int status, const char *code, const char *sentence,
                  const char *name, json_t *more) {
    json_t *error = json_pack("{s:s, s:s}", "code", code, "sentence", sentence);
    if (more != NULL) {
        CHECK(json_object_set_new(error, name, more) == 0);
    }
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

json_t *json_count(int64_t count, int64_t minor) {
    return json_pack("{s:I, s:I}", "count", (json_int_t)count, "minor", (json_int_t)minor);
}
