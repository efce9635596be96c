/* The aging document: the shipped one, and every fault with its place. */
#include "policy/aging.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static Str shipped(Arena *arena) {
    FILE *file = fopen("policies/aging/standard.yaml", "rb");
    assert_non_null(file);
    char *bytes = arena_get(arena, 1, 4096);
    size_t size = fread(bytes, 1, 4096, file);
    fclose(file);
    return str_from(bytes, (ptrdiff_t)size);
}

static void the_shipped_document_is_the_standard(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int32_t from_day;
    } rows[] = {{"current", INT32_MIN}, {"1-30", 1}, {"31-60", 31}, {"61-90", 61}, {"91+", 91}};
    Arena arena = arena_open("test", 1 << 16);
    Aging aging;
    Err err = {0};
    assert_true(aging_parse(shipped(&arena), &arena, &aging, &err));
    assert_true(str_equals(aging.id, S("standard")));
    assert_false(aging.from_invoice);
    assert_int_equal(aging.count, COUNT_OF(rows));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(str_equals(aging.buckets[i].name, str_of(rows[i].name)));
        assert_int_equal(aging.buckets[i].from_day, rows[i].from_day);
    }
    arena_close(&arena);
}

#define HEAD    "id: x\nvalid_from: 2013-01-01\nbuckets:\n"
#define CURRENT "  - {name: current, to_day: 0}\n"
#define LAST    "  - {name: 31+, from_day: 31}\n"

static void days_count_from_what_it_says(void **state) {
    (void)state;
    static const struct {
        const char *from;
        bool from_invoice;
    } rows[] = {{"", false}, {"from: due\n", false}, {"from: invoice\n", true}};
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Aging aging;
        Err err = {0};
        Str yaml = str_format(&arena,
                              "id: x\nvalid_from: 2013-01-01\n%sbuckets:\n" CURRENT
                              "  - {name: 1+, from_day: 1}\n",
                              rows[i].from);
        assert_true(aging_parse(yaml, &arena, &aging, &err));
        assert_int_equal(aging.from_invoice, rows[i].from_invoice);
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
        {"near line 5: ", HEAD CURRENT "  - {name: 1+, from_day: one}\n"},
        {"near line 4: Insufficient entries", HEAD CURRENT},
        {"near line 1: Missing required mapping field: valid_from", "id: x\n"},
        {"near line 2: ", "id: &a x\nvalid_from: *a\n"},
        {"id: ", "id: a/b\nvalid_from: 2013-01-01\nbuckets:\n" CURRENT LAST},
        {"valid_from: \"2013-02-30\"", "id: x\nvalid_from: 2013-02-30\nbuckets:\n" CURRENT LAST},
        {"from: ", "id: x\nvalid_from: 2013-01-01\nfrom: delivery\nbuckets:\n" CURRENT LAST},
        {"buckets[1].from_day: gap: the bucket before ends with day 0, this one begins with 31",
         HEAD CURRENT LAST},
        {"buckets[2].from_day: overlap",
         HEAD CURRENT "  - {name: 1-31, from_day: 1, to_day: 31}\n" LAST},
        {"buckets[2].from_day: gap",
         HEAD CURRENT "  - {name: 1-29, from_day: 1, to_day: 29}\n" LAST},
        {"buckets[1].from_day: missing", HEAD CURRENT "  - {name: 1+}\n"},
        {"buckets[1].to_day: missing", HEAD CURRENT "  - {name: 1+, from_day: 1}\n" LAST},
        {"buckets[1].to_day: the last bucket has no end",
         HEAD CURRENT "  - {name: 1-30, from_day: 1, to_day: 30}\n"},
        {"buckets[1].to_day: 0 is before its from_day 1",
         HEAD CURRENT "  - {name: 1-30, from_day: 1, to_day: 0}\n" LAST},
        {"buckets[1].to_day: 40000 is more than 36500",
         HEAD CURRENT "  - {name: old, from_day: 1, to_day: 40000}\n" LAST},
        {"buckets[0].name: the first bucket is \"current\"",
         HEAD "  - {name: now, to_day: 0}\n  - {name: 1+, from_day: 1}\n"},
        {"buckets[0].to_day: current ends with day 0, not 3",
         HEAD "  - {name: current, to_day: 3}\n  - {name: 4+, from_day: 4}\n"},
        {"buckets[0].from_day: current has no beginning",
         HEAD "  - {name: current, from_day: 0, to_day: 0}\n  - {name: 1+, from_day: 1}\n"},
        {"buckets[0].to_day: missing", HEAD "  - {name: current}\n  - {name: 1+, from_day: 1}\n"},
        {"buckets[1].name: \"current\" is the name of buckets[0] too",
         HEAD CURRENT "  - {name: current, from_day: 1}\n"},
    };
    Arena arena = arena_open("test", 1 << 16);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Err err = {0};
        Aging untouched = {.count = 42};
        assert_false(aging_parse(str_of(rows[i].yaml), &arena, &untouched, &err));
        if (!str_starts_with(str_of(err.text), str_of(rows[i].place))) {
            fail_msg("row %td: %s", i, err.text);
        }
        assert_int_equal(err.verdict, VERDICT_STOP);
        assert_int_equal(untouched.count, 42);
    }
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_document_is_the_standard),
        cmocka_unit_test(days_count_from_what_it_says),
        cmocka_unit_test(faults_have_their_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
