/* What other threads may know of the step: a snapshot, written by the step's thread under a lock.
 */
#include <inttypes.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/step_room.h"

enum { WATCH_BYTES = 4 << 20, WATCH_EVERY_MS = 50 };

void watch_open(Step *step) {
    CHECK(pthread_mutex_init(&step->lock, NULL) == 0);
    step->progress = strdup("{\"tasks\":[]}");
    step->faults = strdup("starting\n");
    CHECK(step->progress && step->faults);
}

void watch_close(Step *step) {
    pthread_mutex_destroy(&step->lock);
    free(step->progress);
    free(step->faults);
    free(step->tasks_seen);
}

static const char *phase_name(TaskPhase phase) {
    switch (phase) {
    case TASK_UNOPENED:
        return "unopened";
    case TASK_OPEN:
        return "open";
    case TASK_CLOSING:
        return "closing";
    }
    return "";
}

/* read_to is where the log ended when nothing was left to take: beyond `next` where the log holds
 * marks of transactions, which are no records. */
static void input_print(StrBuilder *out, const Step *step, const Owned *task, int input) {
    int64_t next = task->now.inputs[input].next;
    bool all_committed = task->reading[input] <= next;
    int64_t read_to = all_committed && task->end_seen[input] > next ? task->end_seen[input] : next;
    str_addf(out, "%s{\"topic\":\"%s\",\"next\":%" PRId64 ",\"read_to\":%" PRId64 "}",
             input ? "," : "", step->options.service->inputs[input].topic, next, read_to);
}

static void task_print(StrBuilder *out, Arena *arena, const Step *step, const Owned *task,
                       bool first) {
    const char *waiting = task->stopped ? "stopped" : task->waiting;
    str_addf(out,
             "%s{\"task\":%d,\"epoch\":%" PRId64 ",\"phase\":\"%s\",\"day\":", first ? "" : ",",
             (int)task->id, task->epoch, phase_name(task->now.phase));
    if (date_is_none(task->now.day) || task->now.phase == TASK_UNOPENED) {
        str_add(out, S("null"));
    } else {
        str_addf(out, "\"%.*s\"", STR_ARGS(date_print(arena, task->now.day)));
    }
    str_addf(out,
             ",\"standing\":%s,\"unacknowledged\":%" PRId64 ",\"under_way\":%" PRId64
             ",\"waiting\":%s%s%s,\"inputs\":[",
             task->standing.set ? "true" : "false", publisher_unacked(step->publisher, task->id),
             task->under_way, waiting ? "\"" : "", waiting ? waiting : "null", waiting ? "\"" : "");
    for (int input = 0; input < step->options.service->input_count; input++) {
        input_print(out, step, task, input);
    }
    str_add(out, S("]}"));
}

static Str progress_print(Step *step, Arena *arena) {
    StrBuilder out = str_builder(arena, WATCH_BYTES / 2);
    str_addf(&out, "{\"service\":\"%s\",\"partitions\":%d,\"tasks\":[", step->options.service->name,
             (int)step->partitions);
    bool first = true;
    for (int32_t i = 0; i < step->partitions; i++) {
        if (step->owned[i].assigned && step->owned[i].known) {
            task_print(&out, arena, step, &step->owned[i], first);
            first = false;
        }
    }
    str_add(&out, S("]}"));
    return str_built(&out);
}

static Str faults_print(Step *step, Arena *arena) {
    StrBuilder out = str_builder(arena, 64 << 10);
    if (step->unsettled || step->backoff_ms > 0) {
        str_add(&out, S("store: does not take commits\n"));
    }
    int64_t now_ms = clock_monotonic_ms();
    for (int32_t i = 0; i < step->partitions; i++) {
        const Owned *task = &step->owned[i];
        if (!task->assigned) {
            continue;
        }
        if (!task->known) {
            str_addf(&out, "task %d: not taken over yet\n", (int)i);
        }
        if (task->stopped) {
            str_addf(&out, "task %d: stopped: %s\n", (int)i, task->stop.text);
        }
        if (!publisher_is_healthy(step->publisher, i)) {
            str_addf(&out, "task %d: the broker refuses a record of its output\n", (int)i);
        }
        if (task->gap_since_ms && now_ms - task->gap_since_ms > step->options.limits.gap_ms) {
            str_addf(&out, "task %d: a number of an input is missing\n", (int)i);
        }
    }
    return str_built(&out);
}

static void replace(char **kept, Str text) {
    free(*kept);
    *kept = strndup(text.len ? text.ptr : "", (size_t)text.len);
    CHECK(*kept);
}

/* Under the lock. A task that stands on a day mark has not read what follows it. */
static void tasks_see(Step *step) {
    const Service *service = step->options.service;
    int day_input = 0;
    while (day_input < service->input_count - 1 && !service->inputs[day_input].brings_day) {
        day_input++;
    }
    if (!step->tasks_seen) {
        step->tasks_seen = calloc((size_t)step->partitions, sizeof(StepTask));
        CHECK(step->tasks_seen);
    }
    step->tasks_seen_count = 0;
    for (int32_t i = 0; i < step->partitions; i++) {
        const Owned *task = &step->owned[i];
        if (task_may_take(task)) {
            step->tasks_seen[step->tasks_seen_count++] =
                (StepTask){i, task->epoch, task->now.inputs[day_input].next};
        }
    }
}

static int64_t all_under_way(const Step *step) {
    int64_t sum = 0;
    for (int32_t i = 0; i < step->partitions; i++) {
        const Owned *task = &step->owned[i];
        sum += task->assigned && task->known ? task->under_way : 0;
    }
    return sum;
}

void watch_update(Step *step, bool idle) {
    int64_t now_ms = clock_monotonic_ms();
    step->under_way = all_under_way(step);
    if (!idle && now_ms - step->watched_ms < WATCH_EVERY_MS) {
        return; /* busy: a snapshot that is a little old costs nobody anything */
    }
    step->watched_ms = now_ms;
    Arena scratch = arena_open("progress", WATCH_BYTES);
    Str progress = progress_print(step, &scratch);
    Str faults = faults_print(step, &scratch);
    pthread_mutex_lock(&step->lock);
    replace(&step->progress, progress);
    replace(&step->faults, faults);
    tasks_see(step);
    pthread_mutex_unlock(&step->lock);
    arena_close(&scratch);
}

bool step_is_alive(const Step *step, int64_t limit_ms) {
    return clock_monotonic_ms() - step->moved_ms <= limit_ms;
}

bool step_is_ready(Step *step, Arena *arena, Str *why) {
    pthread_mutex_lock(&step->lock);
    *why = str_copy(arena, str_of(step->faults));
    pthread_mutex_unlock(&step->lock);
    return str_is_empty(*why);
}

Str step_progress(Step *step, Arena *arena) {
    pthread_mutex_lock(&step->lock);
    Str progress = str_copy(arena, str_of(step->progress));
    pthread_mutex_unlock(&step->lock);
    return progress;
}

int step_tasks(Step *step, StepTask *tasks, int room) {
    pthread_mutex_lock(&step->lock);
    CHECK(step->tasks_seen_count <= room);
    int count = step->tasks_seen_count;
    if (count > 0) {
        memcpy(tasks, step->tasks_seen, (size_t)count * sizeof(StepTask));
    }
    pthread_mutex_unlock(&step->lock);
    return count;
}

int64_t step_under_way(const Step *step) {
    return step->under_way;
}

void step_note_outcome(Step *step) {
    step->outcome_noted = true;
}

int32_t step_partitions(const Step *step) {
    return step->partitions;
}
