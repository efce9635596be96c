/* The keys that sign the journal, each up to its last day: what is read, who signs when, and what
 * is refused. */
#include "contract/journal_key.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/check.h"

/* RFC 8032, section 7.1, tests 1, 2 and 3. */
#define PUBLIC_1 "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
#define PUBLIC_2 "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
#define PUBLIC_3 "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
#define SECRET_1 "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60" PUBLIC_1
#define SECRET_2 "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb" PUBLIC_2
#define SECRET_3 "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7" PUBLIC_3

static Date day(const char *text) {
    Date date;
    CHECK(date_parse(str_of(text), &date));
    return date;
}

static JournalKeys keys_of(const char *text) {
    JournalKeys keys;
    Err err = {0};
    if (!journal_keys_parse(str_of(text), &keys, &err)) {
        fail_msg("%s", err.text);
    }
    return keys;
}

static void assert_signs(const JournalKeys *keys, const char *on, const char *public_hex) {
    uint8_t wanted[PUBLIC_KEY_SIZE];
    assert_true(str_read_hex(str_of(public_hex), wanted, sizeof wanted));
    const KeyPair *pair = journal_keys_of(keys, day(on));
    assert_memory_equal(pair->public_key, wanted, sizeof wanted);
}

static void one_key_signs_every_day(void **state) {
    (void)state;
    JournalKeys keys = keys_of("journal " SECRET_1 "\n");
    assert_int_equal(keys.count, 1);
    assert_signs(&keys, "1900-01-01", PUBLIC_1);
    assert_signs(&keys, "2199-12-31", PUBLIC_1);
}

static void each_key_signs_up_to_its_last_day(void **state) {
    (void)state;
    JournalKeys keys = keys_of("# since the beginning\n"
                               "journal-1 " SECRET_1 " until 2026-03-31\r\n"
                               "\n"
                               "  journal-2  " SECRET_2 "  until  2026-12-31\n"
                               "journal-3 " SECRET_3);
    assert_int_equal(keys.count, 3);
    assert_signs(&keys, "2020-01-01", PUBLIC_1);
    assert_signs(&keys, "2026-03-31", PUBLIC_1);
    assert_signs(&keys, "2026-04-01", PUBLIC_2);
    assert_signs(&keys, "2026-12-31", PUBLIC_2);
    assert_signs(&keys, "2027-01-01", PUBLIC_3);
}

static void bad_files_are_refused_with_their_line(void **state) {
    (void)state;
    static const struct {
        const char *text;
        const char *wanted; /* in the sentence */
    } rows[] = {
        {"", "it holds no key"},
        {"# nothing\n\n", "it holds no key"},
        {"journal", "line 1 of the key file: this is no secret key"},
        {"journal " PUBLIC_1, "line 1 of the key file: this is no secret key"},
        {"# of last year\njournal " SECRET_1 "00", "line 2 of the key file: this is no secret key"},
        {"journal until 2026-03-31", "this is no secret key"},
        {"a " SECRET_1 " from 2026-03-31\nb " SECRET_2, "line 1 of the key file: behind the key"},
        {"a " SECRET_1 " until\nb " SECRET_2, "line 1 of the key file: the last day of this key"},
        {"a " SECRET_1 " until 2026-02-30\nb " SECRET_2, "is in no calendar"},
        {"a " SECRET_1 " until 2026-03-31 12:00\nb " SECRET_2, "is in no calendar"},
        {"a " SECRET_1 "\nb " SECRET_2, "line 2 of the key file: the key above has no last day"},
        {"a " SECRET_1 " until 2026-03-31\n\nb " SECRET_2 " until 2026-03-31\nc " SECRET_3,
         "line 3 of the key file: its last day is not after"},
        {"a " SECRET_1 " until 2026-03-31\nb " SECRET_2 " until 2025-03-31\nc " SECRET_3,
         "line 2 of the key file: its last day is not after"},
        {"a " SECRET_1 " until 2026-03-31\na " SECRET_2, "line 2 of the key file: the id"},
        {"a " SECRET_1 " until 2026-03-31\n# more to come\n",
         "line 1 of the key file: the last key has a last day"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        JournalKeys keys;
        Err err = {0};
        assert_false(journal_keys_parse(str_of(rows[i].text), &keys, &err));
        assert_int_equal(err.verdict, VERDICT_STOP);
        if (strstr(err.text, rows[i].wanted) == NULL) {
            fail_msg("wanted %s\n   in %s", rows[i].wanted, err.text);
        }
        assert_null(strstr(err.text, "9d61b19d")); /* nothing of a secret */
    }
}

static void so_many_keys_are_enough(void **state) {
    (void)state;
    Arena arena = arena_open("keys", 64 << 10);
    StrBuilder text = str_builder(&arena, 32 << 10);
    JournalKeys keys;
    Err err = {0};
    for (int i = 1; i < JOURNAL_KEYS_MAX; i++) {
        str_addf(&text, "k%d " SECRET_1 " until %d-12-31\n", i, 2000 + i);
    }
    ptrdiff_t ended = text.len;
    str_add(&text, S("last " SECRET_2));
    assert_true(journal_keys_parse(str_built(&text), &keys, &err));
    assert_signs(&keys, "2040-01-01", PUBLIC_2);
    text.len = ended;
    str_add(&text, S("k32 " SECRET_1 " until 2040-12-31\nlast " SECRET_2));
    assert_false(journal_keys_parse(str_built(&text), &keys, &err));
    assert_non_null(strstr(err.text, "line 33 of the key file: more than 32 keys"));
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_key_signs_every_day),
        cmocka_unit_test(each_key_signs_up_to_its_last_day),
        cmocka_unit_test(bad_files_are_refused_with_their_line),
        cmocka_unit_test(so_many_keys_are_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
