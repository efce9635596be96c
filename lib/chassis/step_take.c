/* Taking: which records are for us, what they are, and what happens to those that cannot be read.
 *
 * A record is read (and compared with where its input stands), decoded, and judged. The first two
 * change nothing but the place where reading goes on, so they are also done ahead, while the commit
 * before is under way. */
#include <inttypes.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/crash.h"
#include "chassis/headers.h"
#include "chassis/log.h"
#include "chassis/step_room.h"

/* The record before the position must be the one that was taken there; else the topic was
 * recreated. */
static bool known_record_check(Step *step, const Owned *task, const Record *record, Err *err) {
    Hash found = task_record_hash(record);
    if (BROKEN("no_proof") || hash_equals(found, task->now.inputs[record->topic].last_hash)) {
        return true;
    }
    return err_set(
        err, VERDICT_STOP, "INPUT_CHANGED",
        "%s [%d] offset %" PRId64 " is not the record this service has taken there: the topic was "
        "recreated. Restore it or rebuild the service",
        step->options.service->inputs[record->topic].topic, (int)record->partition, record->offset);
}

/* `wanted`: the record is the next one to take. Others were fetched before a rebalance and come
 * late, or only show where we stand. */
static bool place_check(Step *step, Owned *task, const Record *record, bool *wanted, Err *err) {
    int input = record->topic;
    int64_t next = task->now.inputs[input].next;
    *wanted = false;
    if (record->offset < task->reading[input]) {
        return true;
    }
    bool is_proof = !task->checked[input] && record->offset == next - 1;
    if (is_proof && !known_record_check(step, task, record, err)) {
        return false;
    }
    task->reading[input] = record->offset + 1;
    task->checked[input] |= record->offset >= next - 1;
    *wanted = record->offset >= next;
    return true;
}

static bool is_killer(const Step *step, const Owned *task, const Record *record) {
    return record->offset == task->killer_offset &&
           strcmp(step->options.service->inputs[record->topic].topic, task->killer_topic) == 0;
}

static void killer_settle(Step *step, Owned *task, Taken *taken) {
    Str sentence = S("Four processes in a row died on this record. It was not read; look at it "
                     "with `arrears dlq` "
                     "and report it.");
    task->killer_offset = -1;
    taken->event =
        (Event){.cause = {.kind = CAUSE_RECORD,
                          .topic = str_of(step->options.service->inputs[taken->record.topic].topic),
                          .partition = taken->record.partition,
                          .offset = taken->record.offset}};
    if (step->options.service->inputs[taken->record.topic].kind == INPUT_OUTSIDE) {
        Account account;
        if (taken->record.has_key && account_parse(taken->record.key, &account)) {
            taken->event.account = account;
        }
        intake_refuse(taken, S("CRASHED"), sentence);
    } else {
        taken->fate = FATE_STOP;
        taken->refusal = (Refusal){S("CRASHED"), sentence};
    }
}

/* Its number counts as applied, or everything that follows it would wait for it for ever. */
static void pass_over(Taken *taken) {
    RecordNumber number;
    taken->fate = FATE_PASS;
    taken->event.input = taken->record.topic;
    if (headers_find_number(&taken->record, &number)) {
        taken->event.origin =
            (Origin){.service = number.service, .task = number.task, .seq = number.seq};
    }
    LOG_WARNING("record_skipped", "passed over, as an operator said",
                log_text("topic", taken->event.cause.topic),
                log_int("partition", taken->record.partition),
                log_int("offset", taken->record.offset));
}

/* An operator may have said that a record of ours is to be passed over. */
static bool stop_settle(Step *step, Owned *task, Taken *taken, Err *err) {
    bool skipped;
    if (!tasks_is_skipped(step->tasks, taken->event.cause.topic, taken->record.partition,
                          taken->record.offset, &step->batch, &skipped, err)) {
        return false;
    }
    if (skipped) {
        pass_over(taken);
        return true;
    }
    Str what = str_format(
        &step->batch, "%.*s [%d] offset %" PRId64 ": %.*s: %.*s (newer producer: upgrade me)",
        STR_ARGS(taken->event.cause.topic), (int)taken->record.partition, taken->record.offset,
        STR_ARGS(taken->refusal.code), STR_ARGS(taken->refusal.sentence));
    task_stop(task, "INPUT_UNREADABLE", what);
    return true;
}

static bool note_if_due(Step *step, Owned *task, const Record *record, Err *err) {
    if (!task->must_note && task->careful_left == 0) {
        return true;
    }
    Str topic = str_of(step->options.service->inputs[record->topic].topic);
    task->must_note = true; /* until a commit shows that it was survived */
    return tasks_note(step->tasks, task->id, task->epoch, topic, record->offset, err);
}

