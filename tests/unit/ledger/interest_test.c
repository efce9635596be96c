/* What late payment costs: published examples, the days at which rules part, exactness, and what is
 * refused. Whole regimes with their shipped documents are played in tests/golden/interest. */
#include "ledger/core/interest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/core/accrual.h"
#include "tests/harness/trap.h"
#include "tests/unit/ledger/values.h"

static Arena arena;

static int setup(void **state) {
    (void)state;
    arena = arena_open("test", 8 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

static Decimal percent(const char *text) {
    Decimal decimal = {0};
    assert_true(decimal_parse(str_of(text), &decimal));
    return decimal;
}

/* 9 % a year of 365 days, rounded once and half up. */
static Interest yearly(const char *rate) {
    return (Interest){.rate = INTEREST_RATE_YEARLY,
                      .percent = percent(rate),
                      .rounding = ROUNDING_HALF_UP,
                      .without_due_days = 30};
}

/* -0.5 from 2013-01-01, 1 from 2013-07-01, 3 from 2013-12-31; known until 2014-06-30. */
static Series made_series(void) {
    static SeriesPoint points[3];
    points[0] = (SeriesPoint){.from = day("2013-01-01"), .percent = percent("-0.5")};
    points[1] = (SeriesPoint){.from = day("2013-07-01"), .percent = percent("1")};
    points[2] = (SeriesPoint){.from = day("2013-12-31"), .percent = percent("3")};
    return (Series){.known_until = day("2014-06-30"), .points = points, .count = 3};
}

/* So much, due on a day, open until and with another. */
static InterestResult accrue(const InterestTerms *terms, int64_t minor, const char *due,
                             const char *last) {
    OpenStep open = {.from = day("1900-01-01"), .open = usd(minor)};
    InterestCase late = {.invoiced = usd(minor),
                         .invoiced_on = day("1900-01-01"),
                         .due_on = day(due),
                         .steps = &open,
                         .step_count = 1,
                         .first = day("1900-01-01"),
                         .last = day(last)};
    return interest_accrue(terms, &late, &arena);
}

static void published_examples_are_met(void **state) {
    (void)state;
    static const struct {
        const char *source;
        const char *rate;
        RoundingPoint point;
        int64_t minor;
        int32_t days;
        int64_t interest;
    } rows[] = {
        {"gov.uk, late commercial payments", "8.5", ROUNDING_POINT_DAILY, 100000, 50, 1150},
        {"the same, rounded once", "8.5", ROUNDING_POINT_ONCE, 100000, 50, 1164},
        {"businesseastsussex.org.uk, court claim", "8", ROUNDING_POINT_DAILY, 100000, 50, 1100},
        {"payrequest.io, EU late payment", "10.5", ROUNDING_POINT_ONCE, 100000, 30, 863},
        {"duetrail.com, EU late payment", "10.15", ROUNDING_POINT_ONCE, 500000, 30, 4171},
        {"fiscavo.com, late payment interest", "11", ROUNDING_POINT_ONCE, 450000, 30, 4068},
        {"anleiter.de, Verzugszinsen", "5.12", ROUNDING_POINT_ONCE, 100000, 25, 351},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = yearly(rows[i].rate);
        regime.rounding_point = rows[i].point;
        OpenStep open = {.from = day("2013-01-01"), .open = usd(rows[i].minor)};
        InterestCase late = {.invoiced = open.open,
                             .invoiced_on = open.from,
                             .due_on = open.from,
                             .steps = &open,
                             .step_count = 1,
                             .first = open.from,
                             .last = date_add(open.from, rows[i].days)};
        InterestResult result = interest_accrue(&(InterestTerms){&regime, NULL}, &late, &arena);
        if (result.accrued.minor != rows[i].interest) {
            fail_msg("%s: %lld", rows[i].source, (long long)result.accrued.minor);
        }
        assert_int_equal(result.line_count, 1);
        assert_int_equal(result.lines[0].days, rows[i].days);
    }
}

/* p-konto.de, Zinsformel: 10,000 at 6 % for 210 days of a year of 360 are 350. */
static void a_year_has_the_days_its_basis_says(void **state) {
    (void)state;
    static const struct {
        DayBasis basis;
        const char *due;
        const char *last;
        int64_t interest;
        int lines;
    } rows[] = {
        {DAY_BASIS_360, "2013-01-01", "2013-07-30", 35000, 1},
        {DAY_BASIS_365, "2013-01-01", "2013-07-30", 34521, 1},
        {DAY_BASIS_ACTUAL, "2013-01-01", "2013-07-30", 34521, 1},
        {DAY_BASIS_ACTUAL, "2012-01-01", "2012-07-29", 34426, 1},
        {DAY_BASIS_ACTUAL, "2011-12-01", "2012-01-31", 10013, 2}, /* 30 / 365 and 31 / 366 */
        {DAY_BASIS_ACTUAL, "2099-12-31", "2100-12-31", 60000, 1}, /* 2100 is no leap year */
        {DAY_BASIS_365, "2011-12-31", "2012-12-31", 60164, 1},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = yearly("6");
        regime.basis = rows[i].basis;
        InterestResult result =
            accrue(&(InterestTerms){&regime, NULL}, 1000000, rows[i].due, rows[i].last);
        assert_int_equal(result.accrued.minor, rows[i].interest);
        assert_int_equal(result.line_count, rows[i].lines);
    }
}

static void it_starts_after_the_due_day_and_grace(void **state) {
    (void)state;
    static const struct {
        const char *due; /* "": none was agreed */
        int32_t grace;
        const char *starts_on;
    } rows[] = {
        {"2013-01-31", 0, "2013-02-01"},
        {"2013-01-31", 5, "2013-02-06"},
        {"", 0, "2013-02-10"}, /* 30 days after the invoice of 10 January */
        {"", 5, "2013-02-15"},
        {"2012-12-31", 0, "2013-01-01"}, /* due before it was invoiced */
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = yearly("9");
        regime.grace_days = rows[i].grace;
        Date due = rows[i].due[0] == '\0' ? DATE_NONE : day(rows[i].due);
        Date start = interest_start(&regime, day("2013-01-10"), due);
        assert_int_equal(start.days, day(rows[i].starts_on).days);
    }
}

/* The days of grace are taken off once: by the start, and not again from the days. */
static void grace_moves_the_start_and_nothing_else(void **state) {
    (void)state;
    Interest regime = yearly("36.5"); /* a tenth of a percent a day */
    regime.grace_days = 5;
    InterestResult result =
        accrue(&(InterestTerms){&regime, NULL}, 100000, "2013-01-31", "2013-02-15");
    assert_int_equal(result.lines[0].from.days, day("2013-02-06").days);
    assert_int_equal(result.lines[0].days, 10);
    assert_int_equal(result.accrued.minor, 1000);
}

static void each_rule_takes_the_rate_of_its_day(void **state) {
    (void)state;
    static const struct {
        Stepping stepping;
        ReferenceDay reference;
        bool floor;
        const char *due;
        const char *last;
        const char *rates[3]; /* of the lines */
    } rows[] = {
        {STEPPING_STEPPED, REFERENCE_DAY, false, "2013-06-29", "2014-01-01", {"7.5", "9", "11"}},
        {STEPPING_STEPPED, REFERENCE_DAY, true, "2013-06-29", "2014-01-01", {"8", "9", "11"}},
        {STEPPING_STEPPED, REFERENCE_HALF_YEAR, false, "2013-06-29", "2013-12-31", {"7.5", "9"}},
        {STEPPING_STEPPED, REFERENCE_HALF_YEAR, false, "2013-12-30", "2014-06-30", {"9", "11"}},
        {STEPPING_STEPPED,
         REFERENCE_HALF_YEAR_BEFORE,
         false,
         "2013-06-30",
         "2014-06-30",
         {"7.5", "11"}},
        {STEPPING_FIXED_AT_DUE, REFERENCE_DAY, false, "2013-06-29", "2014-06-30", {"7.5"}},
        {STEPPING_FIXED_AT_DUE, REFERENCE_DAY, false, "2013-06-30", "2014-06-30", {"9"}},
        {STEPPING_FIXED_AT_DUE, REFERENCE_HALF_YEAR, false, "2013-12-30", "2020-06-30", {"9"}},
        {STEPPING_FIXED_AT_DUE,
         REFERENCE_HALF_YEAR_BEFORE,
         false,
         "2013-12-30",
         "2014-06-30",
         {"7.5"}},
        {STEPPING_FIXED_AT_DUE,
         REFERENCE_HALF_YEAR_BEFORE,
         false,
         "2013-12-31",
         "2014-06-30",
         {"11"}},
        {STEPPING_FIXED_AT_PAYMENT, REFERENCE_DAY, false, "2013-06-29", "2013-12-30", {"9"}},
        {STEPPING_FIXED_AT_PAYMENT, REFERENCE_DAY, false, "2013-06-29", "2013-12-31", {"11"}},
        {STEPPING_FIXED_AT_PAYMENT, REFERENCE_HALF_YEAR, false, "2013-06-29", "2013-12-31", {"9"}},
    };
    Series series = made_series();
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = yearly("8");
        regime.rate = INTEREST_RATE_REFERENCE;
        regime.stepping = rows[i].stepping;
        regime.reference = rows[i].reference;
        regime.reference_floor = rows[i].floor;
        InterestResult result =
            accrue(&(InterestTerms){&regime, &series}, 100000, rows[i].due, rows[i].last);
        assert_int_equal(result.answer, INTEREST_ACCRUED);
        int lines = 0;
        for (; lines < 3 && rows[i].rates[lines] != NULL; lines++) {
            assert_true(lines < result.line_count);
            Decimal wanted = percent(rows[i].rates[lines]);
            assert_int_equal(result.lines[lines].percent.millionths, wanted.millionths);
        }
        assert_int_equal(result.line_count, lines);
    }
}

static void zero_is_a_rate(void **state) {
    (void)state;
    static const char *const margins[] = {"0.5", "0.25", "-8"}; /* the reference is -0.5 */
    Series series = made_series();
    for (ptrdiff_t i = 0; i < COUNT_OF(margins); i++) {
        Interest regime = yearly(margins[i]);
        regime.rate = INTEREST_RATE_REFERENCE;
        InterestResult result =
            accrue(&(InterestTerms){&regime, &series}, 100000, "2013-01-31", "2013-02-28");
        assert_int_equal(result.answer, INTEREST_ACCRUED);
        assert_int_equal(result.line_count, 1);
        assert_int_equal(result.lines[0].days, 28);
        assert_int_equal(result.lines[0].percent.millionths, 0);
        assert_int_equal(result.accrued.minor, 0);
    }
}

static void what_is_not_known_is_said(void **state) {
    (void)state;
    static const struct {
        Stepping stepping;
        const char *due;
        const char *last;
        const char *unknown_from;
        int32_t days; /* of the lines before it */
    } rows[] = {
        {STEPPING_STEPPED, "2012-12-30", "2013-02-28", "2012-12-31", 0},
        {STEPPING_STEPPED, "2014-05-31", "2014-07-31", "2014-07-01", 30},
        {STEPPING_FIXED_AT_DUE, "2014-06-30", "2014-12-31", "2014-07-01", 0},
        {STEPPING_FIXED_AT_PAYMENT, "2014-05-31", "2014-07-01", "2014-06-01", 0},
    };
    Series series = made_series();
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = yearly("8");
        regime.rate = INTEREST_RATE_REFERENCE;
        regime.stepping = rows[i].stepping;
        InterestResult result =
            accrue(&(InterestTerms){&regime, &series}, 100000, rows[i].due, rows[i].last);
        assert_int_equal(result.answer, INTEREST_RATE_UNKNOWN);
        assert_int_equal(result.unknown_from.days, day(rows[i].unknown_from).days);
        assert_int_equal(result.line_count, rows[i].days > 0);
        assert_int_equal(result.accrued.minor > 0, rows[i].days > 0);
        assert_int_equal(result.late_on.days, date_add(day(rows[i].due), 1).days);
    }
}

