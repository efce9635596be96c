/* The README says what the code prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "approvals/core/request.h"
#include "approvals/settings.h"

enum { README_MAX = 64 << 10 };

static Arena arena;
static const char *readme;

static int start(void **state) {
    (void)state;
    arena = arena_open("test", 1 << 20);
    FILE *file = fopen("services/approvals/README.md", "rb");
    assert_non_null(file);
    char *text = arena_get(&arena, 1, README_MAX + 1);
    assert_true(fread(text, 1, README_MAX, file) < README_MAX);
    fclose(file);
    readme = text;
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

static void assert_in_readme(Str text) {
    if (strstr(readme, str_terminated(&arena, text)) == NULL) {
        fail_msg("services/approvals/README.md should have:\n%.*s", STR_ARGS(text));
    }
}

static void the_diagram_is_printed(void **state) {
    (void)state;
    assert_in_readme(request_diagram(&arena));
}

static void the_settings_are_printed(void **state) {
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *memory = open_memstream(&text, &size);
    assert_non_null(memory);
    SettingsTable table = {"", APPROVALS_SETTINGS, APPROVALS_SETTINGS_COUNT, NULL};
    settings_print(&table, 1, memory);
    fclose(memory);
    Str rows = str_from(strchr(text, '|'), (ptrdiff_t)strlen(strchr(text, '|')));
    assert_in_readme(rows);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_diagram_is_printed),
        cmocka_unit_test(the_settings_are_printed),
    };
    return cmocka_run_group_tests(tests, start, end);
}
