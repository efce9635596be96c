/* The last line of a stopped process: one JSON object, whatever the condition looks like. */
#include "base/check.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <cmocka.h>

static void fail_in_child(int error_end, const char *condition) {
    struct rlimit no_core = {0};
    setrlimit(RLIMIT_CORE, &no_core);
    dup2(error_end, STDERR_FILENO);
    check_failed("lib/base/x.c", 42, "some_function", condition);
}

/* What a process prints that fails this CHECK, and that it ends by SIGABRT. */
static void run(const char *condition, char *printed, size_t size) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        fail_in_child(ends[1], condition);
    }
    close(ends[1]);
    size_t length = 0;
    ssize_t got = 0;
    while (length < size - 1 && (got = read(ends[0], printed + length, size - 1 - length)) > 0) {
        length += (size_t)got;
    }
    printed[length] = '\0';
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void failed_check_prints_one_json_line(void **state) {
    (void)state;
    char printed[1024];
    run("sum == 0", printed, sizeof printed);
    assert_string_equal(printed,
                        "{\"log.level\":\"fatal\",\"message\":\"broken invariant: sum == 0\","
                        "\"log.origin.file.name\":\"lib/base/x.c\","
                        "\"log.origin.file.line\":42,"
                        "\"log.origin.function\":\"some_function\"}\n");
}

static void condition_is_escaped(void **state) {
    (void)state;
    char printed[1024];
    run("c != '\\n' && !\"text\"\n\x01", printed, sizeof printed);
    assert_non_null(strstr(printed, "c != '\\\\n' && !\\\"text\\\"\\u000a\\u0001\""));
}

static void true_condition_goes_on(void **state) {
    (void)state;
    int evaluated = 0;
    CHECK(++evaluated == 1);
    assert_int_equal(evaluated, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failed_check_prints_one_json_line),
        cmocka_unit_test(condition_is_escaped),
        cmocka_unit_test(true_condition_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
