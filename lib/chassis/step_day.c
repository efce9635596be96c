/* Days: which mark counts, and the rule set that belongs to the day. */
#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/headers.h"
#include "chassis/log.h"
#include "chassis/step_room.h"

/* A tick is small; who sends a large one gets it back as a dead letter, with the headers that one
 * keeps. */
enum { STANDING_BYTES = 32 << 20 };

/* ---- standing on a mark */

static const DayMark *mark_copy(Arena *arena, const DayMark *mark) {
    DayMark *copy = ARENA_NEW(arena, DayMark);
    *copy = *mark;
    copy->policy_set = str_copy(arena, mark->policy_set);
    return copy;
}

static void headers_copy(Arena *arena, Record *record) {
    int count = record->header_count < HEADERS_KEPT_MAX ? record->header_count : HEADERS_KEPT_MAX;
    KafkaHeader *copy = ARENA_ARRAY(arena, KafkaHeader, count + 1);
    for (int i = 0; i < count; i++) {
        copy[i] = (KafkaHeader){str_copy(arena, record->headers[i].name),
                                str_copy(arena, record->headers[i].value)};
    }
    record->headers = copy;
    record->header_count = count;
}

void day_stand(Owned *task, const Taken *taken) {
    Standing *standing = &task->standing;
    if (!standing->arena.name) {
        standing->arena = arena_open("day mark", STANDING_BYTES);
    }
    Arena *arena = &standing->arena;
    arena_reset(arena);
    standing->set = true;
    standing->taken = *taken;
    Record *record = &standing->taken.record;
    record->key = str_copy(arena, record->key);
    record->value = str_copy(arena, record->value);
    headers_copy(arena, record);
    standing->taken.event.origin.service = str_copy(arena, taken->event.origin.service);
    standing->taken.event.body = mark_copy(arena, taken->event.body);
}

/* ---- what it is worth */

/* A day that is later than the broker's clock has not happened yet, unless the installation plays
 * days. A mark of an upstream service was judged there. */
static bool is_in_future(const Owned *task, const Taken *taken, const DayMark *mark) {
    if (BROKEN("no_tick_check")) {
        return false;
    }
    bool simulated = mark->opened ? mark->simulated : task->now.simulated;
    if (simulated || !str_is_empty(taken->event.origin.service)) {
        return false;
    }
    return !taken->record.broker_time ||
           date_compare(mark->day, instant_utc_date(taken->record.timestamp)) > 0;
}

static bool has_effect(const Owned *task, const DayMark *mark) {
    if (mark->opened) {
        return task->now.phase == TASK_UNOPENED;
    }
    return task->now.phase != TASK_UNOPENED && date_compare(mark->day, task->now.day) >= 0;
}

static bool number_is_next(Owned *task, const Event *event) {
    Arena scratch = arena_open("marks", 1 << 20);
    TaskNumbers trial = task_copy(&task->now, &scratch, 1, 0);
    NumberAnswer answer = task_apply_number(&trial, event);
    if (answer == NUMBER_GAP && task->gap_since_ms == 0) {
        task->gap_since_ms = clock_monotonic_ms();
    }
    arena_close(&scratch);
    return answer == NUMBER_NEXT;
}

DayJudgement day_judge(Owned *task) {
    Taken *taken = &task->standing.taken;
    const DayMark *mark = taken->event.body;
    bool ours = !str_is_empty(taken->event.origin.service);
    if (ours && !number_is_next(task, &taken->event)) {
        return DAY_PASSES;
    }
    if (!has_effect(task, mark)) {
        return DAY_PASSES;
    }
    if (is_in_future(task, taken, mark)) {
        intake_refuse(
            taken, S("DAY_IN_FUTURE"),
            S("The day lies after the broker's clock (or the topic does not keep broker time): "
              "close it when it is over, or open the installation as simulated."));
        return DAY_REFUSED;
    }
    return DAY_EFFECT;
}

/* ---- rules of the day */

static const char *waiting_for(RulesAnswer answer) {
    switch (answer) {
    case RULES_FOUND:
        return NULL;
    case RULES_ABSENT:
        return "rule set not published";
    case RULES_FAULTY:
        return "rule set faulty";
    }
    return NULL;
}

bool day_has_rules(Step *step, Owned *task) {
    if (task->now.phase == TASK_UNOPENED || task->rules) {
        return true;
    }
    Err err;
    Arena scratch = arena_open("rule set", 1 << 20);
    Str set = hash_hex(&scratch, task->now.policy_set);
    RulesAnswer answer = rules_find(step->rules, set, &task->rules, &err);
    const char *before = task->waiting;
    task->waiting = waiting_for(answer);
    if (task->waiting && task->waiting != before) {
        LOG_WARNING("task_waits", task->waiting, log_int("task", task->id),
                    log_text("policy_set", set));
        if (answer == RULES_FAULTY) {
            log_failure(LOG_LEVEL_ERROR, "rule_set_faulty", "the rule set in force cannot be used",
                        &err);
        }
    }
    arena_close(&scratch);
    return !task->waiting;
}
