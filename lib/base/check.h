#pragma once

/* CHECK stops the process when an invariant of our own code is broken, in every build.
 *
 * A crash is seen, and the supervisor starts the process again from its last commit; a ledger that
 * goes on after a broken invariant is seen by nobody. Never CHECK what comes from outside: an
 * event, a row or a file that is wrong is an answer (Err, a refusal), not a bug of ours.
 *
 * What cannot be reached is marked CHECK(!"a verdict"). */

#define CHECK(condition)                                                                           \
    ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, __func__, #condition))

/* Prints one JSON log line on stderr and aborts. */
__attribute__((noreturn)) void check_failed(const char *file, int line, const char *function,
                                            const char *condition);
