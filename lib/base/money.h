#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

/* An amount in minor units of one ISO 4217 currency: never a fraction, a double, or converted.
 *
 * Mixing currencies is a bug of the caller and stops the program; overflow is an answer (false).
 * Every division names its rounding, and parts of a whole sum to the whole.
 *
 *     Money price; money_parse(S("12.34"), currency, &price)      1234 minor units of USD
 *     money_split(price, weights, 3, parts)                       parts sum to price */
typedef struct Currency {
    char code[4];     /* "USD", terminated; all zero: no currency */
    uint8_t exponent; /* digits after the point: USD 2, JPY 0, KWD 3 */
} Currency;

typedef struct Money {
    int64_t minor;
    Currency currency;
} Money;

typedef enum Rounding {
    ROUNDING_HALF_EVEN,
    ROUNDING_HALF_UP, /* away from zero on a tie */
    ROUNDING_DOWN,    /* towards zero */
    ROUNDING_UP,      /* away from zero */
} Rounding;

/* By its ISO 4217 code, upper case. False for a code that is not in the table. */
bool currency_find(Str code, Currency *currency) MUST_USE;
bool currency_equals(Currency a, Currency b);

Money money_of(int64_t minor, Currency currency);
bool money_is_zero(Money money);
bool money_add(Money a, Money b, Money *sum) MUST_USE;
bool money_subtract(Money a, Money b, Money *difference) MUST_USE;
Money money_min(Money a, Money b);
int money_compare(Money a, Money b);

/* whole * part / parts, 0 <= part <= parts, parts > 0; exact in 128 bits before rounding. */
Money money_share(Money whole, int64_t part, int64_t parts, Rounding rounding);
/* By largest remainder, ties to the first; parts sum to whole, and a weight of zero gets nothing.
 * Weights are not negative and not all zero. */
void money_split(Money whole, const int64_t *weights, int count, Money *parts);

/* "1234.5", "94", "-0.07": at most `exponent` digits after the point, no separators, no blanks. */
bool money_parse(Str text, Currency currency, Money *money) MUST_USE;
/* "12.34 USD" and "12.34". */
Str money_print(Arena *arena, Money money);
Str money_print_plain(Arena *arena, Money money);
/* "1,234.50 USD": for people only, money_parse does not read it. */
Str money_print_grouped(Arena *arena, Money money);
