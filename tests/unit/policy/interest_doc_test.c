/* docs/interest.md says what the policies say: its tables are printed here from the shipped
 * documents, and its examples stand in a golden script letter by letter. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "policy/interest.h"
#include "policy/series.h"
#include "tests/harness/file.h"
#include "tests/harness/readme.h"

static const char *const PATH = "docs/interest.md";
static const char *const SCRIPTS = "tests/golden/interest";

enum { TABLE_BYTES = 16 << 10, FILES_MAX = 64 };

/* ---- files of a folder, by name */

static int is_visible(const struct dirent *entry) {
    Str name = str_of(entry->d_name);
    return str_ends_with(name, S(".yaml")) || str_ends_with(name, S(".txt"));
}

static int folder_read(Arena *arena, const char *folder, Str *files) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_visible, alphasort);
    assert_true(count > 0 && count <= FILES_MAX);
    for (int i = 0; i < count; i++) {
        Str path = str_format(arena, "%s/%s", folder, entries[i]->d_name);
        files[i] = file_read(arena, str_terminated(arena, path));
        free(entries[i]);
    }
    free(entries);
    return count;
}

/* ---- regimes */

static void add_rate(StrBuilder *out, Arena *arena, const Interest *regime) {
    Str percent = decimal_print(arena, regime->percent);
    switch (regime->rate) {
    case INTEREST_RATE_NONE:
        str_add(out, S("none | "));
        return;
    case INTEREST_RATE_REFERENCE:
        str_addf(out, "%.*s + %.*s | %s, %s", STR_ARGS(regime->series), STR_ARGS(percent),
                 stepping_name(regime->stepping), reference_day_name(regime->reference));
        return;
    case INTEREST_RATE_YEARLY:
        str_addf(out, "%.*s %% a year | ", STR_ARGS(percent));
        return;
    case INTEREST_RATE_DAILY:
        str_addf(out, "%.*s %% a day | ", STR_ARGS(percent));
        return;
    }
    fail();
}

static void add_fixed_sums(StrBuilder *out, Arena *arena, const Interest *regime) {
    for (int i = 0; i < regime->fixed_sum_count; i++) {
        const FixedSum *row = &regime->fixed_sums[i];
        Str sum = money_print(arena, row->sum);
        Str from = money_print_plain(arena, money_of(row->from_minor, row->sum.currency));
        str_addf(out, "%s%.*s", i == 0 ? "" : ", ", STR_ARGS(sum));
        if (row->from_minor > 0) {
            str_addf(out, " from %.*s", STR_ARGS(from));
        }
    }
}

static void add_regime(StrBuilder *out, Arena *arena, const Interest *regime) {
    bool yearly = regime->rate == INTEREST_RATE_REFERENCE || regime->rate == INTEREST_RATE_YEARLY;
    bool rated = regime->rate != INTEREST_RATE_NONE;
    Str from = date_print(arena, regime->valid_from);
    str_addf(out, "| `%.*s` | %.*s | ", STR_ARGS(regime->id), STR_ARGS(from));
    add_rate(out, arena, regime);
    str_addf(out, " | %s | %s | %d | ", yearly ? day_basis_name(regime->basis) : "",
             rated ? rounding_point_name(regime->rounding_point) : "", regime->without_due_days);
    add_fixed_sums(out, arena, regime);
    str_addf(out, " | %s |\n", interest_posting_name(regime->posting));
}

static void the_regimes_are_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    Arena arena = arena_open("documents", 16 << 20);
    Str files[FILES_MAX];
    int count = folder_read(&arena, "policies/interest", files);
    StrBuilder out = str_builder(&readme.arena, TABLE_BYTES);
    str_add(&out, S("| regime | valid from | rate | reference | days of a year | rounded | due "
                    "without a day | "
                    "fixed sum | posted |\n|---|---|---|---|---|---|---|---|---|\n"));
    for (int i = 0; i < count; i++) {
        Interest regime = {0};
        Err err = {0};
        assert_true(interest_parse(files[i], &arena, &regime, &err));
        add_regime(&out, &arena, &regime);
    }
    readme_assert_has(&readme, str_built(&out));
    arena_close(&arena);
    readme_close(&readme);
}

/* ---- series */

static void add_series(StrBuilder *out, Arena *arena, const Series *series) {
    const SeriesPoint *last = &series->points[series->count - 1];
    Str first = date_print(arena, series->points[0].from);
    Str since = date_print(arena, last->from);
    Str percent = decimal_print(arena, last->percent);
    Str until = date_print(arena, series->known_until);
    str_addf(out, "| `%.*s` | %.*s | %.*s %% since %.*s | %.*s |\n", STR_ARGS(series->id),
             STR_ARGS(first), STR_ARGS(percent), STR_ARGS(since), STR_ARGS(until));
}

static void the_series_are_printed(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    Arena arena = arena_open("documents", 16 << 20);
    Str files[FILES_MAX];
    int count = folder_read(&arena, "policies/series", files);
    StrBuilder out = str_builder(&readme.arena, TABLE_BYTES);
    str_add(&out, S("| series | from | last value | known until |\n|---|---|---|---|\n"));
    for (int i = 0; i < count; i++) {
        Series series = {0};
        Err err = {0};
        assert_true(series_parse(files[i], &arena, &series, &err));
        add_series(&out, &arena, &series);
    }
    readme_assert_has(&readme, str_built(&out));
    arena_close(&arena);
    readme_close(&readme);
}

/* ---- examples */

static bool stands_in_a_script(Arena *arena, Str block) {
    Str files[FILES_MAX];
    int count = folder_read(arena, SCRIPTS, files);
    const char *wanted = str_terminated(arena, block);
    for (int i = 0; i < count; i++) {
        if (strstr(str_terminated(arena, files[i]), wanted) != NULL) {
            return true;
        }
    }
    return false;
}

static void the_examples_are_played(void **state) {
    (void)state;
    Readme readme = readme_open(PATH);
    Arena arena = arena_open("documents", 64 << 20);
    int blocks = 0;
    for (const char *at = strstr(readme.text, "```\n"); at != NULL; at = strstr(at, "```\n")) {
        at += 4;
        const char *end = strstr(at, "```\n");
        assert_non_null(end);
        if (!stands_in_a_script(&arena, str_from(at, end - at))) {
            fail_msg("%s: no script plays\n%.*s", PATH, (int)(end - at), at);
        }
        at = end + 4;
        blocks++;
    }
    assert_true(blocks >= 7); /* one a regime that computes something */
    arena_close(&arena);
    readme_close(&readme);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_regimes_are_printed),
        cmocka_unit_test(the_series_are_printed),
        cmocka_unit_test(the_examples_are_played),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
