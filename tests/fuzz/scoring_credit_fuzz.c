/* wire_read_credit: what is read can be written, and what was written is read the same. */
#include "base/check.h"
#include "scoring/wire.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 64 << 20);
    CreditMessage message;
    if (wire_read_credit(str_from(data, (ptrdiff_t)size), &arena, &message)) {
        Str bytes = wire_write_credit(&message, &arena);
        CreditMessage again;
        CHECK(wire_read_credit(bytes, &arena, &again));
        CHECK(str_equals(wire_write_credit(&again, &arena), bytes));
    }
    arena_close(&arena);
    return 0;
}
