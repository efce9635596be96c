/* A day mark that counts takes effect: the first day opens, or a day is closed visit by visit. */
#include "base/check.h"
#include "chassis/crash.h"
#include "chassis/step_attempt.h"

static void mark_finish(Work *work, bool number_counts) {
    const Taken *taken = &work->task->standing.taken;
    TaskInput *position = &work->numbers.inputs[taken->record.topic];
    position->next = taken->record.offset + 1;
    position->last_hash = task_record_hash(&taken->record);
    if (number_counts && !str_is_empty(taken->event.origin.service)) {
        (void)task_apply_number(&work->numbers, &taken->event);
        work->task->gap_since_ms = 0;
    }
    work->records++;
    work->mark_done = true;
}

static void set_hash(TaskNumbers *numbers, Str hex) {
    if (!hash_parse(hex, &numbers->policy_set)) {
        CHECK(!"tick_decode let a bad hash through");
    }
    numbers->has_policy_set = true;
}

static void day_event_add(Attempt *attempt, Work *work, EventKind kind, DayMark mark) {
    DayMark *body = ARENA_NEW(attempt->arena, DayMark);
    *body = mark;
    Event event = work->task->standing.taken.event;
    event.kind = kind;
    event.body = body;
    event.account = (Account){0};
    attempt_event_add(attempt, work, event, NULL);
}

static void day_open(Attempt *attempt, Work *work, const DayMark *mark) {
    const Taken *taken = &work->task->standing.taken;
    work->day = mark->day;
    work->numbers.phase = TASK_OPEN;
    work->numbers.day = mark->day;
    work->numbers.simulated = mark->simulated;
    set_hash(&work->numbers, mark->policy_set);
    day_event_add(attempt, work, EVENT_DAY_OPENED, *mark);
    if (work->numbers.inputs[taken->record.topic].next == taken->record.offset) {
        mark_finish(work, true);
    } else {
        /* Records before the mark were waiting for it: they are read again, and the mark then has
         * no effect. */
        work->mark_done = true;
        work->restart = true;
    }
}

static bool due_add(Attempt *attempt, Work *work, int limit, bool *all, Err *err) {
    Step *step = attempt->step;
    const Service *service = step->options.service;
    Account *accounts = ARENA_ARRAY(attempt->arena, Account, limit);
    int count = 0;
    if (!service->due(service->self, tasks_pg(step->tasks), work->task->id, work->day, limit,
                      attempt->arena, accounts, &count, err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        attempt_event_add(attempt, work,
                          (Event){.kind = EVENT_DUE,
                                  .account = accounts[i],
                                  .input = -1,
                                  .origin = work->task->standing.taken.event.origin,
                                  .cause = {.kind = CAUSE_DAY, .day = work->day}},
                          NULL);
    }
    *all = count < limit;
    return true;
}

static bool day_close(Attempt *attempt, Work *work, const DayMark *mark, int limit, Err *err) {
    bool all;
    work->numbers.phase = TASK_CLOSING;
    CRASH_POINT("in_day_close");
    if (!due_add(attempt, work, limit, &all, err)) {
        return false;
    }
    if (!all) {
        return true; /* the next step goes on where nothing is due any more */
    }
    bool last = date_compare(work->day, mark->day) == 0;
    DayMark closed = {.day = work->day, .policy_set = mark->policy_set};
    if (last) {
        set_hash(&work->numbers, mark->policy_set);
    } else {
        closed.policy_set =
            hash_hex(attempt->arena, work->numbers.policy_set); /* a missed day changes no rules */
    }
    day_event_add(attempt, work, EVENT_DAY_CLOSED, closed);
    work->numbers.day = date_add(work->day, 1);
    if (last) {
        work->numbers.phase = TASK_OPEN;
        mark_finish(work, true);
    }
    return true;
}

static bool day_add(Attempt *attempt, Owned *task, int limit, Err *err) {
    Work *work = attempt_work(attempt, task);
    const DayMark *mark = task->standing.taken.event.body;
    CHECK(mark);
    switch (day_judge(task)) {
    case DAY_PASSES:
        mark_finish(work, true);
        return true;
    case DAY_REFUSED:
        attempt_dead_letter_add(attempt, work, &task->standing.taken);
        mark_finish(work, false);
        return true;
    case DAY_EFFECT:
        break;
    }
    if (mark->opened) {
        day_open(attempt, work, mark);
        return true;
    }
    return day_close(attempt, work, mark, limit, err);
}

static bool is_ready_for_day(Step *step, Owned *task, const Owned *only) {
    return task->standing.set && task->assigned && task->known && !task->stopped &&
           (!only || only == task) && day_has_rules(step, task);
}

static bool commit_days_each(Step *step, Err *err) {
    for (int32_t i = 0; i < step->partitions; i++) {
        if (!commit_days(step, &step->owned[i], err)) {
            return false;
        }
    }
    return true;
}

bool commit_days(Step *step, Owned *only, Err *err) {
    CHECK(step->owned);
    if (!only && tasks_is_single(step->tasks)) {
        return commit_days_each(step, err);
    }
    int standing = 0;
    for (int32_t i = 0; i < step->partitions; i++) {
        standing += is_ready_for_day(step, &step->owned[i], only);
    }
    if (standing == 0) {
        return true;
    }
    int limit = step->options.limits.visits / standing;
    limit = limit > 0 ? limit : 1;
    Attempt attempt = attempt_open(step, standing * (limit + 2));
    for (int32_t i = 0; i < step->partitions; i++) {
        if (is_ready_for_day(step, &step->owned[i], only) &&
            !day_add(&attempt, &step->owned[i], limit, err)) {
            return false;
        }
    }
    return attempt_commit(&attempt, err);
}
