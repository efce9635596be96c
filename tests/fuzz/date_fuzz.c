/* date_parse: a date has one spelling, so what parses is what prints. */
#include "base/check.h"
#include "base/date.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_from(data, (ptrdiff_t)size);
    Date date;
    if (!date_parse(text, &date)) {
        return 0;
    }
    Arena arena = arena_open("fuzz", 1 << 12);
    CHECK(date_is_valid(date));
    CHECK(str_equals(date_print(&arena, date), text));
    arena_close(&arena);
    return 0;
}
