/* Tasks come and go: assignment, takeover, and what a commit changes. */
#include <inttypes.h>
#include <poll.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/crash.h"
#include "chassis/headers.h"
#include "chassis/log.h"
#include "chassis/step_room.h"

/* A store that is away refuses at once: it is asked a few times a second, not thousands. */
enum { TAKEOVER_PAUSE_MS = 200 };

void task_stop(Owned *task, const char *code, Str sentence) {
    task->stopped = true;
    err_set(&task->stop, VERDICT_STOP, code, "%.*s", STR_ARGS(sentence));
    LOG_ERROR("task_stopped", "the task stops until somebody acts; others go on",
              log_int("task", task->id), log_text("error.code", str_of(code)),
              log_text("error.message", sentence));
}

static bool is_reading(const Owned *task) {
    return task->assigned && task->known && !task->stopped && !task->restart;
}

bool task_may_take(const Owned *task) {
    return is_reading(task) && !task->standing.set;
}

bool task_wants(const Owned *task, const Record *record) {
    return is_reading(task) && record->offset >= task->now.inputs[record->topic].next;
}

Hash task_record_hash(const Record *record) {
    return hash_of_two(record->key, record->value);
}

NumberAnswer task_apply_number(TaskNumbers *numbers, const Event *event) {
    const Origin *origin = &event->origin;
    TaskMark *mark = task_mark(numbers, event->input, origin->service, origin->task);
    if (origin->seq <= mark->seq) {
        return NUMBER_DUPLICATE;
    }
    if (origin->seq > mark->seq + 1) {
        if (mark->seq == 0) {
            numbers->mark_count--; /* it was added just now: a mark is a number that was applied */
        }
        return NUMBER_GAP;
    }
    mark->seq = origin->seq;
    return NUMBER_NEXT;
}

void task_adopt(Owned *task, const TaskNumbers *numbers) {
    int other = 1 - task->at;
    arena_reset(&task->numbers[other]);
    task->now = task_copy(numbers, &task->numbers[other], 0, 0);
    task->at = other;
}

void ahead_drop(Step *step) {
    step->ahead.count = 0;
    for (int32_t i = 0; i < step->partitions; i++) {
        step->owned[i].ahead_ends = false;
    }
}

/* ---- takeover */

/* What this process knows to be in the log is there whoever had the task in between, and the store
 * may not have been told. A store that has not even given such a number is older than its topics.
 */
static bool acks_remember(const Step *step, TaskTaken *taken, int32_t task, Err *err) {
    for (int i = 0; i < taken->numbers.output_count; i++) {
        TaskOutput *output = &taken->numbers.outputs[i];
        int64_t known =
            publisher_acked(step->publisher, (StreamId){task, output->output, output->partition});
        if (known > output->seq) {
            return err_set(
                err, VERDICT_STOP, "STORE_BEHIND",
                "task %d has said number %" PRId64 " of an output, its store knows %" PRId64
                ": it went back to an older state while this process ran. Restore a newer "
                "state, or rebuild the service from its topics",
                (int)task, known, output->seq);
        }
        output->acked = known > output->acked ? known : output->acked;
    }
    return true;
}

static void outbox_publish(Step *step, const TaskTaken *taken, int32_t task, Arena *arena) {
    const TaskNumbers *numbers = &taken->numbers;
    for (int i = 0; i < numbers->output_count; i++) {
        const TaskOutput *output = &numbers->outputs[i];
        publisher_start(step->publisher, (StreamId){task, output->output, output->partition},
                        BROKEN("no_outbox") ? output->seq : output->acked);
    }
    if (BROKEN("no_outbox")) {
        return;
    }
    for (int i = 0; i < taken->outbox_count; i++) {
        const OutboxRow *row = &taken->outbox[i];
        if (task_is_acked(numbers, row->output, row->partition, row->seq)) {
            continue;
        }
        KafkaHeader *headers;
        int count = headers_make(step->options.service, row, arena, &headers);
        publisher_add(step->publisher, (StreamId){task, row->output, row->partition}, row->seq,
                      row->key, row->value, headers, count);
    }
}

