#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"
#include "chassis/http.h"

/* Answers of a query room as JSON: how a text, a day, an amount and bytes look in each of them.
 *
 * Keys stand in the order in which they were set. What jansson allocates belongs to nobody's arena:
 * answer_json frees it, and a question that fails halfway calls json_decref. A refusal is
 * http_refuse.
 *
 *     json_t *item = json_pack("{s:o, s:o}", "number", json_text(number), "due_on",
 *                              json_day(arena, due_on));
 *     answer_json(answer, arena, 200, item); */

/* The reference is taken; the body is in the arena. */
void answer_json(HttpAnswer *answer, Arena *arena, int status, json_t *json);

/* Each made new; the text is UTF-8. */
json_t *json_text(Str text);
/* "2025-03-31"; null for DATE_NONE. */
json_t *json_day(Arena *arena, Date day);
/* {"currency": "USD", "minor": 12345} */
json_t *json_amount(Str currency, int64_t minor);
/* Lower-case hex digits. */
json_t *json_hex(Arena *arena, Str bytes);
/* Ids joined by commas, as an array; an empty one of an empty text. */
json_t *json_ids(Str joined);
