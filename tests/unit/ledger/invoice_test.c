/* The life of an invoice: every state, every event, every answer. */
#include "ledger/core/invoice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"
#include "tests/unit/ledger/values.h"

/* An invoice over 10.00 in a state, with so much open, and something applied or not. */
static Invoice invoice_in(InvoiceState state, int64_t open, bool touched) {
    Invoice invoice = open_invoice("INV-1", 1000, "2013-02-01");
    invoice.state = state;
    invoice.open = usd(open);
    invoice.applied_on = touched ? day("2013-01-10") : DATE_NONE;
    return invoice;
}

static void every_event_has_its_answer(void **state) {
    (void)state;
    static const struct {
        InvoiceState from;
        int64_t open;
        bool touched;
        InvoiceEvent event;
        int64_t approved;
        InvoiceState to;
        InvoiceAnswer answer;
    } rows[] = {
        {INVOICE_OPEN, 400, true, INVOICE_IS_REDUCED, 0, INVOICE_OPEN, ANSWER_DONE},
        {INVOICE_OPEN, 0, true, INVOICE_IS_REDUCED, 0, INVOICE_SETTLED, ANSWER_DONE},
        {INVOICE_OPEN, 1000, false, INVOICE_IS_CANCELLED, 0, INVOICE_CANCELLED, ANSWER_DONE},
        {INVOICE_OPEN, 400, true, INVOICE_IS_CANCELLED, 0, INVOICE_OPEN, ANSWER_IN_USE},
        {INVOICE_SETTLED, 0, true, INVOICE_IS_CANCELLED, 0, INVOICE_SETTLED, ANSWER_IN_USE},
        {INVOICE_CANCELLED, 0, false, INVOICE_IS_CANCELLED, 0, INVOICE_CANCELLED, ANSWER_CLOSED},
        {INVOICE_WRITTEN_OFF, 0, true, INVOICE_IS_CANCELLED, 0, INVOICE_WRITTEN_OFF, ANSWER_CLOSED},
        {INVOICE_OPEN, 400, true, INVOICE_IS_PROPOSED, 0, INVOICE_OPEN, ANSWER_DONE},
        {INVOICE_SETTLED, 0, true, INVOICE_IS_PROPOSED, 0, INVOICE_SETTLED, ANSWER_CLOSED},
        {INVOICE_CANCELLED, 0, false, INVOICE_IS_PROPOSED, 0, INVOICE_CANCELLED, ANSWER_CLOSED},
        {INVOICE_WRITTEN_OFF, 0, false, INVOICE_IS_PROPOSED, 0, INVOICE_WRITTEN_OFF, ANSWER_CLOSED},
        {INVOICE_OPEN, 400, true, INVOICE_IS_WRITTEN_OFF, 400, INVOICE_WRITTEN_OFF, ANSWER_DONE},
        {INVOICE_OPEN, 400, true, INVOICE_IS_WRITTEN_OFF, 399, INVOICE_OPEN, ANSWER_CHANGED},
        {INVOICE_SETTLED, 0, true, INVOICE_IS_WRITTEN_OFF, 1000, INVOICE_SETTLED, ANSWER_CHANGED},
        {INVOICE_CANCELLED, 0, false, INVOICE_IS_WRITTEN_OFF, 1000, INVOICE_CANCELLED,
         ANSWER_CHANGED},
        {INVOICE_WRITTEN_OFF, 0, false, INVOICE_IS_WRITTEN_OFF, 1000, INVOICE_WRITTEN_OFF,
         ANSWER_CHANGED},
        {INVOICE_WRITTEN_OFF, 0, false, INVOICE_IS_RECOVERED, 0, INVOICE_WRITTEN_OFF, ANSWER_DONE},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Invoice invoice = invoice_in(rows[i].from, rows[i].open, rows[i].touched);
        InvoiceStep step = invoice_step(&invoice, rows[i].event, usd(rows[i].approved));
        if (step.to != rows[i].to || step.answer != rows[i].answer) {
            fail_msg("row %td: to %d, answer %d", i, (int)step.to, (int)step.answer);
        }
        assert_true(step.reason[0] != '\0');
    }
}

static void an_invoice_never_seen_has_answers_too(void **state) {
    (void)state;
    assert_int_equal(invoice_step(NULL, INVOICE_IS_ISSUED, usd(1)).to, INVOICE_OPEN);
    assert_int_equal(invoice_step(NULL, INVOICE_IS_CANCELLED, usd(1)).answer, ANSWER_UNKNOWN);
    assert_int_equal(invoice_step(NULL, INVOICE_IS_PROPOSED, usd(1)).answer, ANSWER_UNKNOWN);
    assert_int_equal(invoice_step(NULL, INVOICE_IS_WRITTEN_OFF, usd(1)).answer, ANSWER_CHANGED);
}

static void an_approval_in_another_currency_is_another_amount(void **state) {
    (void)state;
    Invoice invoice = invoice_in(INVOICE_OPEN, 1000, false);
    assert_int_equal(invoice_step(&invoice, INVOICE_IS_WRITTEN_OFF, jpy(1000)).answer,
                     ANSWER_CHANGED);
}

static void what_cannot_happen_stops(void **state) {
    (void)state;
    Invoice settled = invoice_in(INVOICE_SETTLED, 0, true);
    assert_true(TRAPPED(invoice_step(&settled, INVOICE_IS_REDUCED, usd(1)).to));
    assert_true(TRAPPED(invoice_step(&settled, INVOICE_IS_RECOVERED, usd(1)).to));
    assert_true(TRAPPED(invoice_step(&settled, INVOICE_IS_ISSUED, usd(1)).to));
}

static void states_are_read_by_their_names(void **state) {
    (void)state;
    for (InvoiceState i = INVOICE_OPEN; i < INVOICE_STATE_COUNT; i++) {
        InvoiceState found = INVOICE_UNKNOWN;
        assert_true(invoice_state_parse(str_of(invoice_state_name(i)), &found));
        assert_int_equal(found, i);
    }
    InvoiceState untouched = INVOICE_OPEN;
    assert_false(invoice_state_parse(S("unknown"), &untouched)); /* nothing is stored as that */
    assert_false(invoice_state_parse(S(""), &untouched));
}

static void the_older_one_is_paid_first(void **state) {
    (void)state;
    Invoice a = open_invoice("INV-2", 1, "2013-01-01");
    Invoice b = open_invoice("INV-1", 1, "2013-01-02");
    Invoice c = open_invoice("INV-3", 1, "2013-01-02");
    assert_true(invoice_compare(&a, &b) < 0);
    assert_true(invoice_compare(&b, &c) < 0);
    assert_true(invoice_compare(&c, &a) > 0);
    assert_int_equal(invoice_compare(&c, &c), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_has_its_answer),
        cmocka_unit_test(an_invoice_never_seen_has_answers_too),
        cmocka_unit_test(an_approval_in_another_currency_is_another_amount),
        cmocka_unit_test(what_cannot_happen_stops),
        cmocka_unit_test(states_are_read_by_their_names),
        cmocka_unit_test(the_older_one_is_paid_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
