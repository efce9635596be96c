/* allowance_parse: what is let through has rates from 0 to 100 percent, each of which is found by
 * its bucket and currency; what is refused says why. */
#include "base/check.h"
#include "policy/allowance.h"
#include "tests/fuzz/fuzz.h"

static void check_rate(const Allowance *allowance, const AllowanceRate *rate) {
    CHECK(rate->percent.millionths >= 0 && rate->percent.millionths <= (int64_t)100 * DECIMAL_ONE);
    CHECK(rate->lost >= 0 && rate->lost <= rate->entered);
    CHECK(allowance_rate(allowance->rates, rate->bucket, rate->currency) == rate);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Allowance allowance = {0};
    Err err = {0};
    if (allowance_parse(str_from(data, (ptrdiff_t)size), &arena, &allowance, &err)) {
        CHECK(date_is_valid(allowance.valid_from) && allowance.default_days > 0);
        CHECK(str_is_empty(allowance.reason) == (allowance.default_days == ALLOWANCE_DEFAULT_DAYS));
        for (int i = 0; i < allowance.rates.count; i++) {
            check_rate(&allowance, &allowance.rates.rows[i]);
        }
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
