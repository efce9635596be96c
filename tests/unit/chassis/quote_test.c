/* Any bytes as JSON text. */
#include "chassis/quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Arena arena;

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static void texts_are_escaped(void **state) {
    (void)state;
    static const struct {
        Str text;
        const char *quoted;
    } rows[] = {
        {S(""), "\"\""},
        {{NULL, 0}, "\"\""},
        {S("plain / text"), "\"plain / text\""},
        {S("\"\\"), "\"\\\"\\\\\""},
        {S("a\nb\rc\td"), "\"a\\nb\\rc\\td\""},
        {S("\0\x01\x1f\x7f"), "\"\\u0000\\u0001\\u001f\\u007f\""},
        {S("\xc3\xbc\xe2\x82\xac\xf0\x9f\x92\xb0"), "\"\xc3\xbc\xe2\x82\xac\xf0\x9f\x92\xb0\""},
        {S("a\xffz"), "\"a" BAD "z\""},
        {S("\xc3"), "\"" BAD "\""},
        {S("\xc3\"x"), "\"" BAD "\\\"x\""},
        {S("\xe2\x82"), "\"" BAD BAD "\""},
        {S("\xed\xa0\x80"), "\"" BAD BAD BAD "\""}, /* a surrogate */
        {S("\xc0\x80"), "\"" BAD BAD "\""},         /* an overlong NUL */
        {S("\xf8\x88\x80\x80\x80"), "\"" BAD BAD BAD BAD BAD "\""},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str quoted = quote_print(&arena, rows[i].text);
        assert_string_equal(str_terminated(&arena, quoted), rows[i].quoted);
    }
}

static void only_whole_characters_are_taken(void **state) {
    (void)state;
    static const struct {
        Str text;
        ptrdiff_t room;
        const char *expected;
    } rows[] = {
        {S("abc"), 2, "ab"},          {S("abc"), 0, ""},
        {S("a\n"), 2, "a"},           {S("a\n"), 3, "a\\n"},
        {S("a\xe2\x82\xac"), 3, "a"}, {S("a\xe2\x82\xac"), 4, "a\xe2\x82\xac"},
        {S("\xff"), 2, ""},           {S("\x01"), 5, ""},
        {S("\x01"), 6, "\\u0001"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        char made[16] = {0};
        ptrdiff_t written = quote_into(made, rows[i].room, rows[i].text);
        assert_string_equal(made, rows[i].expected);
        assert_int_equal(written, strlen(rows[i].expected));
    }
}

int main(void) {
    arena = arena_open("test", 1 << 16);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_escaped),
        cmocka_unit_test(only_whole_characters_are_taken),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
