/* decimal_parse: what parses prints to a text that parses to the same rate. */
#include "base/check.h"
#include "base/decimal.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Decimal decimal;
    if (!decimal_parse(str_from(data, (ptrdiff_t)size), &decimal)) {
        return 0;
    }
    Arena arena = arena_open("fuzz", 1 << 12);
    Decimal back;
    CHECK(decimal_parse(decimal_print(&arena, decimal), &back));
    CHECK(back.millionths == decimal.millionths);
    arena_close(&arena);
    return 0;
}
