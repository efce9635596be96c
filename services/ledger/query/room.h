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

/* What counts only from a day after $2, by item, beside the item. What stood open at the end
 * of that day is what is open now less `moved`: a report of a day just past has little to add up of
 * the journal, which the items agree with. */
#define MOVED_LATER                                                                                \
    "(SELECT task, account, number, charge, instalment, sum(moved)::bigint AS moved"               \
    "   FROM receivable WHERE effective_on > $2"                                                   \
    "  GROUP BY task, account, number, charge, instalment) later"                                  \
    " JOIN item USING (task, account, number, charge, instalment)"
/* How many open items more there were then. */
#define COUNT_THEN "(open <> moved)::int - (open > 0)::int"

/* {"error": {"code": ..., "sentence": ..., and `more` under its name}}; more may be NULL. */
void query_refuse(const Asked *asked, int status, const char *code, const char *sentence,
                  const char *name, json_t *more);

/* {"count": 3, "minor": 12345} */
json_t *json_count(int64_t count, int64_t minor);
