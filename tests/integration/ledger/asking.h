#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "chassis/pg.h"

/* The ledger's questions over HTTP, asked of the rig's database: the routes and queries as they are
 * shipped, behind a server of the test. */
void asking_open(Arena *arena, int64_t row_limit);
void asking_close(void);
int asking_port(void);

/* The body of the answer, in the rig's arena; any other status fails the test. pg NULL: the
 * database is away. */
Str ask_at(Pg *pg, const char *path, int status);
Str ask(const char *path, int status);
/* Whatever comes. */
Str ask_any(const char *path, int *status);

/* Of an answer or of what a command printed. */
void assert_has(Str got, const char *wanted);
void assert_lacks(Str got, const char *unwanted);
