/* Failures as values. */
#include "base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"

static void failure_is_filled_and_false(void **state) {
    (void)state;
    Err err = {0};
    assert_false(err_set(&err, VERDICT_RETRY, "57014", "query of %d rows was %s", 3, "cancelled"));
    assert_int_equal(err.verdict, VERDICT_RETRY);
    assert_string_equal(err.code, "57014");
    assert_string_equal(err.text, "query of 3 rows was cancelled");
}

static void code_may_be_missing_or_long(void **state) {
    (void)state;
    Err err = {0};
    err_set(&err, VERDICT_STOP, NULL, "x");
    assert_string_equal(err.code, "");
    err_set(&err, VERDICT_STOP, "A_CODE_THAT_IS_LONGER_THAN_THE_FIELD", "x");
    assert_int_equal(strlen(err.code), ERR_CODE_SIZE - 1);
}

static void context_goes_in_front(void **state) {
    (void)state;
    Err err = {0};
    err_set(&err, VERDICT_UNSURE, "08006", "connection lost");
    assert_false(err_context(&err, "commit of task %d", 7));
    assert_false(err_context(&err, "ledger"));
    assert_string_equal(err.text, "ledger: commit of task 7: connection lost");
    assert_int_equal(err.verdict, VERDICT_UNSURE);
    assert_string_equal(err.code, "08006");
}

static void old_text_may_be_an_argument_of_the_new(void **state) {
    (void)state;
    Err err = {0};
    err_set(&err, VERDICT_RETRY, "CODE", "inner");
    err_set(&err, VERDICT_STOP, err.code, "gave up: %s", err.text);
    assert_string_equal(err.code, "CODE");
    assert_string_equal(err.text, "gave up: inner");
    err_context(&err, "%s", err.text);
    assert_string_equal(err.text, "gave up: inner: gave up: inner");
}

static void long_texts_are_cut_at_a_character(void **state) {
    (void)state;
    char text[2 * ERR_TEXT_SIZE];
    for (int shift = 0; shift < 4; shift++) {
        ptrdiff_t len = 0;
        while (len < shift) {
            text[len++] = 'x';
        }
        while (len + 4 < ERR_TEXT_SIZE + 50) {
            memcpy(text + len, "\xf0\x9f\x92\xb6", 4); /* four bytes: a euro banknote */
            len += 4;
        }
        text[len] = '\0';
        Err err = {0};
        err_set(&err, VERDICT_POISON, "", "%s", text);
        assert_true(str_is_text(str_of(err.text)));
        assert_in_range(strlen(err.text), ERR_TEXT_SIZE - 4, ERR_TEXT_SIZE - 1);
        err_context(&err, "in front");
        assert_true(str_starts_with(str_of(err.text), S("in front: ")));
        assert_true(str_is_text(str_of(err.text)));
        assert_in_range(strlen(err.text), ERR_TEXT_SIZE - 4, ERR_TEXT_SIZE - 1);
        err_context(&err, "%s", text);
        assert_true(str_is_text(str_of(err.text)));
    }
}

static void bytes_of_others_do_not_vanish(void **state) {
    (void)state;
    char text[2 * ERR_TEXT_SIZE];
    memset(text, 0xff, sizeof text); /* not UTF-8 at all: at most one character's bytes are cut */
    text[sizeof text - 1] = '\0';
    Err err = {0};
    err_set(&err, VERDICT_POISON, "", "%s", text);
    assert_in_range(strlen(err.text), ERR_TEXT_SIZE - 5, ERR_TEXT_SIZE - 1);
}

static void verdicts_have_names(void **state) {
    (void)state;
    static const char *const names[] = {"none", "retry", "unsure", "poison", "stop"};
    for (Verdict verdict = VERDICT_NONE; verdict <= VERDICT_STOP; verdict++) {
        assert_string_equal(verdict_name(verdict), names[verdict]);
    }
    assert_true(TRAPPED(verdict_name((Verdict)77)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failure_is_filled_and_false),
        cmocka_unit_test(code_may_be_missing_or_long),
        cmocka_unit_test(context_goes_in_front),
        cmocka_unit_test(old_text_may_be_an_argument_of_the_new),
        cmocka_unit_test(long_texts_are_cut_at_a_character),
        cmocka_unit_test(bytes_of_others_do_not_vanish),
        cmocka_unit_test(verdicts_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
