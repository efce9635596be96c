/* Names and keys. */
#include "base/id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define TEN   "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN

static void parts_are_short_and_plain(void **state) {
    (void)state;
    static const struct {
        Str text;
        bool is_part;
    } rows[] = {
        {S("a"), true},
        {S("ACME"), true},
        {S("~suspense"), true},
        {S("0.A_z~-"), true},
        {S("."), true},
        {S(SIXTY "abcd"), true},
        {S(SIXTY "abcde"), false},
        {S(""), false},
        {S("a/b"), false},
        {S("a b"), false},
        {S(" a"), false},
        {S("a\n"), false},
        {S("a\0"), false},
        {S("\0"), false},
        {S("a:b"), false},
        {S("a@b"), false},
        {S("a[b"), false},
        {S("a`b"), false},
        {S("a{b"), false},
        {S("M\xc3\xbcller"), false},
        {S("\xff"), false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (id_is_part(rows[i].text) != rows[i].is_part) {
            fail_msg("row %td", i);
        }
    }
}

/* All bytes there are, against the set as the contract writes it. */
static void no_other_byte_is_part_of_a_part(void **state) {
    (void)state;
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-";
    for (int byte = 0; byte < 256; byte++) {
        char c = (char)byte;
        bool expected = memchr(allowed, c, sizeof allowed - 1) != NULL;
        assert_int_equal(id_is_part(str_from(&c, 1)), expected);
    }
}

static void numbers_are_text_with_limits(void **state) {
    (void)state;
    static const struct {
        Str text;
        bool is_number;
    } rows[] = {
        {S("2013/4711"), true},
        {S("RE 2013-4711"), true},
        {S("N\xc2\xb0 7"), true},
        {S("\xe8\xab\x8b"), true},
        {S("\xc2\xa0"), true}, /* the first character after the controls */
        {S(SIXTY "abcd"), true},
        {S(SIXTY "abcde"), false},
        {S(SIXTY "abc\xc3\xbc"), false}, /* 64 characters, 65 bytes */
        {S(""), false},
        {S(" "), false},
        {S(" 7"), false},
        {S("7 "), false},
        {S("7\t"), false},
        {S("7\n8"), false},
        {S("7\0"), false},
        {S("7\x1b[31m"), false},
        {S("7\x7f"), false},
        {S("7\xc2\x80"), false},
        {S("7\xc2\x9f"), false},
        {S("7\xff"), false},
        {S("7\xc3"), false},
        {S("7\xc0\xa0"), false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (id_is_number(rows[i].text) != rows[i].is_number) {
            fail_msg("row %td", i);
        }
    }
}

static void keys_are_two_parts(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    static const Str rows[] = {S("ACME/4711"), S("a/b"), S("~/~suspense"),
                               S(SIXTY "abcd/" SIXTY "abcd")};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Account account;
        assert_true(account_parse(rows[i], &account));
        assert_true(account.creditor.ptr == rows[i].ptr);
        assert_true(str_equals(account_key(&arena, account), rows[i]));
    }
    assert_int_equal(rows[3].len, ID_KEY_MAX);
    arena_close(&arena);
}

static void other_texts_are_no_key(void **state) {
    (void)state;
    static const Str rows[] = {
        S(""),
        S("/"),
        S("ACME"),
        S("ACME/"),
        S("/4711"),
        S("a//b"),
        S("a/b/"),
        S("/a/b"),
        S("a/b/c"),
        S("a /b"),
        S("a/ b"),
        S("a/b\n"),
        S("a\\b"),
        S("a/\0"),
        S("a%2Fb"),
        S(SIXTY "abcde/b"),
        S("a/" SIXTY "abcde"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Account account = {.creditor = S("untouched")};
        if (account_parse(rows[i], &account)) {
            fail_msg("'%.*s' parses", STR_ARGS(rows[i]));
        }
        assert_true(str_equals(account.creditor, S("untouched")));
    }
}

static void accounts_are_ordered_by_creditor_then_customer(void **state) {
    (void)state;
    static const Account rows[] = {
        {S("A"), S("1")},  {S("A"), S("10")}, {S("A"), S("2")}, {S("A-"), S("0")},
        {S("AB"), S("0")}, {S("B"), S("1")},  {S("a"), S("1")}, {S("~"), S("~")},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        for (ptrdiff_t j = 0; j < COUNT_OF(rows); j++) {
            assert_int_equal(account_compare(rows[i], rows[j]), (i > j) - (i < j));
            assert_int_equal(account_equals(rows[i], rows[j]), i == j);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_short_and_plain),
        cmocka_unit_test(no_other_byte_is_part_of_a_part),
        cmocka_unit_test(numbers_are_text_with_limits),
        cmocka_unit_test(keys_are_two_parts),
        cmocka_unit_test(other_texts_are_no_key),
        cmocka_unit_test(accounts_are_ordered_by_creditor_then_customer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
