/* The dispatcher's statements on a real PostgreSQL: an attempt belongs to one claim of the owner,
 * and what is noted of it is noted once. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chassis/dispatcher_room.h"
#include "tests/integration/dunning/rig.h"

enum { FOUND_MAX = 8, HOUR_MS = 3600 * 1000 };

static Rig *rig;
static Arena arena;

static void must(bool done, const Err *err) {
    if (!done) {
        fail_msg("%s %s", err->code, err->text);
    }
}

static int fresh(void **state) {
    (void)state;
    arena = arena_open("dispatch", 8 << 20);
    rig_reset(rig);
    rig_script(rig, "INSERT INTO dispatch (task, intent, attempt, creditor, customer, tries_left)"
                    " VALUES (1, 'R-1-1', 1, 'acme', 'C-1', 7)");
    return 0;
}

static int done(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

/* How many attempts may begin now, and the first of them. */
static int find(Attempted *found) {
    const int32_t task = RIG_TASK;
    Attempted all[FOUND_MAX];
    int count = 0;
    Err err = {0};
    must(dispatch_find(rig->app, &task, 1, FOUND_MAX, &arena, all, &count, &err), &err);
    *found = count > 0 ? all[0] : (Attempted){0};
    return count;
}

static Attempted find_one(void) {
    Attempted found;
    assert_int_equal(find(&found), 1);
    return found;
}

static bool claim(Pg *pg, const Attempted *attempt, int64_t epoch) {
    bool ours = false;
    Err err = {0};
    must(dispatch_claim(pg, attempt, epoch, &arena, &ours, &err), &err);
    return ours;
}

static void note(const Attempted *attempt, OutcomeKind kind, int64_t wait_ms, bool costs_a_try) {
    Outcome outcome = {.kind = kind, .code = 451, .sentence = S("later")};
    Err err = {0};
    must(dispatch_note(rig->app, attempt, &outcome, wait_ms, costs_a_try, &arena, &err), &err);
}

static int64_t give_up_waiting(int64_t age_ms) {
    const int32_t task = RIG_TASK;
    int64_t given_up = 0;
    Err err = {0};
    must(dispatch_give_up_waiting(rig->app, &task, 1, age_ms, &arena, &given_up, &err), &err);
    return given_up;
}

static void assert_row(int32_t attempt, const char *outcome, bool taken) {
    static const PgStatement row = {
        "test_row", "SELECT coalesce(outcome, ''), taken FROM dispatch WHERE attempt = $1"};
    PgParams *params = pg_params(&arena);
    PgRows rows;
    Err err = {0};
    pg_add_i32(params, attempt);
    must(pg_run(rig->app, &row, params, &arena, &rows, &err), &err);
    assert_int_equal(rows.count, 1);
    assert_true(str_equals(pg_text(&rows, 0, 0), str_of(outcome)));
    assert_true(pg_bool(&rows, 0, 1) == taken);
}

/* ---- claims */

static void one_of_two_claimers_gets_it(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
    assert_false(claim(rig->owner, &attempt, RIG_EPOCH));
    assert_false(claim(rig->app, &attempt, RIG_EPOCH));
    assert_int_equal(find(&attempt), 0);
}

/* As when the process ends before its commit was answered. */
static void a_claim_that_is_given_up_leaves_it_to_the_next(void **state) {
    (void)state;
    Err err = {0};
    Attempted attempt = find_one();
    must(pg_begin(rig->owner, &err), &err);
    assert_true(claim(rig->owner, &attempt, RIG_EPOCH));
    pg_rollback(rig->owner);
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
}

static void a_process_that_was_replaced_claims_nothing(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_false(claim(rig->app, &attempt, RIG_EPOCH - 1));
    rig_script(rig, "UPDATE task SET epoch = epoch + 1");
    assert_false(claim(rig->app, &attempt, RIG_EPOCH));
    assert_true(claim(rig->app, &attempt, RIG_EPOCH + 1));
}

/* ---- what was put off */

