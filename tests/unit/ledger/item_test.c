/* The life of an invoice: every state, every event, every answer. */
#include "ledger/core/item.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"
#include "tests/unit/ledger/values.h"

/* An invoice over 10.00 in a state, with so much open, and something applied or not. */
static Item invoice_in(ItemState state, int64_t open, bool touched) {
    Item item = open_invoice("INV-1", 1000, "2013-02-01");
    item.state = state;
    item.open = usd(open);
    item.applied_on = touched ? day("2013-01-10") : DATE_NONE;
    return item;
}

static void every_event_has_its_answer(void **state) {
    (void)state;
    static const struct {
        ItemState from;
        int64_t open;
        bool touched;
        ItemEvent event;
        int64_t approved;
        ItemState to;
        ItemAnswer answer;
    } rows[] = {
        {ITEM_OPEN, 400, true, ITEM_IS_REDUCED, 0, ITEM_OPEN, ANSWER_DONE},
        {ITEM_OPEN, 0, true, ITEM_IS_REDUCED, 0, ITEM_SETTLED, ANSWER_DONE},
        {ITEM_OPEN, 1000, false, ITEM_IS_CANCELLED, 0, ITEM_CANCELLED, ANSWER_DONE},
        {ITEM_OPEN, 400, true, ITEM_IS_CANCELLED, 0, ITEM_OPEN, ANSWER_IN_USE},
        {ITEM_SETTLED, 0, true, ITEM_IS_CANCELLED, 0, ITEM_SETTLED, ANSWER_IN_USE},
        {ITEM_CANCELLED, 0, false, ITEM_IS_CANCELLED, 0, ITEM_CANCELLED, ANSWER_CLOSED},
        {ITEM_WRITTEN_OFF, 0, true, ITEM_IS_CANCELLED, 0, ITEM_WRITTEN_OFF, ANSWER_CLOSED},
        {ITEM_OPEN, 400, true, ITEM_IS_PROPOSED, 0, ITEM_OPEN, ANSWER_DONE},
        {ITEM_SETTLED, 0, true, ITEM_IS_PROPOSED, 0, ITEM_SETTLED, ANSWER_CLOSED},
        {ITEM_CANCELLED, 0, false, ITEM_IS_PROPOSED, 0, ITEM_CANCELLED, ANSWER_CLOSED},
        {ITEM_WRITTEN_OFF, 0, false, ITEM_IS_PROPOSED, 0, ITEM_WRITTEN_OFF, ANSWER_CLOSED},
        {ITEM_OPEN, 400, true, ITEM_IS_WRITTEN_OFF, 400, ITEM_WRITTEN_OFF, ANSWER_DONE},
        {ITEM_OPEN, 400, true, ITEM_IS_WRITTEN_OFF, 399, ITEM_OPEN, ANSWER_CHANGED},
        {ITEM_SETTLED, 0, true, ITEM_IS_WRITTEN_OFF, 1000, ITEM_SETTLED, ANSWER_CHANGED},
        {ITEM_CANCELLED, 0, false, ITEM_IS_WRITTEN_OFF, 1000, ITEM_CANCELLED, ANSWER_CHANGED},
        {ITEM_WRITTEN_OFF, 0, false, ITEM_IS_WRITTEN_OFF, 1000, ITEM_WRITTEN_OFF, ANSWER_CHANGED},
        {ITEM_WRITTEN_OFF, 0, false, ITEM_IS_RECOVERED, 0, ITEM_WRITTEN_OFF, ANSWER_DONE},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Item item = invoice_in(rows[i].from, rows[i].open, rows[i].touched);
        ItemStep step = item_step(&item, rows[i].event, usd(rows[i].approved));
        if (step.to != rows[i].to || step.answer != rows[i].answer) {
            fail_msg("row %td: to %d, answer %d", i, (int)step.to, (int)step.answer);
        }
        assert_true(step.reason[0] != '\0');
    }
}

