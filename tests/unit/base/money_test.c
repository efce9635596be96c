/* Amounts: what parses, what overflows, who gets the odd cent. */
#include "base/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"

static Currency currency(const char *code) {
    Currency found = {0};
    assert_true(currency_find(str_of(code), &found));
    return found;
}

static Money usd(int64_t minor) {
    return money_of(minor, currency("USD"));
}

static void amounts_are_parsed(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *currency;
        int64_t minor;
    } rows[] = {
        {"0", "USD", 0},
        {"-0", "USD", 0},
        {"94", "USD", 9400},
        {"1234.5", "USD", 123450},
        {"-0.07", "USD", -7},
        {"0.01", "USD", 1},
        {"007.10", "USD", 710},
        {"94", "JPY", 94},
        {"-94", "JPY", -94},
        {"1.234", "KWD", 1234},
        {"1.2", "KWD", 1200},
        {"1.2345", "CLF", 12345},
        {"92233720368547758.07", "USD", INT64_MAX},
        {"-92233720368547758.08", "USD", INT64_MIN},
        {"9223372036854775807", "JPY", INT64_MAX},
        {"-9223372036854775808", "JPY", INT64_MIN},
        {"000000000000000000000000000001", "JPY", 1},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money money;
        if (!money_parse(str_of(rows[i].text), currency(rows[i].currency), &money)) {
            fail_msg("%s %s does not parse", rows[i].text, rows[i].currency);
        }
        assert_int_equal(money.minor, rows[i].minor);
        assert_string_equal(money.currency.code, rows[i].currency);
    }
}

static void other_texts_are_no_amount(void **state) {
    (void)state;
    static const struct {
        Str text;
        const char *currency;
    } rows[] = {
        {S(""), "USD"},
        {S("-"), "USD"},
        {S("."), "USD"},
        {S("-."), "USD"},
        {S("1."), "USD"},
        {S(".5"), "USD"},
        {S("-.5"), "USD"},
        {S("+1"), "USD"},
        {S("--1"), "USD"},
        {S("1-"), "USD"},
        {S("1.-5"), "USD"},
        {S(" 1"), "USD"},
        {S("1 "), "USD"},
        {S("1\n"), "USD"},
        {S("1,50"), "USD"},
        {S("1,234.50"), "USD"},
        {S("1.234.50"), "USD"},
        {S("1e3"), "USD"},
        {S("0x10"), "USD"},
        {S("inf"), "USD"},
        {S("nan"), "USD"},
        {S("1.234"), "USD"},
        {S("1.000"), "USD"},
        {S("1.5"), "JPY"},
        {S("1.0"), "JPY"},
        {S("1."), "JPY"},
        {S("1.2345"), "KWD"},
        {S("$1"), "USD"},
        {S("1 USD"), "USD"},
        {S("1\0"), "USD"},
        {S("\0"), "USD"},
        {S("\xef\xbc\x91"), "USD"}, /* a full-width digit one */
        {S("92233720368547758.08"), "USD"},
        {S("-92233720368547758.09"), "USD"},
        {S("92233720368547759"), "USD"},
        {S("9223372036854775808"), "JPY"},
        {S("-9223372036854775809"), "JPY"},
        {S("18446744073709551617"), "JPY"}, /* 2^64 + 1 */
        {S("99999999999999999999999999"), "JPY"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money money = usd(42);
        if (money_parse(rows[i].text, currency(rows[i].currency), &money)) {
            fail_msg("'%.*s' %s parses", STR_ARGS(rows[i].text), rows[i].currency);
        }
        assert_int_equal(money.minor, 42); /* untouched */
    }
}

static void amounts_are_printed(void **state) {
    (void)state;
    static const struct {
        int64_t minor;
        const char *currency;
        const char *text;
    } rows[] = {
        {0, "USD", "0.00 USD"},
        {7, "USD", "0.07 USD"},
        {-7, "USD", "-0.07 USD"},
        {-100, "USD", "-1.00 USD"},
        {1234, "USD", "12.34 USD"},
        {94, "JPY", "94 JPY"},
        {-94, "JPY", "-94 JPY"},
        {1, "KWD", "0.001 KWD"},
        {-12345, "CLF", "-1.2345 CLF"},
        {INT64_MAX, "USD", "92233720368547758.07 USD"},
        {INT64_MIN, "USD", "-92233720368547758.08 USD"},
        {INT64_MIN, "JPY", "-9223372036854775808 JPY"},
    };
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money money = money_of(rows[i].minor, currency(rows[i].currency));
        Str expected = str_of(rows[i].text);
        assert_string_equal(str_terminated(&arena, money_print(&arena, money)), rows[i].text);
        assert_true(
            str_equals(money_print_plain(&arena, money), str_slice(expected, 0, expected.len - 4)));
    }
    arena_close(&arena);
}

