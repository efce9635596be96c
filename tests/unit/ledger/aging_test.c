/* Buckets and the days on which they are entered. */
#include "ledger/core/aging.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/core/rules.h"
#include "tests/unit/ledger/values.h"

static const Aging STANDARD = {.count = 5,
                               .buckets = {{S("current"), INT32_MIN},
                                           {S("1-30"), 1},
                                           {S("31-60"), 31},
                                           {S("61-90"), 61},
                                           {S("91+"), 91}}};

static void limits_belong_to_their_bucket(void **state) {
    (void)state;
    static const struct {
        int32_t days;
        const char *bucket;
    } rows[] = {{INT32_MIN, "current"}, {-1, "current"}, {0, "current"}, {1, "1-30"},
                {30, "1-30"},           {31, "31-60"},   {60, "31-60"},  {61, "61-90"},
                {90, "61-90"},          {91, "91+"},     {100000, "91+"}};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str name = STANDARD.buckets[aging_bucket(&STANDARD, rows[i].days)].name;
        assert_true(str_equals(name, str_of(rows[i].bucket)));
    }
}

static void the_next_day_is_known(void **state) {
    (void)state;
    static const struct {
        const char *due_on;
        const char *bucket; /* as announced */
        const char *day;    /* open */
        const char *next;   /* "" none */
    } rows[] = {
        {"2013-02-01", "current", "2013-01-02", "2013-02-02"},
        {"2013-02-01", "current", "2013-02-01", "2013-02-02"},
        {"2013-02-01", "current", "2013-02-02", "2013-02-02"}, /* today */
        {"2013-02-01", "1-30", "2013-02-02", "2013-03-04"},
        {"2013-02-01", "current", "2013-06-01", "2013-06-01"}, /* posted late: today */
        {"2013-02-01", "91+", "2013-06-01", ""},
        {"2013-02-01", "8+", "2013-02-02", "2013-02-02"}, /* of an earlier rule: today */
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Item item = open_invoice("INV-1", 100, rows[i].due_on);
        item.bucket = str_of(rows[i].bucket);
        Book book = {.items = &item, .item_count = 1};
        Date next = aging_next_due(&book, 0, &STANDARD, day(rows[i].day));
        Date expected = rows[i].next[0] == '\0' ? DATE_NONE : day(rows[i].next);
        if (date_compare(next, expected) != 0) {
            fail_msg("row %td", i);
        }
    }
}

/* What is announced counts from the due day, whatever reports count from: others take it for the
 * word that something is overdue. */
static void what_is_announced_counts_from_the_due_day(void **state) {
    (void)state;
    Aging aging = STANDARD;
    aging.from_invoice = true;
    Item item = open_invoice("INV-1", 100, "2013-06-01");
    item.issued_on = day("2013-01-02");
    item.bucket = S("current");
    Book book = {.items = &item, .item_count = 1};
    Date next = aging_next_due(&book, 0, &aging, day("2013-01-02"));
    assert_int_equal(date_compare(next, day("2013-06-02")), 0);
}

static void the_soonest_open_invoice_counts(void **state) {
    (void)state;
    Item invoices[] = {open_invoice("A", 100, "2013-03-01"), open_invoice("B", 100, "2013-02-01"),
                       open_invoice("C", 100, "2013-01-15")};
    invoices[2].state = ITEM_SETTLED;
    Book book = {.items = invoices, .item_count = 3};
    Date next = aging_next_due(&book, 0, &STANDARD, day("2013-01-02"));
    assert_int_equal(date_compare(next, day("2013-02-02")), 0);
    book.item_count = 0;
    assert_true(date_is_none(aging_next_due(&book, 0, &STANDARD, day("2013-01-02"))));
}

static void rules_come_into_force_on_their_day(void **state) {
    (void)state;
    AgingRule agings[] = {{.hash = S("a")}, {.hash = S("b")}, {.hash = S("c")}};
    agings[0].aging.valid_from = day("2010-01-01");
    agings[1].aging.valid_from = day("2013-01-01");
    agings[2].aging.valid_from = day("2014-01-01");
    LedgerRules rules = {.agings = agings, .aging_count = 3};
    assert_true(str_equals(rules_aging(&rules, day("2009-05-05"))->hash, S("a")));
    assert_true(str_equals(rules_aging(&rules, day("2012-12-31"))->hash, S("a")));
    assert_true(str_equals(rules_aging(&rules, day("2013-01-01"))->hash, S("b")));
    assert_true(str_equals(rules_aging(&rules, day("2020-01-01"))->hash, S("c")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_belong_to_their_bucket),
        cmocka_unit_test(the_next_day_is_known),
        cmocka_unit_test(what_is_announced_counts_from_the_due_day),
        cmocka_unit_test(the_soonest_open_invoice_counts),
        cmocka_unit_test(rules_come_into_force_on_their_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
