/* The step loop against a broker and a store that fail on command: what must hold whatever happens.
 */
#include "chassis/step.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chassis/log.h"
#include "world/play.h"

/* ---- a store that commits one task at a time: CHECKed by the world's tasks_begin */

static void one_task_a_commit_gives_the_same_result(void **state) {
    (void)state;
    world_take_single();
    Step *step = start_open();
    world_put(WORLD_IN, A, "add 5");
    world_put(WORLD_IN, B, "add 6");
    world_put(WORLD_IN, A, "add 7");
    world_run(step);
    world_put_tick(false, "2024-01-01", NULL);
    world_run(step);
    world_put(WORLD_IN, B, "add 1");
    world_run(step);
    assert_int_equal(world_total(A), 12);
    assert_int_equal(world_total(B), 7);
    assert_int_equal(world_day(part(A)).days, world_day(part(B)).days);
    assert_int_not_equal(part(A), part(B));
    step_close(step, 1000);
}

/* ---- the three rules that are got wrong first */

static void rolled_back_step_is_decided_again_on_the_same_state(void **state) {
    (void)state;
    Step *step = start_open();
    world_next_commit(WORLD_ROLLS_BACK);
    world_put(WORLD_IN, A, "add 5");
    world_put(WORLD_IN, A, "add 7");
    world_run(step);
    assert_int_equal(world_total(A), 12);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5|total 12");
    step_close(step, 1000);
}

static void fenced_task_is_taken_over_again_when_it_is_still_ours(void **state) {
    (void)state;
    Step *step = start_open();
    int64_t epoch = world_epoch(part(A));
    world_steal(part(A), WORLD_IN, 0);
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    assert_int_equal(world_total(A), 5);
    assert_int_equal(world_epoch(part(A)), epoch + 2);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5");
    step_close(step, 1000);
}

static void acknowledged_means_that_the_log_holds_all_before_in_order(void **state) {
    (void)state;
    Step *step = start_open();
    world_fail_delivery(2); /* the second fails, the third is delivered: it must not count */
    world_put(WORLD_IN, A, "add 1");
    world_put(WORLD_IN, A, "add 1");
    world_put(WORLD_IN, A, "add 1");
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 1|total 3|total 2|total 3");
    assert_int_equal(world_rounds(), 2);
    step_close(step, 1000);
}

/* ---- commits */

/* Many small fetches leave many ends in the queue: when each ended a step, steps held a few records
 * while thousands waited. */
static void an_end_between_records_ends_no_step(void **state) {
    (void)state;
    Err err;
    Step *step = start_open();
    world_say_ends();
    for (int i = 0; i < 5; i++) {
        world_put(WORLD_IN, A, "add 1");
    }
    assert_true(step_turn(step, 0, &err));
    assert_int_equal(world_total(A), 5);
    step_close(step, 1000);
}

/* Who comes first fills the step; a hold that is cleared must not wait for the end of a flood. */
static void a_flood_of_one_input_holds_no_other_back(void **state) {
    (void)state;
    enum { RECORDS_A_STEP = 4, INPUTS = 3, ROUND = WORLD_PARTITIONS * INPUTS };
    Err err;
    Step *step = start_open();
    step_close(step, 1000);
    StepOptions options = world_options();
    options.limits.events = RECORDS_A_STEP;
    assert_true(step_open(&options, &step, &err));
    for (int i = 0; i < 10 * RECORDS_A_STEP * ROUND; i++) {
        world_put(WORLD_IN, i % 2 == 0 ? A : B, "add 1");
    }
    world_put(WORLD_FEED, A, "feeder 0 1 add 1000");
    world_put(WORLD_FEED, B, "feeder 1 1 add 1000");
    int turns = 0;
    while (world_total(A) < 1000 || world_total(B) < 1000) {
        assert_true(step_turn(step, 0, &err));
        turns++;
    }
    assert_in_range(turns, 2, 2 * ROUND + 2); /* and those of the takeover */
    world_run(step);
    assert_int_equal(world_total(A) + world_total(B), 2000 + 10 * RECORDS_A_STEP * ROUND);
    step_close(step, 1000);
}

static void what_another_owner_has_taken_is_not_taken_again(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "add 5");
    world_put(WORLD_IN, A, "add 7");
    world_put(WORLD_IN, A, "add 9");
    int64_t last = world_next(part(A), WORLD_IN) + 2;
    world_steal(part(A), WORLD_IN, last); /* the other owner has taken all but the last */
    world_run(step);
    assert_int_equal(world_total(A), 9);
    step_close(step, 1000);
}

