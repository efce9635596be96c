/* Slices, UTF-8, numbers, hex and growing text. */
#include "base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"

static const Str nothing = {0};

static void assert_str(Str got, Str expected) {
    if (!str_equals(got, expected)) {
        fail_msg("'%.*s' instead of '%.*s'", STR_ARGS(got), STR_ARGS(expected));
    }
}

static void slices_are_made(void **state) {
    (void)state;
    assert_str(str_of("abc"), S("abc"));
    assert_str(str_of(""), S(""));
    assert_str(str_of(NULL), S(""));
    assert_str(str_from("abc", 2), S("ab"));
    assert_str(str_from(NULL, 0), S(""));
    assert_int_equal(S("a\0b").len, 3);
    assert_true(TRAPPED(str_from("a", -1)));
    assert_true(TRAPPED(str_from(NULL, 1)));
}

static void slices_are_compared(void **state) {
    (void)state;
    static const Str rows[] = {S(""),   S("\0"), S("A"),    S("a"),        S("a\0"), S("aa"),
                               S("ab"), S("b"),  S("\x7f"), S("\xc3\xbc"), S("\xff")};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        for (ptrdiff_t j = 0; j < COUNT_OF(rows); j++) {
            assert_int_equal(str_compare(rows[i], rows[j]), (i > j) - (i < j));
            assert_int_equal(str_equals(rows[i], rows[j]), i == j);
        }
    }
    assert_true(str_equals(nothing, S("")));
    assert_int_equal(str_compare(nothing, S("")), 0);
    assert_int_equal(str_compare(nothing, S("a")), -1);
    assert_true(str_is_empty(nothing));
    assert_false(str_is_empty(S("\0")));
}

/* The published vectors of FNV-1a, 32 bits. */
static void slices_are_hashed(void **state) {
    (void)state;
    assert_int_equal(str_hash(S("")), 0x811c9dc5);
    assert_int_equal(str_hash(S("a")), 0xe40c292c);
    assert_int_equal(str_hash(S("foobar")), 0xbf9cf968);
}

static void ends_are_compared(void **state) {
    (void)state;
    static const struct {
        Str str;
        Str part;
        bool starts;
        bool ends;
    } rows[] = {
        {S("abcab"), S("ab"), true, true},
        {S("abc"), S("ab"), true, false},
        {S("abc"), S("bc"), false, true},
        {S("abc"), S(""), true, true},
        {S(""), S(""), true, true},
        {S(""), S("a"), false, false},
        {S("ab"), S("abc"), false, false},
        {S("abc"), S("abc"), true, true},
        {{0}, {0}, true, true},
        {S("a"), {0}, true, true},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(str_starts_with(rows[i].str, rows[i].part), rows[i].starts);
        assert_int_equal(str_ends_with(rows[i].str, rows[i].part), rows[i].ends);
    }
}

