#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/money.h"
#include "base/str.h"

/* A rate or share as a fixed-point number of millionths: 0.085 is 85000.
 *
 * For percentages, margins and weights, not for amounts (money.h). Multiplying money by a decimal
 * names its rounding. */
enum { DECIMAL_ONE = 1000000 };

typedef struct Decimal {
    int64_t millionths;
} Decimal;

/* "8.05", "-0.000001": at most six digits after the point, magnitude below 10^12. */
bool decimal_parse(Str text, Decimal *decimal) MUST_USE;
/* Shortest form that parses back to the same value: "8.05". */
Str decimal_print(Arena *arena, Decimal decimal);
/* False when the product does not fit int64 minor units. */
bool decimal_of_money(Money whole, Decimal rate, Rounding rounding, Money *part) MUST_USE;
