/* A worker's beginning and end: what is opened, what is refused at start, what is still done at the
 * end. */
#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/step_room.h"

/* From protocol to numbers; a test shortens the times. */
const StepLimits STEP_LIMITS = {
    .events = 4000, /* the knee: twice as many gain a few percent and cost latency */
    .visits = 2000,
    .bytes = 4 << 20,
    .take_us = 5000,
    .unpublished = 32 << 20,
    .takeover_ms = 30000,
    .ack_store_ms = 1000,
    .backoff_ms = 50,
    .gap_ms = 60000,
};

enum {
    BATCH_ARENA = 64 << 20,
    WORK_ARENA = 512 << 20,
    FLUSH_LOOK_MS = 5,   /* while the broker's last reports are waited for */
    LAST_ACKS_MS = 1000, /* beside the time for the reports */
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
    tasks_meanwhile(step->tasks, (Meanwhile){step_meanwhile, step});
    owned_open(step);
    step->intake = (Intake){options->service, step->partitions, options->operators};
    if (options->published) {
        step->publisher = publisher_open_mute();
        return rules_open(options->kafka, options->service, &step->rules, err);
    }
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
    step->ahead.arena = arena_open("ahead", BATCH_ARENA);
    step->ahead.taken = calloc((size_t)options->limits.events, sizeof(Taken));
    CHECK(step->taken && step->ahead.taken);
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
        kafka_wait(step->consumer, FLUSH_LOOK_MS);
    }
    if (step->consumer && flush_ms > 0 && !step->unsettled &&
        !commit_last_acks(step, clock_monotonic_ms() + LAST_ACKS_MS, &err)) {
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
    free(step->ahead.taken);
    arena_close(&step->ahead.arena);
    arena_close(&step->batch);
    arena_close(&step->work);
    watch_close(step);
    free(step);
}
