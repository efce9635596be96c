/* The turn: take what is there, try it, settle what went wrong. */
#include "chassis/step.h"

#include <inttypes.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/crash.h"
#include "chassis/headers.h"
#include "chassis/log.h"
#include "chassis/step_room.h"

/* From protocol to numbers; a test shortens the times. */
const StepLimits STEP_LIMITS = {
    .events = 2000, /* the knee: larger batches gain little and cost latency */
    .bytes = 4 << 20,
    .take_us = 5000,
    .unpublished = 32 << 20,
    .takeover_ms = 30000,
    .ack_store_ms = 1000,
    .gap_ms = 60000,
};

enum {
    BACKOFF_FIRST_MS = 50,
    BACKOFF_MOST_MS = 5000,
    MAINTAIN_MS = 3600 * 1000,
    BATCH_ARENA = 64 << 20,
    WORK_ARENA = 512 << 20,
    OUTBOX_WAIT_MS = 5, /* with messages on the wire, reports are looked for this often */
};

/* ---- opening */

static bool input_partitions(Step *step, Err *err) {
    const Service *service = step->options.service;
    for (int i = 0; i < service_output_count(service) + service->input_count; i++) {
        int output = i - service->input_count;
        Arena scratch = arena_open("topic name", 4096);
        const char *topic = output < 0
                                ? service->inputs[i].topic
                                : str_terminated(&scratch, service_output_topic(service, output));
        int32_t count;
        bool good = kafka_partition_count(step->client, topic, &count, err);
        if (good && count == 0) {
            good = err_set(err, VERDICT_STOP, "TOPIC_MISSING",
                           "there is no topic %s: run `arrears topics apply`", topic);
        } else if (good && i > 0 && count != step->partitions) {
            good = err_set(err, VERDICT_STOP, "PARTITIONS_DIFFER",
                           "%s has %d partitions, %s has %d: all keyed topics need the same number",
                           topic, (int)count, service->inputs[0].topic, (int)step->partitions);
        }
        arena_close(&scratch);
        if (!good) {
            return false;
        }
        step->partitions = count;
    }
    return true;
}

static KafkaTopics topics_of_inputs(const Service *service, const char **names) {
    for (int i = 0; i < service->input_count; i++) {
        names[i] = service->inputs[i].topic;
    }
    return (KafkaTopics){names, service->input_count};
}

static KafkaTopics topics_of_outputs(Step *step) {
    const Service *service = step->options.service;
    int count = service_output_count(service);
    step->topics = calloc((size_t)count, sizeof(char *));
    CHECK(step->topics);
    for (int i = 0; i < count; i++) {
        Str topic = service_output_topic(service, i);
        step->topics[i] = strndup(topic.ptr, (size_t)topic.len);
        CHECK(step->topics[i]);
    }
    return (KafkaTopics){(const char *const *)step->topics, count};
}

static void owned_open(Step *step) {
    step->owned = calloc((size_t)step->partitions, sizeof(Owned));
    CHECK(step->owned);
    for (int32_t i = 0; i < step->partitions; i++) {
        step->owned[i].id = i;
        step->owned[i].killer_offset = -1;
        step->owned[i].numbers[0] = arena_open("task numbers", 16 << 20);
        step->owned[i].numbers[1] = arena_open("task numbers", 16 << 20);
    }
}

static bool open_all(Step *step, Err *err) {
    const StepOptions *options = &step->options;
    const char *names[TASK_INPUTS_MAX];
    if (!kafka_client_open(options->kafka, &step->client, err) || !input_partitions(step, err) ||
        !tasks_open(options->store, options->service, &step->tasks, err) ||
        !tasks_install(step->tasks, step->partitions, err) || !tasks_maintain(step->tasks, err)) {
        return false;
    }
    owned_open(step);
    step->intake = (Intake){options->service, step->partitions, options->operators};
    KafkaListener listener = {step, task_assigned, task_revoked};
    return behind_check(step, err) &&
           rules_open(options->kafka, options->service, &step->rules, err) &&
           publisher_open(options->kafka, topics_of_outputs(step), &step->publisher, err) &&
           kafka_consumer_open(options->kafka, options->service->name,
                               topics_of_inputs(options->service, names), step->partitions,
                               listener, &step->consumer, err);
}

bool step_open(const StepOptions *options, Step **opened, Err *err) {
    Step *step = calloc(1, sizeof *step);
    CHECK(step && options->service->input_count <= TASK_INPUTS_MAX);
    step->options = *options;
    step->batch = arena_open("batch", BATCH_ARENA);
    step->work = arena_open("step", WORK_ARENA);
    step->taken = calloc((size_t)options->limits.events, sizeof(Taken));
    CHECK(step->taken);
    step->try_at_most = options->limits.events;
    step->moved_ms = clock_monotonic_ms();
    commit_metrics();
    watch_open(step);
    if (!open_all(step, err)) {
        step_close(step, 0);
        return false;
    }
    *opened = step;
    return true;
}

