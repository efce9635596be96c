/* The provision matrix on a day: what is in force, what its rates come to, and its movement. */
#include "ledger/core/allowance.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/unit/ledger/values.h"

static const int64_t ONE = DECIMAL_ONE;

/* ---- rates */

static void the_applied_rate_is_the_product_and_at_most_all(void **state) {
    (void)state;
    static const struct {
        int64_t percent; /* millionths */
        int64_t factor;
        int64_t applied;
    } rows[] = {
        {1600000, 100000000, 1600000},
        {1600000, 110000000, 1760000},
        {1, 150000000, 2}, /* half a millionth goes up */
        {1, 149999999, 1},
        {1000000, 1, 0},
        {90000000, 111111111, 100000000},
        {90000000, 112000000, 100000000},
        {100000000, 1000000000, 100000000},
        {0, 1000000000, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        AllowanceRule rule = {.has_factor = true, .factor = {rows[i].factor}};
        assert_int_equal(allowance_applied(&rule, (Decimal){rows[i].percent}).millionths,
                         rows[i].applied);
    }
}

static void an_allowance_is_rounded_as_the_policy_says(void **state) {
    (void)state;
    static const struct {
        int64_t open;
        int64_t percent; /* millionths */
        int64_t half_even, half_up, down, up;
    } rows[] = {
        {100, 2500000, 2, 3, 2, 3}, /* 2.5 */
        {100, 3500000, 4, 4, 3, 4},
        {100, 2400000, 2, 2, 2, 3},
        {100, 2000000, 2, 2, 2, 2},
        {0, 50000000, 0, 0, 0, 0},
        {INT64_MAX, 100000000, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {6000000, 8695652, 521739, 521739, 521739, 521740},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        const int64_t wanted[] = {rows[i].half_even, rows[i].half_up, rows[i].down, rows[i].up};
        for (Rounding rounding = ROUNDING_HALF_EVEN; rounding <= ROUNDING_UP; rounding++) {
            AllowanceRule rule = {.rounding = rounding};
            Money allowance = allowance_of(&rule, usd(rows[i].open), (Decimal){rows[i].percent});
            assert_int_equal(allowance.minor, wanted[rounding]);
        }
    }
}

/* ---- what is in force */

static Aging aging_of(const char *valid_from, int count) {
    return (Aging){.valid_from = day(valid_from),
                   .count = count,
                   .buckets = {{S("current"), INT32_MIN},
                               {S("1-30"), 1},
                               {S("31-60"), 31},
                               {S("61-90"), 61},
                               {S("91+"), 91}}};
}

static void lines_end_where_default_begins(void **state) {
    (void)state;
    static const struct {
        int32_t default_days;
        int lines; /* before the one of default */
    } rows[] = {{90, 4}, {91, 4}, {92, 5}, {61, 3}, {62, 4}, {2, 2}, {1, 1}};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Aging aging = aging_of("1900-01-01", 5);
        Allowance allowance = {.id = S("x"), .default_days = rows[i].default_days};
        Str document = S("d");
        AllowanceRules rules = {
            .set = {.allowances = &allowance, .count = 1, .agings = &aging, .aging_count = 1},
            .documents = &document};
        AllowanceRule made;
        assert_int_equal(allowance_rules_on(&rules, day("2013-01-01"), &made), 1);
        assert_int_equal(made.line_count, rows[i].lines + 1);
        assert_true(str_equals(made.lines[rows[i].lines].name, S("default")));
        assert_int_equal(made.lines[rows[i].lines].from_day, rows[i].default_days);
        assert_true(made.lines[rows[i].lines - 1].from_day < rows[i].default_days);
    }
}

/* One rule an id, each by its document, the aging and the index of the day. */
static void a_day_has_its_rules(void **state) {
    (void)state;
    const SeriesPoint points[] = {{day("2013-01-01"), {90 * ONE}, {0}},
                                  {day("2013-03-01"), {110 * ONE}, {0}}};
    const Series series = {.id = S("outlook"),
                           .known_until = day("2013-12-31"),
                           .points = points,
                           .count = COUNT_OF(points)};
    const Aging agings[] = {aging_of("1900-01-01", 5), aging_of("2013-06-01", 2)};
    const Allowance allowances[] = {
        {.id = S("a"), .valid_from = day("1900-01-01"), .default_days = 90},
        {.id = S("b"), .valid_from = day("1900-01-01"), .default_days = 90, .index = S("outlook")},
        {.id = S("a"), .valid_from = day("2013-02-01"), .default_days = 30},
    };
    const Str documents[] = {S("a1"), S("b1"), S("a2")};
    const AllowanceRules rules = {.set = {.allowances = allowances,
                                          .count = COUNT_OF(allowances),
                                          .agings = agings,
                                          .aging_count = COUNT_OF(agings),
                                          .series = &series,
                                          .series_count = 1},
                                  .documents = documents};
    static const struct {
        const char *day;
        const char *first; /* documents, in the order of the set */
        const char *second;
        int64_t factor; /* percent, of b; -1: it is not known */
        int lines;      /* of b */
    } rows[] = {{"2012-12-31", "a1", "b1", -1, 5},  {"2013-01-31", "a1", "b1", 90, 5},
                {"2013-02-28", "b1", "a2", 90, 5},  {"2013-03-01", "b1", "a2", 110, 5},
                {"2013-06-01", "b1", "a2", 110, 3}, {"2014-01-01", "b1", "a2", -1, 3}};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        AllowanceRule made[COUNT_OF(allowances)];
        assert_int_equal(allowance_rules_on(&rules, day(rows[i].day), made), 2);
        assert_true(str_equals(made[0].document, str_of(rows[i].first)));
        assert_true(str_equals(made[1].document, str_of(rows[i].second)));
        const AllowanceRule *b = &made[str_equals(made[0].id, S("b")) ? 0 : 1];
        const AllowanceRule *a = &made[str_equals(made[0].id, S("b")) ? 1 : 0];
        assert_true(a->has_factor && a->factor.millionths == 100 * ONE);
        assert_int_equal(b->has_factor, rows[i].factor >= 0);
        assert_true(!b->has_factor || b->factor.millionths == rows[i].factor * ONE);
        assert_int_equal(b->line_count, rows[i].lines);
    }
}

