/* The document of a reference rate: the shipped ones, what is known on a day, and every fault with
 * its place. */
#include "policy/series.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/harness/file.h"
#include "tests/unit/policy/faults.h"

static Date day(const char *text) {
    Date date = {0};
    CHECK(date_parse(str_of(text), &date));
    return date;
}

static Series shipped(Arena *arena, const char *id) {
    Series series = {0};
    Err err = {0};
    Str path = str_format(arena, "policies/series/%s.yaml", id);
    if (!series_parse(file_read(arena, str_terminated(arena, path)), arena, &series, &err)) {
        fail_msg("%s: %s", id, err.text);
    }
    assert_true(str_equals(series.id, str_of(id)));
    return series;
}

static const char *rate_on(Arena *arena, const Series *series, const char *on) {
    const Decimal *percent = series_find(series, day(on));
    return percent == NULL ? "unknown" : str_terminated(arena, decimal_print(arena, *percent));
}

static void the_shipped_series_say_what_their_sources_say(void **state) {
    (void)state;
    static const struct {
        const char *series;
        const char *on;
        const char *percent;
    } rows[] = {
        {"ecb-main-refinancing", "2012-07-10", "unknown"},
        {"ecb-main-refinancing", "2012-07-11", "0.75"},
        {"ecb-main-refinancing", "2022-07-26", "0"},
        {"ecb-main-refinancing", "2022-07-27", "0.5"},
        {"ecb-main-refinancing", "2026-02-10", "2.15"},
        {"ecb-main-refinancing", "2026-02-11", "unknown"},
        {"germany-base-rate", "2022-12-31", "-0.88"},
        {"germany-base-rate", "2023-01-01", "1.62"},
        {"germany-base-rate", "2026-06-30", "1.27"},
        {"germany-base-rate", "2026-07-01", "unknown"},
        {"bank-of-england-base-rate", "2017-12-31", "0.5"},
        {"bank-of-england-base-rate", "2020-03-11", "0.25"},
        {"bank-of-england-base-rate", "2026-06-30", "3.75"},
        {"russia-key-rate", "2016-07-31", "unknown"},
        {"russia-key-rate", "2024-09-15", "18"},
        {"russia-key-rate", "2024-09-16", "19"},
        {"russia-key-rate", "2026-09-13", "14"},
        {"china-lpr-1y", "2019-08-19", "unknown"},
        {"china-lpr-1y", "2019-08-20", "4.25"},
        {"china-lpr-1y", "2026-09-20", "3"},
    };
    Arena arena = arena_open("test", 8 << 20);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Series series = shipped(&arena, rows[i].series);
        assert_string_equal(rate_on(&arena, &series, rows[i].on), rows[i].percent);
    }
    arena_close(&arena);
}

/* Published as one table by the Irish department of enterprise (enterprise.gov.ie, late payment
 * interest rate since 16 March 2013): the ECB rate on the first day of each half-year, plus 8. */
static void the_ecb_rate_is_that_of_the_irish_table(void **state) {
    (void)state;
    static const struct {
        const char *on;
        const char *percent;
    } rows[] = {
        {"2013-03-16", "0.75"}, {"2013-07-01", "0.5"},  {"2014-01-01", "0.25"},
        {"2014-07-01", "0.15"}, {"2015-01-01", "0.05"}, {"2015-07-01", "0.05"},
        {"2016-01-01", "0.05"}, {"2016-07-01", "0"},    {"2017-01-01", "0"},
        {"2019-07-01", "0"},    {"2022-07-01", "0"},    {"2023-01-01", "2.5"},
        {"2023-07-01", "4"},    {"2024-01-01", "4.5"},  {"2024-07-01", "4.25"},
    };
    Arena arena = arena_open("test", 8 << 20);
    Series series = shipped(&arena, "ecb-main-refinancing");
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_string_equal(rate_on(&arena, &series, rows[i].on), rows[i].percent);
    }
    arena_close(&arena);
}

/* Section 247 BGB: the base rate moves by as much as the ECB rate, so they stay 0.88 apart. A slip
 * of the pen in either series is found. */
