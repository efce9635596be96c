#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/answer.h"
#include "chassis/ask.h"

/* Inside query.c and query/ only: the questions, as ask.h has them. */
bool query_aging(const Asked *asked, Err *err) MUST_USE;
bool query_exposure(const Asked *asked, Err *err) MUST_USE;
bool query_account(const Asked *asked, Err *err) MUST_USE;
bool query_holds(const Asked *asked, Err *err) MUST_USE;

/* ---- what several questions need */

/* Which day and whose books a report is about. `good` is false when it cannot be given; then the
 * answer says why. */
typedef struct Scope {
    Date day;
    Str creditor;
    bool good;
} Scope;

bool scope_find(const Asked *asked, Scope *scope, Err *err) MUST_USE;

/* {"error": {"code": ..., "sentence": ..., and `more` under its name}}; more may be NULL. */
void query_refuse(const Asked *asked, int status, const char *code, const char *sentence,
                  const char *name, json_t *more);

/* {"count": 3, "minor": 12345} */
json_t *json_count(int64_t count, int64_t minor);
