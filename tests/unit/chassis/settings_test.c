/* Reading settings: every fault at once, values from files, secrets nowhere. */
#include "chassis/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/harness/trap.h"

typedef struct ToySettings {
    Str name;
    Str password;
    int64_t days;
    bool simulated;
} ToySettings;

static const Setting ROWS[] = {
    SETTING_TEXT(ToySettings, name, "TOY_NAME", NULL, 1, 8, "How it is called."),
    SETTING_SECRET(ToySettings, password, "TOY_PASSWORD", "", 0, 16, "Of its database."),
    SETTING_NUMBER(ToySettings, days, "TOY_DAYS", "400", -1, 3650, "Days ahead; a | b."),
    SETTING_FLAG(ToySettings, simulated, "TOY_SIMULATED", "false", "Plays days."),
};

typedef struct OtherSettings {
    int64_t port;
} OtherSettings;

static const Setting OTHER_ROWS[] = {
    SETTING_NUMBER(OtherSettings, port, "TOY_PORT", NULL, 0, 65535, "Where it listens."),
};

static Arena arena;
static ToySettings toy;
static OtherSettings other;

/* ---- an environment of pairs: name, value, NULL at the end */

static const char *const *environment;

static const char *from_environment(const char *variable) {
    for (const char *const *pair = environment; *pair != NULL; pair += 2) {
        if (strcmp(pair[0], variable) == 0) {
            return pair[1];
        }
    }
    return NULL;
}

static bool load(const char *const *pairs, Str *faults) {
    environment = pairs;
    toy = (ToySettings){0};
    other = (OtherSettings){0};
    const SettingsTable tables[] = {{"Toy", ROWS, COUNT_OF(ROWS), &toy},
                                    {"Ports", OTHER_ROWS, COUNT_OF(OTHER_ROWS), &other}};
    return settings_load(tables, COUNT_OF(tables), from_environment, &arena, faults);
}

static void check_faults(const char *const *pairs, const char *expected) {
    Str faults = {0};
    assert_false(load(pairs, &faults));
    assert_string_equal(str_terminated(&arena, faults), expected);
}

