/* The document of an interest regime: the shipped ones, and every fault with its place. */
#include "policy/interest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/file.h"
#include "tests/unit/policy/faults.h"

static Interest shipped(Arena *arena, const char *id) {
    Interest interest = {0};
    Err err = {0};
    Str path = str_format(arena, "policies/interest/%s.yaml", id);
    if (!interest_parse(file_read(arena, str_terminated(arena, path)), arena, &interest, &err)) {
        fail_msg("%s: %s", id, err.text);
    }
    assert_true(str_equals(interest.id, str_of(id)));
    return interest;
}

static void the_shipped_regimes_are_read(void **state) {
    (void)state;
    static const struct {
        const char *id;
        InterestRate rate;
        const char *series;
        const char *percent;
        Stepping stepping;
        ReferenceDay reference;
        DayBasis basis;
    } rows[] = {
        {"eu-directive", INTEREST_RATE_REFERENCE, "ecb-main-refinancing", "8", STEPPING_STEPPED,
         REFERENCE_HALF_YEAR, DAY_BASIS_365},
        {"ireland", INTEREST_RATE_REFERENCE, "ecb-main-refinancing", "8", STEPPING_FIXED_AT_PAYMENT,
         REFERENCE_HALF_YEAR, DAY_BASIS_365},
        {"germany-b2b", INTEREST_RATE_REFERENCE, "germany-base-rate", "9", STEPPING_STEPPED,
         REFERENCE_DAY, DAY_BASIS_ACTUAL},
        {"germany-consumer", INTEREST_RATE_REFERENCE, "germany-base-rate", "5", STEPPING_STEPPED,
         REFERENCE_DAY, DAY_BASIS_ACTUAL},
        {"united-kingdom", INTEREST_RATE_REFERENCE, "bank-of-england-base-rate", "8",
         STEPPING_FIXED_AT_DUE, REFERENCE_HALF_YEAR_BEFORE, DAY_BASIS_365},
        {"russia-395", INTEREST_RATE_REFERENCE, "russia-key-rate", "0", STEPPING_STEPPED,
         REFERENCE_DAY, DAY_BASIS_ACTUAL},
        {"china-sme", INTEREST_RATE_DAILY, "", "0.05", STEPPING_STEPPED, REFERENCE_DAY,
         DAY_BASIS_365},
        {"contract", INTEREST_RATE_YEARLY, "", "9", STEPPING_STEPPED, REFERENCE_DAY, DAY_BASIS_365},
        {"none", INTEREST_RATE_NONE, "", "0", STEPPING_STEPPED, REFERENCE_DAY, DAY_BASIS_365},
    };
    Arena arena = arena_open("test", 8 << 20);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = shipped(&arena, rows[i].id);
        assert_int_equal(regime.rate, rows[i].rate);
        assert_true(str_equals(regime.series, str_of(rows[i].series)));
        assert_true(str_equals(decimal_print(&arena, regime.percent), str_of(rows[i].percent)));
        assert_int_equal(regime.stepping, rows[i].stepping);
        assert_int_equal(regime.reference, rows[i].reference);
        assert_int_equal(regime.basis, rows[i].basis);
        assert_int_equal(regime.compounding_months, 0);
        assert_int_equal(regime.grace_days, 0);
    }
    arena_close(&arena);
}

/* An invoice exactly at a threshold is where two laws part. */
static void fixed_sums_go_by_the_invoice(void **state) {
    (void)state;
    static const struct {
        const char *id;
        const char *currency;
        int64_t invoiced;
        int64_t sum;
    } rows[] = {
        {"eu-directive", "EUR", 1, 4000},
        {"eu-directive", "EUR", INT64_MAX, 4000},
        {"eu-directive", "SEK", 100000, 0},
        {"ireland", "EUR", 100000, 4000},
        {"ireland", "EUR", 100001, 7000},
        {"ireland", "EUR", 1000000, 7000},
        {"ireland", "EUR", 1000001, 10000},
        {"united-kingdom", "GBP", 0, 4000},
        {"united-kingdom", "GBP", 99999, 4000},
        {"united-kingdom", "GBP", 100000, 7000},
        {"united-kingdom", "GBP", 999999, 7000},
        {"united-kingdom", "GBP", 1000000, 10000},
        {"united-kingdom", "EUR", 1000000, 0},
        {"germany-b2b", "EUR", 100, 4000},
        {"germany-consumer", "EUR", 1000000, 0},
        {"russia-395", "RUB", 1000000, 0},
        {"none", "EUR", 1000000, 0},
    };
    Arena arena = arena_open("test", 8 << 20);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Interest regime = shipped(&arena, rows[i].id);
        Currency currency = {0};
        assert_true(currency_find(str_of(rows[i].currency), &currency));
        Money sum = interest_fixed_sum(&regime, money_of(rows[i].invoiced, currency));
        assert_int_equal(sum.minor, rows[i].sum);
        assert_true(currency_equals(sum.currency, currency));
    }
    arena_close(&arena);
}