static void lost_answer_of_a_done_commit_counts_once(void **state) {
    (void)state;
    Step *step = start_open();
    world_next_commit(WORLD_ANSWER_LOST_DONE);
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    assert_int_equal(world_total(A), 5);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5");
    step_close(step, 1000);
}

static void lost_answer_of_an_undone_commit_counts_once(void **state) {
    (void)state;
    Step *step = start_open();
    world_next_commit(WORLD_ANSWER_LOST_UNDONE);
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    assert_int_equal(world_total(A), 5);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5");
    step_close(step, 1000);
}

static void what_is_known_to_be_in_the_log_is_not_published_again(void **state) {
    (void)state;
    Err err;
    Step *step = NULL;
    StepOptions options = world_options();
    options.limits.ack_store_ms = 3600000; /* the store learns of them by commits only */
    assert_true(step_open(&options, &step, &err));
    world_put_tick(true, "2024-01-01", NULL);
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    world_next_commit(WORLD_ANSWER_LOST_UNDONE);
    world_put(WORLD_IN, A, "add 2");
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5|total 7");
    step_close(step, 1000);
}

/* A store that was rebuilt from what it had said. */
static void what_a_store_lost_is_read_again_before_what_follows(void **state) {
    (void)state;
    Step *step = start_open();
    world_keep();
    world_put(WORLD_IN, A, "add 1");
    world_put(WORLD_FEED, A, "feeder 0 1 add 2");
    world_run(step);
    assert_int_equal(world_total(A), 3);
    world_next_commit(WORLD_IS_REBUILT);
    world_put(WORLD_IN, A, "add 4");
    world_put(WORLD_FEED, A, "feeder 0 2 add 8");
    world_run(step);
    assert_int_equal(world_total(A), 15);
    step_close(step, 1000);
}

/* Going on would give numbers a second time, which readers take for repetitions. */
static void a_store_that_went_back_while_the_process_ran_is_refused(void **state) {
    (void)state;
    Step *step = start_open();
    Err err = {0};
    world_keep();
    world_put(WORLD_IN, A, "add 1");
    world_run(step);
    world_next_commit(WORLD_GOES_BACK);
    world_put(WORLD_IN, A, "add 4");
    while (step_turn(step, 0, &err)) {
    }
    assert_int_equal(err.verdict, VERDICT_STOP);
    assert_string_equal(err.code, "STORE_BEHIND");
    world_kill(step);
}

static void what_was_committed_and_not_published_is_published_by_the_next_process(void **state) {
    (void)state;
    Step *step = start_open();
    world_refuse_value("total 5");
    world_put(WORLD_IN, A, "add 5");
    Err err;
    for (int turns = 0; turns < 3; turns++) {
        assert_true(step_turn(step, 0, &err));
    }
    world_kill(step);
    world_refuse_value(NULL);
    step = world_start();
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5");
    assert_int_equal(world_total(A), 5);
    step_close(step, 1000);
}

/* ---- numbers of our own services */

static void broker_that_does_not_say_where_a_topic_ends_is_asked_again(void **state) {
    (void)state;
    Step *step = start_open();
    world_fail_range();
    world_rebalance(step);
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    assert_int_equal(world_total(A), 5);
    step_close(step, 1000);
}

static void duplicates_have_no_effect(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_FEED, A, "feeder 0 1 add 5");
    world_put(WORLD_FEED, A, "feeder 0 2 add 1");
    world_put(WORLD_FEED, A, "feeder 0 1 add 5");
    world_run(step);
    assert_int_equal(world_total(A), 6);
    step_close(step, 1000);
}

static void later_numbers_wait_until_the_writer_goes_back(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_FEED, A, "feeder 0 2 add 10");
    world_put(WORLD_FEED, A, "feeder 0 1 add 5");
    world_run(step);
    assert_int_equal(world_total(A), 5);
    world_put(WORLD_FEED, A, "feeder 0 2 add 10");
    world_run(step);
    assert_int_equal(world_total(A), 15);
    step_close(step, 1000);
}

static void each_writer_has_its_own_numbers(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_FEED, A, "feeder 0 1 add 5");
    world_put(WORLD_FEED, A, "feeder 1 1 add 6");
    world_put(WORLD_FEED, A, "other 0 1 add 7");
    world_run(step);
    assert_int_equal(world_total(A), 18);
    step_close(step, 1000);
}

static void unknown_event_of_ours_stops_its_task_alone(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_FEED, A, "feeder 0 1 future");
    world_put(WORLD_IN, A, "add 5");
    world_put(WORLD_IN, B, "add 7");
    world_run(step);
    assert_int_equal(world_total(B), 7);
    assert_int_equal(world_next(part(A), WORLD_FEED), 0);
    Arena scratch = arena_open("why", 1 << 20);
    Str why;
    assert_false(step_is_ready(step, &scratch, &why));
    assert_non_null(strstr(str_terminated(&scratch, why), "newer producer: upgrade me"));
    arena_close(&scratch);
    assert_int_equal(world_log_count(WORLD_DEAD), 0);
    step_close(step, 1000);
}