/* ---- taking */

/* The record before the position must be the one that was taken there; else the topic was
 * recreated. */
static bool known_record_check(Step *step, const Owned *task, const Record *record, Err *err) {
    Hash found = task_record_hash(record);
    if (hash_equals(found, task->now.inputs[record->topic].last_hash)) {
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

typedef enum TakeAnswer { TAKE_MORE, TAKE_NEXT_INPUT, TAKE_NEXT_TASK, TAKE_FAILED } TakeAnswer;

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

static TakeAnswer take_one(Step *step, Owned *task, int input, Err *err) {
    Taken *taken = &step->taken[step->taken_count];
    *taken = (Taken){0};
    switch (kafka_take(step->consumer, input, task->id, &step->batch, &taken->record)) {
    case KAFKA_TAKE_NOTHING:
        return TAKE_NEXT_INPUT;
    case KAFKA_TAKE_END:
        task->end_seen[input] = taken->record.offset;
        return TAKE_NEXT_INPUT;
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

static bool take_is_full(const Step *step, int64_t until_us) {
    return step->taken_count >= step->take_at_most ||
           step->batch.used >= step->options.limits.bytes || clock_monotonic_us() >= until_us;
}

static bool take_task(Step *step, Owned *task, int64_t until_us, Err *err) {
    const Service *service = step->options.service;
    for (int input = 0; input < service->input_count; input++) {
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

/* While some task is careful a step holds one record in all: should the process die, that one is to
 * blame. */
static int records_a_step(const Step *step) {
    for (int32_t i = 0; i < step->partitions; i++) {
        if (step->owned[i].assigned && step->owned[i].careful_left > 0) {
            return 1;
        }
    }
    return step->options.limits.events;
}

static bool take(Step *step, Err *err) {
    arena_reset(&step->batch);
    step->take_at_most = records_a_step(step);
    if (publisher_held_bytes(step->publisher) > step->options.limits.unpublished) {
        return true; /* the broker is slower than we are: no more until it has caught up */
    }
    int64_t until_us = clock_monotonic_us() + step->options.limits.take_us;
    for (int32_t i = 0; i < step->partitions && !take_is_full(step, until_us); i++) {
        Owned *task = &step->owned[(step->first_task + i) % step->partitions];
        if (task_may_take(task) && day_has_rules(step, task) &&
            !take_task(step, task, until_us, err)) {
            return false;
        }
    }
    step->first_task = (step->first_task + 1) % step->partitions;
    return true;
}

/* ---- trying and settling */

/* After a takeover: what was committed after all, or is not ours any more, is not decided again. */
static void drop_stale(Step *step) {
    int kept = 0;
    for (int i = 0; i < step->taken_count; i++) {
        const Record *record = &step->taken[i].record;
        const Owned *task = &step->owned[record->partition];
        if (task->assigned && task->known && !task->stopped &&
            record->offset >= task->now.inputs[record->topic].next) {
            step->taken[kept++] = step->taken[i];
        }
    }
    step->taken_count = kept;
}

/* A takeover may find a day whose rule set is not here yet. Its records are read again when it is.
 */
static void drop_unruled(Step *step) {
    int kept = 0;
    for (int i = 0; i < step->taken_count; i++) {
        Owned *task = &step->owned[step->taken[i].record.partition];
        if (day_has_rules(step, task)) {
            step->taken[kept++] = step->taken[i];
        } else {
            task->restart = true;
        }
    }
    step->taken_count = kept;
}

static void back_off(Step *step, const Err *err) {
    if (step->backoff_ms == 0) {
        log_failure(LOG_LEVEL_WARNING, "step_waits",
                    "the step could not be committed; trying again", err);
    }
    step->backoff_ms = step->backoff_ms ? 2 * step->backoff_ms : BACKOFF_FIRST_MS;
    step->backoff_ms = step->backoff_ms < BACKOFF_MOST_MS ? step->backoff_ms : BACKOFF_MOST_MS;
    step->retry_at_ms = clock_monotonic_ms() + step->backoff_ms;
}

static void went_well(Step *step) {
    if (step->backoff_ms > 0) {
        LOG_INFO("step_goes_on", "the store takes commits again");
    }
    step->backoff_ms = 0;
}

/* The store refuses this batch as a whole. Halve it until one record is left; that one is at fault.
 */
static bool find_culprit(Step *step, int count, const Err *err) {
    if (count > 1) {
        step->try_at_most = count / 2;
        return true;
    }
    Taken *culprit = &step->taken[0];
    Str sentence = str_format(&step->batch, "The database refuses it: %s", err->text);
    if (step->options.service->inputs[culprit->record.topic].kind == INPUT_OUTSIDE &&
        culprit->fate == FATE_APPLY) {
        intake_refuse(culprit, S("STORE_REFUSES"), sentence);
        return true;
    }
    task_stop(&step->owned[culprit->record.partition], "STORE_REFUSES", sentence);
    drop_stale(step);
    return true;
}

static bool settle(Step *step, int count, const Err *err) {
    switch (err->verdict) {
    case VERDICT_RETRY:
        drop_stale(step);
        back_off(step, err);
        return true;
    case VERDICT_UNSURE:
        step->unsettled = true;
        back_off(step, err);
        return true;
    case VERDICT_POISON:
        return find_culprit(step, count, err);
    case VERDICT_NONE:
    case VERDICT_STOP:
        return false;
    }
    return false;
}

/* Those at the front that one commit may hold: tasks follow each other as they were taken. */
static int records_together(const Step *step) {
    int most = step->taken_count < step->try_at_most ? step->taken_count : step->try_at_most;
    if (!tasks_is_single(step->tasks)) {
        return most;
    }
    int count = 1;
    while (count < most && step->taken[count].record.partition == step->taken[0].record.partition) {
        count++;
    }
    return count;
}

static bool try_records(Step *step, Err *err) {
    while (step->taken_count > 0 && clock_monotonic_ms() >= step->retry_at_ms && !step->unsettled) {
        drop_unruled(step);
        int count = records_together(step);
        if (step->taken_count == 0) {
            break;
        }
        if (!commit_records(step, count, err)) {
            if (!settle(step, count, err)) {
                return false;
            }
            continue;
        }
        went_well(step);
        step->taken_count -= count;
        memmove(step->taken, step->taken + count, (size_t)step->taken_count * sizeof(Taken));
        if (step->taken_count == 0) {
            step->try_at_most = step->options.limits.events;
        }
    }
    return true;
}

/* A close that the store refuses has no record to set aside: that task stops, the others go on. */
static bool try_days_one_by_one(Step *step, Err *err) {
    for (int32_t i = 0; i < step->partitions; i++) {
        if (commit_days(step, &step->owned[i], err)) {
            continue;
        }
        if (err->verdict != VERDICT_POISON) {
            return settle(step, 0, err);
        }
        task_stop(&step->owned[i], "STORE_REFUSES", str_of(err->text));
    }
    return true;
}

static bool try_days(Step *step, Err *err) {
    if (step->taken_count > 0 || step->unsettled || clock_monotonic_ms() < step->retry_at_ms) {
        return true;
    }
    if (commit_days(step, NULL, err)) {
        return true;
    }
    return err->verdict == VERDICT_POISON ? try_days_one_by_one(step, err) : settle(step, 0, err);
}

static bool settle_unknown(Step *step, Err *err) {
    if (!step->unsettled || clock_monotonic_ms() < step->retry_at_ms) {
        return true;
    }
    if (task_take_over_all(step, err)) {
        step->unsettled = false;
        went_well(step);
        drop_stale(step);
        return true;
    }
    if (err->verdict == VERDICT_STOP) {
        return false;
    }
    back_off(step, err);
    return true;
}

/* ---- the turn */

static bool restart_if_due(Step *step, Err *err) {
    if (step->taken_count > 0 || step->unsettled) {
        return true;
    }
    bool due = false;
    for (int32_t i = 0; i < step->partitions; i++) {
        due |= step->owned[i].restart;
    }
    return !due || kafka_restart(step->consumer, err);
}

static bool keep_tasks(Step *step, Err *err) {
    for (int32_t i = 0; i < step->partitions; i++) {
        if (step->owned[i].assigned && step->owned[i].known &&
            !tasks_keep(step->tasks, i, step->publisher, err)) {
            return false;
        }
    }
    return true;
}

/* Where the inputs stand, once a second, for the lag figures of dashboards. */
static void note_offsets(Step *step) {
    for (int32_t i = 0; i < step->partitions; i++) {
        Owned *task = &step->owned[i];
        for (int input = 0; input < step->options.service->input_count; input++) {
            int64_t next = task->now.inputs[input].next;
            if (task->assigned && task->known && next != task->shown[input]) {
                kafka_note_offset(step->consumer, input, i, next);
                task->shown[input] = next;
            }
        }
    }
}

static bool keep_house(Step *step, Err *err) {
    int64_t now_ms = clock_monotonic_ms();
    if (step->unsettled || now_ms < step->retry_at_ms) {
        return true;
    }
    if (!keep_tasks(step, err)) {
        return settle(step, 0, err);
    }
    if (now_ms - step->acks_stored_ms >= step->options.limits.ack_store_ms) {
        step->acks_stored_ms = now_ms;
        if (!commit_acks(step, err)) {
            return settle(step, 0, err);
        }
        CRASH_POINT("after_acks_stored");
        note_offsets(step);
    }
    return true;
}

/* Every hour, and at once when the calendar has moved on (a machine that slept wakes days later):
 * the outbox is kept by days of the wall clock. */
static bool maintain_if_due(Step *step, Err *err) {
    int64_t now_ms = clock_monotonic_ms();
    Date today = instant_utc_date(clock_now());
    bool due = now_ms - step->maintained_ms >= MAINTAIN_MS ||
               date_compare(today, step->maintained_on) != 0;
    if (!due || step->unsettled || now_ms < step->retry_at_ms) {
        return true;
    }
    if (!tasks_maintain(step->tasks, err)) {
        return settle(step, 0, err);
    }
    step->maintained_ms = now_ms;
    step->maintained_on = today;
    return true;
}

/* How long nothing can be done but wait for the broker: 0 when there is work. */
static int idle_ms(const Step *step, int wait_ms) {
    int64_t retry_ms = step->retry_at_ms - clock_monotonic_ms();
    if (retry_ms > 0) {
        return retry_ms < wait_ms ? (int)retry_ms : wait_ms;
    }
    if (step->taken_count > 0 || step->unsettled) {
        return 0;
    }
    for (int32_t i = 0; i < step->partitions; i++) {
        const Owned *task = &step->owned[i];
        if (task->standing.set && task->assigned && !task->stopped && !task->waiting) {
            return 0;
        }
    }
    bool on_the_wire = publisher_held_bytes(step->publisher) > 0;
    return on_the_wire && wait_ms > OUTBOX_WAIT_MS ? OUTBOX_WAIT_MS : wait_ms;
}

/* Takes only when nothing is left of the last time. */
static bool take_if_due(Step *step, bool *took, Err *err) {
    *took = step->taken_count > 0;
    if (*took || step->unsettled || clock_monotonic_ms() < step->retry_at_ms) {
        return true;
    }
    if (!take(step, err) && !settle(step, 0, err)) {
        return false;
    }
    *took = step->taken_count > 0;
    return true;
}

bool step_turn(Step *step, int wait_ms, Err *err) {
    bool took;
    step->moved_ms = clock_monotonic_ms();
    if (!kafka_poll(step->consumer, err) || !rules_serve(step->rules, err) ||
        !settle_unknown(step, err) || !maintain_if_due(step, err) ||
        !take_if_due(step, &took, err) || !try_records(step, err) || !try_days(step, err) ||
        !restart_if_due(step, err) || !keep_house(step, err) ||
        !publisher_serve(step->publisher, clock_monotonic_ms(), err)) {
        return false;
    }
    int idle = took && step->taken_count == 0 ? 0 : idle_ms(step, wait_ms);
    watch_update(step, !took || step->taken_count > 0);
    if (idle > 0) {
        kafka_wait(step->consumer, idle);
    }
    return true;
}

/* ---- closing */

void step_close(Step *step, int flush_ms) {
    if (!step) {
        return;
    }
    Err err;
    int64_t until_ms = clock_monotonic_ms() + flush_ms;
    while (step->publisher && publisher_held_bytes(step->publisher) > 0 &&
           clock_monotonic_ms() < until_ms) {
        if (!publisher_serve(step->publisher, clock_monotonic_ms(), &err)) {
            break;
        }
        kafka_wait(step->consumer, OUTBOX_WAIT_MS);
    }
    if (step->consumer && flush_ms > 0 && !step->unsettled && !commit_acks(step, &err)) {
        log_failure(LOG_LEVEL_WARNING, "acks_not_stored",
                    "what was acknowledged will be published again", &err);
    }
    kafka_consumer_close(step->consumer);
    publisher_close(step->publisher, 0);
    rules_close(step->rules);
    tasks_close(step->tasks);
    kafka_client_close(step->client);
    for (int32_t i = 0; step->owned && i < step->partitions; i++) {
        arena_close(&step->owned[i].numbers[0]);
        arena_close(&step->owned[i].numbers[1]);
        if (step->owned[i].standing.arena.name) {
            arena_close(&step->owned[i].standing.arena);
        }
    }
    int topics = service_output_count(step->options.service);
    for (int i = 0; step->topics && i < topics; i++) {
        free(step->topics[i]);
    }
    free(step->topics);
    free(step->owned);
    free(step->taken);
    arena_close(&step->batch);
    arena_close(&step->work);
    watch_close(step);
    free(step);
}
