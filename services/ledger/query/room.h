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
    Str as_of; /* as asked; empty when not said */
    Str creditor;
    Str customer;
    Str top;
} Query;

/* Each fills query->answer, with a refusal too; false when the database does not answer. */
bool query_aging(const Query *query, Err *err) MUST_USE;
bool query_exposure(const Query *query, Err *err) MUST_USE;
bool query_account(const Query *query, Err *err) MUST_USE;
bool query_holds(const Query *query, Err *err) MUST_USE;

/* ---- what several questions need */

/* Which day and whose books a report is about. `good` is false when it cannot be given; then the
 * answer says why. */
typedef struct Scope {
    Date day;
    Str creditor;
    bool good;
} Scope;

bool scope_find(const Query *query, Scope *scope, Err *err) MUST_USE;

/* Answers; the JSON's reference is taken. */
void query_answer(const Query *query, int status, json_t *json);
/* {"error": {"code": ..., "sentence": ..., and `more` under its name}}; more may be NULL. */
void query_refuse(const Query *query, int status, const char *code, const char *sentence,
                  const char *name, json_t *more);

json_t *json_text(Str text);
json_t *json_day(const Query *query, Date day);
/* {"currency": "USD", "minor": 12345} */
json_t *json_amount(Str currency, int64_t minor);
/* {"count": 3, "minor": 12345} */
json_t *json_count(int64_t count, int64_t minor);
