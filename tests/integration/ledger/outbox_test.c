/* The outbox as PostgreSQL holds it: what a commit has said comes back after a takeover, as far as
 * it is not acknowledged, and the view has a row for each event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chassis/tasks.h"
#include "tests/integration/ledger/rig.h"

static Rig rig;
static Tasks *tasks;

/* Of two tasks and two partitions, in the order in which they were said. */
static const OutboxRow ROWS[] = {
    {.task = 0, .partition = 0, .seq = 1, .ordinal = 1, .type = {"a", 1}, .key = {"k", 1}},
    {.task = 1, .partition = 0, .seq = 1, .ordinal = 1, .type = {"b", 1}, .value = {"v1", 2}},
    {.task = 0, .partition = 1, .seq = 1, .ordinal = 2, .type = {"c", 1}, .value = {"", 0}},
    {.task = 0, .partition = 0, .seq = 2, .ordinal = 3, .type = {"d", 1}, .value = {"\0\xff", 2}},
    {.task = 0, .partition = 0, .seq = 3, .ordinal = 4, .type = {"e", 1}, .headers = {"h", 1}},
};

static int setup(void **state) {
    (void)state;
    Err err;
    Date day;
    assert_true(date_parse(S("2024-01-01"), &day));
    rig_reset(&rig, day);
    PgOptions options = rig_options(&rig);
    assert_true(tasks_open(&options, &rig.service, &tasks, &err));
    assert_true(tasks_install(tasks, RIG_TASKS, &err));
    return 0;
}

static int teardown(void **state) {
    (void)state;
    tasks_close(tasks);
    return 0;
}

static TaskTaken take_over(int32_t task) {
    Err err;
    TaskTaken taken;
    assert_true(tasks_takeover(tasks, task, true, &rig.arena, &taken, &err));
    return taken;
}

static void commit(TaskCommit *commits, int count, const OutboxRow *rows, int row_count) {
    Err err;
    bool all_found;
    assert_true(tasks_begin(tasks, commits, count, &rig.arena, &all_found, &err));
    assert_true(all_found);
    assert_true(tasks_finish(tasks, commits, count, rows, row_count, &rig.arena, &err));
}

/* Everything of ROWS is committed; of task 0 the log holds so much of its first partition. */
static void say_all(int64_t acked) {
    TaskTaken first = take_over(0);
    TaskTaken second = take_over(1);
    TaskOutput of_first[] = {{.partition = 0, .seq = 3}, {.partition = 1, .seq = 1}};
    TaskOutput of_second[] = {{.partition = 0, .seq = 1}};
    first.numbers.outputs = of_first;
    first.numbers.output_count = COUNT_OF(of_first);
    second.numbers.outputs = of_second;
    second.numbers.output_count = COUNT_OF(of_second);
    TaskCommit commits[] = {{.task = 0, .epoch = first.epoch, .numbers = &first.numbers},
                            {.task = 1, .epoch = second.epoch, .numbers = &second.numbers}};
    commit(commits, COUNT_OF(commits), ROWS, COUNT_OF(ROWS));
    of_first[0].acked = acked;
    commit(commits, 1, NULL, 0);
}

static void assert_part(Str found, Str wanted) {
    assert_true(str_equals(found, wanted));
    assert_int_equal(found.ptr == NULL, wanted.ptr == NULL);
}

static void assert_waits(const TaskTaken *taken, const int *wanted, int count) {
    assert_int_equal(taken->outbox_count, count);
    for (int i = 0; i < count; i++) {
        const OutboxRow *row = &taken->outbox[i];
        const OutboxRow *said = &ROWS[wanted[i]];
        assert_int_equal(row->partition, said->partition);
        assert_int_equal(row->seq, said->seq);
        assert_int_equal(row->ordinal, said->ordinal);
        assert_part(row->type, said->type);
        assert_part(row->key, said->key);
        assert_part(row->value, said->value);
        assert_part(row->headers, said->headers);
    }
}

static void what_was_said_waits(void **state) {
    (void)state;
    say_all(0);
    TaskTaken first = take_over(0);
    assert_waits(&first, (int[]){0, 3, 4, 2}, 4);
    TaskTaken second = take_over(1);
    assert_waits(&second, (int[]){1}, 1);
}

static void a_bundle_may_be_acknowledged_in_part(void **state) {
    (void)state;
    say_all(2);
    TaskTaken first = take_over(0);
    assert_waits(&first, (int[]){4, 2}, 2);
}

static void what_is_acknowledged_waits_no_more(void **state) {
    (void)state;
    say_all(3);
    TaskTaken first = take_over(0);
    assert_waits(&first, (int[]){2}, 1);
}

static void the_view_has_a_row_for_each_event(void **state) {
    (void)state;
    say_all(0);
    PgRows rows = rig_ask(&rig, "SELECT string_agg(concat_ws(' ', task, partition, seq, ordinal,"
                                " type), ', ' ORDER BY task, ordinal) FROM outbox");
    assert_string_equal(str_terminated(&rig.arena, pg_text(&rows, 0, 0)),
                        "0 0 1 1 a, 0 1 1 2 c, 0 0 2 3 d, 0 0 3 4 e, 1 0 1 1 b");
}

static bool has_old_day(void) {
    PgRows rows = rig_ask(&rig, "SELECT coalesce(to_regclass('outbox_20200101')::text, '')");
    return pg_text(&rows, 0, 0).len > 0;
}

/* A dump reads every table to its end: nobody stops saying things for it. */
static void a_day_that_somebody_reads_is_dropped_later(void **state) {
    (void)state;
    Err err;
    assert_true(pg_script(rig.owner,
                          "CREATE TABLE outbox_20200101 PARTITION OF outbox_bundle"
                          " FOR VALUES FROM ('2020-01-01') TO ('2020-01-02')",
                          &err));
    assert_true(pg_begin(rig.owner, &err));
    assert_true(pg_script(rig.owner, "SELECT FROM outbox_20200101", &err));
    assert_true(tasks_maintain(tasks, &err));
    assert_true(has_old_day());
    pg_rollback(rig.owner);
    assert_true(tasks_maintain(tasks, &err));
    assert_false(has_old_day());
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(what_was_said_waits),
        TEST(a_bundle_may_be_acknowledged_in_part),
        TEST(what_is_acknowledged_waits_no_more),
        TEST(the_view_has_a_row_for_each_event),
        TEST(a_day_that_somebody_reads_is_dropped_later),
    };
    rig_open(&rig);
    int failed = cmocka_run_group_tests_name("outbox", tests, NULL, NULL);
    rig_close(&rig);
    return failed;
}
