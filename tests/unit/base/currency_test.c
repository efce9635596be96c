/* The table of ISO 4217. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/money.h"
#include "tests/harness/trap.h"

static void codes_have_their_exponent(void **state) {
    (void)state;
    static const struct {
        const char *code;
        int exponent;
    } rows[] = {
        {"AED", 2}, {"BHD", 3}, {"BIF", 0}, {"CHF", 2}, {"CLF", 4}, {"CLP", 0}, {"EUR", 2},
        {"GBP", 2}, {"IQD", 3}, {"ISK", 0}, {"JOD", 3}, {"JPY", 0}, {"KRW", 0}, {"KWD", 3},
        {"LYD", 3}, {"MGA", 2}, {"MRU", 2}, {"OMR", 3}, {"PYG", 0}, {"TND", 3}, {"UGX", 0},
        {"USD", 2}, {"UYI", 0}, {"UYW", 4}, {"VND", 0}, {"XAF", 0}, {"XPF", 0}, {"ZWG", 2},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Currency currency;
        if (!currency_find(str_of(rows[i].code), &currency)) {
            fail_msg("%s is not found", rows[i].code);
        }
        assert_string_equal(currency.code, rows[i].code);
        assert_int_equal(currency.exponent, rows[i].exponent);
    }
}

static void other_texts_are_no_currency(void **state) {
    (void)state;
    static const Str rows[] = {
        S(""),     S("U"),      S("US"),   S("USDD"),         S("usd"), S("Usd"),
        S(" USD"), S("USD "),   S("DEM"),  S("XAU"),          S("XXX"), S("XTS"),
        S("\0\0"), S("\0\0\0"), S("US\0"), S("\xff\xff\xff"), S("AAA"), S("ZZZ"),
        S("€"),    S("840"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Currency currency = {"AED", 2};
        if (currency_find(rows[i], &currency)) {
            fail_msg("row %td is found", i);
        }
        assert_string_equal(currency.code, "AED");
    }
}

/* A row out of order would be lost to the search: the count would be smaller. */
static void every_row_is_found(void **state) {
    (void)state;
    int found = 0;
    for (int i = 0; i < 26 * 26 * 26; i++) {
        char code[3] = {(char)('A' + i / 676), (char)('A' + i / 26 % 26), (char)('A' + i % 26)};
        Currency currency;
        if (currency_find(str_from(code, 3), &currency)) {
            assert_memory_equal(currency.code, code, 3);
            assert_true(currency.exponent <= 4);
            found++;
        }
    }
    assert_int_equal(found, 165);
}

static void equality_is_by_code(void **state) {
    (void)state;
    Currency usd = {"USD", 2};
    Currency eur = {"EUR", 2};
    assert_true(currency_equals(usd, usd));
    assert_false(currency_equals(usd, eur));
    assert_false(currency_equals(usd, (Currency){0}));
    assert_true(currency_equals((Currency){0}, (Currency){0}));
    assert_true(TRAPPED(currency_equals(usd, (Currency){"USD", 3})));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_have_their_exponent),
        cmocka_unit_test(other_texts_are_no_currency),
        cmocka_unit_test(every_row_is_found),
        cmocka_unit_test(equality_is_by_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
