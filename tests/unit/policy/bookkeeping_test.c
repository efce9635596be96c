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

static void other_documents_are_named(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Bookkeeping keeping;
    Err err = {0};
    Str yaml = S(GOOD "calendar: target\ninterest: ireland\nfees: standard\n");
    assert_true(bookkeeping_parse(yaml, &arena, &keeping, &err));
    assert_true(str_equals(keeping.calendar, S("target")));
    assert_true(str_equals(keeping.interest, S("ireland")));
    assert_true(str_equals(keeping.fees, S("standard")));
    assert_true(bookkeeping_parse(S(GOOD), &arena, &keeping, &err));
    assert_true(str_is_empty(keeping.fees));
    arena_close(&arena);
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

static Bookkeeping parsed(Arena *arena, const char *more) {
    Bookkeeping keeping;
    Err err = {0};
    if (!bookkeeping_parse(str_format(arena, GOOD "%s\n", more), arena, &keeping, &err)) {
        fail_msg("%s: %s", more, err.text);
    }
    return keeping;
}

static void statements_and_limitation_are_read(void **state) {
    (void)state;
    static const char *const names[] = {"month", "quarter", "half_year", "year"};
    Arena arena = arena_open("test", 1 << 20);
    Bookkeeping silent = parsed(&arena, "");
    assert_int_equal(silent.statements, STATEMENTS_NONE);
    assert_int_equal(silent.limitation.years, 0);
    for (int i = 0; i < COUNT_OF(names); i++) {
        Str more = str_format(&arena, "statements: {every: %s}", names[i]);
        Bookkeeping keeping = parsed(&arena, str_terminated(&arena, more));
        assert_int_equal(keeping.statements, STATEMENTS_MONTH + i);
        assert_string_equal(statements_name(keeping.statements), names[i]);
    }
    Limitation russian =
        parsed(&arena, "limitation: {years: 3, from: due, part_payment: false, revives: true}")
            .limitation;
    assert_int_equal(russian.years, 3);
    assert_int_equal(russian.from, LIMITATION_FROM_DUE);
    assert_false(russian.part_payment);
    assert_true(russian.revives);
    Limitation german =
        parsed(&arena, "limitation: {years: 30, from: end_of_year, part_payment: true}").limitation;
    assert_int_equal(german.years, 30);
    assert_int_equal(german.from, LIMITATION_FROM_END_OF_YEAR);
    assert_true(german.part_payment);
    assert_false(german.revives);
    arena_close(&arena);
}

static const Fault FAULTS[] = {
    {"there is nothing", ""},
    {"near line 1: Unexpected key: name", "name: x\n"},
    {"near line 2: Missing required mapping field: allocation", HEAD},
    {"id: ", "id: a/b\nvalid_from: 2013-01-01\nallocation: by_reference\n"},
    {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\nallocation: by_reference\n"},
    {"allocation: ", HEAD "allocation: youngest_first\n"},
    {"fees: ", GOOD "fees: a/b\n"},
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
    {"statements.every: ", GOOD "statements: {every: week}\n"},
    {"near line 4: Missing required mapping field: every", GOOD "statements: {}\n"},
    {"limitation.years: 1 to 30 years",
     GOOD "limitation: {years: 0, from: due, part_payment: true}\n"},
    {"limitation.years: 1 to 30 years",
     GOOD "limitation: {years: 31, from: due, part_payment: true}\n"},
    {"limitation.from: ", GOOD "limitation: {years: 3, from: invoice, part_payment: true}\n"},
    {"limitation.part_payment: ", GOOD "limitation: {years: 3, from: due, part_payment: maybe}\n"},
    {"limitation.revives: ",
     GOOD "limitation: {years: 3, from: due, part_payment: true, revives: maybe}\n"},
    {"near line 4: Missing required mapping field: part_payment",
     GOOD "limitation: {years: 3, from: due}\n"},
    {"small_balances.days_past_due: 1 to", GOOD SMALL("days_past_due: 0, most: [" EURO "]")},
    {"small_balances.most[1].currency: EUR stands",
     GOOD SMALL("days_past_due: 9, most: [" EURO ", " EURO "]")},
    {"small_balances.most[0].minor: a limit",
     GOOD SMALL("days_past_due: 9, most: [{currency: EUR, minor: 0}]")},
    {"small_balances.approval.until: ",
     GOOD SMALL("days_past_due: 9, most: [" EURO "], approval: {by: mia, reference: SB-1, on: "
                "2024-01-02, until: 2024-01-01, signature: \"00\"}")},
    {"small_balances.approval.until: an approval stands for 366 days at most",
     GOOD SMALL("days_past_due: 9, most: [" EURO "], approval: {by: mia, reference: SB-1, on: "
                "2024-01-02, until: 2025-01-03, signature: \"00\"}")},
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
        cmocka_unit_test(other_documents_are_named),
        cmocka_unit_test(the_smaller_tolerance_counts),
        cmocka_unit_test(statements_and_limitation_are_read),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