/* The wanted sums were computed with fractions of unlimited size. */
static void interest_on_interest_loses_nothing(void **state) {
    (void)state;
    static const struct {
        int64_t minor;
        const char *rate;
        const char *due;
        const char *last;
        int32_t months;
        DayBasis basis;
        int64_t interest;
        int lines;
    } rows[] = {
        {100000000, "12", "2013-01-31", "2014-01-31", 1, DAY_BASIS_365, 12682450, 12},
        {100000000, "12", "2013-01-31", "2014-01-31", 12, DAY_BASIS_365, 12000000, 1},
        {100000000, "12", "2013-01-31", "2014-02-01", 12, DAY_BASIS_365, 12036822, 2},
        {333, "7.77", "2012-01-30", "2022-12-31", 1, DAY_BASIS_ACTUAL, 443, -1},
        {1000000000000000, "19.99", "2000-08-30", "2029-12-31", 3, DAY_BASIS_365,
         305908156163527740, -1},
        {1, "1000", "2013-01-30", "2013-12-31", 1, DAY_BASIS_365, 799, -1},
        {123456, "8.05", "2013-03-30", "2016-03-30", 6, DAY_BASIS_365, 33014, 6},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = yearly(rows[i].rate);
        regime.compounding_months = rows[i].months;
        regime.basis = rows[i].basis;
        InterestResult result =
            accrue(&(InterestTerms){&regime, NULL}, rows[i].minor, rows[i].due, rows[i].last);
        assert_int_equal(result.accrued.minor, rows[i].interest);
        assert_true(rows[i].lines < 0 || result.line_count == rows[i].lines);
    }
}

