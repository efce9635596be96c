#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"
#include "chassis/kafka.h"
#include "chassis/step.h"
#include "contract/envelope.h"

/* A broker, a task store and a small service in memory, linked in place of the real ones, so that a
 * test decides what fails and when. One world at a time; world_reset begins a new one.
 *
 * The service adds numbers per account: "add 5" on topic `in` (from outside), "feeder 0 3 add 5" on
 * topic `feed` (service, task, seq: ours), and says the new total on `out` as "total 5". "due
 * 2024-01-03" makes the account due on that day; its visit adds 100. "poison" cannot be decoded,
 * "add 666" is refused by the store, "add 13"
 * by the service, which keeps it in the dead letters; "future" on `feed` is an event this program
 * does not know. "send s1" wants s1 done in the world outside; what became of it is said as "s1
 * done". "add 5" on `states` has no number; "claim" there is about the task and is no concern of
 * the service's. */
enum { WORLD_PARTITIONS = 2 };

extern const char WORLD_IN[];
extern const char WORLD_FEED[];
extern const char WORLD_STATES[];
extern const char WORLD_OUT[];
extern const char WORLD_DEAD[];

void world_reset(void);

/* ---- the log */
/* Into the partition of its key; returns the offset. */
int64_t world_put(const char *topic, const char *key, const char *value);
int64_t world_put_at(const char *topic, int32_t partition, const char *key, const char *value);
/* A signed tick into every partition of `in`. */
void world_put_tick(bool opened, const char *day, const char *set);
/* One that nobody signed. */
void world_put_forged_tick(const char *day);
/* The values of a partition, joined by '|'. */
Str world_log(const char *topic, int32_t partition);
int world_log_count(const char *topic);
/* Overwrites a record, as a recreated topic would. */
void world_change(const char *topic, int32_t partition, int64_t offset, const char *value);
/* Gives the last record of a partition a number in its headers, as the service with that id would.
 */
void world_give_number(const char *topic, int32_t partition, const char *id);
void world_set_broker_day(const char *day);

/* ---- the store */
/* Types and partitions of what a task has said, in the order in which it was said, joined by '|'.
 */
Str world_said(int32_t task);
int64_t world_total(const char *key);
int64_t world_epoch(int32_t task);
int64_t world_next(int32_t task, const char *topic);
Date world_day(int32_t task);
/* Somebody else takes the task over; `past` of its records, if above 0, are committed by them as
 * taken and ignored. */
void world_steal(int32_t task, const char *topic, int64_t next);

/* An operator says that this record is to be passed over. */
void world_skip(const char *topic, int32_t partition, int64_t offset);

/* ---- acts in the world outside */
/* What became of an attempt; the step is told. */
void world_outcome(Step *step, const char *intent, int32_t attempt, OutcomeKind kind);
/* Attempts that the store holds and that are not known to be over. */
int64_t world_under_way(int32_t task);

typedef enum WorldCommit {
    WORLD_COMMITS,
    WORLD_ROLLS_BACK,         /* the commit fails and nothing happened */
    WORLD_ANSWER_LOST_DONE,   /* committed, but the answer is lost */
    WORLD_ANSWER_LOST_UNDONE, /* not committed, and the answer is lost */
    WORLD_GOES_BACK, /* not committed, and what was committed since world_keep is lost as well */
    WORLD_IS_REBUILT /* the same, and its outputs are numbered from where nobody has come to */
} WorldCommit;
void world_keep(void);
void world_next_commit(WorldCommit what);
int world_commits(void);
/* From now on a commit takes one task. */
void world_take_single(void);

/* From now on each record had come when its partition had been read to the end: the consumer says
 * "end" before each. */
void world_say_ends(void);
/* The next question where a topic begins and ends fails, as it does while the broker comes back. */
void world_fail_range(void);

/* ---- the producer */
/* The n-th delivery from now fails (1 is the next); those after it in the same round succeed. */
void world_fail_delivery(int n);
/* Every delivery of a record with this value fails. */
void world_refuse_value(const char *value);
int world_rounds(void);

/* ---- the worker */
/* From now on, for all worlds: no step holds more records; what follows them is read ahead. */
void world_small_steps(int records);
StepOptions world_options(void);
/* Opens a step; fails the test when it does not start. */
Step *world_start(void);
/* The process dies here: nothing is finished, nothing is said. */
void world_kill(Step *step);
/* Turns until nothing moves any more. */
void world_run(Step *step);
/* The group takes everything away and gives it back. */
void world_rebalance(Step *step);
/* At the next turn the group takes everything away, and gives nothing back until it is told to. */
void world_take_away(void);
void world_give_back(void);
