#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/meanwhile.h"
#include "chassis/outbox.h"
#include "chassis/publish.h"
#include "chassis/service.h"
#include "chassis/task.h"

/* Where the numbers of tasks live: the same few calls for PostgreSQL (tasks_pg.c) and Redis, chosen
 * when a service is linked.
 *
 * A commit is tasks_begin, the service's own writes, tasks_finish. tasks_begin raises nothing and
 * locks nothing that is not ours: it is a conditional update that names the epoch; a task it does
 * not find was taken over by somebody else, and its effects must not be written. */
typedef struct Tasks Tasks;

/* Connects to what the service keeps its state in. */
bool tasks_open(const void *store_settings, const Service *service, Tasks **tasks,
                Err *err) MUST_USE;
void tasks_close(Tasks *tasks);
/* Connects again when the connection was lost; true when it stands. */
bool tasks_connect(Tasks *tasks, Err *err) MUST_USE;
/* What is done while the store works; it does not touch the store. */
void tasks_meanwhile(Tasks *tasks, Meanwhile meanwhile);
/* What load and store use: a connection, or the states of one task. NULL for the other store's. */
Pg *tasks_pg(Tasks *tasks);
States *tasks_states(Tasks *tasks, int32_t task);
/* True when a commit takes one task (Redis: one call on the keys of one task). */
bool tasks_is_single(const Tasks *tasks);
/* The number of the task's next commit; 0 where commits are not counted. */
int64_t tasks_next_commit(const Tasks *tasks, int32_t task);

/* Keeps N for ever; VERDICT_STOP when it was another one. */
bool tasks_install(Tasks *tasks, int32_t partitions, Err *err) MUST_USE;

/* The last number given to that output partition by that task; 0: none. */
bool tasks_last_number(Tasks *tasks, int32_t task, Str topic, int32_t partition, int64_t *seq,
                       Err *err) MUST_USE;

typedef struct TaskTaken {
    int64_t epoch;
    TaskNumbers numbers;
    int deaths;
    Str noted_topic; /* with deaths above the limit: the record that kills */
    int64_t noted_offset;
    OutboxRow *outbox; /* in the order of their numbers, by output and partition */
    int outbox_count;
} TaskTaken;

/* Raises the epoch: from now on nobody else's commit counts. `own`: this process had it, no death
 * is counted. */
bool tasks_takeover(Tasks *tasks, int32_t task, bool own, Arena *arena, TaskTaken *taken,
                    Err *err) MUST_USE;

/* Says "this record is begun" before anything looks at it. False with VERDICT_UNSURE when the epoch
 * is not ours. */
bool tasks_note(Tasks *tasks, int32_t task, int64_t epoch, Str topic, int64_t offset,
                Err *err) MUST_USE;
/* Takes the note back; best effort, on the way out. */
void tasks_forget_note(Tasks *tasks, int32_t task, int64_t epoch);

typedef struct TaskCommit {
    int32_t task;
    int64_t epoch;
    int deaths;
    const TaskNumbers *numbers; /* as they are after the commit */
    bool found;                 /* by tasks_begin: the epoch is still ours */
} TaskCommit;

/* Opens the transaction. True with `all_found` false: roll back, those not found are somebody
 * else's. */
bool tasks_begin(Tasks *tasks, TaskCommit *commits, int count, Arena *arena, bool *all_found,
                 Err *err) MUST_USE;
bool tasks_finish(Tasks *tasks, const TaskCommit *commits, int count, const OutboxRow *rows,
                  int row_count, Arena *arena, Err *err) MUST_USE;
void tasks_rollback(Tasks *tasks);

/* ---- acts in the world outside (dispatch.h); only a store that has their table is asked */

typedef struct IntentRow {
    int32_t task;
    Intent intent;
} IntentRow;

typedef struct OutcomeRow {
    int32_t task;
    Account account;
    Outcome outcome;
} OutcomeRow;

/* Between tasks_begin and tasks_finish: what is to be done, and which outcomes the service knows
 * now. */
bool tasks_dispatch(Tasks *tasks, const IntentRow *intents, int intent_count,
                    const OutcomeRow *known, int known_count, Arena *arena, Err *err) MUST_USE;
/* Outcomes that the service does not know yet, by task; at most `limit`. */
bool tasks_outcomes(Tasks *tasks, const int32_t *ids, int count, int limit, Arena *arena,
                    OutcomeRow *rows, int *row_count, Err *err) MUST_USE;
/* For each of those tasks how many attempts are under way: not done, or not known to the service.
 * One that was put off counts again when its time has come. */
bool tasks_under_way(Tasks *tasks, const int32_t *ids, int count, Arena *arena, int64_t *counts,
                     Err *err) MUST_USE;

/* True when an operator told this service to pass over that record. */
bool tasks_is_skipped(Tasks *tasks, Str topic, int32_t partition, int64_t offset, Arena *arena,
                      bool *skipped, Err *err) MUST_USE;
/* Says so, from a process of its own; store_settings as for tasks_open. */
bool tasks_skip(const void *store_settings, Str topic, int32_t partition, int64_t offset,
                Err *err) MUST_USE;
/* What a store that can be lost does between commits for a task it holds, each turn: asks whether
 * it is still known, repairs and checkpoints the truth. VERDICT_UNSURE: take over again. */
bool tasks_keep(Tasks *tasks, int32_t task, const Publisher *publisher, Err *err) MUST_USE;
/* The task is somebody else's: what is kept for it goes. */
void tasks_lose(Tasks *tasks, int32_t task);
/* Keeps the store in shape; now and then. */
bool tasks_maintain(Tasks *tasks, Err *err) MUST_USE;
