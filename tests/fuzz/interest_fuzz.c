/* interest_parse: what is let through names one rate within its limits, and its fixed sums and
 * minimums can be asked for; what is refused says why. */
#include "base/check.h"
#include "policy/interest.h"
#include "tests/fuzz/fuzz.h"

static void check_rate(const Interest *regime) {
    CHECK((regime->rate == INTEREST_RATE_REFERENCE) == !str_is_empty(regime->series));
    CHECK(regime->rate == INTEREST_RATE_REFERENCE || regime->percent.millionths >= 0);
    CHECK(regime->stepping != STEPPING_FIXED_AT_PAYMENT || regime->compounding_months == 0);
    CHECK(stepping_name(regime->stepping)[0] != '\0');
    CHECK(reference_day_name(regime->reference)[0] != '\0');
    CHECK(day_basis_name(regime->basis)[0] != '\0');
    CHECK(rounding_point_name(regime->rounding_point)[0] != '\0');
    CHECK(interest_posting_name(regime->posting)[0] != '\0');
}

static void check_regime(const Interest *regime) {
    CHECK(date_is_valid(regime->valid_from));
    CHECK(regime->grace_days >= 0 && regime->grace_days <= INTEREST_DAYS_MAX);
    CHECK(regime->without_due_days >= 0 && regime->without_due_days <= INTEREST_DAYS_MAX);
    check_rate(regime);
    for (int i = 0; i < regime->fixed_sum_count; i++) {
        const FixedSum *row = &regime->fixed_sums[i];
        Money sum = interest_fixed_sum(regime, money_of(row->from_minor, row->sum.currency));
        CHECK(sum.minor == row->sum.minor && sum.minor >= 0);
    }
    for (int i = 0; i < regime->minimum_count; i++) {
        const Money *minimum = &regime->minimums[i];
        CHECK(interest_minimum(regime, minimum->currency).minor == minimum->minor);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Interest regime = {0};
    Err err = {0};
    if (interest_parse(str_from(data, (ptrdiff_t)size), &arena, &regime, &err)) {
        check_regime(&regime);
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
