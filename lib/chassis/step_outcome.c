/* What became of acts in the world outside: read from the store, and decided like any other input
 * of the task. */
#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/step_attempt.h"

/* The dispatcher of this process says when there is one; those that a process before left behind
 * are found by asking. */
enum { ASK_EVERY_MS = 1000 };

/* While a day is being closed nothing else of the task is taken. */
static bool takes_outcomes(Step *step, Owned *task) {
    return task_may_take(task) && task->now.phase != TASK_UNOPENED && day_has_rules(step, task);
}

static bool is_due(Step *step) {
    bool told = atomic_exchange(&step->outcome_noted, false);
    int64_t now_ms = clock_monotonic_ms();
    if (!told && step->outcomes_asked_ms != 0 && now_ms - step->outcomes_asked_ms < ASK_EVERY_MS) {
        return false;
    }
    step->outcomes_asked_ms = now_ms;
    return true;
}

static bool rows_commit(Step *step, const OutcomeRow *rows, int count, Err *err) {
    Attempt attempt = attempt_open(step, count);
    attempt.known = rows;
    attempt.known_count = count;
    for (int i = 0; i < count; i++) {
        Work *work = attempt_work(&attempt, &step->owned[rows[i].task]);
        attempt_event_add(&attempt, work,
                          (Event){.kind = EVENT_OUTCOME,
                                  .account = rows[i].account,
                                  .input = -1,
                                  .body = &rows[i].outcome,
                                  .cause = {.kind = CAUSE_DISPATCH,
                                            .intent = rows[i].outcome.intent,
                                            .attempt = rows[i].outcome.attempt}},
                          NULL);
    }
    return attempt_commit(&attempt, err);
}

/* A batch that the store refuses is tried one by one; the task of the one at fault stops. */
static bool rows_settle(Step *step, const OutcomeRow *rows, int count, Err *err) {
    if (rows_commit(step, rows, count, err)) {
        return true;
    }
    for (int i = 0; err->verdict == VERDICT_POISON && i < count; i++) {
        Owned *task = &step->owned[rows[i].task];
        if (task->stopped || rows_commit(step, &rows[i], 1, err)) {
            continue;
        }
        if (err->verdict == VERDICT_POISON) {
            task_stop(task, "STORE_REFUSES", str_of(err->text));
        }
    }
    return err->verdict == VERDICT_POISON; /* all others are in, or their task stands still */
}

static bool under_way_ask(Step *step, Err *err) {
    int32_t *ids = ARENA_ARRAY(&step->batch, int32_t, step->partitions);
    int64_t *counts = ARENA_ARRAY(&step->batch, int64_t, step->partitions);
    int count = 0;
    for (int32_t i = 0; i < step->partitions; i++) {
        if (step->owned[i].assigned && step->owned[i].known) {
            ids[count++] = i;
        }
    }
    if (!tasks_under_way(step->tasks, ids, count, &step->batch, counts, err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        step->owned[ids[i]].under_way = counts[i];
    }
    return true;
}

bool outcomes_commit(Step *step, Err *err) {
    if (!is_due(step)) {
        return true;
    }
    CHECK(step->taken_count == 0);
    arena_reset(&step->batch);
    int limit = step->options.limits.events;
    int32_t *ids = ARENA_ARRAY(&step->batch, int32_t, step->partitions);
    OutcomeRow *rows = ARENA_ARRAY(&step->batch, OutcomeRow, limit);
    int count = 0;
    int found = 0;
    for (int32_t i = 0; i < step->partitions; i++) {
        if (takes_outcomes(step, &step->owned[i])) {
            ids[count++] = i;
        }
    }
    bool good = tasks_outcomes(step->tasks, ids, count, limit, &step->batch, rows, &found, err) &&
                (found == 0 || rows_settle(step, rows, found, err)) && under_way_ask(step, err);
    if (!good || found == limit) {
        step->outcome_noted = true; /* never cleared here: the dispatcher may set it meanwhile */
    }
    return good;
}
