/* The allowance document: the shipped one, every fault with its place, and what is wrong between
 * documents of a set. */
#include "policy/allowance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/harness/file.h"
#include "tests/unit/policy/faults.h"

#define HEAD  "id: x\nvalid_from: 2013-01-01\nrounding: up\nrates:\n"
#define RATES HEAD "  - {bucket: current, percent: 1}\n  - {bucket: default, percent: 50}\n"

static Currency currency(const char *code) {
    Currency found = {0};
    CHECK(currency_find(str_of(code), &found));
    return found;
}

static Date day(const char *text) {
    Date parsed = DATE_NONE;
    CHECK(date_parse(str_of(text), &parsed));
    return parsed;
}

static Allowance parsed(Arena *arena, Str yaml) {
    Allowance allowance = {0};
    Err err = {0};
    if (!allowance_parse(yaml, arena, &allowance, &err)) {
        fail_msg("%s", err.text);
    }
    return allowance;
}

static void the_shipped_document_is_the_example_of_the_standard(void **state) {
    (void)state;
    static const struct {
        const char *bucket;
        int64_t millionths;
    } rows[] = {{"current", 300000},
                {"1-30", 1600000},
                {"31-60", 3600000},
                {"61-90", 6600000},
                {"default", 10600000}};
    Arena arena = arena_open("test", 1 << 20);
    Allowance allowance = parsed(&arena, file_read(&arena, "policies/allowance/default.yaml"));
    assert_int_equal(allowance.default_days, 90);
    assert_int_equal(allowance.reason.len, 0);
    assert_int_equal(allowance.rounding, ROUNDING_HALF_UP);
    assert_int_equal(allowance.rates.count, COUNT_OF(rows));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        const AllowanceRate *rate =
            allowance_rate(allowance.rates, str_of(rows[i].bucket), currency("EUR"));
        assert_int_equal(rate->percent.millionths, rows[i].millionths);
    }
    arena_close(&arena);
}

static void a_currency_has_its_own_rate_or_that_of_all(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Allowance allowance = parsed(
        &arena, S(HEAD "  - {bucket: default, currency: EUR, percent: 2}\n"
                       "  - {bucket: default, percent: 1}\n"
                       "  - {bucket: default, currency: USD, percent: 3, entered: 100, lost: 3}\n"
                       "  - {bucket: current, currency: USD, percent: 4}\n"
                       "observed: {from: 2012-01-01, to: 2012-01-01}\n"
                       "rebutted: {days: 1, reason: ' cash only '}\nindex: outlook\n"));
    Str all = S(ALLOWANCE_DEFAULT);
    assert_int_equal(allowance_rate(allowance.rates, all, currency("EUR"))->percent.millionths,
                     2000000);
    assert_int_equal(allowance_rate(allowance.rates, all, currency("USD"))->percent.millionths,
                     3000000);
    assert_int_equal(allowance_rate(allowance.rates, all, currency("JPY"))->percent.millionths,
                     1000000);
    assert_null(allowance_rate(allowance.rates, S("current"), currency("EUR")));
    assert_int_equal(allowance.default_days, 1);
    assert_true(str_equals(allowance.reason, S("cash only")));
    assert_true(str_equals(allowance.index, S("outlook")));
    assert_int_equal(date_compare(allowance.observed_to, day("2012-01-01")), 0);
    arena_close(&arena);
}

static void an_observed_rate_is_a_quotient(void **state) {
    (void)state;
    assert_int_equal(allowance_observed(2000, 23000).millionths, 8695652);
    assert_int_equal(allowance_observed(2, 3).millionths, 66666667);
    assert_int_equal(allowance_observed(0, 1).millionths, 0);
    assert_int_equal(allowance_observed(INT64_MAX, INT64_MAX).millionths, 100000000);
    assert_int_equal(allowance_observed(1, 200000000).millionths, 1); /* half a millionth */
    assert_int_equal(allowance_observed(1, 200000001).millionths, 0);
}

