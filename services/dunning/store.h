#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/id.h"
#include "chassis/dispatch.h"
#include "chassis/pg.h"
#include "dunning/core/debtor.h"
#include "dunning/core/desk.h"
#include "dunning/core/fact.h"
#include "dunning/core/input.h"

/* Debtors in PostgreSQL, by sets: whatever the size of a batch, a constant number of statements
 * loads it and a constant number saves it, over binary arrays, in the order of keys. Of a debtor
 * as much is loaded as the inputs of the batch need.
 *
 * store/load.c reads what a batch touches, store/reminders.c the reminders of it, store/save.c
 * writes what was changed, store/mail.c looks at a mail once more before it leaves; the tables are
 * sql/0001_dunning.sql. */

/* One event on its way to a debtor; `debtor` and `is_last` are filled by loading. An account
 * without a name, and an input that is nothing, meet none. */
typedef struct StoreVisit {
    int32_t task;
    Account account;
    const DunningInput *input;
    Debtor *debtor;
    bool is_last; /* of the batch's to a debtor that is whole, credit states left aside */
} StoreVisit;

/* What a task counts, and the rule set by which its days of visit were found. When other rules come
 * deciding sets `revisit_from`, and saving lets every debtor be visited anew from that day on. */
typedef struct TaskState {
    int32_t task;
    TaskNumbers numbers;
    Str policy_set;    /* of the open day, 64 hex digits; empty: none yet */
    Date revisit_from; /* DATE_NONE: no change */
} TaskState;

typedef struct Debtors {
    Debtor *rows; /* by task, creditor, customer */
    int count;
    TaskState *tasks; /* one for each task of the batch, by task */
    int task_count;
} Debtors;

bool store_load(Pg *pg, StoreVisit *visits, int count, Arena *arena, Debtors *debtors,
                Err *err) MUST_USE;
TaskState *debtors_task(const Debtors *debtors, int32_t task);
/* Inside the step's transaction. */
bool store_save(Pg *pg, const Debtors *debtors, Arena *arena, Err *err) MUST_USE;

/* Accounts of the task with something due by the end of the day, in key order. */
typedef struct StoreDue {
    int32_t task;
    Date day;
    int limit;
} StoreDue;

bool store_due(Pg *pg, StoreDue due, Arena *arena, Account *accounts, int *count,
               Err *err) MUST_USE;

/* A mail as it was written, and whether it may still leave. */
typedef struct StoredMail {
    Str from_name;
    Str from;
    Str reply_to;
    Str to_name;
    Str to;
    Str subject;
    Str body;
    bool withdrawn;
    WithdrawnWhy why;
} StoredMail;

bool store_mail(Pg *pg, int32_t task, const Intent *intent, Arena *arena, StoredMail *mail,
                Err *err) MUST_USE;
