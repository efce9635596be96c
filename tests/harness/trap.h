#pragma once

#include <setjmp.h>
#include <stdbool.h>

/* Tests that a CHECK stops what it must stop, without ending the test program.
 *
 * A program that links `harness` gets its check_failed from here in place of lib/base's. While the
 * trap is set, a failing CHECK jumps back; at any other time it prints and aborts as usual.
 *
 *     assert_true(TRAPPED(!money_add(usd, eur, &sum))); */
extern jmp_buf trap_jump;
extern bool trap_is_set;

/* True when evaluating the expression fails a CHECK; a '!' in front reads a result that must be. */
#define TRAPPED(expression)                                                                        \
    (trap_is_set = true, setjmp(trap_jump) == 0 ? ((void)(expression), trap_is_set = false) : true)

/* The condition of the CHECK that was trapped last. */
const char *trap_condition(void);
