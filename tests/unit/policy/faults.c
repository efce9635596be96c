#include "tests/unit/policy/faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

void faults_assert(const Fault *faults, ptrdiff_t count,
                   bool (*parse)(Str yaml, Arena *arena, Err *err)) {
    Arena arena = arena_open("faults", 1 << 20);
    for (ptrdiff_t i = 0; i < count; i++) {
        Err err = {0};
        assert_false(parse(str_of(faults[i].yaml), &arena, &err));
        if (!str_starts_with(str_of(err.text), str_of(faults[i].place))) {
            fail_msg("row %td: %s", i, err.text);
        }
        assert_int_equal(err.verdict, VERDICT_STOP);
    }
    arena_close(&arena);
}
