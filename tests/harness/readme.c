/* What is printed must stand in the README in one piece. */
#include "tests/harness/readme.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/harness/file.h"

Readme readme_open(const char *path) {
    Readme readme = {.arena = arena_open("readme", 1 << 20), .path = path};
    readme.text = str_terminated(&readme.arena, file_read(&readme.arena, path));
    return readme;
}

void readme_close(Readme *readme) {
    arena_close(&readme->arena);
}

void readme_assert_has(Readme *readme, Str printed) {
    if (strstr(readme->text, str_terminated(&readme->arena, printed)) == NULL) {
        /* Whole, so that it can be put there; a message of cmocka's is cut. */
        fprintf(stderr, "%s should have:\n%.*s\n", readme->path, STR_ARGS(printed));
        fail();
    }
}

void readme_assert_has_settings(Readme *readme, const Setting *rows, ptrdiff_t count) {
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    assert_non_null(memory);
    SettingsTable table = {"", rows, count, NULL};
    settings_print(&table, 1, memory);
    fclose(memory);
    const char *first_row = strchr(text, '|');
    assert_non_null(first_row);
    Str printed = str_copy(&readme->arena, str_of(first_row));
    free(text);
    readme_assert_has(readme, printed);
}
