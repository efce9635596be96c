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
bool query_trial_balance(const Asked *asked, Err *err) MUST_USE;
bool query_tie_out(const Asked *asked, Err *err) MUST_USE;
bool query_journal(const Asked *asked, Err *err) MUST_USE;
bool query_kpi(const Asked *asked, Err *err) MUST_USE;
bool query_statement(const Asked *asked, Err *err) MUST_USE;
bool query_roll_rates(const Asked *asked, Err *err) MUST_USE;
bool query_cut_off(const Asked *asked, Err *err) MUST_USE;
bool query_recovery(const Asked *asked, Err *err) MUST_USE;
bool query_interest(const Asked *asked, Err *err) MUST_USE;
bool query_small_balances(const Asked *asked, Err *err) MUST_USE;
bool query_suspense(const Asked *asked, Err *err) MUST_USE;
bool query_allowance(const Asked *asked, Err *err) MUST_USE;
bool query_limitation(const Asked *asked, Err *err) MUST_USE;
bool query_loss_rates(const Asked *asked, Err *err) MUST_USE;

/* ---- what several questions need */

/* Which days and whose books a report is about. `good` is false when it cannot be given; then the
 * answer says why. */
typedef struct Scope {
    Date from;  /* first day of a span; DATE_NONE for a report as of a day */
    Date day;   /* at the end of which; the last one of a span */
    Date known; /* by what was recorded up to then; the end of the calendar when nobody asks */
    Str creditor;
    bool is_only; /* there are no books of another creditor */
    bool is_live; /* about the open day, by all that is known */
    bool good;
} Scope;

/* as_of, known_on and creditor of the request. */
bool scope_find(const Asked *asked, Scope *scope, Err *err) MUST_USE;
/* from, to, known_on and creditor. */
bool scope_find_span(const Asked *asked, Scope *scope, Err *err) MUST_USE;
/* The parameter from of a report as of a day: the first day of what moved; of its year when nobody
 * asks. False after a refusal. */
bool scope_since(const Asked *asked, const Scope *scope, Date *from) MUST_USE;
/* $1 the creditor, $2 the day, $3 until when it was known; the caller's follow. */
PgParams *scope_params(const Asked *asked, const Scope *scope);
/* {"as_of": ..., "known_on": ... when it was asked for, "creditor": ...}; a span has from and to.
 */
json_t *scope_json(const Asked *asked, const Scope *scope);

/* Items that are open now were open at the end of a day for what they are now less what moved on
 * them later; the rest of those that were open then has moved since. So nothing that was over by
 * then is looked at, and nothing of items that came later, however long ago the day is. `day` and
 * `known` are parameters: LATER is a WITH query, OPEN_THEN asks it, a row an item. */
#define KEY_OF_ITEM "task, account, number, charge, instalment"
#define LATER_OF(name, sums, touching, day, known)                                                 \
    name                                                                                           \
        " AS (SELECT i.task, i.account, i.number, i.charge, i.instalment, " sums                   \
        "       FROM entry e JOIN item i ON (i.task, i.account, i.number, i.charge, i.instalment)" \
        "                               = (e.task, e.account, e.invoice, e.charge, e.instalment)"  \
        "      WHERE " touching "  AND (e.effective_on > " day " OR e.recorded_on > " known ")"    \
        "        AND i.issued_on <= " day " AND i.recorded_on <= " known                           \
        "      GROUP BY i.task, i.account, i.number, i.charge, i.instalment)"
#define LATER_NAMED(name, day, known)                                                              \
    LATER_OF(name,                                                                                 \
             "sum(CASE e.debit WHEN 'receivable' THEN e.amount ELSE -e.amount END)::bigint"        \
             " AS moved",                                                                          \
             "(e.debit = 'receivable' OR e.credit = 'receivable')", day, known)
#define LATER(day, known) LATER_NAMED("later", day, known)

/* The day on which an item was due, by the extensions that counted: each names a later day than
 * the one before. */
#define DUE_THEN(day, known)                                                                       \
    "CASE WHEN item.due_on = item.first_due_on THEN item.due_on ELSE coalesce("                    \
    " (SELECT max(c.due_on) FROM due_change c"                                                     \
    "   WHERE (c.task, c.account, c.number, c.charge, c.instalment)"                               \
    "       = (item.task, item.account, item.number, item.charge, item.instalment)"                \
    "     AND c.effective_on <= " day " AND c.recorded_on <= " known "), item.first_due_on) END"

#define OPEN_THEN_NAMED(later, day, known)                                                         \
    "(SELECT " KEY_OF_ITEM ", currency, issued_on, " DUE_THEN(                                     \
        day, known) " AS due_on,"                                                                  \
                    "        open - coalesce(moved, 0) AS open"                                    \
                    "   FROM item LEFT JOIN " later " USING (" KEY_OF_ITEM ")"                     \
                    "  WHERE state = 'open' AND issued_on <= " day " AND recorded_on <= " known    \
                    "    AND open <> coalesce(moved, 0)"                                           \
                    " UNION ALL"                                                                   \
                    " SELECT " KEY_OF_ITEM ", currency, issued_on, " DUE_THEN(                     \
                        day, known) ", -moved"                                                     \
                                    "   FROM " later " JOIN item USING (" KEY_OF_ITEM              \
                                    ") WHERE state <> 'open' AND moved <> 0)"