static const Fault FAULTS[] = {
    {"there is nothing", ""},
    {"near line 1: Missing required mapping field", "id: x\n"},
    {"id: 1 to 64", "id: a/b\nvalid_from: 2013-01-01\nrounding: up\nrates:\n"
                    "  - {bucket: default, percent: 50}\n"},
    {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\nrounding: up\nrates:\n"
                                   "  - {bucket: default, percent: 50}\n"},
    {"rounding: \"nearest\" is none of half_even, half_up, down, up",
     "id: x\nvalid_from: 2013-01-01\nrounding: nearest\nrates:\n"
     "  - {bucket: default, percent: 50}\n"},
    {"rates[0].percent: \"1%\" is no number", HEAD "  - {bucket: current, percent: 1%}\n"},
    {"rates[0].percent: 0 to 100", HEAD "  - {bucket: current, percent: 100.000001}\n"},
    {"rates[0].percent: 0 to 100", HEAD "  - {bucket: current, percent: -0.1}\n"},
    {"rates[0].currency: \"eur\" is no", HEAD "  - {bucket: current, currency: eur, percent: 1}\n"},
    {"rates[2]: \"default\" stands here twice", RATES "  - {bucket: default, percent: 5}\n"},
    {"rates[3]: \"default\" in EUR stands here twice",
     RATES "  - {bucket: default, currency: EUR, percent: 5}\n"
           "  - {bucket: default, currency: EUR, percent: 6}\n"},
    {"rates[2]: entered, lost and their currency",
     RATES "  - {bucket: 1-30, currency: EUR, percent: 5, entered: 100}\n"},
    {"rates[2]: entered, lost and their currency",
     RATES "  - {bucket: 1-30, currency: EUR, percent: 5, lost: 5}\n"},
    {"rates[2]: entered, lost and their currency",
     RATES "  - {bucket: 1-30, percent: 5, entered: 100, lost: 5}\n"},
    {"rates[2].lost: from 0 to",
     RATES "  - {bucket: 1-30, currency: EUR, percent: 5, entered: 100, lost: 101}\n"},
    {"rates[2].lost: from 0 to",
     RATES "  - {bucket: 1-30, currency: EUR, percent: 5, entered: 0, lost: 0}\n"},
    {"rates[2].percent: 5 is not what lost and entered come to",
     RATES "  - {bucket: 1-30, currency: EUR, percent: 5, entered: 100, lost: 4}\n"},
    {"rebutted.days: 1 to", RATES "rebutted: {days: 0, reason: x}\n"},
    {"rebutted.days: 1 to", RATES "rebutted: {days: 90, reason: x}\n"},
    {"rebutted.reason: one line", RATES "rebutted: {days: 91, reason: ' '}\n"},
    {"rebutted.reason: one line", RATES "rebutted: {days: 91, reason: \"a\\tb\"}\n"},
    {"near line 7: Missing required mapping field: reason", RATES "rebutted: {days: 91}\n"},
    {"index: 1 to 64", RATES "index: a b\n"},
    {"observed.from: \"2013-00-01\"", RATES "observed: {from: 2013-00-01, to: 2013-01-01}\n"},
    {"observed.to: 2013-01-01 is before its from",
     RATES "observed: {from: 2013-01-02, to: 2013-01-01}\n"},
};

/* What is refused leaves the struct as it was. */
static bool parse(Str yaml, Arena *arena, Err *err) {
    Allowance untouched = {.default_days = 42};
    bool good = allowance_parse(yaml, arena, &untouched, err);
    assert_true(good || untouched.default_days == 42);
    return good;
}

static void faults_have_their_place(void **state) {
    (void)state;
    faults_assert(FAULTS, COUNT_OF(FAULTS), parse);
}

/* ---- sets: agings named by their day, of buckets current, 1-60 and 61+, or current and 1+ */

static Aging fine_aging(const char *valid_from) {
    return (Aging){.valid_from = day(valid_from),
                   .count = 3,
                   .buckets = {{S("current"), INT32_MIN}, {S("1-60"), 1}, {S("61+"), 61}}};
}

static Aging coarse_aging(const char *valid_from) {
    return (Aging){.valid_from = day(valid_from),
                   .count = 2,
                   .buckets = {{S("current"), INT32_MIN}, {S("1+"), 1}}};
}

#define DOC(from) "id: x\nvalid_from: " from "\nrounding: up\nrates:\n"
#define ANY(name) "  - {bucket: " name ", percent: 1}\n"
#define FINE      ANY("current") ANY("1-60") ANY("61+") ANY("default")
#define COARSE    ANY("current") ANY("1+") ANY("default")

typedef struct SetRow {
    const char *fault; /* how it begins; NULL: there is none */
    const char *first;
    const char *second; /* NULL: there is one document */
} SetRow;