typedef enum TakeAnswer {
    TAKE_RECORD, /* here it is */
    TAKE_MORE,
    TAKE_NEXT_INPUT,
    TAKE_NEXT_TASK,
    TAKE_FAILED
} TakeAnswer;

static bool is_day(const Taken *taken) {
    return taken->event.kind == EVENT_DAY_OPENED || taken->event.kind == EVENT_DAY_CLOSED;
}

/* What becomes of a record that was just decoded. */
static TakeAnswer place(Step *step, Owned *task, Taken *taken, Err *err) {
    if (taken->fate == FATE_STOP && !stop_settle(step, task, taken, err)) {
        task->restart = true;
        return TAKE_FAILED;
    }
    if (task->stopped) {
        return TAKE_NEXT_TASK;
    }
    if (taken->fate == FATE_APPLY && is_day(taken)) {
        day_stand(task, taken);
        return TAKE_NEXT_TASK;
    }
    if (task->now.phase != TASK_UNOPENED) {
        step->taken_count++; /* before the first day everything waits where it is */
    }
    return task->careful_left > 0 ? TAKE_NEXT_TASK : TAKE_MORE;
}

static TakeAnswer read_one(Step *step, Owned *task, int input, Arena *arena, Taken *taken,
                           Err *err) {
    *taken = (Taken){0};
    switch (kafka_take(step->consumer, input, task->id, arena, &taken->record)) {
    case KAFKA_TAKE_NOTHING:
        return TAKE_NEXT_INPUT;
    case KAFKA_TAKE_END:
        /* Where the input ended when it was fetched: what has come since may lie behind it. */
        task->end_seen[input] = taken->record.offset;
        return TAKE_MORE;
    case KAFKA_TAKE_RECORD:
        break;
    }
    bool wanted;
    if (!place_check(step, task, &taken->record, &wanted, err)) {
        return TAKE_FAILED;
    }
    if (!wanted) {
        return TAKE_MORE;
    }
    CRASH_POINT("after_take");
    return TAKE_RECORD;
}

static TakeAnswer take_one(Step *step, Owned *task, int input, Err *err) {
    Taken *taken = &step->taken[step->taken_count];
    TakeAnswer answer = read_one(step, task, input, &step->batch, taken, err);
    if (answer != TAKE_RECORD) {
        return answer;
    }
    if (!note_if_due(step, task, &taken->record, err)) {
        task->restart = true; /* the record is out of the broker's queue: it has to be read again */
        return TAKE_FAILED;
    }
    if (is_killer(step, task, &taken->record)) {
        killer_settle(step, task, taken);
    } else {
        intake_decode(&step->intake, &step->batch, taken);
    }
    return place(step, task, taken, err);
}

bool take_given(Step *step, Owned *task, const Record *record, bool is_killer, Err *err) {
    Taken *taken = &step->taken[step->taken_count];
    *taken = (Taken){.record = *record};
    if (is_killer) {
        killer_settle(step, task, taken);
    } else {
        intake_decode(&step->intake, &step->batch, taken);
    }
    return place(step, task, taken, err) != TAKE_FAILED;
}

/* While some task is careful a step holds one record in all: should the process die, that one is to
 * blame. */
static bool is_careful(const Step *step) {
    for (int32_t i = 0; i < step->partitions; i++) {
        if (step->owned[i].assigned && step->owned[i].careful_left > 0) {
            return true;
        }
    }
    return false;
}

/* The broker is slower than we are: no more until it has caught up. */
static bool is_ahead_of_broker(const Step *step) {
    return publisher_held_bytes(step->publisher) > step->options.limits.unpublished &&
           !BROKEN("no_bounds");
}

/* ---- whose turn it is
 *
 * Under a backlog who comes first fills the whole step. So each task comes first in turn, and each
 * time round another input of theirs does: what is rare is not kept waiting by what never ends. */

static Owned *task_in_turn(const Step *step, int32_t place) {
    return &step->owned[(step->turns + place) % step->partitions];
}

static int input_in_turn(const Step *step, int place) {
    int count = step->options.service->input_count;
    return (int)((step->turns / step->partitions + place) % count);
}

/* ---- ahead */

enum { AHEAD_PIECE = 32 };

void ahead_begin(Step *step) {
    step->ahead.is_open = step->consumer && !is_careful(step) && !is_ahead_of_broker(step);
    step->ahead.passed = 0;
    step->ahead.inputs_passed = 0;
}

void ahead_end(Step *step) {
    step->ahead.is_open = false;
}

/* Nothing is asked of the store and nothing can be wrong with the place. */
static bool may_read_ahead(const Owned *task, int input) {
    return task_may_take(task) && task->now.phase != TASK_UNOPENED && task->rules &&
           !task->must_note && task->killer_offset < 0 && task->checked[input] && !task->ahead_ends;
}

