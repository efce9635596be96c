/* The group takes tasks away and gives them back, or to somebody else, while commits are unknown
 * and processes end. */
#include "chassis/log.h"
#include "world/play.h"

/* Opened; the store learns of acknowledgements by commits only. */
static Step *start_forgetful(void) {
    Err err;
    Step *step = NULL;
    StepOptions options = world_options();
    options.limits.ack_store_ms = 3600000;
    assert_true(step_open(&options, &step, &err));
    world_put_tick(true, "2024-01-01", NULL);
    world_run(step);
    return step;
}

static void turn(Step *step) {
    Err err;
    assert_true(step_turn(step, 0, &err));
}

static void rebalance_in_which_all_comes_back_takes_nothing_over(void **state) {
    (void)state;
    Step *step = start_open();
    int64_t epoch = world_epoch(0);
    world_put(WORLD_IN, A, "add 5");
    world_rebalance(step);
    world_run(step);
    assert_int_equal(world_epoch(0), epoch);
    assert_int_equal(world_total(A), 5);
    step_close(step, 1000);
}

/* ---- on the way out */

/* A worker that ends while the group deals its tasks out anew, which nobody else has taken over
 * yet. */
static void what_was_acknowledged_is_stored_by_a_worker_that_has_lost_its_tasks(void **state) {
    (void)state;
    Step *step = start_forgetful();
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    world_take_away();
    turn(step);
    step_close(step, 1000);
    step = world_start();
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5");
    step_close(step, 1000);
}

/* The heir of one says what it finds unacknowledged; nobody touches its row, nor holds the other
 * back. */
static void only_what_has_an_heir_is_said_again(void **state) {
    (void)state;
    Step *step = start_forgetful();
    const char *first = part(A) == 0 ? A : B;
    const char *second = part(A) == 0 ? B : A;
    world_put(WORLD_IN, first, "add 5");
    world_put(WORLD_IN, second, "add 7");
    world_run(step);
    world_take_away();
    turn(step);
    int64_t epoch = world_epoch(0);
    world_steal(0, WORLD_IN, 0);
    step_close(step, 1000);
    assert_int_equal(world_epoch(0), epoch + 1);
    step = world_start();
    world_run(step);
    assert_log(WORLD_OUT, 0, "opened 2024-01-01|total 5|total 5");
    assert_log(WORLD_OUT, 1, "opened 2024-01-01|total 7");
    step_close(step, 1000);
}

static void a_store_of_single_tasks_says_at_the_end_that_there_is_an_heir(void **state) {
    world_take_single();
    only_what_has_an_heir_is_said_again(state);
}

/* ---- a commit whose answer was lost, and then the tasks as well */

static Step *lose_answer_and_tasks(void) {
    Step *step = start_forgetful();
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    world_next_commit(WORLD_ANSWER_LOST_DONE);
    world_put(WORLD_IN, A, "add 7");
    turn(step);
    world_take_away();
    world_run(step); /* until the outcome counts as settled */
    return step;
}

/* What it knew from before must not be written over what it has done. */
static void nothing_old_is_written_on_the_way_out(void **state) {
    (void)state;
    Step *step = lose_answer_and_tasks();
    int64_t next = world_next(part(A), WORLD_IN);
    step_close(step, 1000);
    assert_int_equal(world_next(part(A), WORLD_IN), next);
    step = world_start();
    world_run(step);
    assert_int_equal(world_total(A), 12);
    step_close(step, 1000);
}

static void what_comes_back_is_taken_over_anew(void **state) {
    (void)state;
    Step *step = lose_answer_and_tasks();
    world_give_back();
    world_run(step);
    assert_int_equal(world_total(A), 12);
    step_close(step, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(rebalance_in_which_all_comes_back_takes_nothing_over),
        TEST(what_was_acknowledged_is_stored_by_a_worker_that_has_lost_its_tasks),
        TEST(only_what_has_an_heir_is_said_again),
        TEST(a_store_of_single_tasks_says_at_the_end_that_there_is_an_heir),
        TEST(nothing_old_is_written_on_the_way_out),
        TEST(what_comes_back_is_taken_over_anew),
    };
    log_open("toy", LOG_LEVEL_ERROR);
    return cmocka_run_group_tests_name("rebalance", tests, NULL, NULL);
}
