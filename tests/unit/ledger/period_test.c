/* Months that are closed and opened again. */
#include "ledger/core/period.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/ledger/values.h"

static const char OPEN_DAY[] = "2026-04-10";

typedef struct Step {
    const char *month; /* its first day */
    bool reopened;
    int64_t signed_us;
    PeriodAnswer answer;
    const char *sealed_until; /* after it; "" none */
} Step;

static PeriodNotice notice_of(const Step *step) {
    Date from = day(step->month);
    return (PeriodNotice){.creditor = S("ACME"),
                          .from = from,
                          .to = date_month_end(from),
                          .reopened = step->reopened,
                          .request = step->reopened ? S("WO-1") : S(""),
                          .signed_at = {step->signed_us}};
}

/* One after the other on the books of one creditor. */
static void play(const Step *steps, ptrdiff_t count) {
    Period period = {.creditor = S("ACME"), .sealed_until = DATE_NONE};
    for (ptrdiff_t i = 0; i < count; i++) {
        PeriodNotice notice = notice_of(&steps[i]);
        period.changed = false;
        PeriodAnswer answer = period_apply(&period, &notice, day(OPEN_DAY));
        bool none = steps[i].sealed_until[0] == '\0';
        Date wanted = none ? DATE_NONE : day(steps[i].sealed_until);
        if (answer != steps[i].answer || date_compare(period.sealed_until, wanted) != 0) {
            fail_msg("step %td: answer %d", i, (int)answer);
        }
        assert_int_equal(answer == PERIOD_TAKEN, period.changed);
    }
}

static void a_month_seals_those_before_it(void **state) {
    (void)state;
    static const Step steps[] = {
        {"2026-04-01", false, 1, PERIOD_NOT_OVER, ""},
        {"2026-02-01", false, 2, PERIOD_TAKEN, "2026-02-28"},
        {"2026-01-01", false, 3, PERIOD_TAKEN, "2026-02-28"},
        {"2026-02-01", false, 4, PERIOD_TAKEN, "2026-02-28"},
        {"2026-03-01", false, 5, PERIOD_TAKEN, "2026-03-31"},
    };
    play(steps, COUNT_OF(steps));
}

static void months_are_opened_again_one_by_one(void **state) {
    (void)state;
    static const Step steps[] = {
        {"2026-01-01", true, 1, PERIOD_TAKEN, ""},
        {"2026-03-01", false, 2, PERIOD_TAKEN, "2026-03-31"},
        {"2026-04-01", true, 3, PERIOD_TAKEN, "2026-03-31"},
        {"2026-02-01", true, 4, PERIOD_NOT_LAST, "2026-03-31"},
        {"2026-03-01", true, 5, PERIOD_TAKEN, "2026-02-28"},
        {"2026-02-01", true, 6, PERIOD_TAKEN, "2026-01-31"},
        {"2026-03-01", true, 7, PERIOD_TAKEN, "2026-01-31"},
        {"2026-02-01", false, 8, PERIOD_TAKEN, "2026-02-28"},
    };
    play(steps, COUNT_OF(steps));
}

/* Who kept a notice of the past and sends it again changes nothing. */
static void an_old_notice_counts_no_more(void **state) {
    (void)state;
    static const Step steps[] = {
        {"2026-03-01", false, 100, PERIOD_TAKEN, "2026-03-31"},
        {"2026-03-01", true, 200, PERIOD_TAKEN, "2026-02-28"},
        {"2026-03-01", true, 200, PERIOD_REPEATED, "2026-02-28"},
        {"2026-03-01", false, 100, PERIOD_STALE, "2026-02-28"},
        {"2026-03-01", false, 300, PERIOD_TAKEN, "2026-03-31"},
        {"2026-03-01", true, 200, PERIOD_STALE, "2026-03-31"},
        {"2026-03-01", false, 400, PERIOD_TAKEN, "2026-03-31"}, /* it was so already */
        {"2026-03-01", true, 350, PERIOD_STALE, "2026-03-31"},
    };
    play(steps, COUNT_OF(steps));
}

/* What was refused may be sent again once the reason is gone. */
static void a_refused_notice_is_not_the_last_one(void **state) {
    (void)state;
    static const Step steps[] = {
        {"2026-04-01", false, 900, PERIOD_NOT_OVER, ""},
        {"2026-03-01", false, 100, PERIOD_TAKEN, "2026-03-31"},
        {"2026-02-01", true, 800, PERIOD_NOT_LAST, "2026-03-31"},
        {"2026-03-01", true, 200, PERIOD_TAKEN, "2026-02-28"},
        {"2026-02-01", true, 800, PERIOD_TAKEN, "2026-01-31"},
    };
    play(steps, COUNT_OF(steps));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_month_seals_those_before_it),
        cmocka_unit_test(months_are_opened_again_one_by_one),
        cmocka_unit_test(an_old_notice_counts_no_more),
        cmocka_unit_test(a_refused_notice_is_not_the_last_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
