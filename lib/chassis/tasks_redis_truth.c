/* The truth: our own partition of the compacted topic, written to and read back. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/tasks_redis_room.h"

enum {
    RECORDS_A_TURN = 256,
    FLUSH_MS = 10000,
    CHECKPOINT_MS = 1000, /* a rebuild takes at most this much of the input again */
    RECORD_BYTES = 4 << 20,
};

/* One block: the message, then its bytes. */
struct TruthMessage {
    TruthMessage *next;
    TruthMessage **link; /* that points here */
    Str key;
    Str value;
};

const char *truth_topic(const Tasks *tasks) {
    return tasks->service->outputs[tasks->truth->output].topic;
}

/* ---- writing */

static void message_drop(TruthMessage *message) {
    *message->link = message->next;
    if (message->next) {
        message->next->link = message->link;
    }
    free(message);
}

static void on_report(void *self, void *opaque, const char *fault) {
    Tasks *tasks = self;
    tasks->producer_failed |= fault != NULL;
    message_drop(opaque);
}

bool truth_producer_open(Tasks *tasks, Err *err) {
    if (tasks->producer && (tasks->producer_failed || kafka_producer_is_dead(tasks->producer))) {
        truth_producer_close(tasks);
    }
    if (tasks->producer) {
        return true;
    }
    const char *names[] = {truth_topic(tasks)};
    return kafka_producer_open(tasks->options->kafka, (KafkaTopics){names, 1}, on_report, tasks,
                               &tasks->producer, err);
}

void truth_producer_close(Tasks *tasks) {
    kafka_producer_close(tasks->producer, 0);
    tasks->producer = NULL;
    tasks->producer_failed = false;
    while (tasks->messages) {
        TruthMessage *first = tasks->messages;
        tasks->messages = first->next;
        free(first);
    }
}

static TruthMessage *message_make(Tasks *tasks, Str key, Str value) {
    TruthMessage *message = malloc(sizeof *message + (size_t)(key.len + value.len) + 1);
    CHECK(message);
    char *at = (char *)(message + 1);
    memcpy(at, key.ptr, (size_t)key.len);
    memcpy(at + key.len, value.ptr, (size_t)value.len);
    *message = (TruthMessage){.next = tasks->messages,
                              .link = &tasks->messages,
                              .key = {at, key.len},
                              .value = {at + key.len, value.len}};
    if (message->next) {
        message->next->link = &message->next;
    }
    tasks->messages = message;
    return message;
}

static bool producer_check(const Tasks *tasks, Err *err) {
    bool good =
        tasks->producer && !tasks->producer_failed && !kafka_producer_is_dead(tasks->producer);
    return good || err_set(err, VERDICT_UNSURE, "TRUTH_UNWRITTEN",
                           "the broker did not take a record of %s", truth_topic(tasks));
}

bool truth_send(Tasks *tasks, int32_t task, Str key, Str value, Err *err) {
    TruthMessage *message = message_make(tasks, key, value);
    KafkaMessage record = {.topic = 0,
                           .partition = task,
                           .key = message->key,
                           .value = message->value,
                           .opaque = message};
    int64_t until_ms = clock_monotonic_ms() + FLUSH_MS;
    while (!kafka_produce(tasks->producer, &record)) { /* its queue is full */
        kafka_producer_serve(tasks->producer, 10);
        if (!producer_check(tasks, err) || clock_monotonic_ms() > until_ms) {
            message_drop(message);
            return err_set(err, VERDICT_UNSURE, "TRUTH_UNWRITTEN",
                           "the broker takes no records of %s", truth_topic(tasks));
        }
    }
    return true;
}

bool truth_flush(Tasks *tasks, Err *err) {
    int64_t until_ms = clock_monotonic_ms() + FLUSH_MS;
    while (tasks->messages && clock_monotonic_ms() < until_ms) {
        kafka_producer_serve(tasks->producer, 10);
        if (!producer_check(tasks, err)) {
            return false;
        }
    }
    return !tasks->messages ||
           err_set(err, VERDICT_RETRY, "TRUTH_SLOW",
                   "the broker does not acknowledge records of %s", truth_topic(tasks));
}

/* ---- reading */

bool truth_decode(Tasks *tasks, const Record *record, Arena *arena, TruthRecord *truth, Err *err) {
    bool good = record->has_key && record->has_value &&
                tasks->truth->read(tasks->service->self, record->value, arena, truth);
    return good || err_set(err, VERDICT_STOP, "TRUTH_UNREADABLE",
                           "%s [%d] offset %" PRId64
                           " is no record this program knows (newer producer: upgrade me)",
                           truth_topic(tasks), (int)record->partition, record->offset);
}

/* What we said ourselves is read for its place only when it has to be compared. */
static Place place_of(Tasks *tasks, State *state) {
    if (!state->placed) {
        Arena scratch = arena_open("state", RECORD_BYTES);
        TruthRecord record;
        bool good = tasks->truth->read(tasks->service->self, state->value, &scratch, &record);
        CHECK(good && record.kind == TRUTH_STATE); /* the service wrote it */
        state->held = (Place){record.epoch, record.version};
        state->placed = true;
        arena_close(&scratch);
    }
    return state->held;
}

