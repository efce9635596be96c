/* Days: when one begins and ends, what its end visits, and which ticks count. */
#include "chassis/log.h"
#include "chassis/step.h"
#include "world/play.h"

static void everything_waits_for_the_first_day(void **state) {
    (void)state;
    world_put(WORLD_IN, A, "add 5");
    world_put(WORLD_FEED, A, "feeder 0 1 add 1");
    Step *step = world_start();
    world_run(step);
    assert_int_equal(world_total(A), 0);
    world_put_tick(true, "2024-01-01", NULL);
    world_run(step);
    assert_int_equal(world_total(A), 6);
    step_close(step, 1000);
}

static void close_visits_what_is_due_in_key_order_then_opens_the_next_day(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "due 2024-01-01");
    world_put_tick(false, "2024-01-01", NULL);
    world_put(WORLD_IN, A, "add 1");
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|noted|total 100|closed 2024-01-01|total 101");
    Date second;
    assert_true(date_parse(S("2024-01-02"), &second));
    assert_int_equal(date_compare(world_day(0), second), 0);
    step_close(step, 1000);
}

static void missed_days_are_closed_in_order(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "due 2024-01-02");
    world_put_tick(false, "2024-01-03", NULL);
    world_run(step);
    assert_log(
        WORLD_OUT, part(A),
        "opened 2024-01-01|noted|closed 2024-01-01|total 100|closed 2024-01-02|closed 2024-01-03");
    step_close(step, 1000);
}

static void repeated_and_old_ticks_have_no_effect(void **state) {
    (void)state;
    Step *step = start_open();
    world_put_tick(false, "2024-01-02", NULL);
    world_put_tick(false, "2024-01-02", NULL);
    world_put_tick(false, "2024-01-01", NULL);
    world_put_tick(true, "2024-05-05", NULL);
    world_run(step);
    assert_log(WORLD_OUT, 0, "opened 2024-01-01|closed 2024-01-01|closed 2024-01-02");
    step_close(step, 1000);
}

static void forged_and_future_ticks_go_to_the_dead_letters(void **state) {
    (void)state;
    world_set_broker_day("2024-01-01");
    Step *step = start_open();
    world_put_forged_tick("2024-01-01");
    world_put_tick(false, "2024-01-02", NULL);
    world_run(step);
    assert_log(WORLD_OUT, 0, "opened 2024-01-01");
    assert_int_equal(world_log_count(WORLD_DEAD), 2 * WORLD_PARTITIONS);
    step_close(step, 1000);
}

static void task_waits_for_a_rule_set_that_is_not_there(void **state) {
    (void)state;
    Step *step = start_open();
    world_put_tick(false, "2024-01-01",
                   "00000000000000000000000000000000000000000000000000000000000000ff");
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    assert_int_equal(world_total(A), 0);
    Arena scratch = arena_open("progress", 1 << 20);
    Str progress = step_progress(step, &scratch);
    assert_non_null(strstr(str_terminated(&scratch, progress), "rule set not published"));
    arena_close(&scratch);
    step_close(step, 1000);
}

/* The same days and accounts, in steps of one and in steps of many. */
static Str played(int events, int visits) {
    world_reset();
    world_put_tick(true, "2024-01-01", NULL);
    static const char *const keys[] = {"acme/1", "acme/2", "acme/3", "acme/4", "acme/5", "acme/6"};
    for (int i = 0; i < 6; i++) {
        world_put(WORLD_IN, keys[i], i % 2 ? "due 2024-01-01" : "due 2024-01-02");
    }
    world_put_tick(false, "2024-01-02", NULL);
    StepOptions options = world_options();
    options.limits.events = events;
    options.limits.visits = visits;
    Step *step;
    Err err;
    assert_true(step_open(&options, &step, &err));
    world_run(step);
    step_close(step, 1000);
    Arena keep = arena_open("log", 1 << 20);
    Str log = str_format(&keep, "%.*s#%.*s", STR_ARGS(world_log(WORLD_OUT, 0)),
                         STR_ARGS(world_log(WORLD_OUT, 1)));
    char *copy = strndup(log.ptr, (size_t)log.len);
    arena_close(&keep);
    return str_of(copy);
}

static void size_of_a_step_is_invisible_in_a_close(void **state) {
    (void)state;
    Str many = played(2000, 2000);
    for (int size = 1; size < 8; size++) {
        Str few = played(size, size);
        assert_true(str_equals(few, many));
        free((void *)(uintptr_t)few.ptr);
    }
    free((void *)(uintptr_t)many.ptr);
}

/* What a visit loads is larger than what a record does. */
static void the_end_of_a_day_has_a_limit_of_its_own(void **state) {
    (void)state;
    Str few = played(2000, 1);
    int steps = world_commits();
    Str many = played(2000, 2000);
    assert_true(world_commits() < steps);
    assert_true(str_equals(few, many));
    free((void *)(uintptr_t)few.ptr);
    free((void *)(uintptr_t)many.ptr);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(everything_waits_for_the_first_day),
        TEST(close_visits_what_is_due_in_key_order_then_opens_the_next_day),
        TEST(missed_days_are_closed_in_order),
        TEST(repeated_and_old_ticks_have_no_effect),
        TEST(forged_and_future_ticks_go_to_the_dead_letters),
        TEST(task_waits_for_a_rule_set_that_is_not_there),
        TEST(size_of_a_step_is_invisible_in_a_close),
        TEST(the_end_of_a_day_has_a_limit_of_its_own),
    };
    log_open("toy", LOG_LEVEL_ERROR);
    int failed = cmocka_run_group_tests_name("day", tests, NULL, NULL);
    world_small_steps(1);
    return failed +
           cmocka_run_group_tests_name("day, the next record read ahead", tests, NULL, NULL);
}
