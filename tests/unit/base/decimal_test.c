/* Rates. */
#include "base/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const Currency usd = {"USD", 2};

static void rates_are_parsed_and_printed(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t millionths;
        const char *printed;
    } rows[] = {
        {"0", 0, "0"},
        {"-0", 0, "0"},
        {"-0.000000", 0, "0"},
        {"1", DECIMAL_ONE, "1"},
        {"8.05", 8050000, "8.05"},
        {"8.050000", 8050000, "8.05"},
        {"0.085", 85000, "0.085"},
        {"-0.000001", -1, "-0.000001"},
        {"100", 100000000, "100"},
        {"-12.5", -12500000, "-12.5"},
        {"00012", 12000000, "12"},
        {"999999999999.999999", INT64_C(999999999999999999), "999999999999.999999"},
        {"-999999999999.999999", -INT64_C(999999999999999999), "-999999999999.999999"},
    };
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Decimal decimal;
        if (!decimal_parse(str_of(rows[i].text), &decimal)) {
            fail_msg("%s does not parse", rows[i].text);
        }
        assert_int_equal(decimal.millionths, rows[i].millionths);
        assert_string_equal(str_terminated(&arena, decimal_print(&arena, decimal)),
                            rows[i].printed);
    }
    arena_close(&arena);
}

static void other_texts_are_no_rate(void **state) {
    (void)state;
    static const Str rows[] = {
        S(""),
        S("-"),
        S("."),
        S("1."),
        S(".1"),
        S("+1"),
        S("1 "),
        S(" 1"),
        S("1,5"),
        S("1e-3"),
        S("0.0000001"),
        S("1.0000000"),
        S("8.05%"),
        S("1\0"),
        S("1000000000000"),
        S("-1000000000000"),
        S("9223372036854.775808"),
        S("99999999999999999999"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Decimal decimal = {42};
        if (decimal_parse(rows[i], &decimal)) {
            fail_msg("'%.*s' parses", STR_ARGS(rows[i]));
        }
        assert_int_equal(decimal.millionths, 42);
    }
}

/* Numbers no text gives still print as what they are. */
static void any_value_is_printed(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Str least = decimal_print(&arena, (Decimal){INT64_MIN});
    Str most = decimal_print(&arena, (Decimal){INT64_MAX});
    assert_true(str_equals(least, S("-9223372036854.775808")));
    assert_true(str_equals(most, S("9223372036854.775807")));
    arena_close(&arena);
}

static void rate_of_money_is_rounded_once(void **state) {
    (void)state;
    static const struct {
        int64_t minor;
        int64_t millionths;
        Rounding rounding;
        int64_t part;
    } rows[] = {
        {10000, 85000, ROUNDING_HALF_EVEN, 850},
        {150, 10000, ROUNDING_HALF_EVEN, 2}, /* 1.5 */
        {250, 10000, ROUNDING_HALF_EVEN, 2}, /* 2.5 */
        {250, 10000, ROUNDING_HALF_UP, 3},
        {-250, 10000, ROUNDING_HALF_UP, -3},
        {250, -10000, ROUNDING_HALF_UP, -3},
        {-250, -10000, ROUNDING_HALF_EVEN, 2},
        {299, 10000, ROUNDING_DOWN, 2},
        {-299, 10000, ROUNDING_DOWN, -2},
        {201, 10000, ROUNDING_UP, 3},
        {-201, 10000, ROUNDING_UP, -3},
        {1, 1, ROUNDING_HALF_UP, 0},
        {1, 499999, ROUNDING_HALF_UP, 0},
        {1, 500000, ROUNDING_HALF_UP, 1},
        {INT64_MAX, DECIMAL_ONE, ROUNDING_DOWN, INT64_MAX},
        {INT64_MIN, DECIMAL_ONE, ROUNDING_DOWN, INT64_MIN},
        {INT64_MIN + 1, -DECIMAL_ONE, ROUNDING_DOWN, INT64_MAX},
        {0, INT64_MIN, ROUNDING_UP, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money part;
        Money whole = money_of(rows[i].minor, usd);
        assert_true(
            decimal_of_money(whole, (Decimal){rows[i].millionths}, rows[i].rounding, &part));
        if (part.minor != rows[i].part) {
            fail_msg("row %td: %jd", i, (intmax_t)part.minor);
        }
        assert_string_equal(part.currency.code, "USD");
    }
}

static void products_that_do_not_fit_are_an_answer(void **state) {
    (void)state;
    static const struct {
        int64_t minor;
        int64_t millionths;
    } rows[] = {
        {INT64_MAX, DECIMAL_ONE + 1}, {INT64_MIN, DECIMAL_ONE + 1}, {INT64_MIN, -DECIMAL_ONE},
        {INT64_MAX, INT64_MAX},       {INT64_MIN, INT64_MIN},       {INT64_MAX, INT64_MIN},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Money part = money_of(42, usd);
        Money whole = money_of(rows[i].minor, usd);
        assert_false(decimal_of_money(whole, (Decimal){rows[i].millionths}, ROUNDING_UP, &part));
        assert_int_equal(part.minor, 42);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rates_are_parsed_and_printed),
        cmocka_unit_test(other_texts_are_no_rate),
        cmocka_unit_test(any_value_is_printed),
        cmocka_unit_test(rate_of_money_is_rounded_once),
        cmocka_unit_test(products_that_do_not_fit_are_an_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