void truth_see(Tasks *tasks, States *states, State *state, Place place) {
    bool low = state->value.ptr && place_compare(place, place_of(tasks, state)) < 0;
    state->seen = true;
    state->tail = place;
    states_mark_low(states, state, low);
}

/* The usual case, by far: what we said comes back, and is the last that we said of its key. Then no
 * byte of it is news. */
static bool is_as_held(States *states, const Record *record) {
    State *state = record->has_key ? states_look(states, record->key) : NULL;
    bool same = state && state->value.ptr && str_equals(state->value, record->value);
    if (same) {
        states_mark_low(states, state, false);
    }
    return same;
}

static bool take_in(Tasks *tasks, States *states, const Record *record, Arena *scratch, Err *err) {
    TruthRecord truth = {0};
    if (is_as_held(states, record)) {
        return true;
    }
    if (!truth_decode(tasks, record, scratch, &truth, err)) {
        return false;
    }
    if (truth.kind == TRUTH_STATE) {
        truth_see(tasks, states, states_get(states, record->key),
                  (Place){truth.epoch, truth.version});
    }
    return true;
}

static bool read_on(Tasks *tasks, int32_t task, Err *err) {
    Holding *held = &tasks->held[task];
    Arena scratch = arena_open("truth record", RECORD_BYTES);
    bool good = true;
    for (int i = 0; good && i < RECORDS_A_TURN; i++) {
        Record record;
        KafkaTake took;
        arena_reset(&scratch);
        good = kafka_reader_take(held->reader, 0, &scratch, &record, &took, err);
        if (!good || took == KAFKA_TAKE_NOTHING) {
            break;
        }
        held->at_end = took == KAFKA_TAKE_END;
        if (held->at_end) {
            break;
        }
        /* Without a value: an erased customer. */
        good = !record.has_value || take_in(tasks, held->states, &record, &scratch, err);
    }
    arena_close(&scratch);
    return good || err_context(err, "reading %s", truth_topic(tasks));
}

/* ---- repairing */

bool truth_repair(Tasks *tasks, int32_t task, int64_t *count, Err *err) {
    States *states = tasks->held[task].states;
    *count = 0;
    if (states->low_count == 0 || BROKEN("no_read_back")) {
        return true;
    }
    for (State *state = states_next(states, NULL); state; state = states_next(states, state)) {
        if (!state->low) {
            continue;
        }
        if (!truth_send(tasks, task, state->key, state->value, err)) {
            return false;
        }
        states_mark_low(states, state, false); /* until it is read again */
        ++*count;
    }
    if (*count > 0) {
        LOG_INFO("truth_repaired", "states were older in the topic than here; said again",
                 log_int("task", task), log_int("count", *count));
    }
    return true;
}

/* While records are on their way, what is too low in the topic may be about to be right. */
static bool repair_if_due(Tasks *tasks, int32_t task, const Publisher *publisher, Err *err) {
    const Holding *held = &tasks->held[task];
    if (!held->at_end || tasks->messages || publisher_unacked(publisher, task) > 0) {
        return true;
    }
    int64_t count;
    return truth_repair(tasks, task, &count, err);
}

/* ---- checkpoints */

static bool is_acknowledged(const Waiting *waiting, int32_t task, const Publisher *publisher) {
    for (int i = 0; i < waiting->numbers.output_count; i++) {
        const TaskOutput *output = &waiting->numbers.outputs[i];
        StreamId stream = {task, output->output, output->partition};
        if (publisher_acked(publisher, stream) < output->seq) {
            return false;
        }
    }
    return true;
}

static void next_waiting(Holding *held) {
    if (!held->waiting.set && held->latest.set) {
        Waiting swapped = held->waiting;
        held->waiting = held->latest;
        held->latest = swapped;
    }
}

static bool checkpoint_send(Tasks *tasks, int32_t task, Err *err) {
    Holding *held = &tasks->held[task];
    Arena scratch = arena_open("checkpoint", RECORD_BYTES);
    TruthRecord record = {.kind = TRUTH_CHECKPOINT,
                          .epoch = held->epoch,
                          .commit_no = held->waiting.commit_no,
                          .numbers = held->waiting.numbers};
    Str value = tasks->truth->write(tasks->service->self, &record, &scratch);
    bool sent = truth_send(tasks, task, str_format(&scratch, "task.%d", (int)task), value, err);
    arena_close(&scratch);
    held->waiting.set = false;
    held->checkpoint_ms = clock_monotonic_ms();
    return sent;
}

static bool checkpoint_if_due(Tasks *tasks, int32_t task, const Publisher *publisher, Err *err) {
    Holding *held = &tasks->held[task];
    next_waiting(held);
    bool due = held->waiting.set && clock_monotonic_ms() - held->checkpoint_ms >= CHECKPOINT_MS;
    return !due || !is_acknowledged(&held->waiting, task, publisher) ||
           checkpoint_send(tasks, task, err);
}

bool truth_serve(Tasks *tasks, int32_t task, const Publisher *publisher, Err *err) {
    if (!producer_check(tasks, err)) {
        return false;
    }
    kafka_producer_serve(tasks->producer, 0);
    return read_on(tasks, task, err) && repair_if_due(tasks, task, publisher, err) &&
           checkpoint_if_due(tasks, task, publisher, err);
}
