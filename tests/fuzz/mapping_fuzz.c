/* mapping_parse: what is let through names its columns; what is refused says why. */
#include "base/check.h"
#include "policy/mapping.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 16);
    Mapping mapping = {0};
    Err err = {0};
    if (mapping_parse(str_from(data, (ptrdiff_t)size), &arena, &mapping, &err)) {
        CHECK(!str_is_empty(mapping.customer) && !str_is_empty(mapping.amount));
    } else {
        CHECK(err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