#define OPEN_THEN(day, known) OPEN_THEN_NAMED("later", day, known)
/* The same, as of $2 and known on $3, where nothing counts later or was recorded later. */
#define OPEN_AS_IT_IS                                                                              \
    "(SELECT " KEY_OF_ITEM ", currency, issued_on, due_on, open FROM item"                         \
    "  WHERE state = 'open' AND issued_on <= $2 AND recorded_on <= $3)"

/* As of $2; and $4 days before that. */
#define LATER_AS_OF  LATER("$2", "$3")
#define OPEN_AS_OF   OPEN_THEN("$2", "$3")
#define DUE_AS_OF    DUE_THEN("$2", "$3")
#define LATER_BEFORE LATER_NAMED("earlier", "($2::date - $4::int)", "$3")
#define OPEN_BEFORE  OPEN_THEN_NAMED("earlier", "($2::date - $4::int)", "$3")

/* The buckets by which the tasks aged on $2, or the first ones for days before: WITH queries. An
 * item stands in one when its days are at least from_day and below next_day. */
#define BUCKETS_AS_OF                                                                              \
    " rule AS ("                                                                                   \
    "  SELECT names, from_days, from_invoice FROM aging_rule"                                      \
    "   ORDER BY since > $2, abs($2::date - since), task LIMIT 1),"                                \
    " bucket AS ("                                                                                 \
    "  SELECT b.name, b.from_day, b.position,"                                                     \
    "         lead(b.from_day, 1, 2147483647) OVER (ORDER BY b.position) AS next_day"              \
    "    FROM rule, unnest(names, from_days) WITH ORDINALITY AS b(name, from_day, position))"

/* The day from which the rule lets an item age. */
#define AGED_FROM "CASE WHEN (SELECT from_invoice FROM rule) THEN issued_on ELSE due_on END"

/* For statements that look at all items or entries: room to sort and hash in memory, and a plan for
 * the day in question, since a day long past and yesterday want different ones. */
bool query_tune(const Asked *asked, Err *err) MUST_USE;
/* The same for those that join all items with all entries: by hash. */
bool query_tune_joins(const Asked *asked, Err *err) MUST_USE;
/* The same for those that put all items into a few groups: by all processors. */
bool query_tune_groups(const Asked *asked, Err *err) MUST_USE;

/* ---- lists of an answer: a column of the statement is a member of each row */

/* Null is null but for a text, which is empty. */
typedef enum CellType {
    CELL_TEXT,
    CELL_NUMBER,
    CELL_CHARGE, /* of an item, by name */
    CELL_DAY,
    CELL_MONEY, /* minor units of the currency in the first column */
} CellType;

typedef struct Cell {
    const char *name;
    CellType type;
} Cell;

typedef struct ListForm {
    const char *name;
    const PgStatement *statement; /* its last parameter, added here, is how many rows at most */
    const Cell *cells;
    int count;
} ListForm;

#define LIST_FORM(list_name, list_statement, list_cells)                                           \
    { list_name, list_statement, list_cells, (int)COUNT_OF(list_cells) }

json_t *row_cells(const Asked *asked, const PgRows *rows, ptrdiff_t row, const ListForm *form);
/* Adds the list to an answer. At most asked->row_limit rows are told; "cut" says of the answer
 * whether there was more. */
bool form_add(const Asked *asked, const ListForm *form, PgParams *params, json_t *answer,
              Err *err) MUST_USE;
/* Reports that are lists and nothing else. */
typedef struct Report {
    const ListForm *lists;
    int count;
    bool of_span;
    bool of_all; /* joins all items or entries: by hash, however few the planner takes them for */
    /* Of every list, but the last one; NULL after a refusal. scope_params when there are no more
     * than those. */
    PgParams *(*params)(const Asked *asked, const Scope *scope);
} Report;

/* answer is NULL after a refusal. */
bool report_make(const Asked *asked, const Report *report, json_t **answer, Err *err) MUST_USE;
bool report_answer(const Asked *asked, const Report *report, Err *err) MUST_USE;
/* scope_params, and $4 the parameter days, 1 to 3660; NULL after a refusal. */
PgParams *days_params(const Asked *asked, const Scope *scope, int32_t fallback);

/* Adds two lists of the same order: the accounts of the chart, and where they stand in a journal of
 * accountants, "assets:receivable". */
void chart_add(const Asked *asked, PgParams *params);

/* {"error": {"code": ..., "sentence": ..., and `more` under its name}}; more may be NULL. */
void query_refuse(const Asked *asked, int status, const char *code, const char *sentence,
                  const char *name, json_t *more);

/* {"count": 3, "minor": 12345} */
json_t *json_count(int64_t count, int64_t minor);