static void deaths_note(const Step *step, Owned *task, const TaskTaken *taken) {
    bool is_careful = taken->deaths >= DEATHS_CAREFUL;
    task->deaths = taken->deaths;
    /* Those that the process held may all be of one input, and here the inputs take turns. */
    int held = CAREFUL_STEPS * step->options.limits.events * step->options.service->input_count;
    task->careful_left = is_careful ? held : 0;
    task->killer_offset = -1;
    if (taken->deaths >= DEATHS_FATAL && taken->noted_offset >= 0) {
        snprintf(task->killer_topic, sizeof task->killer_topic, "%.*s",
                 STR_ARGS(taken->noted_topic));
        task->killer_offset = taken->noted_offset;
    }
    if (taken->deaths > 0) {
        LOG_WARNING("deaths_noted", "processes died on this task's input without a commit between",
                    log_int("task", task->id), log_int("deaths", taken->deaths));
    }
}

/* A store that lost commits stands before what was read already: those records are in no list any
 * more, and what follows them here would leave them out. */
static bool stands_further_back(const Step *step, const Owned *task, const TaskNumbers *found) {
    for (int input = 0; input < step->options.service->input_count; input++) {
        if (found->inputs[input].next < task->now.inputs[input].next) {
            return true;
        }
    }
    return false;
}

static bool take_over(Step *step, Owned *task, Arena *arena, Err *err) {
    TaskTaken taken;
    CRASH_POINT("before_takeover");
    if (!tasks_takeover(step->tasks, task->id, task->known, arena, &taken, err)) {
        return err_context(err, "taking task %d over", (int)task->id);
    }
    CRASH_POINT("after_takeover");
    /* As the store has them: what it does not know yet is stored with the next acknowledgements. */
    TaskNumbers stored = task_copy(&taken.numbers, arena, 0, 0);
    if (!acks_remember(step, &taken, task->id, err)) {
        return false;
    }
    publisher_forget(step->publisher, task->id);
    bool had = task->known;
    bool same_rules = had && task->now.has_policy_set && taken.numbers.has_policy_set &&
                      hash_equals(task->now.policy_set, taken.numbers.policy_set);
    task->known = true;
    task->epoch = taken.epoch;
    task->must_note = true;
    task->restart |= task->standing.set; /* its record is out of the broker's queue */
    task->restart |= stands_further_back(step, task, &taken.numbers);
    task->standing.set = false;
    task->rules = same_rules ? task->rules : NULL;
    task->under_way = step->options.service->dispatch ? 1 : 0;
    step->outcomes_asked_ms = 0;
    task_adopt(task, &stored);
    if (!had) {
        deaths_note(step, task, &taken);
    }
    outbox_publish(step, &taken, task->id, arena);
    LOG_INFO("task_taken_over", "this process owns the task", log_int("task", task->id),
             log_int("epoch", task->epoch), log_int("unpublished", taken.outbox_count));
    return true;
}

bool task_take_over(Step *step, Owned *task, Err *err) {
    Arena scratch =
        arena_open("takeover", (ptrdiff_t)1 << 30); /* an outbox that a dead broker let grow */
    bool done = tasks_connect(step->tasks, err) && take_over(step, task, &scratch, err);
    arena_close(&scratch);
    return done;
}

/* What we know of it is worth nothing any more: who wants it takes it over. */
static void task_forget(Step *step, Owned *task) {
    publisher_forget(step->publisher, task->id);
    tasks_lose(step->tasks, task->id);
    task->known = false;
}

/* A note that nobody died on; it could not be taken back while the store was away. */
static void note_take_back(const Step *step, const Owned *task) {
    if (task->known && task->must_note) {
        tasks_forget_note(step->tasks, task->id, task->epoch);
    }
}

bool task_take_over_all(Step *step, Err *err) {
    if (!tasks_connect(step->tasks, err)) {
        return false;
    }
    for (int32_t i = 0; i < step->partitions; i++) {
        Owned *task = &step->owned[i];
        if (task->assigned && !task_take_over(step, task, err)) {
            return false;
        }
        if (!task->assigned && task->known) {
            note_take_back(step, task);
            task_forget(step, task); /* the group may give it back before anybody has it */
        }
    }
    return true;
}

