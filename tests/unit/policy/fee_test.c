/* The fee document: what a reminder costs by the shipped one, and every fault with its place. */
#include "policy/fee.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "tests/harness/file.h"
#include "tests/unit/policy/faults.h"

static Money money(int64_t minor, const char *code) {
    Currency currency = {0};
    CHECK(currency_find(str_of(code), &currency));
    return money_of(minor, currency);
}

static void a_level_costs_what_the_shipped_document_says(void **state) {
    (void)state;
    static const struct {
        const char *level;
        int64_t overdue;
        const char *currency;
        int64_t fee;
    } rows[] = {
        {"payment-reminder", 100000, "EUR", 0}, /* no row */
        {"first-notice", 100000, "EUR", 500},   /* flat */
        {"first-notice", 1, "USD", 500},
        {"first-notice", 0, "USD", 0}, /* nothing is overdue */
        {"first-notice", 100000, "JPY", 0},
        {"final-notice", 99999, "EUR", 1000},  /* the least */
        {"final-notice", 100049, "EUR", 1000}, /* 1,000.49: 1 percent is 10.0049 */
        {"final-notice", 100050, "EUR", 1001}, /* half a cent goes up */
        {"final-notice", 250000, "EUR", 2500},
        {"final-notice", 500001, "EUR", 5000}, /* the most */
        {"final-notice", INT64_MAX, "EUR", 5000},
        {"no-such-level", 250000, "EUR", 0},
    };
    Arena arena = arena_open("test", 1 << 20);
    Fee fee = {0};
    Err err = {0};
    assert_true(fee_parse(file_read(&arena, "policies/fee/standard.yaml"), &arena, &fee, &err));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money cost = fee_of(&fee, str_of(rows[i].level), money(rows[i].overdue, rows[i].currency));
        assert_int_equal(cost.minor, rows[i].fee);
        assert_string_equal(cost.currency.code, rows[i].currency);
    }
    arena_close(&arena);
}

#define HEAD "id: x\nvalid_from: 2013-01-01\nfees:\n"
#define FLAT "  - {level: one, currency: EUR, flat: 5}\n"

static void without_a_most_there_is_none(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Fee fee = {0};
    Err err = {0};
    Str yaml = S(HEAD "  - {level: one, currency: EUR, percent: 100, least: 0}\n");
    assert_true(fee_parse(yaml, &arena, &fee, &err));
    assert_int_equal(fee_of(&fee, S("one"), money(INT64_MAX, "EUR")).minor, INT64_MAX);
    assert_true(fee_parse(S("id: x\nvalid_from: 2013-01-01\nfees: []\n"), &arena, &fee, &err));
    assert_int_equal(fee_of(&fee, S("one"), money(100, "EUR")).minor, 0);
    arena_close(&arena);
}

static const Fault FAULTS[] = {
    {"there is nothing", ""},
    {"near line 1: Missing required mapping field: valid_from", "id: x\n"},
    {"id: 1 to 64", "id: a/b\nvalid_from: 2013-01-01\nfees:\n" FLAT},
    {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\nfees:\n" FLAT},
    {"fees[0].level: 1 to 64", HEAD "  - {level: a b, currency: EUR, flat: 5}\n"},
    {"fees[0].currency: \"eur\" is no", HEAD "  - {level: one, currency: eur, flat: 5}\n"},
    {"fees[1]: one in EUR stands here twice", HEAD FLAT FLAT},
    {"fees[0]: exactly one of flat and percent", HEAD "  - {level: one, currency: EUR}\n"},
    {"fees[0]: exactly one of flat and percent",
     HEAD "  - {level: one, currency: EUR, flat: 5, percent: 1}\n"},
    {"fees[0].flat: above zero", HEAD "  - {level: one, currency: EUR, flat: 0}\n"},
    {"fees[0]: least and most go with",
     HEAD "  - {level: one, currency: EUR, flat: 5, least: 1}\n"},
    {"fees[0]: least and most go with", HEAD "  - {level: one, currency: EUR, flat: 5, most: 1}\n"},
    {"fees[0].percent: \"1%\" is no number",
     HEAD "  - {level: one, currency: EUR, percent: 1%, least: 0}\n"},
    {"fees[0].percent: above 0", HEAD "  - {level: one, currency: EUR, percent: 0, least: 0}\n"},
    {"fees[0].percent: above 0",
     HEAD "  - {level: one, currency: EUR, percent: 100.1, least: 0}\n"},
    {"fees[0].least: an amount is wanted", HEAD "  - {level: one, currency: EUR, percent: 1}\n"},
    {"fees[0].least: an amount is wanted",
     HEAD "  - {level: one, currency: EUR, percent: 1, least: -1}\n"},
    {"fees[0].most: it is below least",
     HEAD "  - {level: one, currency: EUR, percent: 1, least: 5, most: 4}\n"},
};

/* What is refused leaves the struct as it was. */
static bool parse(Str yaml, Arena *arena, Err *err) {
    Fee untouched = {.count = 42};
    bool good = fee_parse(yaml, arena, &untouched, err);
    assert_true(good || untouched.count == 42);
    return good;
}

static void faults_have_their_place(void **state) {
    (void)state;
    faults_assert(FAULTS, COUNT_OF(FAULTS), parse);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_costs_what_the_shipped_document_says),
        cmocka_unit_test(without_a_most_there_is_none),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
