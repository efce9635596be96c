#pragma once

#include "base/arena.h"
#include "base/str.h"

/* A whole file of the repository, for tests: the path begins at its root, where tests run.
 *
 * The bytes live in the arena of the caller. A file that cannot be read, or is longer than
 * FILE_MAX_BYTES, stops the test (CHECK). */
enum { FILE_MAX_BYTES = 256 << 10 };

Str file_read(Arena *arena, const char *path);