/* The fine aging until the end of 2013, the coarse one from then on. */
static const SetRow SETS[] = {
    {NULL, DOC("2013-01-01") FINE, DOC("2014-01-01") COARSE},
    {NULL, DOC("2014-01-01") COARSE, DOC("1990-01-01") FINE},
    {"rates[1].bucket: the aging document has no bucket \"1-60\"", DOC("2013-01-01") FINE, NULL},
    {"rates[1].bucket: the aging document has no bucket \"1+\"", DOC("2013-01-01") COARSE, NULL},
    {"rates[1].bucket: the aging document has no bucket \"1-60\"", DOC("2013-01-01") FINE,
     DOC("2014-01-02") COARSE},
    {"rates: no rate for \"1-60\"", DOC("2013-01-01") ANY("current") ANY("61+") ANY("default"),
     DOC("2014-01-01") COARSE},
    {"rates: no rate for \"default\"", DOC("2014-01-01") ANY("current") ANY("1+"),
     DOC("2013-01-01") FINE},
    {"rates: no rate for \"1+\"",
     DOC("2014-01-01")
         ANY("current") "  - {bucket: 1+, currency: EUR, percent: 1}\n" ANY("default"),
     DOC("2013-01-01") FINE},
    {"valid_from: another allowance document", DOC("2014-01-01") COARSE, DOC("2014-01-01") COARSE},
    {"rates[2].bucket: debts in \"61+\" are in default from day 61 on",
     DOC("2013-01-01") FINE "rebutted: {days: 61, reason: x}\n", DOC("2014-01-01") COARSE},
    {NULL, DOC("2013-01-01") FINE "rebutted: {days: 62, reason: x}\n", DOC("2014-01-01") COARSE},
    {"index: the rule set has no series document with the id \"none\"",
     DOC("2014-01-01") COARSE "index: none\n", DOC("2013-01-01") FINE},
    {"index: points[1].rate of the series \"falling\" is not above 0",
     DOC("2014-01-01") COARSE "index: falling\n", DOC("2013-01-01") FINE},
};

static void set_assert(const SetRow *row, Arena *arena) {
    const SeriesPoint points[] = {{day("2013-01-01"), {1}, {0}}, {day("2013-02-01"), {0}, {0}}};
    const Series falling = {.id = S("falling"),
                            .known_until = day("2013-12-31"),
                            .points = points,
                            .count = COUNT_OF(points)};
    Aging agings[] = {coarse_aging("2014-01-01"), fine_aging("1900-01-01")};
    Allowance allowances[2] = {parsed(arena, str_of(row->first))};
    AllowanceSet set = {.allowances = allowances,
                        .count = 1,
                        .agings = agings,
                        .aging_count = COUNT_OF(agings),
                        .series = &falling,
                        .series_count = 1};
    if (row->second != NULL) {
        allowances[set.count++] = parsed(arena, str_of(row->second));
    }
    Err err = {0};
    int faulty = -1;
    bool good = allowance_set_check(&set, &faulty, &err);
    if (row->fault == NULL ? !good : good || strstr(err.text, row->fault) != err.text) {
        fail_msg("row %td: %s", row - SETS, err.text);
    }
}

static void a_set_is_checked_as_a_whole(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    for (ptrdiff_t i = 0; i < COUNT_OF(SETS); i++) {
        set_assert(&SETS[i], &arena);
    }
    arena_close(&arena);
}

static void the_latest_that_is_valid_is_in_force(void **state) {
    (void)state;
    Allowance all[] = {{.id = S("x"), .valid_from = day("2013-06-01")},
                       {.id = S("y"), .valid_from = day("2013-02-01")},
                       {.id = S("x"), .valid_from = day("2013-01-01")},
                       {.id = S("x"), .valid_from = day("2013-03-01")}};
    AllowanceSet set = {.allowances = all, .count = COUNT_OF(all)};
    assert_ptr_equal(allowance_in_force(&set, S("x"), day("2012-01-01")), &all[2]);
    assert_ptr_equal(allowance_in_force(&set, S("x"), day("2013-02-28")), &all[2]);
    assert_ptr_equal(allowance_in_force(&set, S("x"), day("2013-03-01")), &all[3]);
    assert_ptr_equal(allowance_in_force(&set, S("x"), day("2014-01-01")), &all[0]);
    assert_ptr_equal(allowance_in_force(&set, S("y"), day("2012-01-01")), &all[1]);
    assert_null(allowance_in_force(&set, S("z"), day("2014-01-01")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_document_is_the_example_of_the_standard),
        cmocka_unit_test(a_currency_has_its_own_rate_or_that_of_all),
        cmocka_unit_test(an_observed_rate_is_a_quotient),
        cmocka_unit_test(faults_have_their_place),
        cmocka_unit_test(a_set_is_checked_as_a_whole),
        cmocka_unit_test(the_latest_that_is_valid_is_in_force),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
