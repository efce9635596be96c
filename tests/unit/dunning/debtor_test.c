/* A debtor that is not whole: what an input may look at is what was loaded for it. */
#include "dunning/core/debtor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "dunning/core/decide.h"
#include "dunning/core/pursuit.h"
#include "tests/harness/trap.h"

static Arena arena;
static const Date TODAY = {19800};
static const Date TOMORROW = {19801};

static int start(void **state) {
    (void)state;
    arena = arena_open("debtor", 1 << 20);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

static Debtor debtor_row(void) {
    return (Debtor){.arena = &arena,
                    .task = 1,
                    .account = {S("acme"), S("C-1")},
                    .visit_on = TOMORROW,
                    .contact = {.hash = S("aa"), .mail = S("zoe@example.test")},
                    .credit = {.day = DATE_NONE},
                    .credit_before = {.day = DATE_NONE}};
}

static Desk desk_of(Debtor *debtor) {
    return (Desk){.arena = &arena, .debtor = debtor, .day = TODAY};
}

static void a_credit_state_takes_the_row_alone(void **state) {
    (void)state;
    Debtor debtor = debtor_row();
    Desk desk = desk_of(&debtor);
    DunningInput input = {
        .kind = DUNNING_CREDIT,
        .credit = {.band = BAND_B, .score = 700, .epoch = 1, .version = 5, .day = TODAY}};
    assert_int_equal(input_extent(&input, debtor.visit_on), DEBTOR_ROW);
    decide(&desk, &input);
    assert_true(debtor.changed);
    assert_int_equal(debtor.credit.version, 5);
    assert_int_equal(date_compare(debtor.visit_on, TOMORROW), 0);
    assert_true(str_equals(debtor.contact.mail, S("zoe@example.test")));
    assert_true(TRAPPED(decide_visit(&desk, &input)));
}

static void everything_else_needs_more(void **state) {
    (void)state;
    for (DunningInputKind kind = DUNNING_POSTED; kind <= DUNNING_DAY_END; kind++) {
        Debtor debtor = debtor_row();
        Desk desk = desk_of(&debtor);
        DunningInput input = {.kind = kind};
        if (kind != DUNNING_CREDIT) {
            assert_true(input_extent(&input, debtor.visit_on) > DEBTOR_ROW);
            assert_true(TRAPPED(decide(&desk, &input)));
        }
    }
}

static void lists_that_were_not_loaded_are_not_empty(void **state) {
    (void)state;
    Debtor debtor = debtor_row();
    Dunning dunning = {0};
    assert_true(TRAPPED((void)debtor_find_item(&debtor, (ItemKey){.number = S("INV-1")})));
    assert_true(TRAPPED((void)debtor_find_pause(&debtor, S("Z-1"))));
    assert_true(TRAPPED((void)debtor_paused(&debtor, S("INV-1"), TODAY)));
    assert_true(TRAPPED((void)debtor_find_hold(&debtor, S("t"), 0, 0)));
    assert_true(TRAPPED((void)debtor_find_reminder(&debtor, S("R-1-1"))));
    assert_true(TRAPPED((void)debtor_is_held(&debtor)));
    assert_true(TRAPPED((void)debtor_dunning(&debtor, (Currency){0}, TODAY)));
    assert_true(TRAPPED((void)debtor_add_item(&debtor, (Item){0})));
    assert_true(TRAPPED((void)pursuit_of(&debtor, &dunning, (Guidance){0}, TODAY)));
    debtor.extent = DEBTOR_WHOLE;
    assert_null(debtor_find_item(&debtor, (ItemKey){.number = S("INV-1")}));
    assert_false(debtor_is_held(&debtor));
}

/* Visits are at the end of a day, and the day after the due date is the first one overdue. */
static void an_invoice_due_by_the_next_visit_needs_him_whole(void **state) {
    (void)state;
    Debtor debtor = debtor_row();
    debtor.extent = DEBTOR_DUNNINGS;
    Desk desk = desk_of(&debtor);
    DunningInput input = {.kind = DUNNING_POSTED, .invoice = {.due_on = TOMORROW}};
    assert_int_equal(input_extent(&input, DATE_NONE), DEBTOR_WHOLE);
    assert_int_equal(input_extent(&input, debtor.visit_on), DEBTOR_DUNNINGS);
    decide(&desk, &input);
    assert_int_equal(debtor.item_count, 1);
    assert_int_equal(debtor.dunning_count, 1);
    assert_true(TRAPPED((void)debtor_find_item(&debtor, (ItemKey){0})));
    assert_true(TRAPPED((void)debtor_is_held(&debtor)));
    assert_true(TRAPPED(decide_visit(&desk, &input)));
    input.invoice.due_on = TODAY;
    assert_int_equal(input_extent(&input, debtor.visit_on), DEBTOR_WHOLE);
    assert_true(TRAPPED(decide(&desk, &input)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_credit_state_takes_the_row_alone),
        cmocka_unit_test(everything_else_needs_more),
        cmocka_unit_test(an_invoice_due_by_the_next_visit_needs_him_whole),
        cmocka_unit_test(lists_that_were_not_loaded_are_not_empty),
    };
    return cmocka_run_group_tests(tests, start, end);
}
