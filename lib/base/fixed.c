/* Digits in, digits out, and the one division of the house. */
#include "base/fixed.h"

#include "base/check.h"

/* The number is kept below zero while it grows: that side of int64 is larger by one. */
static bool append_digit(int64_t *below, int digit) {
    return !__builtin_mul_overflow(*below, 10, below) &&
           !__builtin_sub_overflow(*below, digit, below);
}

static bool append_digits(int64_t *below, Str digits) {
    for (ptrdiff_t i = 0; i < digits.len; i++) {
        char c = digits.ptr[i];
        if (c < '0' || c > '9' || !append_digit(below, c - '0')) {
            return false;
        }
    }
    return true;
}

bool fixed_parse(Str text, int digits, int64_t *value) {
    bool negative = str_starts_with(text, S("-"));
    StrCut cut = str_cut(str_slice(text, negative ? 1 : 0, text.len), '.');
    if (cut.head.len == 0 || cut.tail.len > digits || (cut.found && cut.tail.len == 0)) {
        return false;
    }
    int64_t below = 0;
    if (!append_digits(&below, cut.head) || !append_digits(&below, cut.tail)) {
        return false;
    }
    for (ptrdiff_t missing = digits - cut.tail.len; missing > 0; missing--) {
        if (!append_digit(&below, 0)) {
            return false;
        }
    }
    if (!negative && below == INT64_MIN) {
        return false;
    }
    *value = negative ? below : -below;
    return true;
}

Str fixed_print(Arena *arena, int64_t value, int digits) {
    CHECK(0 <= digits && digits <= FIXED_DIGITS_MAX);
    uint64_t scale = 1;
    for (int i = 0; i < digits; i++) {
        scale *= 10;
    }
    const char *sign = value < 0 ? "-" : "";
    uint64_t magnitude = value < 0 ? -(uint64_t)value : (uint64_t)value;
    unsigned long long whole = magnitude / scale;
    unsigned long long rest = magnitude % scale;
    if (digits == 0) {
        return str_format(arena, "%s%llu", sign, whole);
    }
    return str_format(arena, "%s%llu.%0*llu", sign, whole, digits, rest);
}

/* True when the magnitude of the quotient must grow by one; remainder is a magnitude, not zero. */
static bool rounds_away(Wide quotient, Wide remainder, Wide denominator, Rounding rounding) {
    Wide other_half = denominator - remainder; /* comparing with it cannot overflow, doubling can */
    switch (rounding) {
    case ROUNDING_HALF_EVEN:
        return remainder > other_half || (remainder == other_half && quotient % 2 != 0);
    case ROUNDING_HALF_UP:
        return remainder >= other_half;
    case ROUNDING_DOWN:
        return false;
    case ROUNDING_UP:
        return true;
    }
    CHECK(!"a rounding");
}

Wide fixed_divide(Wide numerator, Wide denominator, Rounding rounding) {
    CHECK(denominator > 0);
    Wide quotient = numerator / denominator; /* towards zero */
    Wide remainder = numerator % denominator;
    bool negative = numerator < 0;
    if (remainder != 0 &&
        rounds_away(quotient, negative ? -remainder : remainder, denominator, rounding)) {
        quotient += negative ? -1 : 1;
    }
    return quotient;
}