static void a_mark_holds_until_the_next(void **state) {
    (void)state;
    const AllowanceMark marks[] = {
        {day("2013-01-01"), S("1")}, {day("2013-02-01"), S("2")}, {day("2013-02-02"), S("3")}};
    static const struct {
        const char *day;
        const char *mark;
    } rows[] = {{"1990-01-01", "1"}, {"2013-01-01", "1"}, {"2013-01-31", "1"},
                {"2013-02-01", "2"}, {"2013-02-02", "3"}, {"2100-01-01", "3"}};
    const AllowanceRules rules = {.marks = marks, .mark_count = COUNT_OF(marks)};
    const AllowanceRules none = {0};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(str_equals(allowance_mark(&rules, day(rows[i].day)), str_of(rows[i].mark)));
    }
    assert_int_equal(allowance_mark(&none, day("2013-01-01")).len, 0);
}

/* ---- the movement */

static void the_charge_makes_it_sum(void **state) {
    (void)state;
    static const struct {
        int64_t opening, used, recoveries, closing, charge;
    } rows[] = {
        {0, 0, 0, 0, 0},       {100, 0, 0, 130, 30},
        {100, 40, 0, 100, 40}, {100, 40, 15, 90, 15},
        {100, 0, 30, 50, -80}, {0, -20, 0, 0, -20},
        {100, 100, 0, 0, 0},   {0, 0, INT64_MAX, INT64_MAX, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        AllowanceMovement movement = {.opening = usd(rows[i].opening),
                                      .used = usd(rows[i].used),
                                      .recoveries = usd(rows[i].recoveries),
                                      .closing = usd(rows[i].closing)};
        assert_true(allowance_charge(&movement));
        assert_int_equal(movement.charge.minor, rows[i].charge);
    }
    AllowanceMovement huge = {
        .opening = usd(0), .used = usd(1), .recoveries = usd(0), .closing = usd(INT64_MAX)};
    assert_false(allowance_charge(&huge));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_applied_rate_is_the_product_and_at_most_all),
        cmocka_unit_test(an_allowance_is_rounded_as_the_policy_says),
        cmocka_unit_test(lines_end_where_default_begins),
        cmocka_unit_test(a_day_has_its_rules),
        cmocka_unit_test(a_mark_holds_until_the_next),
        cmocka_unit_test(the_charge_makes_it_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
