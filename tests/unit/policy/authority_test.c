/* The authority document: the shipped one, whom it asks, and every fault with its place. */
#include "policy/authority.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static Str shipped(Arena *arena) {
    FILE *file = fopen("policies/authority/standard.yaml", "rb");
    assert_non_null(file);
    char *bytes = arena_get(arena, 1, 8192);
    size_t size = fread(bytes, 1, 8192, file);
    fclose(file);
    return str_from(bytes, (ptrdiff_t)size);
}

static Money money(const char *amount, const char *code) {
    Currency currency = {0};
    Money read = {0};
    assert_true(currency_find(str_of(code), &currency));
    assert_true(money_parse(str_of(amount), currency, &read));
    return read;
}

static void the_shipped_document_asks_by_amount(void **state) {
    (void)state;
    static const struct {
        const char *amount;
        const char *currency;
        const char *tier;
    } rows[] = {
        {"0.01", "EUR", "manager"}, {"5000", "EUR", "manager"},   {"5000.01", "EUR", "cfo"},
        {"50000", "USD", "cfo"},    {"50000.01", "USD", "board"}, {"1", "JPY", "board"},
    };
    Arena arena = arena_open("test", 1 << 16);
    Authority authority;
    Err err = {0};
    assert_true(authority_parse(shipped(&arena), &arena, &authority, &err));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        const AuthorityTier *tier =
            authority_tier(&authority, money(rows[i].amount, rows[i].currency));
        assert_true(str_equals(tier->name, str_of(rows[i].tier)));
    }
    arena_close(&arena);
}

/* A secret that is in a repository is none, so nobody of the shipped document may decide. */
static void nobody_in_the_shipped_document_has_a_key(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Authority authority;
    Err err = {0};
    assert_true(authority_parse(shipped(&arena), &arena, &authority, &err));
    for (int i = 0; i < authority.person_count; i++) {
        assert_false(authority.persons[i].has_key);
        assert_true(str_starts_with(authority.persons[i].id, S("demo-")));
    }
    arena_close(&arena);
}

#define HEAD         "id: x\nvalid_from: 2013-01-01\n"
#define KEY_A        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PERSONS      "persons:\n  - {id: a, role: r}\n  - {id: b, role: r, key: " KEY_A "}\n"
#define TIERS        "tiers:\n"
#define LOW          "  - {name: low, up_to: [{currency: EUR, minor: 100}], persons: [a]}\n"
#define LAST         "  - {name: board, persons: [b]}\n"
#define LIMITS(list) HEAD PERSONS TIERS "  - {name: low, up_to: " list ", persons: [a]}\n" LAST

static void a_key_is_read(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Authority authority;
    Err err = {0};
    assert_true(authority_parse(S(HEAD PERSONS TIERS LOW LAST), &arena, &authority, &err));
    assert_false(authority_find_person(&authority, S("a"))->has_key);
    assert_true(authority_find_person(&authority, S("b"))->has_key);
    assert_int_equal(authority_find_person(&authority, S("b"))->key[1], 0x23);
    assert_null(authority_find_person(&authority, S("c")));
    assert_true(tier_has_person(&authority.tiers[0], S("a")));
    assert_false(tier_has_person(&authority.tiers[0], S("b")));
    arena_close(&arena);
}

static void faults_have_their_place(void **state) {
    (void)state;
    static const struct {
        const char *place;
        const char *yaml;
    } rows[] = {
        {"there is nothing", ""},
        {"near line 1: Unexpected key: name", "name: x\n"},
        {"id: ", "id: a/b\nvalid_from: 2013-01-01\n" PERSONS TIERS LAST},
        {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\n" PERSONS TIERS LAST},
        {"persons[0].id: ", HEAD "persons:\n  - {id: a b, role: r}\n" TIERS LAST},
        {"persons[1].id: \"a\" is the id of persons[0] too",
         HEAD "persons:\n  - {id: a, role: r}\n  - {id: a, role: r}\n" TIERS LAST},
        {"persons[0].key: a public key is 64 hex digits",
         HEAD "persons:\n  - {id: a, role: r, key: 12ab}\n" TIERS LAST},
        {"persons[1].key: it is the key of persons[0] too",
         HEAD "persons:\n  - {id: a, role: r, key: " KEY_A "}\n  - {id: b, role: r, key: " KEY_A
              "}\n" TIERS LAST},
        {"tiers[0].persons[0]: \"c\" is none of the persons above",
         HEAD PERSONS TIERS "  - {name: board, persons: [c]}\n"},
        {"tiers[0].persons[1]: \"b\" stands here twice",
         HEAD PERSONS TIERS "  - {name: board, persons: [b, b]}\n"},
        {"tiers[1].name: \"board\" is the name of tiers[0] too", HEAD PERSONS TIERS
         "  - {name: board, up_to: [{currency: EUR, minor: 1}], persons: [a]}\n" LAST},
        {"tiers[0].up_to: missing", HEAD PERSONS TIERS "  - {name: low, persons: [a]}\n" LAST},
        {"tiers[0].up_to: the last tier has no limit", HEAD PERSONS TIERS LOW},
        {"tiers[0].up_to[0].minor: a limit is above zero", LIMITS("[{currency: EUR, minor: 0}]")},
        {"tiers[0].up_to[0].currency: \"EUX\"", LIMITS("[{currency: EUX, minor: 1}]")},
        {"tiers[0].up_to[1].currency: EUR stands here twice",
         LIMITS("[{currency: EUR, minor: 1}, {currency: EUR, minor: 2}]")},
        {"tiers[1].up_to[0].minor: limits rise", HEAD PERSONS TIERS LOW
         "  - {name: mid, up_to: [{currency: EUR, minor: 100}], persons: [a]}\n" LAST},
    };
    Arena arena = arena_open("test", 1 << 20);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Authority authority;
        Err err = {0};
        assert_false(authority_parse(str_of(rows[i].yaml), &arena, &authority, &err));
        assert_int_equal(err.verdict, VERDICT_STOP);
        if (!str_starts_with(str_of(err.text), str_of(rows[i].place))) {
            fail_msg("row %td: wanted \"%s\", got \"%s\"", i, rows[i].place, err.text);
        }
    }
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_document_asks_by_amount),
        cmocka_unit_test(nobody_in_the_shipped_document_has_a_key),
        cmocka_unit_test(a_key_is_read),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