static void record_that_is_skipped_counts_as_applied(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_FEED, A, "feeder 0 1 future");
    world_give_number(WORLD_FEED, part(A), "feeder/0/feed/0/1");
    world_put(WORLD_FEED, A, "feeder 0 2 add 5");
    world_run(step);
    assert_int_equal(world_total(A), 0);
    step_close(step, 1000);
    world_skip(WORLD_FEED, part(A), 0);
    step = world_start();
    world_run(step);
    assert_int_equal(world_total(A), 5);
    step_close(step, 1000);
}

/* ---- input from outside */

/* A rebuild takes the inputs by the order of what was said, whatever its batches are. */
static void dead_letter_is_said_in_its_turn(void **state) {
    (void)state;
    Step *step = start_open();
    int commits = world_commits();
    world_put(WORLD_IN, A, "add 5");
    world_put(WORLD_IN, A, "poison");
    world_put(WORLD_IN, A, "add 7");
    world_put_at(WORLD_IN, part(A), NULL, "poison");
    world_run(step);
    assert_true(world_commits() > commits);
    Str said = world_said(part(A));
    Str turns = S("toy|toy|dead_letter|toy|toy|dead_letter");
    assert_true(str_equals(said, turns));
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|total 5|held|total 12");
    step_close(step, 1000);
}

static void poison_goes_to_the_dead_letters_and_holds_its_account(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "poison");
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    assert_log(WORLD_DEAD, part(A), "poison");
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|held|total 5");
    step_close(step, 1000);
}

static void record_in_the_wrong_partition_holds_nobody(void **state) {
    (void)state;
    Step *step = start_open();
    world_put_at(WORLD_IN, 1 - part(A), A, "add 5");
    world_put_at(WORLD_IN, 0, NULL, "add 5");
    world_put_at(WORLD_IN, 1, "no key of ours", "add 5");
    world_run(step);
    assert_int_equal(world_log_count(WORLD_DEAD), 3);
    assert_int_equal(world_log_count(WORLD_OUT), 2); /* opened, on both */
    assert_int_equal(world_total(A), 0);
    step_close(step, 1000);
}

static void refused_input_is_kept_whole_and_holds_nobody(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "add 13");
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    assert_log(WORLD_DEAD, part(A), "add 13");
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|refused|total 5");
    step_close(step, 1000);
}

static void one_record_the_store_refuses_is_found_among_many(void **state) {
    (void)state;
    Step *step = start_open();
    for (int i = 0; i < 9; i++) {
        world_put(WORLD_IN, A, i == 6 ? "add 666" : "add 1");
    }
    world_run(step);
    assert_int_equal(world_total(A), 8);
    assert_log(WORLD_DEAD, part(A), "add 666");
    step_close(step, 1000);
}

/* ---- refusing to run */

static void assert_refused(const char *code) {
    StepOptions options = world_options();
    Step *step = NULL;
    Err err;
    bool opened = step_open(&options, &step, &err);
    while (opened && step_turn(step, 0, &err)) {
    }
    assert_int_equal(err.verdict, VERDICT_STOP);
    assert_string_equal(err.code, code);
    if (opened) {
        world_kill(step);
    }
}

static void recreated_input_is_refused(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    step_close(step, 1000);
    world_change(WORLD_IN, part(A), world_next(part(A), WORLD_IN) - 1, "add 6");
    assert_refused("INPUT_CHANGED");
}

static void cut_input_is_refused(void **state) {
    (void)state;
    Step *step = start_open();
    step_close(step, 1000);
    world_steal(0, WORLD_IN, 1000);
    assert_refused("INPUT_CUT");
}

static void store_older_than_its_topics_is_refused(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "add 5");
    world_run(step);
    world_put_at(WORLD_OUT, part(A), A, "said by a later state of this store");
    world_give_number(WORLD_OUT, part(A), part(A) == 0 ? "toy/0/out/0/99" : "toy/1/out/1/99");
    step_close(step, 1000);
    assert_refused("STORE_BEHIND");
}

/* ---- acts in the world outside */

static void act_is_written_with_its_step_or_not_at_all(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "send s1");
    world_next_commit(WORLD_ROLLS_BACK);
    world_run(step);
    assert_int_equal(world_under_way(part(A)), 1);
    assert_int_equal(step_under_way(step), 1);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|asked");
    step_close(step, 1000);
}

