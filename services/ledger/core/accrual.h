#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/decimal.h"
#include "base/fixed.h"
#include "base/money.h"

/* Interest before it is rounded, in units so small that every day's is a whole number of them.
 *
 * A day's interest is minor units * millionths of a percent / (10^8 * days of the year). 360, 365
 * and 366 divide 1,603,080, so one minor unit is 10^8 * 1,603,080 accrual units, and sums are exact
 * whatever the years are. Only interest on interest is rounded, to one unit a day: 10^14 days of it
 * would make half a cent.
 *
 * 128 bits hold it: 2^63 minor units at 2,000 % for 300 years are 2^124 units. */
enum {
    ACCRUAL_YEARS = 1603080, /* the least common multiple of the days of a year */
    ACCRUAL_OF_A_DAY = 1,    /* as the days of a year: the percentage is one of a day */
};
#define ACCRUAL_UNITS ((Wide)100 * DECIMAL_ONE * ACCRUAL_YEARS)

/* What an amount and interest added to it are in units. */
Wide accrual_of_money(Money money);
/* One day's interest on so many units; year_days is 360, 365, 366 or ACCRUAL_OF_A_DAY. */
Wide accrual_day(Wide principal, Decimal percent, int32_t year_days);
/* False when it does not fit minor units. */
bool accrual_round(Wide units, Rounding rounding, Money *money) MUST_USE;
