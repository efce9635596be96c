/* check_failed for tests. */
#include "tests/harness/trap.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

jmp_buf trap_jump;
bool trap_is_set;

static char last_condition[256];

const char *trap_condition(void) {
    return last_condition;
}

void check_failed(const char *file, int line, const char *function, const char *condition) {
    snprintf(last_condition, sizeof last_condition, "%s", condition);
    if (!trap_is_set) {
        fprintf(stderr, "%s:%d: %s: CHECK(%s) failed\n", file, line, function, condition);
        abort();
    }
    trap_is_set = false;
    longjmp(trap_jump, 1);
}
