/* Days and moments, with the C library as the other opinion. */
#include "base/date.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "tests/harness/chance.h"
#include "tests/harness/trap.h"

static const int32_t first_day = -25567; /* 1900-01-01 */
static const int32_t last_day = 84005;   /* 2199-12-31 */

static void dates_are_parsed(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int32_t days;
    } rows[] = {
        {"1970-01-01", 0},      {"1969-12-31", -1},     {"2000-02-29", 11016},
        {"2000-03-01", 11017},  {"2013-06-30", 15886},  {"2024-02-29", 19782},
        {"1900-01-01", -25567}, {"1900-02-28", -25509}, {"1900-03-01", -25508},
        {"2100-02-28", 47540},  {"2100-03-01", 47541},  {"2199-12-31", 84005},
    };
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Date date;
        if (!date_parse(str_of(rows[i].text), &date)) {
            fail_msg("%s does not parse", rows[i].text);
        }
        assert_int_equal(date.days, rows[i].days);
        assert_string_equal(str_terminated(&arena, date_print(&arena, date)), rows[i].text);
    }
    arena_close(&arena);
}

static void other_texts_are_no_date(void **state) {
    (void)state;
    static const Str rows[] = {
        S(""),
        S("2013-06-3"),
        S("2013-6-30"),
        S("2013-06-300"),
        S("13-06-30"),
        S("2013/06/30"),
        S("30.06.2013"),
        S("2013-06-31"),
        S("2013-02-29"),
        S("1900-02-29"),
        S("2100-02-29"),
        S("2013-00-10"),
        S("2013-13-10"),
        S("2013-01-00"),
        S("2013-01-32"),
        S("1899-12-31"),
        S("2200-01-01"),
        S("0000-00-00"),
        S("9999-12-31"),
        S("-013-01-01"),
        S("2013-01- 1"),
        S("2013-01-1 "),
        S("2013--1-01"),
        S("+2013-1-01"),
        S("2013-01-01T"),
        S(" 2013-01-01"),
        S("2013-01-0\0"),
        S("２013-01-01"),
        S("20130101"),
        S("2013-1a-01"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Date date = {42};
        if (date_parse(rows[i], &date)) {
            fail_msg("'%.*s' parses", STR_ARGS(rows[i]));
        }
        assert_int_equal(date.days, 42);
    }
}

static void parts_in_no_calendar_are_refused(void **state) {
    (void)state;
    static const DateParts rows[] = {
        {2013, 2, 30},      {2013, 4, 31},      {2013, 0, 1},       {2013, 13, 1},
        {2013, 1, 0},       {2013, 1, -1},      {1899, 12, 31},     {2200, 1, 1},
        {INT_MIN, 1, 1},    {INT_MAX, 1, 1},    {2013, INT_MAX, 1}, {2013, INT_MIN, 1},
        {2013, 1, INT_MAX}, {2013, 1, INT_MIN}, {2013, -1, 1},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Date date = {42};
        if (date_of_parts(rows[i], &date)) {
            fail_msg("row %td is a date", i);
        }
        assert_int_equal(date.days, 42);
    }
}

/* Every day there is: the calendar is walked by its own rules, one day at a time. */
static void calendar_has_no_hole(void **state) {
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    Date expected = {first_day};
    for (int year = 1900; year <= 2199; year++) {
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (leap && month == 2);
            for (int day = 1; day <= length; day++) {
                Date date;
                assert_true(date_of_parts((DateParts){year, month, day}, &date));
                assert_int_equal(date.days, expected.days);
                DateParts parts = date_parts(date);
                assert_true(parts.year == year && parts.month == month && parts.day == day);
                assert_int_equal(date_month_end(date).days, date.days + length - day);
                expected = date_add(expected, 1);
            }
        }
    }
    assert_int_equal(expected.days, last_day + 1);
}

static void parts_agree_with_the_c_library(void **state) {
    (void)state;
    Chance chance = chance_start();
    for (int i = 0; i < 100000; i++) {
        Date date = {(int32_t)chance_between(&chance, INT32_MIN + 1, INT32_MAX)};
        if (i % 2 == 0) {
            date.days = (int32_t)chance_between(&chance, first_day, last_day);
        }
        time_t seconds = (time_t)date.days * 86400;
        struct tm tm;
        assert_non_null(gmtime_r(&seconds, &tm));
        DateParts parts = date_parts(date);
        if (parts.year != tm.tm_year + 1900 || parts.month != tm.tm_mon + 1 ||
            parts.day != tm.tm_mday) {
            fail_msg("day %d: %d-%d-%d", date.days, parts.year, parts.month, parts.day);
        }
    }
}

