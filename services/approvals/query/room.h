#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/http.h"
#include "chassis/pg.h"

/* Inside query.c and query/ only: one question being answered. */
typedef struct Query {
    Pg *pg; /* in a snapshot of its own, read-only */
    Arena *arena;
    int64_t row_limit;
    HttpAnswer *answer;
    Str state; /* as asked; empty when not said */
    Str creditor;
    Str request;
} Query;

/* Each fills query->answer, with a refusal too; false when the database does not answer. */
bool query_list(const Query *query, Err *err) MUST_USE;
bool query_request(const Query *query, Err *err) MUST_USE;

/* ---- what both need */

/* Answers; the JSON's reference is taken. */
void query_answer(const Query *query, int status, json_t *json);
void query_refuse(const Query *query, int status, const char *code, const char *sentence);

json_t *json_text(Str text);
json_t *json_day(const Query *query, Date day);
/* {"currency": "USD", "minor": 12345} */
json_t *json_amount(Str currency, int64_t minor);
/* Lower-case hex digits. */
json_t *json_hex(const Query *query, Str bytes);
/* Ids joined by commas, as an array. */
json_t *json_ids(Str joined);
