#pragma once

#include "base/arena.h"
#include "base/str.h"

/* Programs that a test runs: `arrears`, asking the server of the test, and what reads its output.
 * What a command prints to stdout is given back; another exit code fails the test. */

/* Where `arrears` is, and the port that it asks. */
void command_open(const char *arrears, int port);
Str command_run(Arena *arena, const char *line, int exit_code);
/* The words after "arrears". */
Str command_arrears(Arena *arena, const char *words, int exit_code);
