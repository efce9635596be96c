/* Log lines, read back with a JSON parser that is not ours. */
#include "chassis/log.h"

#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { OUTPUT_MAX = 1 << 20 };

static char output[OUTPUT_MAX];
static size_t output_len;

/* ---- standard error into `output`, while a test logs */

static int real_stderr;
static int captured;

static void capture_begin(void) {
    char path[] = "/tmp/arrears-log-XXXXXX";
    captured = mkstemp(path);
    assert_true(captured >= 0);
    unlink(path);
    fflush(stderr);
    real_stderr = dup(STDERR_FILENO);
    assert_true(dup2(captured, STDERR_FILENO) >= 0);
}

static void capture_end(void) {
    assert_true(dup2(real_stderr, STDERR_FILENO) >= 0);
    close(real_stderr);
    ssize_t got = pread(captured, output, OUTPUT_MAX - 1, 0);
    assert_true(got >= 0);
    output_len = (size_t)got;
    output[output_len] = '\0';
    close(captured);
}

/* The one line of the output. */
static json_t *line_parse(void) {
    assert_true(output_len > 0 && strchr(output, '\n') == output + output_len - 1);
    json_error_t error;
    json_t *line = json_loadb(output, output_len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    if (line == NULL) {
        fail_msg("%s in %s", error.text, output);
    }
    return line;
}

static void check_text(const json_t *line, const char *name, const char *expected) {
    assert_string_equal(json_string_value(json_object_get(line, name)), expected);
}

/* ---- tests */

static void a_line_has_the_names_of_ecs(void **state) {
    (void)state;
    capture_begin();
    LOG_INFO("day_closed", "closed the business day", log_int("task", 3),
             log_text("day", S("2013-06-30")), log_int("least", INT64_MIN));
    capture_end();
    json_t *line = line_parse();
    const char *time = json_string_value(json_object_get(line, "@timestamp"));
    assert_int_equal(strlen(time), strlen("2013-06-30T12:00:00.000001Z"));
    check_text(line, "log.level", "info");
    check_text(line, "message", "closed the business day");
    check_text(line, "service.name", "toy");
    check_text(line, "event.action", "day_closed");
    check_text(line, "ecs.version", "8.11.0");
    check_text(line, "day", "2013-06-30");
    assert_int_equal(json_integer_value(json_object_get(line, "task")), 3);
    assert_int_equal(json_integer_value(json_object_get(line, "least")), INT64_MIN);
    assert_int_equal(json_object_size(line), 9);
    assert_int_equal(strncmp(output, "{\"@timestamp\":", 14), 0);
    json_decref(line);
}

static void a_line_without_fields_is_whole(void **state) {
    (void)state;
    capture_begin();
    LOG_WARNING("broker_lost", "the broker does not answer");
    capture_end();
    json_t *line = line_parse();
    check_text(line, "log.level", "warning");
    assert_int_equal(json_object_size(line), 6);
    json_decref(line);
}

static void any_bytes_become_json(void **state) {
    (void)state;
    capture_begin();
    LOG_ERROR("nasty", "quote \" backslash \\ line\nend", log_text("bytes", S("a\0\x1b\xff\xc3z")),
              log_text("euro", S("\xe2\x82\xac")), log_text("none", (Str){0}));
    capture_end();
    json_t *line = line_parse();
    check_text(line, "message", "quote \" backslash \\ line\nend");
    const json_t *bytes = json_object_get(line, "bytes");
    static const char expected[] = "a\0\x1b\xef\xbf\xbd\xef\xbf\xbdz";
    assert_int_equal(json_string_length(bytes), sizeof expected - 1);
    assert_memory_equal(json_string_value(bytes), expected, sizeof expected - 1);
    check_text(line, "euro", "\xe2\x82\xac");
    check_text(line, "none", "");
    json_decref(line);
}

static void a_failure_has_code_kind_and_text(void **state) {
    (void)state;
    Err err = {0};
    (void)err_set(&err, VERDICT_RETRY, "40001", "serialization failure");
    capture_begin();
    log_failure(LOG_LEVEL_ERROR, "commit", "the step is tried again", &err);
    capture_end();
    json_t *line = line_parse();
    check_text(line, "error.code", "40001");
    check_text(line, "error.type", "retry");
    check_text(line, "error.message", "serialization failure");
    json_decref(line);
}

static void levels_are_filtered(void **state) {
    (void)state;
    log_open("toy", LOG_LEVEL_WARNING);
    capture_begin();
    LOG_INFO("quiet", "nobody reads this");
    LOG_AT(LOG_LEVEL_DEBUG, "quiet", "nor this");
    capture_end();
    assert_int_equal(output_len, 0);
    capture_begin();
    LOG_WARNING("loud", "but this");
    capture_end();
    json_decref(line_parse());
    log_open("toy", LOG_LEVEL_INFO);
}

static void levels_have_names(void **state) {
    (void)state;
    LogLevel level = LOG_LEVEL_DEBUG;
    assert_true(log_level_parse(S("error"), &level));
    assert_int_equal(level, LOG_LEVEL_ERROR);
    assert_true(log_level_parse(S("debug"), &level));
    assert_int_equal(level, LOG_LEVEL_DEBUG);
    assert_false(log_level_parse(S("INFO"), &level));
    assert_false(log_level_parse(S(""), &level));
}

/* A pipe takes 4096 bytes in one piece. */
static void a_long_line_is_cut_and_still_json(void **state) {
    (void)state;
    static char filler[5000];
    static const char *const characters[] = {"a", "\x01", "\xe2\x82\xac", "\""};
    for (ptrdiff_t c = 0; c < COUNT_OF(characters); c++) {
        size_t width = strlen(characters[c]);
        for (size_t len = 0; len < sizeof filler; len += 1 + len / 20) {
            size_t used = 0;
            while (used + width <= len) {
                memcpy(filler + used, characters[c], width);
                used += width;
            }
            Str text = str_from(filler, (ptrdiff_t)used);
            filler[used] = '\0';
            capture_begin();
            LOG_INFO("long", filler, log_text("one", text), log_text("two", text),
                     log_int("three", INT64_MIN));
            capture_end();
            assert_true(output_len <= 4096);
            json_t *line = line_parse();
            check_text(line, "event.action", "long");
            json_decref(line);
        }
    }
}

enum { THREADS = 4, LINES = 200 };

static void *write_lines(void *self) {
    (void)self;
    for (int i = 0; i < LINES; i++) {
        LOG_INFO("many", "one of many lines", log_int("number", i));
    }
    return NULL;
}

static void lines_of_threads_are_not_mixed(void **state) {
    (void)state;
    capture_begin();
    fcntl(STDERR_FILENO, F_SETFL, O_APPEND);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        pthread_create(&threads[i], NULL, write_lines, NULL);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
    }
    capture_end();
    int lines = 0;
    for (char *at = output; at < output + output_len; lines++) {
        json_error_t error;
        json_t *line = json_loads(at, JSON_DISABLE_EOF_CHECK, &error);
        assert_non_null(line);
        json_decref(line);
        at = strchr(at, '\n') + 1;
    }
    assert_int_equal(lines, THREADS * LINES);
}

int main(void) {
    log_open("toy", LOG_LEVEL_INFO);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_has_the_names_of_ecs),
        cmocka_unit_test(a_line_without_fields_is_whole),
        cmocka_unit_test(any_bytes_become_json),
        cmocka_unit_test(a_failure_has_code_kind_and_text),
        cmocka_unit_test(levels_are_filtered),
        cmocka_unit_test(levels_have_names),
        cmocka_unit_test(a_long_line_is_cut_and_still_json),
        cmocka_unit_test(lines_of_threads_are_not_mixed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