static void slices_are_cut(void **state) {
    (void)state;
    static const struct {
        Str str;
        Str head;
        Str tail;
        Str last_head;
        Str last_tail;
        bool found;
    } rows[] = {
        {S("a;b"), S("a"), S("b"), S("a"), S("b"), true},
        {S("a;b;c"), S("a"), S("b;c"), S("a;b"), S("c"), true},
        {S("abc"), S("abc"), S(""), S("abc"), S(""), false},
        {S(";"), S(""), S(""), S(""), S(""), true},
        {S(";;"), S(""), S(";"), S(";"), S(""), true},
        {S("a;"), S("a"), S(""), S("a"), S(""), true},
        {S(";a"), S(""), S("a"), S(""), S("a"), true},
        {S(""), S(""), S(""), S(""), S(""), false},
        {{0}, S(""), S(""), S(""), S(""), false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        StrCut first = str_cut(rows[i].str, ';');
        StrCut last = str_cut_last(rows[i].str, ';');
        assert_str(first.head, rows[i].head);
        assert_str(first.tail, rows[i].tail);
        assert_str(last.head, rows[i].last_head);
        assert_str(last.tail, rows[i].last_tail);
        assert_true(first.found == rows[i].found && last.found == rows[i].found);
    }
}

static void blanks_are_trimmed(void **state) {
    (void)state;
    assert_str(str_trim(S("  a b \t\r\n")), S("a b"));
    assert_str(str_trim(S("\v\f a")), S("a"));
    assert_str(str_trim(S(" \n ")), S(""));
    assert_str(str_trim(S("")), S(""));
    assert_str(str_trim(nothing), S(""));
    assert_str(str_trim(S("\0 ")), S("\0"));
    assert_str(str_trim(S("\xc2\xa0")), S("\xc2\xa0")); /* only ASCII blanks */
}

static void slices_are_taken(void **state) {
    (void)state;
    Str str = S("abc");
    assert_str(str_slice(str, 0, 3), S("abc"));
    assert_str(str_slice(str, 1, 2), S("b"));
    assert_str(str_slice(str, 3, 3), S(""));
    assert_str(str_slice(nothing, 0, 0), S(""));
    assert_true(TRAPPED(str_slice(str, -1, 2)));
    assert_true(TRAPPED(str_slice(str, 2, 1)));
    assert_true(TRAPPED(str_slice(str, 0, 4)));
    assert_true(TRAPPED(str_slice(str, 4, 4)));
    assert_true(TRAPPED(str_slice(nothing, 0, 1)));
}

static void text_is_well_formed_utf8(void **state) {
    (void)state;
    static const struct {
        Str str;
        bool is_text;
    } rows[] = {
        {S(""), true},
        {{0}, true},
        {S("plain\r\n\x01\x7f"), true},
        {S("\xc2\x80"), true},         /* U+0080 */
        {S("\xdf\xbf"), true},         /* U+07FF */
        {S("\xe0\xa0\x80"), true},     /* U+0800 */
        {S("\xed\x9f\xbf"), true},     /* U+D7FF, last before the surrogates */
        {S("\xee\x80\x80"), true},     /* U+E000, first after them */
        {S("\xef\xbf\xbf"), true},     /* U+FFFF */
        {S("\xf0\x90\x80\x80"), true}, /* U+10000 */
        {S("\xf4\x8f\xbf\xbf"), true}, /* U+10FFFF */
        {S("a\0b"), false},            /* NUL */
        {S("\0"), false},
        {S("\x80"), false}, /* a follower alone */
        {S("a\xbf"), false},
        {S("\xc0\x80"), false}, /* overlong NUL */
        {S("\xc1\xbf"), false},
        {S("\xe0\x80\xaf"), false},
        {S("\xe0\x9f\xbf"), false},
        {S("\xf0\x80\x80\xaf"), false},
        {S("\xf0\x8f\xbf\xbf"), false},
        {S("\xed\xa0\x80"), false}, /* surrogates */
        {S("\xed\xbf\xbf"), false},
        {S("\xed\xa0\xbd\xed\xb2\xb6"), false},
        {S("\xf4\x90\x80\x80"), false}, /* past U+10FFFF */
        {S("\xf5\x80\x80\x80"), false},
        {S("\xf8\x88\x80\x80\x80"), false},
        {S("\xfe"), false},
        {S("\xff"), false},
        {S("\xc3"), false}, /* cut short */
        {S("\xe2\x82"), false},
        {S("\xf0\x9f\x92"), false},
        {S("\xc3("), false}, /* a follower that is none */
        {S("\xe2\x28\xa1"), false},
        {S("\xe2\x82\x28"), false},
        {S("\xf0\x9f\x92\xc0"), false},
        {S("\xe2\x82\xac\x80"), false}, /* one follower too many */
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (str_is_text(rows[i].str) != rows[i].is_text) {
            fail_msg("row %td", i);
        }
    }
}

static ptrdiff_t encode(char *bytes, uint32_t point) {
    if (point < 0x80) {
        bytes[0] = (char)point;
        return 1;
    }
    int followers = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned char leads[] = {0, 0xc0, 0xe0, 0xf0};
    for (int i = followers; i > 0; i--) {
        bytes[i] = (char)(0x80 | (point & 0x3f));
        point >>= 6;
    }
    bytes[0] = (char)(leads[followers] | point);
    return followers + 1;
}

static void every_character_is_text(void **state) {
    (void)state;
    for (uint32_t point = 0; point < 0x120000; point++) {
        char bytes[4];
        bool surrogate = point >= 0xd800 && point <= 0xdfff;
        bool expected = point != 0 && point <= 0x10ffff && !surrogate;
        if (str_is_text(str_from(bytes, encode(bytes, point))) != expected) {
            fail_msg("U+%04X", point);
        }
    }
}

/* Of all sequences of three bytes just as many are text as there are ways to write three bytes:
 * three of one, one and two in either order, or one of three. */
static void nothing_else_is_text(void **state) {
    (void)state;
    enum { ONE = 127, TWO = 0x800 - 0x80, THREE = 0x10000 - 0x800 - 0x800 };
    int found = 0;
    for (uint32_t i = 0; i < 1u << 24; i++) {
        char bytes[] = {(char)(i >> 16), (char)(i >> 8), (char)i};
        found += str_is_text(str_from(bytes, 3));
    }
    assert_int_equal(found, ONE * ONE * ONE + 2 * ONE * TWO + THREE);
}

static void whole_numbers_are_parsed(void **state) {
    (void)state;
    static const struct {
        Str str;
        bool ok;
        int64_t number;
    } rows[] = {
        {S("0"), true, 0},
        {S("-0"), true, 0},
        {S("42"), true, 42},
        {S("-42"), true, -42},
        {S("007"), true, 7},
        {S("9223372036854775807"), true, INT64_MAX},
        {S("-9223372036854775808"), true, INT64_MIN},
        {S("000000000000000000000000000000000000001"), true, 1},
        {S("9223372036854775808"), false, 0},
        {S("-9223372036854775809"), false, 0},
        {S("18446744073709551616"), false, 0},
        {S("92233720368547758070"), false, 0},
        {S(""), false, 0},
        {{0}, false, 0},
        {S("-"), false, 0},
        {S("--1"), false, 0},
        {S("+1"), false, 0},
        {S(" 1"), false, 0},
        {S("1 "), false, 0},
        {S("1.0"), false, 0},
        {S("1e3"), false, 0},
        {S("0x1"), false, 0},
        {S("1\0"), false, 0},
        {S("-a"), false, 0},
        {S("1/"), false, 0},
        {S("1:"), false, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t number = 99;
        if (str_parse_i64(rows[i].str, &number) != rows[i].ok) {
            fail_msg("row %td", i);
        }
        assert_int_equal(number, rows[i].ok ? rows[i].number : 99);
    }
}

static void copies_stand_alone(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    char source[] = "abc";
    Str copy = str_copy(&arena, str_of(source));
    const char *terminated = str_terminated(&arena, str_slice(str_of(source), 0, 2));
    source[0] = 'x';
    assert_str(copy, S("abc"));
    assert_string_equal(terminated, "ab");
    assert_str(str_copy(&arena, nothing), S(""));
    assert_string_equal(str_terminated(&arena, nothing), "");
    arena_close(&arena);
}

static void text_is_formatted(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    assert_str(str_format(&arena, "%d-%s-%.*s", 7, "x", STR_ARGS(S("yz"))), S("7-x-yz"));
    assert_str(str_format(&arena, "%s", ""), S(""));
    assert_int_equal(str_format(&arena, "%*s", 3000, "wide").len, 3000);
    arena_close(&arena);
}

static void bytes_are_written_in_hex(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    static const struct {
        Str hex;
        bool ok;
        Str bytes;
    } rows[] = {
        {S(""), true, S("")},
        {S("00"), true, S("\0")},
        {S("00ff7f80"), true, S("\x00\xff\x7f\x80")},
        {S("DEADbeef"), true, S("\xde\xad\xbe\xef")},
        {S("0"), false, {0}},
        {S("0g"), false, {0}},
        {S("g0"), false, {0}},
        {S("0 "), false, {0}},
        {S("0x"), false, {0}},
        {S("@0"), false, {0}},
        {S("`0"), false, {0}},
        {S("G0"), false, {0}},
        {S("0\0"), false, {0}},
        {S("\xff\xff"), false, {0}},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str bytes = S("untouched");
        assert_int_equal(str_parse_hex(&arena, rows[i].hex, &bytes), rows[i].ok);
        assert_str(bytes, rows[i].ok ? rows[i].bytes : S("untouched"));
    }
    assert_str(str_hex(&arena, S("\xde\xad\xbe\xef\x00")), S("deadbeef00"));
    assert_str(str_hex(&arena, nothing), S(""));
    arena_close(&arena);
}

static void builder_grows_to_its_limit(void **state) {
    (void)state;
    for (ptrdiff_t limit = 0; limit < 2000; limit += 37) {
        Arena arena = arena_open("test", 1 << 16);
        StrBuilder builder = str_builder(&arena, limit);
        for (ptrdiff_t i = 0; i < limit; i++) {
            if (i % 2 == 0) {
                str_add(&builder, S("x"));
            } else {
                str_addf(&builder, "%d", 7);
            }
            assert_false(builder.full);
        }
        assert_int_equal(str_built(&builder).len, limit);
        str_add(&builder, S(""));
        assert_false(builder.full);
        str_add(&builder, S("x"));
        assert_true(builder.full);
        assert_int_equal(str_built(&builder).len, limit);
        arena_close(&arena);
    }
}

static void full_builder_takes_nothing_more(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    StrBuilder builder = str_builder(&arena, 5);
    str_add(&builder, S("abc"));
    str_addf(&builder, "%s", "def"); /* whole or not at all */
    assert_true(builder.full);
    str_add(&builder, S("g"));
    assert_str(str_built(&builder), S("abc"));
    arena_close(&arena);
}

/* The limit is a promise of the caller; a smaller arena is no reason to stop the process. */
static void builder_is_full_when_its_arena_is(void **state) {
    (void)state;
    Arena arena = arena_open("test", 3000);
    StrBuilder builder = str_builder(&arena, 1 << 20);
    for (int i = 0; i < 5000; i++) {
        str_add(&builder, S("x"));
    }
    assert_true(builder.full);
    assert_in_range(str_built(&builder).len, 1000, 3000);
    arena_close(&arena);
}

static void unused_builder_is_empty(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    StrBuilder builder = str_builder(&arena, 100);
    assert_str(str_built(&builder), S(""));
    str_add(&builder, nothing);
    str_addf(&builder, "%s", "");
    assert_str(str_built(&builder), S(""));
    assert_false(builder.full);
    arena_close(&arena);
}

static void lines_are_texts_without_controls(void **state) {
    (void)state;
    static const struct {
        Str text;
        bool is_line;
    } rows[] = {
        {S(""), true},          {S(" a b "), true},     {S("M\xc3\xbcller"), true},
        {S("\xc2\xa0"), true},  {S("a\r\nb"), false},   {S("a\nb"), false},
        {S("a\tb"), false},     {S("a\0b"), false},     {S("\x7f"), false},
        {S("\xc2\x85"), false}, {S("\xc2\x9f"), false}, {S("\xff"), false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (str_is_line(rows[i].text) != rows[i].is_line) {
            fail_msg("row %td", i);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_are_made),
        cmocka_unit_test(slices_are_compared),
        cmocka_unit_test(slices_are_hashed),
        cmocka_unit_test(ends_are_compared),
        cmocka_unit_test(slices_are_cut),
        cmocka_unit_test(blanks_are_trimmed),
        cmocka_unit_test(slices_are_taken),
        cmocka_unit_test(text_is_well_formed_utf8),
        cmocka_unit_test(every_character_is_text),
        cmocka_unit_test(nothing_else_is_text),
        cmocka_unit_test(whole_numbers_are_parsed),
        cmocka_unit_test(copies_stand_alone),
        cmocka_unit_test(text_is_formatted),
        cmocka_unit_test(bytes_are_written_in_hex),
        cmocka_unit_test(builder_grows_to_its_limit),
        cmocka_unit_test(full_builder_takes_nothing_more),
        cmocka_unit_test(builder_is_full_when_its_arena_is),
        cmocka_unit_test(unused_builder_is_empty),
        cmocka_unit_test(lines_are_texts_without_controls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
