/* tick_decode: what is read has a real day and a hash in one spelling, and survives being written.
 */
#include "base/check.h"
#include "contract/envelope.h"
#include "contract/seal.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    DayMark mark = {0};
    DayMark again = {0};
    Str why = {0};
    Hash hash;
    if (tick_decode(str_from(data, (ptrdiff_t)size), &arena, &mark, &why)) {
        CHECK(date_is_valid(mark.day) && hash_parse(mark.policy_set, &hash));
        CHECK(tick_decode(tick_encode(&mark, &arena), &arena, &again, &why));
        CHECK(mark.opened == again.opened && mark.simulated == again.simulated);
        CHECK(date_compare(mark.day, again.day) == 0);
        CHECK(str_equals(mark.policy_set, again.policy_set));
    } else {
        CHECK(str_is_text(why) && !str_is_empty(why));
    }
    arena_close(&arena);
    return 0;
}