static void instants_are_printed(void **state) {
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
        int32_t utc_days;
    } rows[] = {
        {0, "1970-01-01T00:00:00.000000Z", 0},
        {1, "1970-01-01T00:00:00.000001Z", 0},
        {-1, "1969-12-31T23:59:59.999999Z", -1},
        {INT64_C(86399999999), "1970-01-01T23:59:59.999999Z", 0},
        {INT64_C(86400000000), "1970-01-02T00:00:00.000000Z", 1},
        {-INT64_C(86400000000), "1969-12-31T00:00:00.000000Z", -1},
        {-INT64_C(86400000001), "1969-12-30T23:59:59.999999Z", -2},
        {INT64_C(1372593600000001), "2013-06-30T12:00:00.000001Z", 15886},
        {INT64_MAX, "294247-01-10T04:00:54.775807Z", 106751991},
        {INT64_MIN, "-290308-12-21T19:59:05.224192Z", -106751992},
    };
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Instant instant = {rows[i].us};
        assert_string_equal(str_terminated(&arena, instant_print(&arena, instant)), rows[i].text);
        assert_int_equal(instant_utc_date(instant).days, rows[i].utc_days);
    }
    arena_close(&arena);
}

static void instants_agree_with_the_c_library(void **state) {
    (void)state;
    Chance chance = chance_start();
    Arena arena = arena_open("test", 1 << 16);
    for (int i = 0; i < 20000; i++) {
        Instant instant = {
            chance_between(&chance, -INT64_C(2000000000000000), INT64_C(7000000000000000))};
        int64_t us = instant.us % 1000000 + (instant.us % 1000000 < 0 ? 1000000 : 0);
        time_t seconds = (instant.us - us) / 1000000;
        struct tm tm;
        assert_non_null(gmtime_r(&seconds, &tm));
        char day[40];
        strftime(day, sizeof day, "%Y-%m-%dT%H:%M:%S", &tm);
        Str expected = str_format(&arena, "%s.%06dZ", day, (int)us);
        assert_true(str_equals(instant_print(&arena, instant), expected));
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static void no_date_is_none_of_the_dates(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    assert_true(date_is_none(DATE_NONE));
    assert_false(date_is_none((Date){0}));
    assert_false(date_is_valid(DATE_NONE));
    assert_true(str_is_empty(date_print(&arena, DATE_NONE)));
    assert_int_equal(date_compare(DATE_NONE, (Date){first_day}), -1);
    assert_true(TRAPPED(date_parts(DATE_NONE)));
    assert_true(TRAPPED(date_add(DATE_NONE, 1)));
    assert_true(TRAPPED(date_days_between(DATE_NONE, (Date){0})));
    assert_true(TRAPPED(date_days_between((Date){0}, DATE_NONE)));
    arena_close(&arena);
}

static void domain_has_two_ends(void **state) {
    (void)state;
    static const struct {
        int32_t days;
        bool valid;
    } rows[] = {
        {-25567, true}, {-25568, false},    {84005, true},          {84006, false},
        {0, true},      {INT32_MAX, false}, {INT32_MIN + 1, false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(date_is_valid((Date){rows[i].days}), rows[i].valid);
    }
}

static void days_are_counted(void **state) {
    (void)state;
    Date a = {100};
    Date b = {-20};
    assert_int_equal(date_days_between(a, b), -120);
    assert_int_equal(date_days_between(b, a), 120);
    assert_int_equal(date_add(a, -120).days, b.days);
    assert_int_equal(date_compare(a, b), 1);
    assert_int_equal(date_compare(b, a), -1);
    assert_int_equal(date_compare(a, a), 0);
    assert_true(TRAPPED(date_add((Date){INT32_MAX}, 1)));
    assert_true(TRAPPED(date_add((Date){INT32_MIN + 1}, -2)));
    assert_true(TRAPPED(date_days_between((Date){INT32_MIN + 1}, (Date){INT32_MAX})));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dates_are_parsed),
        cmocka_unit_test(other_texts_are_no_date),
        cmocka_unit_test(parts_in_no_calendar_are_refused),
        cmocka_unit_test(calendar_has_no_hole),
        cmocka_unit_test(parts_agree_with_the_c_library),
        cmocka_unit_test(instants_are_printed),
        cmocka_unit_test(instants_agree_with_the_c_library),
        cmocka_unit_test(no_date_is_none_of_the_dates),
        cmocka_unit_test(domain_has_two_ends),
        cmocka_unit_test(days_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
