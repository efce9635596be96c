/* Read in one piece: what fills the room to its end was cut, and is refused. */
#include "tests/harness/file.h"

#include <stdio.h>

#include "base/check.h"

Str file_read(Arena *arena, const char *path) {
    FILE *file = fopen(path, "rb");
    CHECK(file != NULL);
    char *bytes = arena_get(arena, 1, FILE_MAX_BYTES);
    size_t size = fread(bytes, 1, FILE_MAX_BYTES, file);
    CHECK(feof(file) != 0);
    fclose(file);
    return str_from(bytes, (ptrdiff_t)size);
}
