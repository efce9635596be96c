/* Base64, with the examples of RFC 4648 and what a reader of protobuf's JSON must also take. */
#include "contract/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static Arena arena;

static void the_examples_of_the_standard(void **state) {
    (void)state;
    static const struct {
        Str bytes;
        Str text;
    } rows[] = {
        {S(""), S("")},
        {S("f"), S("Zg==")},
        {S("fo"), S("Zm8=")},
        {S("foo"), S("Zm9v")},
        {S("foob"), S("Zm9vYg==")},
        {S("fooba"), S("Zm9vYmE=")},
        {S("foobar"), S("Zm9vYmFy")},
        {S("\0\0\0"), S("AAAA")},
        {S("\xff\xff"), S("//8=")},
        {S("\xfb\xef"), S("++8=")},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str bytes = {0};
        assert_true(str_equals(base64_print(&arena, rows[i].bytes), rows[i].text));
        assert_true(base64_parse(&arena, rows[i].text, &bytes));
        assert_true(str_equals(bytes, rows[i].bytes));
    }
}

static void other_spellings_are_read(void **state) {
    (void)state;
    static const struct {
        Str text;
        Str bytes;
    } rows[] = {
        {S("Zg"), S("f")},          {S("Zm8"), S("fo")},       {S("__8"), S("\xff\xff")},
        {S("--8="), S("\xfb\xef")}, {S("-+8"), S("\xfb\xef")},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str bytes = {0};
        assert_true(base64_parse(&arena, rows[i].text, &bytes));
        assert_true(str_equals(bytes, rows[i].bytes));
    }
}

static void what_no_bytes_have_is_refused(void **state) {
    (void)state;
    static const Str rows[] = {
        S("Z"),        S("Zm9vZ"),    S("Zg="),    S("Zg==="), S("="),      S("===="),
        S("Zg==Zg=="), S("Zm9v="),    S("Z=g="),   S("Zm 9"),  S("Zm9\n"),  S("Zh=="),
        S("Zm9="),     S("Zm9v\xff"), S("Zm9v\0"), S("Zg=a"),  S("Z\xc3g"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str bytes = {0};
        if (base64_parse(&arena, rows[i], &bytes)) {
            fail_msg("'%.*s' parses", STR_ARGS(rows[i]));
        }
    }
}

int main(void) {
    arena = arena_open("test", 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_standard),
        cmocka_unit_test(other_spellings_are_read),
        cmocka_unit_test(what_no_bytes_have_is_refused),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
