/* Scoring's commit path, fed from memory: the step loop, scoring's handler and core, and the task
 * store in a real Redis, all as they are shipped; only the broker is another one
 * (memory_broker.h, memory_truth.h).
 *
 *     scoring_bench REDIS RECORDS WRITES BUNDLED
 *
 * Times from the first invoice to the last state handed to the broker. Decoding, encoding and
 * reading one's own topic back are in it. Then WRITES gets the same writes as plain commands, with
 * a row of the outbox for each state, BUNDLED with one for as many as a call holds. Prints one
 * line: events, microseconds, turns, median and 99th percentile of a turn, processor time of its
 * own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/step.h"
#include "chassis/tasks_redis.h"
#include "scoring/handler.h"
#include "tests/bench/memory_broker.h"
#include "tests/bench/memory_truth.h"
#include "tests/bench/meter.h"

enum {
    RECORDS_BYTES = 1 << 30,
    DEADLINE_S = 120,
    TICK_END = 1,   /* each partition begins with the word that its day is open */
    WARM_UP_END = 2 /* and one invoice: the first record after a takeover is noted by itself */
};

typedef struct Times {
    int64_t *turn_us; /* of turns that took records */
    int64_t turns;
    int64_t total_us;
    int64_t events;
    int64_t cpu_us;
} Times;

/* Turns until what is allowed is taken, and so many states in all are published. */
static void settle(Step *step, int64_t end, int64_t states) {
    Err err = {0};
    int64_t until_ms = clock_monotonic_ms() + DEADLINE_S * 1000;
    memory_broker_allow(end);
    do {
        must(step_turn(step, 0, &err), &err);
        /* What is taken counts from the first assignment on. */
        CHECK(clock_monotonic_ms() < until_ms);
    } while (memory_broker_left() > 0 || memory_truth_states() < states);
}

static Times run(Step *step, Arena *arena) {
    Err err = {0};
    memory_broker_allow(INT64_MAX);
    Times times = {.events = memory_broker_left()};
    times.turn_us = ARENA_ARRAY(arena, int64_t, times.events + 1);
    int64_t cpu_before_us = cpu_us();
    int64_t began_us = clock_monotonic_us();
    int64_t turn_began_us = began_us;
    int64_t wanted = memory_truth_states() + times.events;
    for (int64_t left = times.events; memory_truth_states() < wanted;) {
        must(step_turn(step, 0, &err), &err);
        int64_t now_us = clock_monotonic_us();
        if (memory_broker_left() < left) {
            left = memory_broker_left();
            times.turn_us[times.turns++] = now_us - turn_began_us;
        }
        turn_began_us = now_us;
        CHECK(now_us - began_us < (int64_t)DEADLINE_S * 1000000);
    }
    times.total_us = turn_began_us - began_us;
    times.cpu_us = cpu_us() - cpu_before_us;
    return times;
}

static void print(Times *times) {
    sort_us(times->turn_us, times->turns);
    printf("{\"events\": %" PRId64 ", \"us\": %" PRId64 ", \"turns\": %" PRId64
           ", \"p50_us\": %" PRId64 ", \"p99_us\": %" PRId64 ", \"cpu_us\": %" PRId64 "}\n",
           times->events, times->total_us, times->turns, times->turn_us[times->turns / 2],
           times->turn_us[times->turns * 99 / 100], times->cpu_us);
}

static void print_writes(const char *path, int bundle) {
    FILE *out = fopen(path, "wb");
    CHECK(out);
    memory_truth_print_writes(out, bundle);
    CHECK(fclose(out) == 0);
}

int main(int argc, char **argv) {
    if (argc != 5) {
        fprintf(stderr, "usage: scoring_bench REDIS RECORDS WRITES BUNDLED\n");
        return 2;
    }
    log_open("scoring_bench", LOG_LEVEL_WARNING);
    Err err = {0};
    Arena arena = arena_open("bench", RECORDS_BYTES);
    Service service = scoring_service(NULL, &arena);
    KafkaSettings kafka = {0};
    RedisStore store = {
        .redis = {.address = str_of(argv[1])}, .kafka = &kafka, .service = service.name};
    StepOptions options = {
        .service = &service, .kafka = &kafka, .store = &store, .limits = STEP_LIMITS};
    options.limits.events = REDIS_STATES_MAX; /* as the service has it */
    memory_broker_load(file_of(&arena, argv[2]));
    Step *step = NULL;
    must(step_open(&options, &step, &err), &err);
    settle(step, TICK_END, 0);
    settle(step, WARM_UP_END, MEMORY_PARTITIONS);
    Times times = run(step, &arena);
    step_close(step, 1000);
    print(&times);
    print_writes(argv[3], 1);
    print_writes(argv[4], REDIS_STATES_MAX);
    arena_close(&arena);
    return 0;
}
