/* Rates in millionths. */
#include "base/decimal.h"

#include "base/fixed.h"

/* 10^12 whole units in millionths: far more than any rate, and far from the edge of int64. */
static const int64_t decimal_limit = INT64_C(1000000000000) * DECIMAL_ONE;

bool decimal_parse(Str text, Decimal *decimal) {
    int64_t millionths = 0;
    if (!fixed_parse(text, FIXED_DIGITS_MAX, &millionths)) {
        return false;
    }
    if (millionths <= -decimal_limit || millionths >= decimal_limit) {
        return false;
    }
    *decimal = (Decimal){millionths};
    return true;
}

Str decimal_print(Arena *arena, Decimal decimal) {
    int64_t value = decimal.millionths;
    int digits = FIXED_DIGITS_MAX;
    while (digits > 0 && value % 10 == 0) {
        value /= 10;
        digits--;
    }
    return fixed_print(arena, value, digits);
}

bool decimal_of_money(Money whole, Decimal rate, Rounding rounding, Money *part) {
    Wide minor = fixed_divide((Wide)whole.minor * rate.millionths, DECIMAL_ONE, rounding);
    if (minor < INT64_MIN || minor > INT64_MAX) {
        return false;
    }
    *part = money_of((int64_t)minor, whole.currency);
    return true;
}