/* ---- where reading starts */

static bool position_lost(Err *err, const char *topic, int32_t partition, const char *what,
                          int64_t next) {
    return err_set(
        err, VERDICT_STOP, "INPUT_CUT",
        "%s [%d] %s offset %" PRId64 ", where this service stands: the topic was recreated or cut. "
        "Nothing can be read on without losing records; restore the topic or rebuild the service",
        topic, (int)partition, what, next);
}

/* One record before the position, so that it can be compared with what we know of it. */
static bool start_find(Step *step, const Owned *task, KafkaPartition *part, Err *err) {
    const char *topic = step->options.service->inputs[part->topic].topic;
    int64_t next = task->now.inputs[part->topic].next;
    KafkaRange range;
    if (!kafka_range(step->client, topic, part->partition, &range, err)) {
        return false;
    }
    if (BROKEN("no_proof") && (range.end < next || range.low > next)) {
        part->start = range.low;
        return true;
    }
    if (range.end < next) {
        return position_lost(err, topic, part->partition, "ends before", next);
    }
    if (range.low > next) {
        return position_lost(err, topic, part->partition, "begins after", next);
    }
    part->start = next > range.low ? next - 1 : next;
    return true;
}

static bool start_reading(Step *step, Owned *task, KafkaPartition *part, Err *err) {
    if (!start_find(step, task, part, err)) {
        return false;
    }
    task->reading[part->topic] = part->start;
    task->checked[part->topic] = part->start == task->now.inputs[part->topic].next;
    task->end_seen[part->topic] = 0;
    return true;
}

static bool take_up(Step *step, Owned *task, KafkaPartition *part, Err *err) {
    /* What was kept over an eager rebalance is still ours unless a commit says otherwise. */
    return (task->known || task_take_over(step, task, err)) && start_reading(step, task, part, err);
}

/* A dead owner's row locks go away within seconds, and a broker that comes back needs as long to
 * answer for all its partitions: try until then. */
static bool take_up_patiently(Step *step, Owned *task, KafkaPartition *part, int64_t until_ms,
                              Err *err) {
    while (!take_up(step, task, part, err)) {
        if (err->verdict == VERDICT_STOP || clock_monotonic_ms() >= until_ms) {
            return false; /* a failure, not an operator's matter: the supervisor starts us again */
        }
        log_failure(LOG_LEVEL_WARNING, "takeover_waits", "taking over again", err);
        poll(NULL, 0, TAKEOVER_PAUSE_MS);
    }
    return true;
}

bool task_assigned(void *self, KafkaPartition *partitions, int count, Err *err) {
    Step *step = self;
    int64_t until_ms = clock_monotonic_ms() + step->options.limits.takeover_ms;
    ahead_drop(step);
    for (int i = 0; i < count; i++) {
        Owned *task = &step->owned[partitions[i].partition];
        task->assigned = true;
        if (!take_up_patiently(step, task, &partitions[i], until_ms, err)) {
            return false;
        }
        task->restart = false;
    }
    /* A task the group gave to somebody else is theirs: what we know of it grows old. */
    for (int32_t i = 0; i < step->partitions; i++) {
        if (!step->owned[i].assigned && step->owned[i].known) {
            task_forget(step, &step->owned[i]);
        }
    }
    return true;
}

void task_revoked(void *self) {
    Step *step = self;
    CRASH_POINT("in_revoke");
    for (int32_t i = 0; i < step->partitions; i++) {
        Owned *task = &step->owned[i];
        if (task->assigned) {
            note_take_back(step, task);
        }
        task->assigned = false;
        task->restart = false; /* whoever gets it next starts reading anyway */
        task->standing.set = false;
        task->stopped = false;
        task->waiting = NULL;
        task->gap_since_ms = 0;
    }
    step->taken_count = 0; /* they are read again from the stored positions */
    ahead_drop(step);
}
