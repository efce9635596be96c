/* On which day an account is due a statement, and what one comes to. */
#include "ledger/core/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/core/reconcile.h"
#include "tests/unit/ledger/values.h"

/* Saturdays and Sundays, and two holidays at the end of a year. */
static Calendar weekdays(void) {
    static Holiday holidays[2];
    holidays[0] = (Holiday){day("2026-12-30"), S("x")};
    holidays[1] = (Holiday){day("2026-12-31"), S("y")};
    return (Calendar){.id = S("weekdays"),
                      .known_until = day("2027-12-31"),
                      .closed = {false, false, false, false, false, true, true},
                      .holidays = holidays,
                      .count = 2};
}

static void the_next_day_is_the_end_of_a_period(void **state) {
    (void)state;
    static const struct {
        StatementsEvery every;
        const char *from;
        const char *due;
        const char *banking;
    } rows[] = {
        {STATEMENTS_MONTH, "2026-01-01", "2026-01-31", "2026-01-30"}, /* a Saturday */
        {STATEMENTS_MONTH, "2026-01-30", "2026-01-31", "2026-01-30"},
        {STATEMENTS_MONTH, "2026-01-31", "2026-01-31", "2026-02-27"},
        {STATEMENTS_MONTH, "2024-02-29", "2024-02-29", "2024-02-29"},
        {STATEMENTS_MONTH, "2026-12-30", "2026-12-31", "2027-01-29"},
        {STATEMENTS_QUARTER, "2026-01-01", "2026-03-31", "2026-03-31"},
        {STATEMENTS_QUARTER, "2026-03-31", "2026-03-31", "2026-03-31"},
        {STATEMENTS_QUARTER, "2026-04-01", "2026-06-30", "2026-06-30"},
        {STATEMENTS_QUARTER, "2026-11-05", "2026-12-31", "2026-12-29"},
        {STATEMENTS_HALF_YEAR, "2026-02-01", "2026-06-30", "2026-06-30"},
        {STATEMENTS_HALF_YEAR, "2026-07-01", "2026-12-31", "2026-12-29"},
        {STATEMENTS_YEAR, "2026-01-01", "2026-12-31", "2026-12-29"},
        {STATEMENTS_YEAR, "2026-12-31", "2026-12-31", "2027-12-31"},
    };
    Calendar calendar = weekdays();
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Book book = {.account = {S("ACME"), S("C-1")}, .open_total = 1};
        Bookkeeping keeping = {.statements = rows[i].every};
        Desk desk = {.book = &book, .keeping = &keeping};
        Date from = day(rows[i].from);
        assert_int_equal(date_compare(statement_next_due(&desk, from), day(rows[i].due)), 0);
        desk.calendar = &calendar;
        assert_int_equal(date_compare(statement_next_due(&desk, from), day(rows[i].banking)), 0);
    }
}

static void who_has_nothing_is_due_nothing(void **state) {
    (void)state;
    Credit credit = {.kind = CREDIT_PAYMENT, .unapplied = usd(1)};
    Bookkeeping keeping = {.statements = STATEMENTS_MONTH};
    Book book = {.account = {S("ACME"), S("C-1")}};
    Desk desk = {.book = &book, .keeping = &keeping};
    Date from = day("2026-01-01");
    assert_true(date_is_none(statement_next_due(&desk, from)));
    book.credits = &credit;
    book.credit_count = 1;
    assert_false(date_is_none(statement_next_due(&desk, from)));
    book.account.customer = S("~suspense");
    assert_true(date_is_none(statement_next_due(&desk, from)));
    book.account.customer = S("C-1");
    keeping.statements = STATEMENTS_NONE;
    assert_true(date_is_none(statement_next_due(&desk, from)));
}

static void a_balance_may_be_below_zero(void **state) {
    (void)state;
    StatementBalance balance = {.open = usd(5), .unapplied = usd(INT64_MAX)};
    assert_int_equal(statement_balance(&balance).minor, 5 - INT64_MAX);
    balance = (StatementBalance){.open = usd(INT64_MAX), .unapplied = usd(0)};
    assert_int_equal(statement_balance(&balance).minor, INT64_MAX);
}

static void answers_have_their_names(void **state) {
    (void)state;
    for (StatementAnswer i = STATEMENT_UNANSWERED; i < STATEMENT_ANSWER_COUNT; i++) {
        StatementAnswer read = STATEMENT_ANSWER_COUNT;
        assert_true(statement_answer_parse(str_of(statement_answer_name(i)), &read));
        assert_int_equal(read, i);
    }
    StatementAnswer untouched = STATEMENT_AGREED;
    assert_false(statement_answer_parse(S("maybe"), &untouched));
    assert_int_equal(untouched, STATEMENT_AGREED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_day_is_the_end_of_a_period),
        cmocka_unit_test(who_has_nothing_is_due_nothing),
        cmocka_unit_test(a_balance_may_be_below_zero),
        cmocka_unit_test(answers_have_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