/* A file that is gone when the test is; returns its path. */
static const char *file_of(Str content) {
    static char path[40];
    snprintf(path, sizeof path, "/tmp/arrears-settings-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content.ptr, (size_t)content.len), content.len);
    close(fd);
    return path;
}

/* ---- what is given */

static void values_reach_their_fields(void **state) {
    (void)state;
    static const char *const pairs[] = {
        "TOY_NAME", "toy",           "TOY_PASSWORD", "geheim\xe2\x82\xac", "TOY_DAYS",
        "3650",     "TOY_SIMULATED", "true",         "TOY_PORT",           "0",
        NULL};
    Str faults = {0};
    assert_true(load(pairs, &faults));
    assert_int_equal(faults.len, 0);
    assert_true(str_equals(toy.name, S("toy")));
    assert_int_equal(toy.name.ptr[toy.name.len], '\0'); /* libraries want an end */
    assert_true(str_equals(toy.password, S("geheim\xe2\x82\xac")));
    assert_int_equal(toy.days, 3650);
    assert_true(toy.simulated);
    assert_int_equal(other.port, 0);
}

static void fallbacks_stand_in(void **state) {
    (void)state;
    static const char *const pairs[] = {"TOY_NAME", "toy", "TOY_PORT", "65535", NULL};
    Str faults = {0};
    assert_true(load(pairs, &faults));
    assert_int_equal(toy.password.len, 0);
    assert_int_equal(toy.days, 400);
    assert_false(toy.simulated);
    assert_int_equal(other.port, 65535);
}

static void a_fallback_that_does_not_fit_is_a_bug(void **state) {
    (void)state;
    static const Setting rows[] = {
        SETTING_NUMBER(OtherSettings, port, "TOY_PORT", "70000", 0, 65535, "Where it listens.")};
    const SettingsTable table = {"Ports", rows, 1, &other};
    static const char *const pairs[] = {NULL};
    environment = pairs;
    Str faults = {0};
    assert_true(TRAPPED(!settings_load(&table, 1, from_environment, &arena, &faults)));
}

/* ---- faults */

static void all_faults_come_at_once(void **state) {
    (void)state;
    static const char *const nothing[] = {NULL};
    check_faults(nothing, "TOY_NAME: is missing; allowed: 1 to 8 bytes.\n"
                          "TOY_PORT: is missing; allowed: 0 to 65535.\n");
    static const char *const everything[] = {
        "TOY_NAME", "too long a name", "TOY_PASSWORD", "12345678901234567", "TOY_DAYS",
        "3651",     "TOY_SIMULATED",   "yes",          "TOY_PORT",          "",
        NULL};
    check_faults(everything, "TOY_NAME: has 15 bytes; allowed: 1 to 8 bytes.\n"
                             "TOY_PASSWORD: is not as allowed; allowed: 0 to 16 bytes.\n"
                             "TOY_DAYS: is \"3651\"; allowed: -1 to 3650.\n"
                             "TOY_SIMULATED: is \"yes\"; allowed: true or false.\n"
                             "TOY_PORT: is empty; allowed: 0 to 65535.\n");
}

static void what_is_no_number_is_a_fault(void **state) {
    (void)state;
    static const struct {
        const char *value;
        const char *fault;
    } rows[] = {
        {"1e3", "TOY_DAYS: is \"1e3\"; allowed: -1 to 3650.\n"},
        {"-2", "TOY_DAYS: is \"-2\"; allowed: -1 to 3650.\n"},
        {" 1", "TOY_DAYS: is \" 1\"; allowed: -1 to 3650.\n"},
        {"+1", "TOY_DAYS: is \"+1\"; allowed: -1 to 3650.\n"},
        {"99999999999999999999", "TOY_DAYS: is \"99999999999999999999\"; allowed: -1 to 3650.\n"},
        {"a text that was meant for another variable",
         "TOY_DAYS: is not as allowed; allowed: -1 to 3650.\n"},
        {"\xff", "TOY_DAYS: is not as allowed; allowed: -1 to 3650.\n"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        const char *const pairs[] = {"TOY_NAME", "toy",         "TOY_PORT", "1",
                                     "TOY_DAYS", rows[i].value, NULL};
        check_faults(pairs, rows[i].fault);
    }
}

static void texts_are_utf8(void **state) {
    (void)state;
    static const char *const pairs[] = {"TOY_NAME", "M\xfcller", "TOY_PASSWORD", "\xff", "TOY_PORT",
                                        "1",        NULL};
    check_faults(pairs, "TOY_NAME: is not UTF-8 text; allowed: 1 to 8 bytes.\n"
                        "TOY_PASSWORD: is not as allowed; allowed: 0 to 16 bytes.\n");
}

/* ---- files */

static void values_come_from_files(void **state) {
    (void)state;
    static const struct {
        Str content;
        Str value;
    } rows[] = {
        {S("geheim"), S("geheim")},
        {S("geheim\n"), S("geheim")},
        {S("geheim\r\n"), S("geheim")},
        {S("geheim\n\n"), S("geheim\n")},
        {S("geheim\r"), S("geheim\r")},
        {S(" geheim "), S(" geheim ")},
        {S("\n"), S("")},
        {S(""), S("")},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        const char *path = file_of(rows[i].content);
        const char *const pairs[] = {"TOY_NAME",          "toy", "TOY_PORT", "1",
                                     "TOY_PASSWORD_FILE", path,  NULL};
        Str faults = {0};
        bool good = load(pairs, &faults);
        unlink(path);
        if (!good || !str_equals(toy.password, rows[i].value)) {
            fail_msg("row %td: %.*s", i, STR_ARGS(faults));
        }
    }
}

static void faults_of_files_name_the_file(void **state) {
    (void)state;
    const char *path = file_of(S("not a port\n"));
    const char *const pairs[] = {"TOY_NAME_FILE",
                                 "/nowhere/name",
                                 "TOY_PORT_FILE",
                                 path,
                                 "TOY_DAYS",
                                 "1",
                                 "TOY_DAYS_FILE",
                                 path,
                                 NULL};
    check_faults(pairs, "TOY_NAME_FILE: cannot read \"/nowhere/name\": No such file or directory.\n"
                        "TOY_DAYS: is given twice; leave out either it or TOY_DAYS_FILE.\n"
                        "TOY_PORT_FILE: is \"not a port\"; allowed: 0 to 65535.\n");
    unlink(path);
    static const char *const folder[] = {"TOY_NAME_FILE", "/", "TOY_PORT", "1", NULL};
    check_faults(folder, "TOY_NAME_FILE: cannot read \"/\": Is a directory.\n");
}

static void a_file_has_64_kib_at_most(void **state) {
    (void)state;
    static char large[(64 << 10) + 1];
    memset(large, 'a', sizeof large);
    const char *path = file_of(str_from(large, sizeof large));
    const char *const pairs[] = {"TOY_NAME_FILE", path, "TOY_PORT", "1", NULL};
    Str fault = str_format(&arena, "TOY_NAME_FILE: \"%s\" is larger than 64 KiB.\n", path);
    check_faults(pairs, str_terminated(&arena, fault));
    unlink(path);
}

/* ---- secrets, and the table for people */

static void secrets_are_in_no_fault(void **state) {
    (void)state;
    const char *path = file_of(S("correct horse battery staple\n"));
    const char *const pairs[] = {"TOY_NAME",          "toy", "TOY_PORT", "1",
                                 "TOY_PASSWORD_FILE", path,  NULL};
    check_faults(pairs, "TOY_PASSWORD_FILE: is not as allowed; allowed: 0 to 16 bytes.\n");
    unlink(path);
}

static void the_printed_table_is_markdown(void **state) {
    (void)state;
    static const Setting secret[] = {
        SETTING_SECRET(ToySettings, password, "TOY_TOKEN", "hunter2", 1, 16, "Of a test."),
        SETTING_TEXT(ToySettings, name, "TOY_PATH", "a|b", 0, 64, "Where."),
    };
    const SettingsTable tables[] = {{"Toy", ROWS, COUNT_OF(ROWS), NULL},
                                    {"More", secret, COUNT_OF(secret), NULL}};
    char *text = NULL;
    size_t size = 0;
    FILE *to = open_memstream(&text, &size);
    settings_print(tables, COUNT_OF(tables), to);
    fclose(to);
    assert_string_equal(text,
                        "### Toy\n"
                        "\n"
                        "| Variable | Default | Allowed | Meaning |\n"
                        "|---|---|---|---|\n"
                        "| `TOY_NAME` | required | 1 to 8 bytes | How it is called. |\n"
                        "| `TOY_PASSWORD` | empty | 0 to 16 bytes, secret | Of its database. |\n"
                        "| `TOY_DAYS` | `400` | -1 to 3650 | Days ahead; a \\| b. |\n"
                        "| `TOY_SIMULATED` | `false` | true or false | Plays days. |\n"
                        "\n"
                        "### More\n"
                        "\n"
                        "| Variable | Default | Allowed | Meaning |\n"
                        "|---|---|---|---|\n"
                        "| `TOY_TOKEN` | set | 1 to 16 bytes, secret | Of a test. |\n"
                        "| `TOY_PATH` | `a\\|b` | 0 to 64 bytes | Where. |\n");
    free(text);
}

int main(void) {
    arena = arena_open("test", 4 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_reach_their_fields),
        cmocka_unit_test(fallbacks_stand_in),
        cmocka_unit_test(a_fallback_that_does_not_fit_is_a_bug),
        cmocka_unit_test(all_faults_come_at_once),
        cmocka_unit_test(what_is_no_number_is_a_fault),
        cmocka_unit_test(texts_are_utf8),
        cmocka_unit_test(values_come_from_files),
        cmocka_unit_test(faults_of_files_name_the_file),
        cmocka_unit_test(a_file_has_64_kib_at_most),
        cmocka_unit_test(secrets_are_in_no_fault),
        cmocka_unit_test(the_printed_table_is_markdown),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
