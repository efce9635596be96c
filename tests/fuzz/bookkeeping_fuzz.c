/* bookkeeping_parse: what is let through has a name, a day and a policy; what is refused says why.
 */
#include "base/check.h"
#include "policy/bookkeeping.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 16);
    Bookkeeping keeping = {0};
    Err err = {0};
    if (bookkeeping_parse(str_from(data, (ptrdiff_t)size), &arena, &keeping, &err)) {
        CHECK(date_is_valid(keeping.valid_from) && !str_is_empty(keeping.id));
        CHECK(keeping.allocation < ALLOCATION_COUNT);
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
