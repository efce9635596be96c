/* Whatever happens and in whatever order: each input counts once. Records of two accounts and ticks
 * come in while commits fail or lose their answers, the group takes tasks away and gives them back,
 * and processes die; steps are small, so that the next records are read ahead while one is
 * committed. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/date.h"
#include "chassis/log.h"
#include "world/world.h"

enum { STORMS = 40, ACTIONS = 60, DAYS_MOST = 20 };

static const char *const KEYS[] = {"acme/a", "acme/b"};
static const char FIRST_DAY[] = "2024-01-01";

typedef struct Storm {
    uint64_t seed;
    Step *step;
    int64_t wanted[2]; /* totals */
    int sent[2];       /* numbers of the feeder, by partition */
    int days;
} Storm;

static int draw(Storm *storm, int below) {
    storm->seed ^= storm->seed << 13;
    storm->seed ^= storm->seed >> 7;
    storm->seed ^= storm->seed << 17;
    return (int)(storm->seed % (uint64_t)below);
}

static void put_record(Storm *storm) {
    int which = draw(storm, 2);
    int amount = 1 + draw(storm, 9);
    char value[64];
    bool is_ours = draw(storm, 3) == 0;
    if (is_ours) {
        int32_t part = kafka_partition_of(str_of(KEYS[which]), WORLD_PARTITIONS);
        snprintf(value, sizeof value, "feeder %d %d add %d", (int)part, ++storm->sent[part],
                 amount);
    } else {
        snprintf(value, sizeof value, "add %d", amount);
    }
    storm->wanted[which] += amount;
    world_put(is_ours ? WORLD_FEED : WORLD_IN, KEYS[which], value);
}

static void put_tick(Storm *storm) {
    Arena scratch = arena_open("day", 4096);
    Date first;
    assert_true(date_parse(str_of(FIRST_DAY), &first));
    Str day = date_print(&scratch, date_add(first, storm->days));
    if (storm->days < DAYS_MOST) {
        world_put_tick(false, str_terminated(&scratch, day), NULL);
        storm->days++;
    }
    arena_close(&scratch);
}

static void turn(Storm *storm) {
    Err err;
    for (int i = draw(storm, 4); i > 0; i--) {
        if (!step_turn(storm->step, 0, &err)) {
            fail_msg("the step ended: %s", err.text);
        }
    }
}

/* The next one works off what is there: four in a row that die on the same record would set it
 * aside. */
static void die(Storm *storm) {
    world_kill(storm->step);
    storm->step = world_start();
    world_run(storm->step);
}

static void act(Storm *storm) {
    static const WorldCommit faults[] = {WORLD_ROLLS_BACK, WORLD_ANSWER_LOST_DONE,
                                         WORLD_ANSWER_LOST_UNDONE};
    int what = draw(storm, 100);
    if (what < 60) {
        put_record(storm);
    } else if (what < 66) {
        put_tick(storm);
    } else if (what < 78) {
        world_next_commit(faults[draw(storm, 3)]);
    } else if (what < 84) {
        world_rebalance(storm->step);
    } else if (what < 87) {
        world_take_away(); /* for some turns nobody has them */
    } else if (what < 93) {
        world_give_back();
    } else if (what < 95) {
        die(storm);
    }
    turn(storm);
}

static void every_input_counts_once(void **state) {
    (void)state;
    for (int number = 1; number <= STORMS; number++) {
        Storm storm = {.seed = 0x9E3779B97F4A7C15u * (uint64_t)number};
        world_reset();
        world_small_steps(1 + number % 3);
        world_put_tick(true, FIRST_DAY, NULL);
        storm.step = world_start();
        world_run(storm.step);
        for (int i = 0; i < ACTIONS; i++) {
            act(&storm);
        }
        world_give_back();
        world_run(storm.step);
        for (int i = 0; i < 2; i++) {
            if (world_total(KEYS[i]) != storm.wanted[i]) {
                fail_msg("storm %d: %s stands at %" PRId64 ", not at %" PRId64, number, KEYS[i],
                         world_total(KEYS[i]), storm.wanted[i]);
            }
        }
        Date first;
        assert_true(date_parse(str_of(FIRST_DAY), &first));
        assert_int_equal(world_day(0).days, first.days + storm.days);
        assert_int_equal(world_day(1).days, first.days + storm.days);
        step_close(storm.step, 1000);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_input_counts_once)};
    log_open("toy", LOG_LEVEL_ERROR);
    return cmocka_run_group_tests_name("storm", tests, NULL, NULL);
}