static void interest_outlives_the_principal(void **state) {
    (void)state;
    Interest regime = yearly("36.5");
    OpenStep steps[] = {{day("2013-01-01"), usd(100000)}, {day("2013-02-11"), usd(0)}};
    InterestCase late = {.invoiced = usd(100000),
                         .invoiced_on = day("2013-01-01"),
                         .due_on = day("2013-01-31"),
                         .steps = steps,
                         .step_count = 2,
                         .first = day("2013-01-01"),
                         .last = day("2013-12-31")};
    InterestResult result = interest_accrue(&(InterestTerms){&regime, NULL}, &late, &arena);
    assert_int_equal(result.accrued.minor, 1000); /* ten days */
    late.first = day("2013-02-11");
    result = interest_accrue(&(InterestTerms){&regime, NULL}, &late, &arena);
    assert_int_equal(result.accrued.minor, 0); /* none was added since */
    assert_int_equal(result.line_count, 0);
    assert_int_equal(result.late_on.days, day("2013-02-01").days);
}

static void a_fixed_sum_is_owed_from_the_first_late_day(void **state) {
    (void)state;
    Interest regime = {.fixed_sums = {{0, usd(4000)}, {100000, usd(7000)}}, .fixed_sum_count = 2};
    InterestTerms terms = {&regime, NULL};
    assert_int_equal(accrue(&terms, 100000, "2013-01-31", "2013-01-31").fixed_sum.minor, 0);
    assert_int_equal(accrue(&terms, 100000, "2013-01-31", "2013-02-01").fixed_sum.minor, 7000);
    assert_int_equal(accrue(&terms, 99999, "2013-01-31", "2013-02-01").fixed_sum.minor, 4000);
    assert_int_equal(accrue(&terms, 0, "2013-01-31", "2013-02-01").fixed_sum.minor, 0);
}

