/* Exact interest: units, and back to money. */
#include "ledger/core/accrual.h"

#include "base/check.h"

Wide accrual_of_money(Money money) {
    return (Wide)money.minor * ACCRUAL_UNITS;
}

/* The principal is cut into whole minor units and the rest, or the product would leave 128 bits. */
Wide accrual_day(Wide principal, Decimal percent, int32_t year_days) {
    CHECK(principal >= 0 && percent.millionths >= 0);
    CHECK(year_days > 0 && ACCRUAL_YEARS % year_days == 0);
    Wide rate = (Wide)percent.millionths * (ACCRUAL_YEARS / year_days);
    Wide whole = principal / ACCRUAL_UNITS;
    Wide rest = principal % ACCRUAL_UNITS;
    return whole * rate + fixed_divide(rest * rate, ACCRUAL_UNITS, ROUNDING_HALF_EVEN);
}

bool accrual_round(Wide units, Rounding rounding, Money *money) {
    Wide minor = fixed_divide(units, ACCRUAL_UNITS, rounding);
    if (minor < INT64_MIN || minor > INT64_MAX) {
        return false;
    }
    money->minor = (int64_t)minor;
    return true;
}
