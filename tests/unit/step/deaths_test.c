/* A record that kills its process, again and again, is found and set aside; other deaths blame
 * nobody. */
#include <stdio.h>

#include "chassis/log.h"
#include "world/play.h"

/* Dies between decoding the record and the commit, as a crash of the process does. */
static void die_on_the_record(void) {
    Step *step = world_start();
    world_next_commit(WORLD_ANSWER_LOST_UNDONE);
    Err err;
    assert_true(step_turn(step, 0, &err));
    world_kill(step);
}

static void fourth_death_on_a_record_sends_it_to_the_dead_letters(void **state) {
    (void)state;
    Step *step = start_open();
    step_close(step, 1000);
    world_put(WORLD_IN, A, "add 1");
    world_put(WORLD_IN, A, "add 2");
    for (int death = 0; death < 4; death++) {
        die_on_the_record();
    }
    step = world_start();
    world_run(step);
    assert_log(WORLD_DEAD, part(A), "add 1");
    assert_int_equal(world_total(A), 2);
    step_close(step, 1000);
}

/* What the dead process held may have been of one input alone; here two inputs take turns. */
static void a_careful_process_reaches_what_the_dead_one_held_of_any_input(void **state) {
    (void)state;
    enum { HELD = 8, DEATHS = 3, ENOUGH = 100 };
    Step *step = start_open();
    step_close(step, 1000);
    StepOptions options = world_options();
    options.limits.events = HELD;
    for (int i = 0; i < ENOUGH; i++) {
        char value[64];
        snprintf(value, sizeof value, "feeder 0 %d add 1", i + 1);
        world_put(WORLD_FEED, A, value);
        world_put(WORLD_IN, A, "add 1");
    }
    Err err;
    for (int death = 0; death < DEATHS; death++) {
        assert_true(step_open(&options, &step, &err));
        world_next_commit(WORLD_ANSWER_LOST_UNDONE);
        assert_true(step_turn(step, 0, &err));
        world_kill(step);
    }
    assert_true(step_open(&options, &step, &err));
    int64_t began = world_next(part(A), WORLD_IN);
    int64_t before = began;
    int64_t total = world_total(A);
    for (int turns = 0; world_total(A) - total <= 1; turns++) { /* one record a step */
        assert_true(turns < 2 * ENOUGH);
        total = world_total(A);
        before = world_next(part(A), WORLD_IN);
        assert_true(step_turn(step, 0, &err));
    }
    assert_true(before - began >= 2 * HELD); /* a step of them, and those read ahead */
    world_kill(step);
}

static void deaths_without_input_count_for_nothing(void **state) {
    (void)state;
    Step *step = start_open();
    for (int death = 0; death < 6; death++) {
        world_kill(step);
        step = world_start();
        world_run(step);
    }
    world_put(WORLD_IN, A, "add 1");
    world_run(step);
    assert_int_equal(world_log_count(WORLD_DEAD), 0);
    assert_int_equal(world_total(A), 1);
    step_close(step, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(fourth_death_on_a_record_sends_it_to_the_dead_letters),
        TEST(a_careful_process_reaches_what_the_dead_one_held_of_any_input),
        TEST(deaths_without_input_count_for_nothing),
    };
    log_open("toy", LOG_LEVEL_ERROR);
    int failed = cmocka_run_group_tests_name("deaths", tests, NULL, NULL);
    world_small_steps(1);
    return failed +
           cmocka_run_group_tests_name("deaths, the next one read ahead", tests, NULL, NULL);
}