static void the_german_base_rate_follows_the_ecb(void **state) {
    (void)state;
    Arena arena = arena_open("test", 8 << 20);
    Series german = shipped(&arena, "germany-base-rate");
    Series ecb = shipped(&arena, "ecb-main-refinancing");
    for (int i = 0; i < german.count; i++) {
        const Decimal *reference = series_find(&ecb, german.points[i].from);
        assert_non_null(reference);
        assert_int_equal(reference->millionths - german.points[i].percent.millionths, 880000);
    }
    arena_close(&arena);
}

static void texts_outlive_the_document(void **state) {
    (void)state;
    Arena arena = arena_open("test", 8 << 20);
    Series series = shipped(&arena, "germany-base-rate");
    assert_true(str_starts_with(series.source, S("Deutsche Bundesbank")));
    assert_true(str_is_empty(series.points[0].source));
    assert_true(str_starts_with(series.points[series.count - 1].source, S("announcement")));
    assert_true(date_is_valid(series.read_on));
    arena_close(&arena);
}

#define HEAD  "id: x\nsource: a bank\nread: 2013-02-01\nknown_until: 2013-12-31\npoints:\n"
#define POINT "  - {from: 2013-01-01, rate: 0.5}\n"

static const Fault FAULTS[] = {
    {"there is nothing", ""},
    {"near line 1: Missing required mapping field: source", "id: x\n"},
    {"near line 6: Insufficient entries", HEAD "  []\n"},
    {"near line 6: Unexpected key: to", HEAD "  - {from: 2013-01-01, to: 2013-02-01}\n"},
    {"id: 1 to 64 characters",
     "id: a/b\nsource: s\nread: 2013-02-01\nknown_until: 2013-12-31\npoints:\n" POINT},
    {"source: one line of text",
     "id: x\nsource: \"a\\tb\"\nread: 2013-02-01\nknown_until: 2013-12-31\npoints:\n" POINT},
    {"read: \"2013-02-30\" is no day",
     "id: x\nsource: s\nread: 2013-02-30\nknown_until: 2013-12-31\npoints:\n" POINT},
    {"known_until: \"2013-13-01\" is no day",
     "id: x\nsource: s\nread: 2013-02-01\nknown_until: 2013-13-01\npoints:\n" POINT},
    {"known_until: 2013-12-31 is before the last point, 2014-01-01",
     HEAD POINT "  - {from: 2014-01-01, rate: 1}\n"},
    {"points[0].from: \"2013-00-01\" is no day", HEAD "  - {from: 2013-00-01, rate: 1}\n"},
    {"points[0].rate: \"1%\" is no number", HEAD "  - {from: 2013-01-01, rate: 1%}\n"},
    {"points[0].rate: \"0.0000001\" is no number",
     HEAD "  - {from: 2013-01-01, rate: 0.0000001}\n"},
    {"points[0].rate: 1000.1; -1000 to 1000 percent are lawful",
     HEAD "  - {from: 2013-01-01, rate: 1000.1}\n"},
    {"points[0].source: one line of text",
     HEAD "  - {from: 2013-01-01, rate: 1, source: \"a\\nb\"}\n"},
    {"points[1].from: 2013-01-01 is the day of the point before", HEAD POINT POINT},
    {"points[1].from: 2012-12-31 is before the day of the point before",
     HEAD POINT "  - {from: 2012-12-31, rate: 1}\n"},
};

/* What is refused leaves the struct as it was. */
static bool parse(Str yaml, Arena *arena, Err *err) {
    Series untouched = {.count = 42};
    bool good = series_parse(yaml, arena, &untouched, err);
    assert_true(good || untouched.count == 42);
    return good;
}

static void faults_have_their_place(void **state) {
    (void)state;
    faults_assert(FAULTS, COUNT_OF(FAULTS), parse);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_series_say_what_their_sources_say),
        cmocka_unit_test(the_ecb_rate_is_that_of_the_irish_table),
        cmocka_unit_test(the_german_base_rate_follows_the_ecb),
        cmocka_unit_test(texts_outlive_the_document),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
