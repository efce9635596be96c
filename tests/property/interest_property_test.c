/* What must hold for late-payment interest whatever the regime, the payments and the pauses are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fixed.h"
#include "ledger/core/interest.h"
#include "tests/harness/chance.h"

enum { ROUNDS = 2000, STEPS = 6, PAUSES = 3, POINTS = 8, FIRST_DAY = 15706 /* 2013-01-01 */ };

static Chance chance;
static Arena arena;

/* One case with all it points to. */
typedef struct Made {
    Interest regime;
    SeriesPoint points[POINTS];
    Series series;
    OpenStep steps[STEPS];
    InterestPause pauses[PAUSES];
    InterestCase late;
} Made;

static int64_t below(int64_t end) {
    return chance_between(&chance, 0, end - 1);
}

static Date any_day(int32_t within) {
    return (Date){FIRST_DAY + (int32_t)below(within)};
}

static Decimal any_percent(int64_t most) {
    int64_t millionths = chance_between(&chance, 0, most * DECIMAL_ONE);
    return (Decimal){below(4) == 0 ? 0 : millionths};
}

static Money any_open(Currency currency) {
    int64_t edge = chance_edge(&chance);
    int64_t minor = edge < 0 ? ~edge : edge;
    return money_of(below(4) == 0 ? 0 : minor % INT64_C(1000000000000000), currency);
}

static void make_series(Made *made) {
    for (int i = 0; i < POINTS; i++) {
        made->points[i] = (SeriesPoint){.from = {i == 0 ? 0 : FIRST_DAY + 90 * i},
                                        .percent = {chance_between(&chance, -2, 20) * DECIMAL_ONE}};
    }
    made->series =
        (Series){.known_until = {FIRST_DAY + 10000}, .points = made->points, .count = POINTS};
}

/* Any stepping but the one that is final only with the payment: of that, stretches do not add up.
 */
static void make_regime(Made *made) {
    made->regime = (Interest){
        .rate = (InterestRate)chance_between(&chance, INTEREST_RATE_REFERENCE, INTEREST_RATE_DAILY),
        .stepping = (Stepping)below(STEPPING_FIXED_AT_PAYMENT),
        .reference = (ReferenceDay)below(REFERENCE_COUNT),
        .reference_floor = below(2) == 0,
        .basis = (DayBasis)below(DAY_BASIS_COUNT),
        .rounding_point = (RoundingPoint)below(ROUNDING_POINT_COUNT),
        .rounding = (Rounding)below(ROUNDING_UP + 1),
        .compounding_months = below(2) == 0 ? 0 : (int32_t)chance_between(&chance, 1, 12),
        .without_due_days = (int32_t)below(60),
        .grace_days = (int32_t)below(10),
    };
    made->regime.percent =
        made->regime.rate == INTEREST_RATE_DAILY ? any_percent(1) : any_percent(30);
}

static void make_case(Made *made) {
    Currency currency = {0};
    assert_true(currency_find(S("USD"), &currency));
    int32_t from = FIRST_DAY;
    for (int i = 0; i < STEPS; i++) {
        made->steps[i] = (OpenStep){.from = {from}, .open = any_open(currency)};
        from += 1 + (int32_t)below(120);
    }
    for (int i = 0; i < PAUSES; i++) {
        Date pause = any_day(600);
        Date end = date_add(pause, (int32_t)below(60));
        made->pauses[i] = (InterestPause){pause, end};
    }
    made->late = (InterestCase){.invoiced = made->steps[0].open,
                                .invoiced_on = {FIRST_DAY},
                                .due_on = below(4) == 0 ? DATE_NONE : any_day(60),
                                .steps = made->steps,
                                .step_count = STEPS,
                                .pauses = made->pauses,
                                .pause_count = (int)below(PAUSES + 1),
                                .first = {FIRST_DAY},
                                .last = any_day(800)};
}

static void make(Made *made) {
    arena_reset(&arena);
    make_series(made);
    make_regime(made);
    make_case(made);
}

static InterestResult play(const Made *made, const InterestCase *late) {
    bool reference = made->regime.rate == INTEREST_RATE_REFERENCE;
    InterestTerms terms = {&made->regime, reference ? &made->series : NULL};
    InterestResult result = interest_accrue(&terms, late, &arena);
    assert_int_equal(result.answer, INTEREST_ACCRUED);
    return result;
}

static int64_t days_of(const InterestResult *result) {
    int64_t days = 0;
    for (int i = 0; i < result->line_count; i++) {
        days += result->lines[i].days;
    }
    return days;
}

