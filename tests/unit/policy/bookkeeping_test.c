/* The bookkeeping document: the shipped one, and every fault with its place. */
#include "policy/bookkeeping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/harness/file.h"

static void the_shipped_document_keeps_to_references(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    Bookkeeping keeping;
    Err err = {0};
    Str yaml = file_read(&arena, "policies/bookkeeping/default.yaml");
    assert_true(bookkeeping_parse(yaml, &arena, &keeping, &err));
    assert_true(str_equals(keeping.id, S(BOOKKEEPING_DEFAULT)));
    assert_int_equal(keeping.allocation, ALLOCATION_BY_REFERENCE);
    assert_true(keeping.roll_overpayment);
    arena_close(&arena);
}

#define HEAD "id: x\nvalid_from: 2013-01-01\n"

static void every_policy_has_its_name(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 16);
    for (Allocation i = 0; i < ALLOCATION_COUNT; i++) {
        Bookkeeping keeping;
        Err err = {0};
        Str yaml = str_format(&arena, HEAD "allocation: %s\nroll_overpayment: false\n",
                              allocation_name(i));
        assert_true(bookkeeping_parse(yaml, &arena, &keeping, &err));
        assert_int_equal(keeping.allocation, i);
        assert_false(keeping.roll_overpayment);
    }
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
        {"near line 2: Missing required mapping field: allocation", HEAD},
        {"id: ", "id: a/b\nvalid_from: 2013-01-01\nallocation: by_reference\n"},
        {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\nallocation: by_reference\n"},
        {"allocation: \"youngest_first\" is no policy", HEAD "allocation: youngest_first\n"},
        {"near line 4: ", HEAD "allocation: by_reference\nroll_overpayment: perhaps\n"},
    };
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Bookkeeping keeping = {.id = S("untouched")};
        Err err = {0};
        assert_false(bookkeeping_parse(str_of(rows[i].yaml), &arena, &keeping, &err));
        if (strstr(err.text, rows[i].place) == NULL) {
            fail_msg("wanted %s, got %s", rows[i].place, err.text);
        }
        assert_true(str_equals(keeping.id, S("untouched")));
    }
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_document_keeps_to_references),
        cmocka_unit_test(every_policy_has_its_name),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
