/* calendar_parse: what is let through has an open day in every week, and its next banking day is
 * found; what is refused says why. */
#include "base/check.h"
#include "policy/calendar.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 18);
    Calendar calendar = {0};
    Err err = {0};
    if (calendar_parse(str_from(data, (ptrdiff_t)size), &arena, &calendar, &err)) {
        Date any = {20000};
        Date open = calendar_banking_day(&calendar, any);
        CHECK(date_compare(open, any) >= 0 && calendar_is_open(&calendar, open));
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