/* "Recomputed up to the mark, minus what was posted": wherever the marks are. */
static void stretches_add_up_to_the_whole(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Made made = {0};
        make(&made);
        InterestResult whole = play(&made, &made.late);
        InterestCase head = made.late;
        InterestCase tail = made.late;
        head.last = any_day(made.late.last.days - FIRST_DAY + 1);
        tail.first = date_add(head.last, 1);
        InterestResult before = play(&made, &head);
        InterestResult after = play(&made, &tail);
        assert_int_equal(before.accrued.minor + after.accrued.minor, whole.accrued.minor);
        assert_int_equal(days_of(&before) + days_of(&after), days_of(&whole));
    }
}

static void a_day_more_is_never_less(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Made made = {0};
        make(&made);
        int64_t before = play(&made, &made.late).accrued.minor;
        made.late.last = date_add(made.late.last, 1);
        assert_true(before >= 0 && play(&made, &made.late).accrued.minor >= before);
    }
}

static void no_rate_is_no_interest(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Made made = {0};
        make(&made);
        made.regime.rate = round % 2 == 0 ? INTEREST_RATE_YEARLY : INTEREST_RATE_DAILY;
        made.regime.percent = (Decimal){0};
        InterestResult result = play(&made, &made.late);
        assert_int_equal(result.accrued.minor, 0);
        assert_int_equal(result.line_count > 0, !date_is_none(result.late_on));
    }
}

/* Simple interest, one rate and amount: a pause takes off its late days and nothing else. */
static void a_pause_takes_off_its_days(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Made made = {0};
        make(&made);
        made.regime.rate = INTEREST_RATE_DAILY;
        made.regime.compounding_months = 0;
        made.late.step_count = 1;
        made.late.pause_count = 0;
        Date last = {FIRST_DAY + 900};
        made.late.last = last;
        InterestResult without = play(&made, &made.late);
        made.late.pause_count = 1;
        made.pauses[0].from = date_add(without.starts_on, (int32_t)below(300));
        int32_t paused = (int32_t)below(300);
        made.pauses[0].to = date_add(made.pauses[0].from, paused);
        InterestResult with = play(&made, &made.late);
        bool open = !date_is_none(without.late_on);
        assert_int_equal(days_of(&without) - days_of(&with), open ? paused : 0);
        made.late.last = date_add(last, -paused); /* the same number of days */
        made.late.pause_count = 0;
        assert_int_equal(play(&made, &made.late).accrued.minor, with.accrued.minor);
    }
}

/* The lines are all there is: summed by plain fractions over 360 * 365 * 366 they give the total.
 */
static void lines_explain_simple_interest(void **state) {
    (void)state;
    const int64_t years = INT64_C(360) * 365 * 366;
    for (int round = 0; round < ROUNDS; round++) {
        Made made = {0};
        make(&made);
        made.regime.compounding_months = 0;
        made.regime.rounding_point = ROUNDING_POINT_ONCE;
        InterestResult result = play(&made, &made.late);
        Wide sum = 0;
        for (int i = 0; i < result.line_count; i++) {
            const InterestLine *line = &result.lines[i];
            sum += (Wide)line->principal.minor * line->percent.millionths * line->days *
                   (years / line->year_days);
        }
        Wide whole = (Wide)100 * DECIMAL_ONE * years;
        assert_true(fixed_divide(sum, whole, made.regime.rounding) == result.accrued.minor);
    }
}

/* One payment and one rate a part: what was paid on a day is as if it had been alone. */
static void a_rate_fixed_at_payment_is_that_of_its_part(void **state) {
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        Made made = {0};
        make(&made);
        made.regime.rate = INTEREST_RATE_REFERENCE;
        made.regime.stepping = STEPPING_FIXED_AT_PAYMENT;
        made.regime.compounding_months = 0;
        Currency currency = made.steps[0].open.currency;
        int64_t rest = below(100000);
        made.steps[0].open = money_of(rest + 1000000, currency);
        made.steps[1].open = money_of(rest, currency);
        made.late.step_count = 2;
        made.late.last = date_add(made.steps[1].from, (int32_t)below(400));
        InterestResult result = play(&made, &made.late);
        Decimal percents[2] = {{-1}, {-1}};
        for (int i = 0; i < result.line_count; i++) {
            Decimal *percent = &percents[result.lines[i].principal.minor == rest];
            assert_true(percent->millionths < 0 ||
                        percent->millionths == result.lines[i].percent.millionths);
            *percent = result.lines[i].percent;
        }
    }
}

static int setup(void **state) {
    (void)state;
    chance = chance_start();
    arena = arena_open("test", 1 << 20);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stretches_add_up_to_the_whole),
        cmocka_unit_test(a_day_more_is_never_less),
        cmocka_unit_test(no_rate_is_no_interest),
        cmocka_unit_test(a_pause_takes_off_its_days),
        cmocka_unit_test(lines_explain_simple_interest),
        cmocka_unit_test(a_rate_fixed_at_payment_is_that_of_its_part),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