#define HEAD    "id: x\nvalid_from: 2013-01-01\n"
#define OWN     "rate: {yearly: 9}\n"
#define SERIES  "rate: {series: s, margin: 8, stepping: stepped, reference_day: day}\n"
#define DAYS    "day_basis: 365\n"
#define ROUNDED "rounding: {point: once, mode: half_up}\n"
#define SIMPLE  "compounding: none\n"
#define START   "start: {without_due_days: 30, grace_days: 5}\n"
#define POST    "post: never\n"
#define REST    DAYS ROUNDED SIMPLE START POST
#define RATED   HEAD OWN REST

static void every_field_is_read(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Interest regime = {0};
    Err err = {0};
    Str yaml = S(HEAD "rate: {series: s, margin: -0.25, stepping: fixed_at_due, "
                      "reference_day: half_year_before, reference_floor: 0}\n"
                      "day_basis: 360\nrounding: {point: daily, mode: down}\n"
                      "compounding: quarterly\n" START "post: at_payment\n"
                      "minimum: [{currency: EUR, minor: 500}]\n");
    assert_true(interest_parse(yaml, &arena, &regime, &err));
    assert_true(regime.reference_floor);
    assert_int_equal(regime.percent.millionths, -250000);
    assert_int_equal(regime.basis, DAY_BASIS_360);
    assert_int_equal(regime.rounding_point, ROUNDING_POINT_DAILY);
    assert_int_equal(regime.rounding, ROUNDING_DOWN);
    assert_int_equal(regime.compounding_months, 3);
    assert_int_equal(regime.without_due_days, 30);
    assert_int_equal(regime.grace_days, 5);
    assert_int_equal(regime.posting, INTEREST_POSTING_AT_PAYMENT);
    Currency eur = {0};
    Currency usd = {0};
    assert_true(currency_find(S("EUR"), &eur) && currency_find(S("USD"), &usd));
    assert_int_equal(interest_minimum(&regime, eur).minor, 500);
    assert_int_equal(interest_minimum(&regime, usd).minor, 0);
    arena_close(&arena);
}

static void the_smallest_documents_are_read(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Interest good = {0};
    Err err = {0};
    assert_true(interest_parse(S(RATED), &arena, &good, &err));
    assert_true(interest_parse(S(HEAD SERIES REST), &arena, &good, &err));
    assert_true(interest_parse(S(HEAD START POST), &arena, &good, &err));
    arena_close(&arena);
}

