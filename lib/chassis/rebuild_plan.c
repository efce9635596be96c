/* In which order a task has taken its inputs: the causes of what it has published, by order. */
#include <stdlib.h>

#include "base/check.h"
#include "chassis/rebuild_room.h"

static int by_order(const void *left, const void *right) {
    const PlanItem *a = left;
    const PlanItem *b = right;
    return (a->order > b->order) - (a->order < b->order);
}

static int64_t known_of(const PublishedStream *stream, int64_t after_order, PlanItem *items) {
    int64_t count = 0;
    for (int64_t i = 0; i < stream->count; i++) {
        const PublishedEvent *event = &stream->events[i];
        if (event->order <= after_order) {
            continue; /* the store has it, or it is a dead letter */
        }
        if (items) {
            items[count] = (PlanItem){event->order, event->cause_offset, event->cause_input};
        }
        count++;
    }
    return count;
}

void plan_open(const Published *published, int32_t task, int64_t after_order, Plan *plan) {
    const PublishedStream *streams = &published->streams[(ptrdiff_t)task * published->per_task];
    *plan = (Plan){0};
    for (int i = 0; i < published->per_task; i++) {
        plan->count += known_of(&streams[i], after_order, NULL);
    }
    plan->items = calloc((size_t)plan->count + 1, sizeof(PlanItem));
    CHECK(plan->items);
    int64_t at = 0;
    for (int i = 0; i < published->per_task; i++) {
        at += known_of(&streams[i], after_order, plan->items + at);
    }
    qsort(plan->items, (size_t)plan->count, sizeof(PlanItem), by_order);
}

void plan_close(Plan *plan) {
    free(plan->items);
    *plan = (Plan){0};
}

bool plan_is_crash(const Published *published, int32_t task, int input, int64_t offset) {
    const Service *service = published->service;
    if (published->crashes == 0 || service->inputs[input].kind != INPUT_OUTSIDE) {
        return false;
    }
    int output = service_dead_letter_output(service, input);
    const PublishedStream *stream = published_stream(published, (StreamId){task, output, task});
    for (int64_t i = 0; i < stream->count; i++) {
        if (stream->events[i].is_crash && stream->events[i].cause_offset == offset) {
            return true;
        }
    }
    return false;
}
