/* The bookkeeping document: the shipped one, and every fault with its place. */
#include "policy/bookkeeping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/file.h"
#include "tests/unit/policy/faults.h"

static void the_shipped_document_keeps_to_references(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Bookkeeping keeping;
    Err err = {0};
    Str yaml = file_read(&arena, "policies/bookkeeping/default.yaml");
    assert_true(bookkeeping_parse(yaml, &arena, &keeping, &err));
    assert_true(str_equals(keeping.id, S(BOOKKEEPING_DEFAULT)));
    assert_int_equal(keeping.allocation, ALLOCATION_BY_REFERENCE);
    assert_true(keeping.roll_overpayment);
    arena_close(&arena);
}

#define HEAD        "id: x\nvalid_from: 2013-01-01\n"
#define GOOD        HEAD "allocation: by_reference\n"
#define EURO        "{currency: EUR, minor: 100}"
#define SMALL(rest) "small_balances: {" rest "}\n"

static void every_policy_has_its_name(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    for (Allocation i = 0; i < ALLOCATION_COUNT; i++) {
        Bookkeeping keeping;
        Err err = {0};
        Str yaml = str_format(&arena, HEAD "allocation: %s\nroll_overpayment: false\n",
                              allocation_name(i));
        assert_true(bookkeeping_parse(yaml, &arena, &keeping, &err));
        assert_int_equal(keeping.allocation, i);
        assert_false(keeping.roll_overpayment);
    }
    arena_close(&arena);
}

static Money money(const char *code, int64_t minor) {
    Currency currency = {0};
    assert_true(currency_find(str_of(code), &currency));
    return money_of(minor, currency);
}

/* Half a percent, at most one euro. */
static void the_smaller_tolerance_counts(void **state) {
    (void)state;
    static const struct {
        const char *currency;
        int64_t amount;
        int64_t tolerance;
    } rows[] = {{"EUR", 10000, 50},   {"EUR", 199, 0},         {"EUR", 20000, 100},
                {"EUR", 900000, 100}, {"EUR", INT64_MAX, 100}, {"CHF", 10000, 0}};
    Arena arena = arena_open("test", 1 << 20);
    Bookkeeping keeping;
    Err err = {0};
    Str yaml = file_read(&arena, "policies/bookkeeping/default.yaml");
    assert_true(bookkeeping_parse(yaml, &arena, &keeping, &err));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money let_go = tolerance_of(&keeping.tolerance, money(rows[i].currency, rows[i].amount));
        assert_int_equal(let_go.minor, rows[i].tolerance);
    }
    arena_close(&arena);
}

static const Fault FAULTS[] = {
    {"there is nothing", ""},
    {"near line 1: Unexpected key: name", "name: x\n"},
    {"near line 2: Missing required mapping field: allocation", HEAD},
    {"id: ", "id: a/b\nvalid_from: 2013-01-01\nallocation: by_reference\n"},
    {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\nallocation: by_reference\n"},
    {"allocation: ", HEAD "allocation: youngest_first\n"},
    {"roll_overpayment: ", GOOD "roll_overpayment: fasle\n"},
    {"grace_days: 0 to 366 days", GOOD "grace_days: -1\n"},
    {"discount.grace_days: 0 to 366 days", GOOD "discount: {grace_days: 367}\n"},
    {"tolerance.percent: ", GOOD "tolerance: {percent: much, most: [" EURO "]}\n"},
    {"tolerance.percent: above 0", GOOD "tolerance: {percent: 0, most: [" EURO "]}\n"},
    {"tolerance.percent: above 0", GOOD "tolerance: {percent: 100.01, most: [" EURO "]}\n"},
    {"tolerance.most[1].currency: EUR stands here twice",
     GOOD "tolerance: {percent: 1, most: [" EURO ", " EURO "]}\n"},
    {"tolerance.most[0].minor: ",
     GOOD "tolerance: {percent: 1, most: [{currency: EUR, minor: 0}]}\n"},
    {"tolerance.most.currency: ",
     GOOD "tolerance: {percent: 1, most: [{currency: EURO, minor: 1}]}\n"},
    {"small_balances.days_past_due: 1 to", GOOD SMALL("days_past_due: 0, most: [" EURO "]")},
    {"small_balances.most[1].currency: EUR stands",
     GOOD SMALL("days_past_due: 9, most: [" EURO ", " EURO "]")},
    {"small_balances.most[0].minor: a limit",
     GOOD SMALL("days_past_due: 9, most: [{currency: EUR, minor: 0}]")},
    {"small_balances.approval.until: ",
     GOOD SMALL("days_past_due: 9, most: [" EURO "], approval: {by: mia, reference: SB-1, on: "
                "2024-01-02, until: 2024-01-01, signature: \"00\"}")},
    {"small_balances.approval.signature: 128 hex",
     GOOD SMALL("days_past_due: 9, most: [" EURO "], approval: {by: mia, reference: SB-1, on: "
                "2024-01-02, until: 2024-01-02, signature: \"00\"}")},
};

/* What is refused leaves the struct as it was. */
static bool parse(Str yaml, Arena *arena, Err *err) {
    Bookkeeping untouched = {.id = S("untouched")};
    bool good = bookkeeping_parse(yaml, arena, &untouched, err);
    assert_true(good || str_equals(untouched.id, S("untouched")));
    return good;
}

static void faults_have_their_place(void **state) {
    (void)state;
    faults_assert(FAULTS, COUNT_OF(FAULTS), parse);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_document_keeps_to_references),
        cmocka_unit_test(every_policy_has_its_name),
        cmocka_unit_test(the_smaller_tolerance_counts),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