static TakeAnswer read_ahead(Step *step, Owned *task, int input) {
    Ahead *ahead = &step->ahead;
    Taken *taken = &ahead->taken[ahead->count];
    Err none;
    TakeAnswer answer = read_one(step, task, input, &ahead->arena, taken, &none);
    CHECK(answer != TAKE_FAILED);
    if (answer != TAKE_RECORD) {
        return answer;
    }
    intake_decode(&step->intake, &ahead->arena, taken);
    ahead->count++;
    task->ahead_ends = taken->fate == FATE_STOP || is_day(taken);
    return task->ahead_ends ? TAKE_NEXT_TASK : TAKE_MORE;
}

static bool ahead_is_done(const Step *step) {
    const Ahead *ahead = &step->ahead;
    return !ahead->is_open || ahead->passed == step->partitions ||
           ahead->count == step->options.limits.events ||
           ahead->arena.used >= step->options.limits.bytes;
}

bool step_meanwhile(void *self) {
    Step *step = self;
    Ahead *ahead = &step->ahead;
    if (ahead->is_open && publisher_hand_out(step->publisher, AHEAD_PIECE)) {
        return true;
    }
    for (int i = 0; i < AHEAD_PIECE && !ahead_is_done(step); i++) {
        Owned *task = task_in_turn(step, ahead->passed);
        int input = input_in_turn(step, ahead->inputs_passed);
        TakeAnswer answer =
            may_read_ahead(task, input) ? read_ahead(step, task, input) : TAKE_NEXT_INPUT;
        ahead->inputs_passed += answer == TAKE_NEXT_INPUT;
        if (answer == TAKE_NEXT_TASK ||
            ahead->inputs_passed == step->options.service->input_count) {
            ahead->passed++;
            ahead->inputs_passed = 0;
        }
    }
    return !ahead_is_done(step);
}

static void ahead_swap(Step *step) {
    Arena arena = step->batch;
    step->batch = step->ahead.arena;
    step->ahead.arena = arena;
    Taken *taken = step->taken;
    step->taken = step->ahead.taken;
    step->ahead.taken = taken;
    arena_reset(&step->ahead.arena);
}

/* Those from `first` on are in no list any more. */
static void read_again(Step *step, int first, int end) {
    for (int i = first; i < end; i++) {
        step->owned[step->taken[i].record.partition].restart = true;
    }
}

static bool take_read_ahead(Step *step, Err *err) {
    int count = step->ahead.count;
    ahead_swap(step);
    ahead_drop(step);
    for (int i = 0; i < count; i++) {
        Taken *taken = &step->taken[step->taken_count];
        *taken = step->taken[i];
        Owned *task = &step->owned[taken->record.partition];
        if (!task_wants(task, &taken->record)) {
            continue;
        }
        if (!note_if_due(step, task, &taken->record, err) ||
            place(step, task, taken, err) == TAKE_FAILED) {
            read_again(step, i, count);
            return false;
        }
    }
    return true;
}

/* ---- the batch */

static bool take_is_full(const Step *step, int64_t until_us) {
    return step->taken_count >= step->take_at_most ||
           step->batch.used >= step->options.limits.bytes || clock_monotonic_us() >= until_us;
}

static bool take_task(Step *step, Owned *task, int64_t until_us, Err *err) {
    const Service *service = step->options.service;
    for (int i = 0; i < service->input_count; i++) {
        int input = input_in_turn(step, i);
        if (task->now.phase == TASK_UNOPENED && !service->inputs[input].brings_day) {
            continue;
        }
        TakeAnswer answer = TAKE_MORE;
        while (answer == TAKE_MORE && !take_is_full(step, until_us)) {
            answer = take_one(step, task, input, err);
        }
        if (answer == TAKE_FAILED) {
            return false;
        }
        if (answer == TAKE_NEXT_TASK) {
            return true;
        }
    }
    return true;
}

bool take_batch(Step *step, Err *err) {
    step->take_at_most = is_careful(step) ? 1 : step->options.limits.events;
    if (!take_read_ahead(step, err)) {
        return false;
    }
    if (is_ahead_of_broker(step)) {
        return true;
    }
    int64_t until_us = clock_monotonic_us() + step->options.limits.take_us;
    for (int32_t i = 0; i < step->partitions && !take_is_full(step, until_us); i++) {
        Owned *task = task_in_turn(step, i);
        if (task_may_take(task) && day_has_rules(step, task) &&
            !take_task(step, task, until_us, err)) {
            return false;
        }
    }
    step->turns++;
    return true;
}
