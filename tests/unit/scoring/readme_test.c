/* The README says what the code prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scoring/settings.h"

enum { README_MAX = 64 << 10 };

static void the_settings_are_printed(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    FILE *file = fopen("services/scoring/README.md", "rb");
    assert_non_null(file);
    char *readme = arena_get(&arena, 1, README_MAX + 1);
    assert_true(fread(readme, 1, README_MAX, file) < README_MAX);
    fclose(file);
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    assert_non_null(memory);
    SettingsTable table = {"", SCORING_SETTINGS, SCORING_SETTINGS_COUNT, NULL};
    settings_print(&table, 1, memory);
    fclose(memory);
    if (strstr(readme, strchr(text, '|')) == NULL) {
        fail_msg("services/scoring/README.md should have:\n%s", strchr(text, '|'));
    }
    free(text);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_settings_are_printed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
