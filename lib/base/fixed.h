#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/money.h"
#include "base/str.h"

/* Whole numbers that stand for fractions: what money and decimal share, and who sums up fractions
 * of amounts without losing any.
 *
 * `digits` is the number of digits after the point, 0..6: 1234 with two digits is "12.34". */
__extension__ typedef __int128 Wide;

enum { FIXED_DIGITS_MAX = 6 };

/* "-12.3": an optional minus, digits, and at most `digits` more after a point. */
bool fixed_parse(Str text, int digits, int64_t *value) MUST_USE;
/* Always with `digits` digits after the point, without a point when there are none. */
Str fixed_print(Arena *arena, int64_t value, int digits);
/* numerator / denominator, denominator > 0. */
Wide fixed_divide(Wide numerator, Wide denominator, Rounding rounding);
