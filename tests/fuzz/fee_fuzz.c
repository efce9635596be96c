/* fee_parse: what is let through costs from its least to its most amount, in every currency and
 * level it has; what is refused says why. */
#include "base/check.h"
#include "policy/fee.h"
#include "tests/fuzz/fuzz.h"

static void check_row(const Fee *fee, const FeeRow *row) {
    static const int64_t overdue[] = {0, 1, 12345, INT64_MAX};
    CHECK(row->least.minor >= 0 && row->most_minor >= row->least.minor);
    for (ptrdiff_t i = 0; i < COUNT_OF(overdue); i++) {
        Money cost = fee_of(fee, row->level, money_of(overdue[i], row->least.currency));
        int64_t least = overdue[i] == 0 ? 0 : row->least.minor;
        CHECK(cost.minor >= least && cost.minor <= row->most_minor);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Fee fee = {0};
    Err err = {0};
    if (fee_parse(str_from(data, (ptrdiff_t)size), &arena, &fee, &err)) {
        CHECK(date_is_valid(fee.valid_from) && fee.count <= FEE_ROWS_MAX);
        for (int i = 0; i < fee.count; i++) {
            check_row(&fee, &fee.rows[i]);
        }
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
