/* The payload of a signed day tick, there and back, and what is none. */
#include "contract/envelope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/wire.h"
#include "tests/harness/trap.h"

#define SIXTEEN "0123456789abcdef"
#define HEX     SIXTEEN SIXTEEN SIXTEEN SIXTEEN

static Arena arena;

static Date day_of(int year, int month, int day) {
    Date date = DATE_NONE;
    assert_true(date_of_parts((DateParts){year, month, day}, &date));
    return date;
}

static void a_tick_is_read_as_it_was_made(void **state) {
    (void)state;
    const DayMark rows[] = {
        {.opened = true, .day = day_of(2013, 6, 30), .policy_set = S(HEX)},
        {.opened = true, .simulated = true, .day = day_of(1900, 1, 1), .policy_set = S(HEX)},
        {.day = day_of(2199, 12, 31), .policy_set = S(HEX)},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        DayMark read = {0};
        Str why = {0};
        assert_true(tick_decode(tick_encode(&rows[i], &arena), &arena, &read, &why));
        assert_int_equal(read.opened, rows[i].opened);
        assert_int_equal(read.simulated, rows[i].simulated);
        assert_int_equal(date_compare(read.day, rows[i].day), 0);
        assert_true(str_equals(read.policy_set, rows[i].policy_set));
    }
}

/* The field numbers are in the contract: these bytes must be read for as long as there are ticks.
 */
static void the_bytes_of_a_tick_are_fixed(void **state) {
    (void)state;
    DayMark mark = {
        .opened = true, .simulated = true, .day = day_of(2013, 6, 30), .policy_set = S(HEX)};
    Str expected = S("\x0a\x50"
                     "\x0a\x0a"
                     "2013-06-30"
                     "\x12\x40" HEX "\x18\x01");
    assert_true(str_equals(tick_encode(&mark, &arena), expected));
    mark = (DayMark){.day = day_of(2013, 6, 30), .policy_set = S(HEX)};
    expected = S("\x12\x4e"
                 "\x0a\x0a"
                 "2013-06-30"
                 "\x12\x40" HEX);
    assert_true(str_equals(tick_encode(&mark, &arena), expected));
}

static void a_tick_without_a_real_day_is_never_made(void **state) {
    (void)state;
    DayMark mark = {.day = DATE_NONE, .policy_set = S(HEX)};
    assert_true(TRAPPED(tick_encode(&mark, &arena)));
}

static void other_bytes_are_no_tick(void **state) {
    (void)state;
    static const struct {
        Str payload;
        const char *why;
    } rows[] = {
        {S(""), "The tick neither opens nor closes a day; set one of the two."},
        {S("\x0a"), "The signed bytes are no arrears.envelope.v1.Tick."},
        {S("\x0a\x7f"), "The signed bytes are no arrears.envelope.v1.Tick."},
        {S("\x0a\x02\x0a\x00"), "opened.day is missing; send a day as YYYY-MM-DD."},
        {S("\x12\x0c\x0a\x0a"
           "2013-02-30"),
         "closed.day is \"2013-02-30\", which is no day of the calendar; send YYYY-MM-DD between "
         "1900-01-01 and 2199-12-31."},
        {S("\x12\x0c\x0a\x0a"
           "2013-06-30"),
         "closed.policy_set is no content hash; send its 64 hex digits in lower case."},
        {S("\x0a\x0d\x0a\x0b"
           "2013-06-30\0"),
         "The signed bytes are no arrears.envelope.v1.Tick."},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        DayMark read = {.policy_set = S("untouched")};
        Str why = {0};
        assert_false(tick_decode(rows[i].payload, &arena, &read, &why));
        assert_string_equal(str_terminated(&arena, why), rows[i].why);
        assert_true(str_equals(read.policy_set, S("untouched")));
    }
}

int main(void) {
    arena = arena_open("test", 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tick_is_read_as_it_was_made),
        cmocka_unit_test(the_bytes_of_a_tick_are_fixed),
        cmocka_unit_test(a_tick_without_a_real_day_is_never_made),
        cmocka_unit_test(other_bytes_are_no_tick),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
