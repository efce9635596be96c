/* Heads of the journal as signed notes: their form, who has signed them, and what is refused. */
#include "contract/journal_head.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Arena arena;

/* RFC 8032, section 7.1, tests 1 and 2. */
#define SECRET_1                                                                                   \
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"                             \
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define PUBLIC_1 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define PUBLIC_2 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"

#define TEXT                                                                                       \
    "arrears/ledger/3\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"                   \
    "day 2026-11-21\nprevious none\n"
/* Made from the text by Python's cryptography, by the rules of C2SP. */
#define SIGNED                                                                                     \
    "\n\xe2\x80\x94 arrears/ledger/3 "                                                             \
    "SsTVgkPWeeOMZioa+WLHIvvHACipicrbrtpiaMUrsmMwWK7F"                                             \
    "Wj0ntEJ+/gtPanZu2BEl8jHgcLV/kq86MWGQ+H3k0AQ=\n"

static KeyRing ring_of(const char *text) {
    Err err;
    KeyRing ring;
    assert_true(key_ring_parse(str_of(text), &arena, &ring, &err));
    return ring;
}

static KeyPair key_1(void) {
    KeyPair key;
    Str id;
    assert_true(key_file_parse(S("journal " SECRET_1 "\n"), &id, &key));
    assert_true(str_equals(id, S("journal")));
    return key;
}

static void a_note_is_as_others_make_it(void **state) {
    (void)state;
    JournalHead head;
    KeyPair key = key_1();
    KeyRing ring = ring_of("journal " PUBLIC_1);
    assert_true(journal_head_parse(S(TEXT SIGNED), &arena, &head));
    assert_true(head.task == 3 && head.size == 20852163 && !head.has_previous);
    assert_true(str_equals(date_print(&arena, head.day), S("2026-11-21")));
    assert_true(journal_head_verify(S(TEXT SIGNED), &ring, &arena));
    assert_true(str_equals(journal_head_sign(&head, &key, &arena), S(TEXT SIGNED)));
}

static void any_head_comes_back(void **state) {
    (void)state;
    KeyPair key = key_1();
    JournalHead heads[2] = {
        {.task = INT32_MAX, .day = {15000}, .size = INT64_MAX, .root = hash_of(S("a"))},
        {.task = 0, .day = {15000}, .has_previous = true, .previous = hash_of(S("b"))}};
    for (ptrdiff_t i = 0; i < COUNT_OF(heads); i++) {
        JournalHead read;
        Str note = journal_head_sign(&heads[i], &key, &arena);
        assert_true(journal_head_parse(note, &arena, &read));
        assert_true(str_equals(journal_head_sign(&read, &key, &arena), note));
    }
}

static void other_forms_are_refused(void **state) {
    (void)state;
    static const char *const texts[] = {
        "",
        "\n",
        TEXT,
        "arrears/ledger/3\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n" SIGNED,
        "arrears/ledger/-3\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nday 2026-11-21\n"
        "previous none\n" SIGNED,
        "arrears/ledger/3\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nday 2026-11-21\n"
        "previous none\n" SIGNED,
        "arrears/ledger/3\n1\nCsUYapGGPo4dkMgIAUqom_Xajj7h2fB2MPA3j2jxq2I\nday 2026-11-21\n"
        "previous none\n" SIGNED,
        "arrears/ledger/3\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nday 2026-11-31\n"
        "previous none\n" SIGNED,
        "arrears/ledger/3\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nday 2026-11-21\n"
        "previous nothing\n" SIGNED,
        TEXT "more\n" SIGNED,
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(texts); i++) {
        JournalHead head;
        assert_false(journal_head_parse(str_of(texts[i]), &arena, &head));
    }
}

static void only_a_known_key_counts(void **state) {
    (void)state;
    KeyRing stranger = ring_of("journal " PUBLIC_2);
    KeyRing both = ring_of("other " PUBLIC_2 "\njournal " PUBLIC_1);
    assert_false(journal_head_verify(S(TEXT SIGNED), &stranger, &arena));
    assert_true(journal_head_verify(S(TEXT SIGNED), &both, &arena));
}

/* Whatever byte is altered, the note is not the signed one any more; but for the bits that base64
 * leaves over, which are refused as well. */
static void every_byte_counts(void **state) {
    (void)state;
    KeyRing ring = ring_of("journal " PUBLIC_1);
    Str note = str_copy(&arena, S(TEXT SIGNED));
    for (ptrdiff_t i = 0; i < note.len; i++) {
        Str altered = str_copy(&arena, note);
        ((char *)(uintptr_t)altered.ptr)[i] ^= 1;
        assert_false(journal_head_verify(altered, &ring, &arena));
    }
}

static void more_signatures_do_no_harm(void **state) {
    (void)state;
    KeyRing ring = ring_of("journal " PUBLIC_1);
    assert_true(
        journal_head_verify(S(TEXT "\n\xe2\x80\x94 witness.example AAAA" SIGNED), &ring, &arena));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_note_is_as_others_make_it), cmocka_unit_test(any_head_comes_back),
        cmocka_unit_test(other_forms_are_refused),     cmocka_unit_test(only_a_known_key_counts),
        cmocka_unit_test(every_byte_counts),           cmocka_unit_test(more_signatures_do_no_harm),
    };
    arena = arena_open("test", 16 << 20);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