static const Fault FAULTS[] = {
    {"there is nothing", ""},
    {"near line 1: Missing required mapping field: valid_from", "id: x\n"},
    {"near line 2: Unexpected key: rates", HEAD "rates: {yearly: 9}\n"},
    {"id: 1 to 64", "id: a b\nvalid_from: 2013-01-01\n" OWN REST},
    {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\n" OWN REST},
    {"rate: missing, and without it", HEAD REST},
    {"rate: missing, and without it", HEAD DAYS START POST},
    {"rate: exactly one of", HEAD "rate: {yearly: 9, daily: 0.1}\n" REST},
    {"rate: exactly one of", HEAD "rate: {margin: 9}\n" REST},
    {"rate: margin, stepping", HEAD "rate: {yearly: 9, margin: 1}\n" REST},
    {"rate: margin, stepping", HEAD "rate: {daily: 0.1, stepping: stepped}\n" REST},
    {"rate.yearly: \"9%\" is no number", HEAD "rate: {yearly: 9%}\n" REST},
    {"rate.yearly: from 0 to 1000", HEAD "rate: {yearly: -1}\n" REST},
    {"rate.daily: from 0 to 10", HEAD "rate: {daily: 10.1}\n" ROUNDED SIMPLE START POST},
    {"day_basis: a daily rate has none", HEAD "rate: {daily: 0.1}\n" REST},
    {"rate.series: 1 to 64",
     HEAD "rate: {series: a/b, margin: 8, stepping: stepped, reference_day: day}\n" REST},
    {"rate.margin: missing",
     HEAD "rate: {series: s, stepping: stepped, reference_day: day}\n" REST},
    {"rate.margin: 1001; -1000 to 1000",
     HEAD "rate: {series: s, margin: 1001, stepping: stepped, reference_day: day}\n" REST},
    {"rate.stepping: missing", HEAD "rate: {series: s, margin: 8, reference_day: day}\n" REST},
    {"rate.stepping: \"fixed\" is none of stepped, fixed_at_due, fixed_at_payment",
     HEAD "rate: {series: s, margin: 8, stepping: fixed, reference_day: day}\n" REST},
    {"rate.reference_day: missing", HEAD "rate: {series: s, margin: 8, stepping: stepped}\n" REST},
    {"rate.reference_day: \"month\" is none of day, half_year, half_year_before",
     HEAD "rate: {series: s, margin: 8, stepping: stepped, reference_day: month}\n" REST},
    {"rate.reference_floor: 1; only 0",
     HEAD "rate: {series: s, margin: 8, stepping: stepped, reference_day: day, "
          "reference_floor: 1}\n" REST},
    {"day_basis: missing", HEAD OWN ROUNDED SIMPLE START POST},
    {"day_basis: \"366\" is none of 365, actual, 360",
     HEAD OWN "day_basis: 366\n" ROUNDED SIMPLE START POST},
    {"rounding: missing", HEAD OWN DAYS SIMPLE START POST},
    {"rounding.point: \"never\" is none of once, daily",
     HEAD OWN DAYS "rounding: {point: never, mode: up}\n" SIMPLE START POST},
    {"rounding.mode: \"half\" is none of half_even, half_up, down, up",
     HEAD OWN DAYS "rounding: {point: once, mode: half}\n" SIMPLE START POST},
    {"compounding: missing", HEAD OWN DAYS ROUNDED START POST},
    {"compounding: \"daily\" is none of none, monthly",
     HEAD OWN DAYS ROUNDED "compounding: daily\n" START POST},
    {"compounding: yearly does not go with fixed_at_payment", HEAD
     "rate: {series: s, margin: 8, stepping: fixed_at_payment, reference_day: day}\n" DAYS ROUNDED
     "compounding: yearly\n" START POST},
    {"start.without_due_days: -1; 0 to 3650",
     HEAD OWN DAYS ROUNDED SIMPLE "start: {without_due_days: -1, grace_days: 0}\n" POST},
    {"start.grace_days: 3651; 0 to 3650",
     HEAD OWN DAYS ROUNDED SIMPLE "start: {without_due_days: 0, grace_days: 3651}\n" POST},
    {"post: \"daily\" is none of never, at_payment, monthly",
     HEAD OWN DAYS ROUNDED SIMPLE START "post: daily\n"},
    {"fixed_sum[0].currency: \"XYZ\" is no currency",
     RATED "fixed_sum: [{currency: XYZ, from: 0, minor: 1}]\n"},
    {"fixed_sum[0].from: the first row of EUR begins with 0",
     RATED "fixed_sum: [{currency: EUR, from: 1, minor: 1}]\n"},
    {"fixed_sum[1].from: it is not above that of the row before of EUR",
     RATED "fixed_sum: [{currency: EUR, from: 0, minor: 1}, {currency: EUR, from: 0, "
           "minor: 2}]\n"},
    {"fixed_sum[0].minor: below zero", RATED "fixed_sum: [{currency: EUR, from: 0, minor: -1}]\n"},
    {"minimum[0].currency: \"eur\" is no currency", RATED "minimum: [{currency: eur, minor: 5}]\n"},
    {"minimum[0].minor: a minimum is above zero", RATED "minimum: [{currency: EUR, minor: 0}]\n"},
    {"minimum[1].currency: EUR stands here twice",
     RATED "minimum: [{currency: EUR, minor: 5}, {currency: EUR, minor: 6}]\n"},
};

/* What is refused leaves the struct as it was. */
static bool parse(Str yaml, Arena *arena, Err *err) {
    Interest untouched = {.grace_days = 42};
    bool good = interest_parse(yaml, arena, &untouched, err);
    assert_true(good || untouched.grace_days == 42);
    return good;
}

static void faults_have_their_place(void **state) {
    (void)state;
    faults_assert(FAULTS, COUNT_OF(FAULTS), parse);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_regimes_are_read),
        cmocka_unit_test(fixed_sums_go_by_the_invoice),
        cmocka_unit_test(every_field_is_read),
        cmocka_unit_test(the_smallest_documents_are_read),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
