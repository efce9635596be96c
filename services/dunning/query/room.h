#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "chassis/answer.h"
#include "chassis/ask.h"

/* Inside query.c and query/ only: the questions, as ask.h has them. */
bool query_reminders(const Asked *asked, Err *err) MUST_USE;
bool query_reminder(const Asked *asked, Err *err) MUST_USE;
bool query_persons(const Asked *asked, Err *err) MUST_USE;
bool query_pauses(const Asked *asked, Err *err) MUST_USE;
bool query_holds(const Asked *asked, Err *err) MUST_USE;

/* ---- what several need */

/* A list, as many rows of it as `top` asks for, up to the row limit. The statement's parameters are
 * the filters and then that number. */
enum { LIST_FILTERS_MAX = 3 };
typedef struct ListQuestion {
    const PgStatement *statement;
    const char *filters[LIST_FILTERS_MAX]; /* parameters of the request */
    int filter_count;
    const char *name; /* of the list in the answer */
    json_t *(*row)(const Asked *asked, const PgRows *rows, ptrdiff_t row);
} ListQuestion;

bool query_list(const Asked *asked, const ListQuestion *question, Err *err) MUST_USE;

/* The first columns of a reminder, in this order. */
#define REMINDER_COLUMNS                                                                           \
    "r.reminder, r.creditor, r.customer, r.level, r.level_name, r.tone, r.issued_on, r.currency,"  \
    " r.total, r.state, r.attempt, r.sentence, r.said_by,"                                         \
    " EXISTS (SELECT FROM reminder_item l JOIN paused p USING (task, creditor, customer, invoice)" \
    "          WHERE (l.task, l.creditor, l.customer, l.reminder) ="                               \
    "                (r.task, r.creditor, r.customer, r.reminder))"
enum { REMINDER_COLUMN_COUNT = 14 };
json_t *reminder_json(const Asked *asked, const PgRows *rows, ptrdiff_t row);
