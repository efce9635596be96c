#pragma once

#include "chassis/rebuild.h"
#include "chassis/step_room.h"

/* Inside rebuild*.c only.
 *   rebuild.c       tasks one after the other: take, commit, until all that was published is there
 *   rebuild_plan.c  in which order a task has taken what
 *   rebuild_feed.c  the records of a task's inputs, one by one */

/* ---- the plan */
typedef struct PlanItem {
    int64_t order; /* of the event that says so */
    int64_t offset;
    int input; /* -1: no record, the close of a day goes on */
} PlanItem;

typedef struct Plan {
    PlanItem *items; /* by order, those above where the store stands */
    int64_t count;
} Plan;

void plan_open(const Published *published, int32_t task, int64_t after_order, Plan *plan);
void plan_close(Plan *plan);
/* Four processes died on that record, say the dead letters. */
bool plan_is_crash(const Published *published, int32_t task, int input, int64_t offset);

/* ---- the feeds */
typedef struct Feed {
    KafkaReader *reader;
    int64_t next; /* first offset not read yet */
} Feed;

typedef struct Feeds {
    const KafkaSettings *settings;
    KafkaClient *client;
    const Service *service;
    int32_t task;
    Feed feeds[TASK_INPUTS_MAX];
} Feeds;

/* Reading begins, or begins anew, at that offset. */
bool feed_seek(Feeds *feeds, int input, int64_t offset, Err *err) MUST_USE;
/* The next record of the input; `ended`: there is none. */
bool feed_take(Feeds *feeds, int input, Arena *arena, Record *record, bool *ended,
               Err *err) MUST_USE;
void feeds_close(Feeds *feeds);
