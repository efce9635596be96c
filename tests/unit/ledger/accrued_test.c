/* What was open, as a row of interest keeps it. */
#include "ledger/core/accrued.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/ledger/values.h"

static Accrued row(void) {
    return accrued_of((ItemKey){.number = S("INV-1")}, S("ireland"), usd(10000));
}

static void text_is(const Accrued *accrued, Arena *arena, const char *wanted) {
    Str text = accrued_moves_print(accrued, arena);
    assert_true(str_equals(text, str_of(wanted)));
}

static void moves_stand_in_the_order_of_their_days(void **state) {
    (void)state;
    Arena arena = arena_open("test", 64 << 10);
    Accrued accrued = row();
    accrued_move(&accrued, day("2024-03-01"), -2500, &arena);
    accrued_move(&accrued, day("2024-01-31"), 10000, &arena);
    accrued_move(&accrued, day("2024-03-01"), -500, &arena);
    accrued_move(&accrued, day("2024-02-16"), -1000, &arena);
    text_is(&accrued, &arena, "2024-01-31 +10000 2024-02-16 -1000 2024-03-01 -3000");
    const OpenStep *steps = accrued_steps(&accrued, &arena);
    assert_int_equal(steps[0].open.minor, 10000);
    assert_int_equal(steps[1].open.minor, 9000);
    assert_int_equal(steps[2].open.minor, 6000);
    arena_close(&arena);
}

/* By value dates more may have been paid, or come back, than there ever was at once. */
static void sums_of_days_may_exceed_every_amount(void **state) {
    (void)state;
    static const struct {
        const char *moves;
        int64_t last; /* what is open after them */
    } rows[] = {
        {"2024-01-30 -9223372036854775807 2024-01-31 -9223372036854775807", 0},
        {"2024-01-30 -9223372036854775807 2024-01-31 -10 2024-02-01 +9223372036854775807", 0},
        {"2024-01-30 +9223372036854775807 2024-01-31 +9223372036854775807", INT64_MAX},
        {"2024-01-30 +9223372036854775807 2024-01-31 +9 2024-02-01 -9223372036854775807", 9},
    };
    Arena arena = arena_open("test", 64 << 10);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Accrued accrued = row();
        assert_true(accrued_moves_parse(str_of(rows[i].moves), &accrued, &arena));
        const OpenStep *steps = accrued_steps(&accrued, &arena);
        assert_true(steps[accrued.move_count - 1].open.minor == rows[i].last);
    }
    arena_close(&arena);
}

static void text_comes_back_as_it_was(void **state) {
    (void)state;
    static const char *const texts[] = {
        "", "2024-01-31 +1", "2024-01-31 +9223372036854775807 2024-02-01 -9223372036854775807"};
    Arena arena = arena_open("test", 64 << 10);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Accrued accrued = row();
        assert_true(accrued_moves_parse(str_of(texts[i]), &accrued, &arena));
        text_is(&accrued, &arena, texts[i]);
    }
    arena_close(&arena);
}

static void other_text_is_none(void **state) {
    (void)state;
    static const char *const texts[] = {"2024-01-31",
                                        "2024-01-31 1",
                                        "2024-13-31 +1",
                                        "2024-01-31 +",
                                        "2024-01-31 +1x",
                                        "2024-01-31  +1",
                                        "2024-01-31 +99999999999999999999"};
    Arena arena = arena_open("test", 64 << 10);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        Accrued accrued = row();
        assert_false(accrued_moves_parse(str_of(texts[i]), &accrued, &arena));
    }
    arena_close(&arena);
}

static void more_than_can_be_kept_is_said(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Accrued accrued = row();
    for (int i = 0; i < ACCRUED_MOVES_MAX; i++) {
        accrued_move(&accrued, date_add(day("2024-01-01"), i), 1, &arena);
    }
    assert_false(accrued.overlong);
    accrued_move(&accrued, day("2024-01-01"), 1, &arena); /* a day that is there already */
    assert_false(accrued.overlong);
    accrued_move(&accrued, day("2023-01-01"), 1, &arena);
    assert_true(accrued.overlong);
    assert_int_equal(accrued.move_count, ACCRUED_MOVES_MAX);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_stand_in_the_order_of_their_days),
        cmocka_unit_test(sums_of_days_may_exceed_every_amount),
        cmocka_unit_test(text_comes_back_as_it_was),
        cmocka_unit_test(other_text_is_none),
        cmocka_unit_test(more_than_can_be_kept_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