static void amounts_for_people_are_grouped(void **state) {
    (void)state;
    static const struct {
        int64_t minor;
        const char *currency;
        const char *text;
    } rows[] = {
        {0, "USD", "0.00 USD"},
        {-7, "USD", "-0.07 USD"},
        {99999, "USD", "999.99 USD"},
        {100000, "USD", "1,000.00 USD"},
        {-100000, "USD", "-1,000.00 USD"},
        {-99999, "USD", "-999.99 USD"},
        {1234567, "JPY", "1,234,567 JPY"},
        {123456, "JPY", "123,456 JPY"},
        {1234567, "KWD", "1,234.567 KWD"},
        {-123456789, "CLF", "-12,345.6789 CLF"},
        {INT64_MAX, "USD", "92,233,720,368,547,758.07 USD"},
        {INT64_MIN, "JPY", "-9,223,372,036,854,775,808 JPY"},
    };
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str text = money_print_grouped(&arena, money_of(rows[i].minor, currency(rows[i].currency)));
        assert_string_equal(str_terminated(&arena, text), rows[i].text);
    }
    arena_close(&arena);
}

static void sums_are_checked(void **state) {
    (void)state;
    static const struct {
        int64_t a;
        int64_t b;
        bool sum_fits;
        bool difference_fits;
    } rows[] = {
        {1, 2, true, true},
        {-5, 5, true, true},
        {INT64_MAX, 0, true, true},
        {INT64_MAX, 1, false, true},
        {INT64_MAX, -1, true, false},
        {INT64_MIN, 0, true, true},
        {INT64_MIN, 1, true, false},
        {INT64_MIN, -1, false, true},
        {0, INT64_MIN, true, false},
        {-1, INT64_MIN, false, true},
        {INT64_MIN, INT64_MIN, false, true},
        {INT64_MAX, INT64_MAX, false, true},
        {INT64_MAX, INT64_MIN, true, false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money sum = usd(42);
        Money difference = usd(42);
        uint64_t a = (uint64_t)rows[i].a;
        uint64_t b = (uint64_t)rows[i].b;
        assert_int_equal(money_add(usd(rows[i].a), usd(rows[i].b), &sum), rows[i].sum_fits);
        assert_int_equal(money_subtract(usd(rows[i].a), usd(rows[i].b), &difference),
                         rows[i].difference_fits);
        assert_int_equal(sum.minor, rows[i].sum_fits ? (int64_t)(a + b) : 42);
        assert_int_equal(difference.minor, rows[i].difference_fits ? (int64_t)(a - b) : 42);
    }
}

static void amounts_are_ordered(void **state) {
    (void)state;
    static const int64_t rows[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        for (ptrdiff_t j = 0; j < COUNT_OF(rows); j++) {
            assert_int_equal(money_compare(usd(rows[i]), usd(rows[j])), (i > j) - (i < j));
            assert_int_equal(money_min(usd(rows[i]), usd(rows[j])).minor, rows[i < j ? i : j]);
        }
        assert_int_equal(money_is_zero(usd(rows[i])), rows[i] == 0);
    }
}

static void mixed_currencies_stop(void **state) {
    (void)state;
    Money dollar = usd(1);
    Money euro = money_of(1, currency("EUR"));
    Money none = money_of(1, (Currency){0});
    Money result;
    assert_true(TRAPPED(!money_add(dollar, euro, &result)));
    assert_true(TRAPPED(!money_subtract(dollar, euro, &result)));
    assert_true(TRAPPED(money_compare(dollar, euro)));
    assert_true(TRAPPED(money_min(euro, dollar)));
    assert_true(TRAPPED(!money_add(dollar, none, &result)));
    assert_true(money_add(euro, euro, &result));
}

static void shares_name_their_rounding(void **state) {
    (void)state;
    static const struct {
        int64_t whole;
        int64_t part;
        int64_t parts;
        int64_t half_even;
        int64_t half_up;
        int64_t down;
        int64_t up;
    } rows[] = {
        {100, 1, 4, 25, 25, 25, 25},
        {5, 1, 2, 2, 3, 2, 3}, /* ties go to the even neighbour, or away from zero */
        {7, 1, 2, 4, 4, 3, 4},
        {-5, 1, 2, -2, -3, -2, -3},
        {-7, 1, 2, -4, -4, -3, -4},
        {1, 1, 2, 0, 1, 0, 1},
        {-1, 1, 2, 0, -1, 0, -1},
        {100, 1, 3, 33, 33, 33, 34}, /* below the half */
        {100, 2, 3, 67, 67, 66, 67}, /* above it */
        {-100, 1, 3, -33, -33, -33, -34},
        {-100, 2, 3, -67, -67, -66, -67},
        {12345, 0, 7, 0, 0, 0, 0},
        {12345, 7, 7, 12345, 12345, 12345, 12345},
        {0, 3, 7, 0, 0, 0, 0},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
        {INT64_MIN, INT64_MAX, INT64_MAX, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN},
        {INT64_MIN, 1, 1, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN},
        {INT64_MIN, 1, INT64_MAX, -1, -1, -1, -2},
        {INT64_MAX, 1, 2, INT64_MAX / 2 + 1, INT64_MAX / 2 + 1, INT64_MAX / 2, INT64_MAX / 2 + 1},
        {1, 1, INT64_MAX, 0, 0, 0, 1},
        {-1, INT64_MAX - 1, INT64_MAX, -1, -1, 0, -1},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        const int64_t expected[] = {rows[i].half_even, rows[i].half_up, rows[i].down, rows[i].up};
        for (Rounding rounding = ROUNDING_HALF_EVEN; rounding <= ROUNDING_UP; rounding++) {
            Money share = money_share(usd(rows[i].whole), rows[i].part, rows[i].parts, rounding);
            if (share.minor != expected[rounding]) {
                fail_msg("row %td, rounding %u: %jd", i, rounding, (intmax_t)share.minor);
            }
        }
    }
}

static void impossible_shares_stop(void **state) {
    (void)state;
    assert_true(TRAPPED(money_share(usd(1), 1, 0, ROUNDING_DOWN)));
    assert_true(TRAPPED(money_share(usd(1), 1, -1, ROUNDING_DOWN)));
    assert_true(TRAPPED(money_share(usd(1), -1, 1, ROUNDING_DOWN)));
    assert_true(TRAPPED(money_share(usd(1), 2, 1, ROUNDING_DOWN)));
    assert_true(TRAPPED(money_share(usd(1), 1, 2, (Rounding)99)));
}

static void splits_give_the_rest_to_the_largest_remainders(void **state) {
    (void)state;
    static const int64_t most = INT64_MAX;
    const struct {
        int64_t whole;
        int count;
        int64_t weights[5];
        int64_t parts[5];
    } rows[] = {
        {100, 1, {7}, {100}},
        {100, 3, {1, 1, 1}, {34, 33, 33}},
        {-100, 3, {1, 1, 1}, {-34, -33, -33}},
        {101, 3, {1, 1, 1}, {34, 34, 33}},
        {0, 3, {1, 2, 3}, {0, 0, 0}},
        {1, 2, {1, 3}, {0, 1}}, /* remainder 1/4 against 3/4 */
        {1, 2, {1, 1}, {1, 0}}, /* a tie goes to the first */
        {10, 3, {1, 1, 4}, {2, 2, 6}},
        {7, 3, {1, 2, 4}, {1, 2, 4}},
        {5, 3, {0, 3, 0}, {0, 5, 0}}, /* weight zero gets nothing, not even the rest */
        {1, 5, {0, 1, 0, 1, 0}, {0, 1, 0, 0, 0}},
        {-1, 3, {0, 0, 1}, {0, 0, -1}},
        {2, 5, {1, 1, 1, 1, 1}, {1, 1, 0, 0, 0}},
        {999, 4, {1, 10, 100, 1000}, {1, 9, 90, 899}},
        {INT64_MAX, 1, {1}, {INT64_MAX}},
        {INT64_MIN, 1, {1}, {INT64_MIN}},
        {INT64_MIN, 2, {most, most}, {INT64_MIN / 2, INT64_MIN / 2}},
        {INT64_MAX, 2, {most, most}, {most / 2 + 1, most / 2}},
        {INT64_MAX, 3, {0, most, 0}, {0, INT64_MAX, 0}},
        {INT64_MIN, 2, {0, most}, {0, INT64_MIN}},
        {1, 2, {1, most}, {0, 1}},
        {3, 5, {most, most, most, most, most}, {1, 1, 1, 0, 0}},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money parts[5];
        money_split(usd(rows[i].whole), rows[i].weights, rows[i].count, parts);
        for (int j = 0; j < rows[i].count; j++) {
            if (parts[j].minor != rows[i].parts[j]) {
                fail_msg("row %td, part %d: %jd", i, j, (intmax_t)parts[j].minor);
            }
            assert_string_equal(parts[j].currency.code, "USD");
        }
    }
}

static void large_splits_stay_exact(void **state) {
    (void)state;
    enum { COUNT = 5000 };
    static int64_t weights[COUNT];
    static Money parts[COUNT];
    for (int i = 0; i < COUNT; i++) {
        weights[i] = i;
    }
    money_split(usd(1000003), weights, COUNT, parts);
    int64_t sum = 0;
    for (int i = 0; i < COUNT; i++) {
        sum += parts[i].minor;
    }
    assert_int_equal(sum, 1000003);
    assert_int_equal(parts[0].minor, 0);
}

static void impossible_splits_stop(void **state) {
    (void)state;
    Money parts[2];
    assert_true(TRAPPED(money_split(usd(1), (int64_t[]){0, 0}, 2, parts)));
    assert_true(TRAPPED(money_split(usd(1), (int64_t[]){2, -1}, 2, parts)));
    assert_true(TRAPPED(money_split(usd(1), (int64_t[]){1}, 0, parts)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(amounts_are_parsed),
        cmocka_unit_test(other_texts_are_no_amount),
        cmocka_unit_test(amounts_are_printed),
        cmocka_unit_test(amounts_for_people_are_grouped),
        cmocka_unit_test(sums_are_checked),
        cmocka_unit_test(amounts_are_ordered),
        cmocka_unit_test(mixed_currencies_stop),
        cmocka_unit_test(shares_name_their_rounding),
        cmocka_unit_test(impossible_shares_stop),
        cmocka_unit_test(splits_give_the_rest_to_the_largest_remainders),
        cmocka_unit_test(large_splits_stay_exact),
        cmocka_unit_test(impossible_splits_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
