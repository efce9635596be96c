/* jansson's side of an answer. Its functions fail for want of memory or for a text that is no
 * UTF-8, and no text of ours is that: a bug, so that it stops. */
#include "chassis/answer.h"

#include <stdlib.h>

#include "base/check.h"

void answer_json(HttpAnswer *answer, Arena *arena, int status, json_t *json) {
    char *text = json_dumps(json, JSON_COMPACT);
    CHECK(text != NULL);
    *answer = (HttpAnswer){.status = status, .body = str_copy(arena, str_of(text))};
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

json_t *json_amount(Str currency, int64_t minor) {
    return json_pack("{s:o, s:I}", "currency", json_text(currency), "minor", (json_int_t)minor);
}

json_t *json_hex(Arena *arena, Str bytes) {
    return json_text(str_hex(arena, bytes));
}

json_t *json_ids(Str joined) {
    json_t *array = json_array();
    for (StrCut cut = {.tail = joined, .found = !str_is_empty(joined)}; cut.found;) {
        cut = str_cut(cut.tail, ',');
        json_array_append_new(array, json_text(cut.head));
    }
    return array;
}
