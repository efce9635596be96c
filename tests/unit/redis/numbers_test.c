/* The numbers of a task as text: what is read is what was printed; anything else is refused. */
#include "chassis/numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Arena arena;

static const ServiceInput INPUTS[] = {{.topic = "in.v1"}, {.topic = "other.v1"}};
static const ServiceOutput OUTPUTS[] = {{.topic = "out.v1"}};
static const Service SERVICE = {
    .name = "toy", .inputs = INPUTS, .input_count = 2, .outputs = OUTPUTS, .output_count = 1};

static void what_was_printed_is_read(void **state) {
    (void)state;
    TaskMark marks[] = {{1, S("feeder"), 3, INT64_MAX}};
    TaskOutput outputs[] = {{0, 5, INT64_C(1) << 62, 7}};
    TaskNumbers numbers = {.day = {20000},
                           .phase = TASK_CLOSING,
                           .simulated = true,
                           .policy_set = hash_of(S("set")),
                           .has_policy_set = true,
                           .order = 12,
                           .inputs = {{8, hash_of(S("record"))}, {0}},
                           .marks = marks,
                           .mark_count = 1,
                           .outputs = outputs,
                           .output_count = 1};
    Str text = numbers_print(&SERVICE, &numbers, &arena);
    TaskNumbers read;
    Err err = {0};
    assert_true(numbers_parse(&SERVICE, text, &arena, &read, &err));
    assert_int_equal(read.day.days, 20000);
    assert_int_equal(read.phase, TASK_CLOSING);
    assert_true(read.simulated && read.has_policy_set);
    assert_int_equal(read.marks[0].seq, INT64_MAX);
    assert_int_equal(read.outputs[0].seq, INT64_C(1) << 62);
    assert_true(hash_equals(read.inputs[0].last_hash, numbers.inputs[0].last_hash));
    assert_true(str_equals(numbers_print(&SERVICE, &read, &arena), text));
}

static void a_task_before_its_first_day_is_read(void **state) {
    (void)state;
    TaskNumbers numbers = {.day = DATE_NONE};
    TaskNumbers read;
    Err err = {0};
    Str text = numbers_print(&SERVICE, &numbers, &arena);
    assert_true(numbers_parse(&SERVICE, text, &arena, &read, &err));
    assert_int_equal(read.phase, TASK_UNOPENED);
    assert_false(read.has_policy_set);
    assert_true(date_is_none(read.day));
}

static void other_texts_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "x",
        "order -1\n",
        "order 1x\n",
        "day 2024-02-30 1 0 -\n",
        "day - 3 0 -\n",
        "day - 0 2 -\n",
        "day - 0 0 zz\n",
        "in unknown.v1 1 -\n",
        "in in.v1 1 short\n",
        "mark in.v1 feeder -1 1\n",
        "mark unknown.v1 feeder 1 1\n",
        "out unknown.v1 1 1 1\n",
        "out out.v1 1 1\n",
        "\n",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        TaskNumbers read;
        Err err = {0};
        if (numbers_parse(&SERVICE, str_of(rows[i]), &arena, &read, &err)) {
            fail_msg("row %td was read", i);
        }
        assert_int_equal(err.verdict, VERDICT_STOP);
    }
}

int main(void) {
    arena = arena_open("test", 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_printed_is_read),
        cmocka_unit_test(a_task_before_its_first_day_is_read),
        cmocka_unit_test(other_texts_are_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