static void what_does_not_fit_is_refused(void **state) {
    (void)state;
    Interest regime = yearly("100");
    InterestTerms terms = {&regime, NULL};
    InterestResult result = accrue(&terms, INT64_MAX, "2012-12-31", "2013-12-31");
    assert_int_equal(result.answer, INTEREST_ACCRUED);
    assert_int_equal(result.accrued.minor, INT64_MAX);
    result = accrue(&terms, INT64_MAX, "2012-12-31", "2014-01-01");
    assert_int_equal(result.answer, INTEREST_TOO_LARGE);
    assert_int_equal(result.accrued.minor, 0);
    regime.compounding_months = 1;
    assert_int_equal(accrue(&terms, INT64_MAX, "2012-12-31", "2013-02-01").answer,
                     INTEREST_TOO_LARGE);
    regime = yearly("1000");
    regime.basis = DAY_BASIS_ACTUAL;
    result = accrue(&terms, INT64_MAX, "1900-01-01", "2199-12-31"); /* 128 bits hold it */
    assert_int_equal(result.answer, INTEREST_TOO_LARGE);
}

/* A payment back and forth every day: each stretch is a line of its own. */
static void too_many_lines_are_refused(void **state) {
    (void)state;
    enum { STEPS = INTEREST_STEPS_MAX };
    Interest regime = yearly("9");
    OpenStep *steps = ARENA_ARRAY(&arena, OpenStep, STEPS);
    for (int i = 0; i < STEPS; i++) {
        steps[i] = (OpenStep){date_add(day("2013-01-01"), 2 * i), usd(100000 + i % 2)};
    }
    InterestCase late = {.invoiced = usd(100000),
                         .invoiced_on = day("2013-01-01"),
                         .due_on = day("2012-12-31"),
                         .steps = steps,
                         .step_count = STEPS,
                         .first = day("2013-01-01"),
                         .last = day("2199-12-31")};
    InterestResult result = interest_accrue(&(InterestTerms){&regime, NULL}, &late, &arena);
    assert_int_equal(result.answer, INTEREST_ACCRUED);
    assert_int_equal(result.line_count, STEPS);
    regime.compounding_months = 1;
    regime.percent = percent("1");
    InterestResult refused = interest_accrue(&(InterestTerms){&regime, NULL}, &late, &arena);
    assert_int_equal(refused.answer, INTEREST_ACCRUED); /* 2,244 months and 1,000 steps */
    assert_true(refused.line_count > STEPS && refused.line_count <= INTEREST_LINES_MAX);
}

