/* aging_parse: what is let through has buckets that follow each other, current first; what is
 * refused says why. */
#include "base/check.h"
#include "policy/aging.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 16);
    Aging aging = {0};
    Err err = {0};
    if (aging_parse(str_from(data, (ptrdiff_t)size), &arena, &aging, &err)) {
        CHECK(aging.count >= 2 && aging.count <= AGING_BUCKETS_MAX);
        CHECK(date_is_valid(aging.valid_from) && str_equals(aging.buckets[0].name, S("current")));
        CHECK(aging.buckets[1].from_day == 1);
        for (int i = 1; i < aging.count; i++) {
            CHECK(aging.buckets[i].from_day > aging.buckets[i - 1].from_day);
        }
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