static void what_was_put_off_is_tried_again_until_the_last(void **state) {
    (void)state;
    for (int32_t left = 7; left > 0; left--) {
        Attempted attempt = find_one();
        assert_int_equal(attempt.tries_left, left);
        assert_int_equal(attempt.intent.attempt, 8 - left);
        assert_true(str_equals(attempt.intent.account.customer, S("C-1")));
        assert_true(claim(rig->app, &attempt, RIG_EPOCH));
        note(&attempt, OUTCOME_PUT_OFF, 0, true);
        assert_row(attempt.intent.attempt, "put_off", true); /* nothing the service has to know */
    }
    Attempted last = find_one();
    assert_int_equal(last.tries_left, 0);
    assert_true(claim(rig->app, &last, RIG_EPOCH));
    note(&last, OUTCOME_GAVE_UP, 0, true);
    assert_row(last.intent.attempt, "gave_up", false);
    assert_int_equal(find(&last), 0);
}

static void a_closed_door_costs_no_try(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
    note(&attempt, OUTCOME_PUT_OFF, 0, false);
    attempt = find_one();
    assert_int_equal(attempt.intent.attempt, 2);
    assert_int_equal(attempt.tries_left, 7);
}

static void the_next_try_waits_for_its_time(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
    note(&attempt, OUTCOME_PUT_OFF, HOUR_MS, true);
    assert_int_equal(find(&attempt), 0);
    rig_script(rig, "UPDATE dispatch SET not_before = not_before - interval '1 hour'");
    assert_int_equal(find(&attempt), 1);
}

static void noted_twice_makes_one_next_try(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
    note(&attempt, OUTCOME_PUT_OFF, 0, true);
    note(&attempt, OUTCOME_PUT_OFF, 0, true); /* the answer to the first was lost */
    attempt = find_one();
    assert_int_equal(attempt.intent.attempt, 2);
}

/* ---- what nobody knows */

static void a_claim_without_outcome_is_uncertain_after_the_time(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_int_equal(give_up_waiting(0), 0); /* nobody has begun */
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
    assert_int_equal(give_up_waiting(HOUR_MS), 0);
    rig_script(rig, "UPDATE dispatch SET claimed_at = claimed_at - interval '2 hours'");
    assert_int_equal(give_up_waiting(HOUR_MS), 1);
    assert_row(1, "uncertain", false);
    assert_int_equal(give_up_waiting(HOUR_MS), 0);
    assert_int_equal(find(&attempt), 0); /* not repeated by itself */
}

static void a_late_outcome_settles_what_was_uncertain(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
    note(&attempt, OUTCOME_UNCERTAIN, 0, true);
    rig_script(rig, "UPDATE dispatch SET taken = true"); /* and the service has said so */
    note(&attempt, OUTCOME_DONE, 0, true);
    assert_row(1, "done", false);
    note(&attempt, OUTCOME_UNCERTAIN, 0, true); /* it is known by now */
    note(&attempt, OUTCOME_REFUSED, 0, true);
    assert_row(1, "done", false);
}

/* A person may have said what became of it. */
static void what_is_uncertain_is_not_put_off(void **state) {
    (void)state;
    Attempted attempt = find_one();
    assert_true(claim(rig->app, &attempt, RIG_EPOCH));
    note(&attempt, OUTCOME_UNCERTAIN, 0, true);
    note(&attempt, OUTCOME_PUT_OFF, 0, true);
    assert_row(1, "uncertain", false);
    assert_int_equal(find(&attempt), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int dispatch_tests(Rig *opened) {
    const struct CMUnitTest tests[] = {
        TEST(one_of_two_claimers_gets_it),
        TEST(a_claim_that_is_given_up_leaves_it_to_the_next),
        TEST(a_process_that_was_replaced_claims_nothing),
        TEST(what_was_put_off_is_tried_again_until_the_last),
        TEST(a_closed_door_costs_no_try),
        TEST(the_next_try_waits_for_its_time),
        TEST(noted_twice_makes_one_next_try),
        TEST(a_claim_without_outcome_is_uncertain_after_the_time),
        TEST(a_late_outcome_settles_what_was_uncertain),
        TEST(what_is_uncertain_is_not_put_off),
    };
    rig = opened;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
