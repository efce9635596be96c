#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/id.h"
#include "chassis/pg.h"
#include "ledger/core/book.h"
#include "ledger/core/input.h"
#include "ledger/core/period.h"
#include "ledger/core/rules.h"
#include "ledger/core/tree.h"

/* The books in PostgreSQL, by sets: whatever the size of a batch, a constant number of statements
 * loads it and a constant number saves it, over binary arrays, in the order of keys.
 *
 * store/load.c reads what a batch touches, store/save.c writes what it changed; the tables are
 * sql/0001_ledger.sql. */

/* One event on its way to an account; `book` is filled by loading. An account without a name, and
 * an input that is nothing, meet no book. */
typedef struct StoreVisit {
    int32_t task;
    Account account;
    const LedgerInput *input;
    Book *book;
} StoreVisit;

/* By which buckets a task ages, and by which matrices its allowance is counted. When the rule in
 * force is not the one last written down, deciding sets `rule` and `since`, or `allowances` and the
 * day, and saving writes it down. */
typedef struct TaskAging {
    int32_t task;
    Str hash;              /* of the rule last written down; empty: none */
    const AgingRule *rule; /* NULL: no change */
    Date since;
    Str allowance;                    /* the mark that was last written down; empty: none */
    const AllowanceRules *allowances; /* NULL: no change */
    Date allowances_on;
    Str standing;                 /* mark of the standing approvals, as it is written down */
    const LedgerRules *standings; /* NULL: the same; else what is to be written down */
    Date standings_on;
} TaskAging;

typedef struct Books {
    Book *rows; /* by task, creditor, customer */
    int count;
    TaskAging *agings; /* one for each task of the batch, by task */
    int aging_count;
    TaskTree *trees; /* of the same tasks, in the same order */
    Period *periods; /* one for each task and creditor of the batch */
    int period_count;
} Books;

/* How far the books of a creditor of the batch are sealed. */
Period *store_period(const Books *books, int32_t task, Str creditor);

bool store_load(Pg *pg, StoreVisit *visits, int count, Arena *arena, Books *books,
                Err *err) MUST_USE;
/* Inside the step's transaction. The statements are sent without waiting: what the database refuses
 * of them is said by the commit. */
bool store_save(Pg *pg, const Books *books, Arena *arena, Err *err) MUST_USE;

/* Accounts of the task with something due by the end of the day, in key order. */
typedef struct StoreDue {
    int32_t task;
    Date day;
    int limit;
} StoreDue;

bool store_due(Pg *pg, StoreDue due, Arena *arena, Account *accounts, int *count,
               Err *err) MUST_USE;
