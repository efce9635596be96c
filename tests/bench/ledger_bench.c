/* The ledger's commit path, fed from memory: the step loop, the ledger's handler, core and store,
 * and the task tables, all as they are shipped; only the broker is another one (memory_broker.h).
 *
 *     ledger_bench BATCH RECORDS KEYS ANSWERS [close]
 *
 * The database is that of ARREARS_DATABASE and ARREARS_DATABASE_PASSWORD.
 * Times from the first event to the last commit, which is when so many answers are out. Decoding
 * and encoding are in it. With "close", the tick that closes the day comes before them, and is
 * timed by itself. Prints one line: events, microseconds, turns, median and 99th percentile of a
 * turn, processor time of its own, microseconds of the close. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/pg.h"
#include "chassis/step.h"
#include "ledger/handler.h"
#include "ledger/settings.h"
#include "tests/bench/memory_broker.h"
#include "tests/bench/meter.h"

enum {
    RECORDS_BYTES = 1 << 30,
    DEADLINE_S = 120,
    TICK_END = 1,    /* each partition begins with the tick that opens its day */
    WARM_UP_END = 2, /* and one invoice: the first record after a takeover is noted by itself */
    CLOSE_END = 3
};

typedef struct Times {
    int64_t *turn_us; /* of turns that committed records: each is answered by one of ours */
    int64_t turns;
    int64_t total_us;
    int64_t events;
    int64_t cpu_us;
    int64_t close_us;
} Times;

/* Turns until what is allowed is taken, committed, and acknowledged. */
static void settle(Step *step, int64_t end) {
    Err err = {0};
    int64_t until_ms = clock_monotonic_ms() + DEADLINE_S * 1000;
    memory_broker_allow(end);
    int64_t wanted = memory_broker_acked() + memory_broker_left();
    do {
        must(step_turn(step, 0, &err), &err);
        /* What is taken counts from the first assignment on. */
        CHECK(clock_monotonic_ms() < until_ms);
    } while (memory_broker_left() > 0 || memory_broker_acked() < wanted);
}

static bool has_closed(Step *step) {
    StepTask tasks[MEMORY_PARTITIONS];
    int count = step_tasks(step, tasks, MEMORY_PARTITIONS);
    for (int i = 0; i < count; i++) {
        if (tasks[i].next < CLOSE_END) {
            return false;
        }
    }
    return count == MEMORY_PARTITIONS;
}

static int64_t close_day(Step *step) {
    Err err = {0};
    int64_t began_us = clock_monotonic_us();
    memory_broker_allow(CLOSE_END);
    while (!has_closed(step)) {
        must(step_turn(step, 0, &err), &err);
        CHECK(clock_monotonic_us() - began_us < (int64_t)DEADLINE_S * 1000000);
    }
    return clock_monotonic_us() - began_us;
}

static Times run(Step *step, Arena *arena, int64_t answers, bool closing) {
    Err err = {0};
    int64_t close_us = closing ? close_day(step) : 0;
    memory_broker_allow(INT64_MAX);
    Times times = {.events = memory_broker_left(), .close_us = close_us};
    times.turn_us = ARENA_ARRAY(arena, int64_t, times.events + 1);
    int64_t cpu_before_us = cpu_us();
    int64_t began_us = clock_monotonic_us();
    int64_t turn_began_us = began_us;
    int64_t said = memory_broker_acked();
    for (int64_t end = said + answers; said < end;) {
        must(step_turn(step, 0, &err), &err);
        int64_t now_us = clock_monotonic_us();
        if (memory_broker_acked() > said) {
            said = memory_broker_acked();
            times.turn_us[times.turns++] = now_us - turn_began_us;
        }
        turn_began_us = now_us;
        CHECK(now_us - began_us < (int64_t)DEADLINE_S * 1000000);
    }
    times.total_us = turn_began_us - began_us;
    times.cpu_us = cpu_us() - cpu_before_us;
    return times;
}

/* RFC 8032, section 7.1, test 1. */
#define JOURNAL_KEY                                                                                \
    S("journal 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"                   \
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

/* The most that this process has had in memory. */
static long rss_kib(void) {
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0);
    return usage.ru_maxrss;
}

static void print(Times *times) {
    sort_us(times->turn_us, times->turns);
    printf("{\"events\": %" PRId64 ", \"us\": %" PRId64 ", \"turns\": %" PRId64
           ", \"p50_us\": %" PRId64 ", \"p99_us\": %" PRId64 ", \"cpu_us\": %" PRId64
           ", \"close_us\": %" PRId64 ", \"rss_kib\": %ld}\n",
           times->events, times->total_us, times->turns, times->turn_us[times->turns / 2],
           times->turn_us[times->turns * 99 / 100], times->cpu_us, times->close_us, rss_kib());
}

/* The batch is what is asked for: neither bytes nor time end a step earlier. */
static StepLimits limits_of(int batch) {
    StepLimits limits = STEP_LIMITS;
    limits.events = batch;
    limits.bytes = INT64_MAX;
    limits.take_us = (int64_t)DEADLINE_S * 1000000;
    return limits;
}

int main(int argc, char **argv) {
    int64_t batch;
    int64_t answers;
    bool closing = argc == 6 && str_equals(str_of(argv[5]), S("close"));
    if ((argc != 5 && !closing) || !str_parse_i64(str_of(argv[1]), &batch) || batch < 1 ||
        batch > 100000 || !str_parse_i64(str_of(argv[4]), &answers) || answers < 1) {
        fprintf(stderr, "usage: ledger_bench BATCH RECORDS KEYS ANSWERS [close]\n");
        return 2;
    }
    log_open("ledger_bench", LOG_LEVEL_WARNING);
    Err err = {0};
    Arena arena = arena_open("bench", RECORDS_BYTES);
    LedgerSettings settings = {.journal_key = JOURNAL_KEY};
    Service service = ledger_service(&settings, &arena);
    KafkaSettings kafka = {0};
    PgOptions store = {.conninfo = str_of(getenv("ARREARS_DATABASE")),
                       .password = str_of(getenv("ARREARS_DATABASE_PASSWORD")),
                       .application_name = "ledger_bench"};
    StepOptions options = {
        .service = &service, .kafka = &kafka, .store = &store, .limits = limits_of((int)batch)};
    memory_broker_load(file_of(&arena, argv[2]));
    must(key_ring_parse(file_of(&arena, argv[3]), &arena, &options.operators, &err), &err);
    Step *step = NULL;
    must(step_open(&options, &step, &err), &err);
    settle(step, TICK_END);
    settle(step, WARM_UP_END);
    Times times = run(step, &arena, answers, closing);
    step_close(step, 1000);
    print(&times);
    arena_close(&arena);
    return 0;
}
