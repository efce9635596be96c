/* docs/accounting.md shows what the golden scripts show, and every kind of entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ledger/core/journal.h"
#include "tests/harness/file.h"

static const char FENCE[] = "```\n";

/* Before each block stands, in backquotes, the script it was cut from. */
static const char *script_of(Arena *arena, const char *page, const char *block) {
    const char *end = block - strlen(FENCE) - 3; /* the closing quote and two line ends */
    assert_true(end > page && *end == '`');
    const char *begin = end - 1;
    while (begin > page && *begin != '`') {
        begin--;
    }
    return str_terminated(arena, str_from(begin + 1, end - begin - 1));
}

/* An event and its answer at a time: two events of a block may have others between them. */
static void assert_shown(Arena *arena, const char *script, Str block) {
    Str text = file_read(arena, script);
    const char *whole = str_terminated(arena, text);
    while (!str_is_empty(block)) {
        ptrdiff_t end = str_cut(block, '\n').head.len + 1;
        while (end < block.len && block.ptr[end] == ' ') {
            Str rest = str_slice(block, end, block.len);
            end += str_cut(rest, '\n').head.len + 1;
        }
        Str event = str_slice(block, 0, end);
        if (strstr(whole, str_terminated(arena, event)) == NULL) {
            fprintf(stderr, "not in %s:\n%.*s", script, STR_ARGS(event));
            fail();
        }
        block = str_slice(block, end, block.len);
    }
}

static void examples_are_what_the_scripts_show(void **state) {
    (void)state;
    Arena arena = arena_open("page", 32 << 20);
    const char *page = str_terminated(&arena, file_read(&arena, "docs/accounting.md"));
    int blocks = 0;
    const char *at = strstr(page, FENCE);
    while (at != NULL) {
        const char *block = at + strlen(FENCE);
        const char *end = strstr(block, FENCE);
        assert_non_null(end);
        assert_shown(&arena, script_of(&arena, page, block), str_from(block, end - block));
        blocks++;
        at = strstr(end + strlen(FENCE), FENCE);
    }
    assert_true(blocks > 15);
    arena_close(&arena);
}

/* By its two accounts, as scripts print them. */
static bool is_shown(const char *page, EntryKind kind) {
    char debit[64];
    Currency currency = {0};
    assert_true(currency_find(S("USD"), &currency));
    Entry entry = entry_of(kind, money_of(1, currency));
    snprintf(debit, sizeof debit, "  %-12s +", gl_name(entry.debit));
    for (const char *line = page; (line = strstr(line, debit)) != NULL; line++) {
        const char *end = strchr(line, '\n');
        const char *credit = strstr(line, gl_name(entry.credit));
        if (credit != NULL && credit < end) {
            return true;
        }
    }
    return false;
}

static void every_kind_of_entry_is_shown(void **state) {
    (void)state;
    Arena arena = arena_open("page", 1 << 20);
    const char *page = str_terminated(&arena, file_read(&arena, "docs/accounting.md"));
    for (EntryKind kind = ENTRY_NONE + 1; kind < ENTRY_KIND_COUNT; kind++) {
        if (!is_shown(page, kind)) {
            fail_msg("docs/accounting.md has no example of %s", entry_kind_name(kind));
        }
    }
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples_are_what_the_scripts_show),
        cmocka_unit_test(every_kind_of_entry_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