static void a_case_that_cannot_be_stops(void **state) {
    (void)state;
    Interest regime = yearly("9");
    InterestTerms terms = {&regime, NULL};
    OpenStep steps[] = {{day("2013-01-02"), usd(1)}, {day("2013-01-02"), usd(1)}};
    InterestCase late = {.invoiced = usd(1),
                         .invoiced_on = day("2013-01-01"),
                         .due_on = day("2013-01-01"),
                         .steps = steps,
                         .step_count = 2,
                         .first = day("2013-01-01"),
                         .last = day("2013-01-01")};
    assert_true(TRAPPED(interest_accrue(&terms, &late, &arena))); /* a day twice */
    steps[1] = (OpenStep){day("2013-01-03"), jpy(1)};
    assert_true(TRAPPED(interest_accrue(&terms, &late, &arena)));
    steps[1] = (OpenStep){day("2013-01-03"), usd(-1)};
    assert_true(TRAPPED(interest_accrue(&terms, &late, &arena)));
    steps[1].open = usd(1);
    regime.rate = INTEREST_RATE_REFERENCE;
    assert_true(TRAPPED(interest_accrue(&terms, &late, &arena))); /* without its series */
}

/* One unit is a whole part of every day's interest, and of a minor unit. */
static void units_are_exact(void **state) {
    (void)state;
    static const int32_t years[] = {360, 365, 366, ACCRUAL_OF_A_DAY};
    for (ptrdiff_t i = 0; i < COUNT_OF(years); i++) {
        Wide year = 0;
        for (int32_t n = 0; n < years[i]; n++) {
            year += accrual_day(accrual_of_money(usd(12345)), percent("0.000001"), years[i]);
        }
        assert_true(year * 100 * DECIMAL_ONE == accrual_of_money(usd(12345)));
    }
    Money rounded = usd(0);
    assert_true(accrual_round(accrual_of_money(usd(-7)), ROUNDING_DOWN, &rounded));
    assert_int_equal(rounded.minor, -7);
    assert_true(TRAPPED(accrual_day(ACCRUAL_UNITS, percent("1"), 364)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(published_examples_are_met, setup, teardown),
        cmocka_unit_test_setup_teardown(a_year_has_the_days_its_basis_says, setup, teardown),
        cmocka_unit_test_setup_teardown(it_starts_after_the_due_day_and_grace, setup, teardown),
        cmocka_unit_test_setup_teardown(grace_moves_the_start_and_nothing_else, setup, teardown),
        cmocka_unit_test_setup_teardown(each_rule_takes_the_rate_of_its_day, setup, teardown),
        cmocka_unit_test_setup_teardown(zero_is_a_rate, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_not_known_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(interest_on_interest_loses_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(interest_outlives_the_principal, setup, teardown),
        cmocka_unit_test_setup_teardown(a_fixed_sum_is_owed_from_the_first_late_day, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(too_many_lines_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_case_that_cannot_be_stops, setup, teardown),
        cmocka_unit_test_setup_teardown(units_are_exact, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