/* However much of it is paid, and whatever stands on it. */
static void what_was_not_invoiced_is_not_cancelled(void **state) {
    (void)state;
    static const struct {
        ItemState from;
        ItemOrigin origin;
        ItemAnswer answer;
    } rows[] = {
        {ITEM_OPEN, ORIGIN_PLAN, ANSWER_PLAN},
        {ITEM_SETTLED, ORIGIN_PLAN, ANSWER_PLAN},
        {ITEM_RELEASED, ORIGIN_PLAN, ANSWER_CLOSED},
        {ITEM_OPEN, ORIGIN_MONEY_GONE, ANSWER_MONEY_GONE},
        {ITEM_SETTLED, ORIGIN_MONEY_GONE, ANSWER_MONEY_GONE},
        {ITEM_WRITTEN_OFF, ORIGIN_MONEY_GONE, ANSWER_CLOSED},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Item item = invoice_in(rows[i].from, rows[i].from == ITEM_OPEN ? 1000 : 0, false);
        item.origin = rows[i].origin;
        item.reminded = true;
        ItemStep step = item_step(&item, ITEM_IS_CANCELLED, usd(0));
        assert_int_equal(step.answer, rows[i].answer);
        assert_int_equal(step.to, rows[i].from);
    }
}

static void an_invoice_never_seen_has_answers_too(void **state) {
    (void)state;
    assert_int_equal(item_step(NULL, ITEM_IS_ISSUED, usd(1)).to, ITEM_OPEN);
    assert_int_equal(item_step(NULL, ITEM_IS_CANCELLED, usd(1)).answer, ANSWER_UNKNOWN);
    assert_int_equal(item_step(NULL, ITEM_IS_PROPOSED, usd(1)).answer, ANSWER_UNKNOWN);
    assert_int_equal(item_step(NULL, ITEM_IS_WRITTEN_OFF, usd(1)).answer, ANSWER_CHANGED);
}

static void an_approval_in_another_currency_is_another_amount(void **state) {
    (void)state;
    Item item = invoice_in(ITEM_OPEN, 1000, false);
    assert_int_equal(item_step(&item, ITEM_IS_WRITTEN_OFF, jpy(1000)).answer, ANSWER_CHANGED);
}

static void what_cannot_happen_stops(void **state) {
    (void)state;
    Item settled = invoice_in(ITEM_SETTLED, 0, true);
    assert_true(TRAPPED(item_step(&settled, ITEM_IS_REDUCED, usd(1)).to));
    assert_true(TRAPPED(item_step(&settled, ITEM_IS_RECOVERED, usd(1)).to));
    assert_true(TRAPPED(item_step(&settled, ITEM_IS_ISSUED, usd(1)).to));
}

static void states_are_read_by_their_names(void **state) {
    (void)state;
    for (ItemState i = ITEM_OPEN; i < ITEM_STATE_COUNT; i++) {
        ItemState found = ITEM_UNKNOWN;
        assert_true(item_state_parse(str_of(item_state_name(i)), &found));
        assert_int_equal(found, i);
    }
    ItemState untouched = ITEM_OPEN;
    assert_false(item_state_parse(S("unknown"), &untouched)); /* nothing is stored as that */
    assert_false(item_state_parse(S(""), &untouched));
}

static void the_older_one_is_paid_first(void **state) {
    (void)state;
    Item a = open_invoice("INV-2", 1, "2013-01-01");
    Item b = open_invoice("INV-1", 1, "2013-01-02");
    Item c = open_invoice("INV-3", 1, "2013-01-02");
    assert_true(item_compare(&a, &b) < 0);
    assert_true(item_compare(&b, &c) < 0);
    assert_true(item_compare(&c, &a) > 0);
    assert_int_equal(item_compare(&c, &c), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_its_answer),
        cmocka_unit_test(what_was_not_invoiced_is_not_cancelled),
        cmocka_unit_test(an_invoice_never_seen_has_answers_too),
        cmocka_unit_test(an_approval_in_another_currency_is_another_amount),
        cmocka_unit_test(what_cannot_happen_stops),
        cmocka_unit_test(states_are_read_by_their_names),
        cmocka_unit_test(the_older_one_is_paid_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
