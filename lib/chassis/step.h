#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/kafka.h"
#include "chassis/published.h"
#include "chassis/service.h"
#include "contract/seal.h"

/* The loop every service runs: take, decode, load, decide, commit, publish.
 *
 * A worker has one thread for all its tasks; each turn commits at most one transaction of records
 * and one of closing days. What is promised, and by which rule:
 *   - an input takes effect once: positions and effects commit together, under the task's epoch
 * (tasks.h);
 *   - an output is published once and in order: numbers are given in that commit, the publisher
 * hands n + 1 out only after n (publish.h), a reader applies only last + 1;
 *   - a rolled back step leaves no trace: decide works on copies in the batch arena, and the same
 * records are decided again. Everything that can be shortened by a test is in StepLimits. */
typedef struct StepLimits {
    int events;           /* a step takes at most this many records */
    int visits;           /* the end of a day visits this many accounts a step, whole ones */
    int64_t bytes;        /* of records in a step; one larger record is a step of its own */
    int64_t take_us;      /* time spent on taking */
    int64_t unpublished;  /* bytes not acknowledged by the broker: above it nothing new is taken */
    int64_t takeover_ms;  /* all takeovers of a rebalance; longer: the process ends */
    int64_t ack_store_ms; /* acknowledgements are stored this long after they came, at the latest */
    int backoff_ms;       /* the wait after a first failure; it doubles with each that follows */
    int64_t gap_ms;       /* a missing number older than this: not ready */
} StepLimits;

extern const StepLimits STEP_LIMITS;

typedef struct StepOptions {
    const Service *service;
    const KafkaSettings *kafka;
    const void *store; /* settings for tasks_open */
    KeyRing operators;
    StepLimits limits;
    const Published *published; /* what its topics hold: a rebuild; NULL: live */
} StepOptions;

typedef struct Step Step;

/* Opens store, broker and rules, and refuses to start (VERDICT_STOP) where going on would lose or
 * double: another partition count, a database older than its own topics. */
bool step_open(const StepOptions *options, Step **step, Err *err) MUST_USE;
/* One turn; waits up to wait_ms when there is nothing to do. False: the process has to end, err
 * says why. */
bool step_turn(Step *step, int wait_ms, Err *err) MUST_USE;
/* Finishes or rolls back, publishes what is committed, stores the acknowledgements, leaves the
 * group. */
void step_close(Step *step, int flush_ms);

/* ---- what others may ask, from any thread */

/* The loop has moved within the last `limit_ms`. */
bool step_is_alive(const Step *step, int64_t limit_ms);
/* Store and broker answer, nothing is stopped; otherwise `why` has one line per fault. */
bool step_is_ready(Step *step, Arena *arena, Str *why);
/* The JSON of /v1/progress: for each task where its inputs stand, what is not acknowledged, its day
 * and phase. */
Str step_progress(Step *step, Arena *arena);

/* ---- for the dispatcher (dispatcher.h) */

/* A task that takes input: only the owner of this epoch may claim what it wants done. */
typedef struct StepTask {
    int32_t task;
    int64_t epoch;
    int64_t next; /* position in the input that brings the day */
} StepTask;

/* Those of this process, as of a moment ago; returns how many. `room` for all partitions. */
int step_tasks(Step *step, StepTask *tasks, int room);
/* Nothing to be done anywhere when 0. */
int64_t step_under_way(const Step *step);
/* The store holds an outcome that the step does not know. */
void step_note_outcome(Step *step);
int32_t step_partitions(const Step *step);