static void outcome_is_taken_once(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "send s1");
    world_run(step);
    world_next_commit(WORLD_ANSWER_LOST_DONE);
    world_outcome(step, "s1", 1, OUTCOME_DONE);
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|asked|s1 done");
    assert_int_equal(world_under_way(part(A)), 0);
    assert_int_equal(step_under_way(step), 0);
    step_close(step, 1000);
}

static void uncertain_attempt_may_find_its_outcome_later(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "send s1");
    world_run(step);
    world_outcome(step, "s1", 1, OUTCOME_UNCERTAIN);
    world_run(step);
    world_outcome(step, "s1", 1, OUTCOME_DONE);
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|asked|s1 uncertain|s1 done");
    step_close(step, 1000);
}

static void outcome_that_a_dead_process_left_is_found(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_IN, A, "send s1");
    world_run(step);
    world_outcome(step, "s1", 1, OUTCOME_DONE);
    world_kill(step);
    step = world_start();
    world_run(step);
    assert_log(WORLD_OUT, part(A), "opened 2024-01-01|asked|s1 done");
    step_close(step, 1000);
}

/* ---- states */

static void state_needs_no_number_and_claims_are_passed_over(void **state) {
    (void)state;
    Step *step = start_open();
    world_put_at(WORLD_STATES, 0, "claim.0", "claim");
    world_put(WORLD_STATES, A, "add 5");
    world_put(WORLD_STATES, A, "add 5");
    world_run(step);
    assert_int_equal(world_total(A), 10);
    assert_int_equal(world_next(0, WORLD_STATES), part(A) == 0 ? 3 : 1);
    step_close(step, 1000);
}

static void state_that_cannot_be_read_stops_its_task(void **state) {
    (void)state;
    Step *step = start_open();
    world_put(WORLD_STATES, A, "future");
    world_put(WORLD_IN, A, "add 5");
    world_put(WORLD_IN, B, "add 5");
    world_run(step);
    assert_int_equal(world_next(part(A), WORLD_STATES), 0);
    assert_int_equal(world_total(B), 5);
    step_close(step, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(one_task_a_commit_gives_the_same_result),
        TEST(rolled_back_step_is_decided_again_on_the_same_state),
        TEST(fenced_task_is_taken_over_again_when_it_is_still_ours),
        TEST(what_another_owner_has_taken_is_not_taken_again),
        TEST(lost_answer_of_a_done_commit_counts_once),
        TEST(lost_answer_of_an_undone_commit_counts_once),
        TEST(what_is_known_to_be_in_the_log_is_not_published_again),
        TEST(what_a_store_lost_is_read_again_before_what_follows),
        TEST(a_store_that_went_back_while_the_process_ran_is_refused),
        TEST(what_was_committed_and_not_published_is_published_by_the_next_process),
        TEST(broker_that_does_not_say_where_a_topic_ends_is_asked_again),
        TEST(duplicates_have_no_effect),
        TEST(later_numbers_wait_until_the_writer_goes_back),
        TEST(each_writer_has_its_own_numbers),
        TEST(unknown_event_of_ours_stops_its_task_alone),
        TEST(record_that_is_skipped_counts_as_applied),
        TEST(dead_letter_is_said_in_its_turn),
        TEST(poison_goes_to_the_dead_letters_and_holds_its_account),
        TEST(record_in_the_wrong_partition_holds_nobody),
        TEST(refused_input_is_kept_whole_and_holds_nobody),
        TEST(one_record_the_store_refuses_is_found_among_many),
        TEST(recreated_input_is_refused),
        TEST(cut_input_is_refused),
        TEST(store_older_than_its_topics_is_refused),
        TEST(act_is_written_with_its_step_or_not_at_all),
        TEST(outcome_is_taken_once),
        TEST(uncertain_attempt_may_find_its_outcome_later),
        TEST(outcome_that_a_dead_process_left_is_found),
        TEST(state_needs_no_number_and_claims_are_passed_over),
        TEST(state_that_cannot_be_read_stops_its_task),
    };
    const struct CMUnitTest in_one_step[] = {
        TEST(acknowledged_means_that_the_log_holds_all_before_in_order),
        TEST(an_end_between_records_ends_no_step),
        TEST(a_flood_of_one_input_holds_no_other_back),
    };
    log_open("toy", LOG_LEVEL_ERROR);
    int failed = cmocka_run_group_tests_name("in one step", in_one_step, NULL, NULL) +
                 cmocka_run_group_tests_name("step", tests, NULL, NULL);
    world_small_steps(1);
    return failed + cmocka_run_group_tests_name("step, the next one read ahead", tests, NULL, NULL);
}
