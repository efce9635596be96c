/* The mapping document: what is let through, and where its faults are. */
#include "policy/mapping.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define INVOICE "invoice:\n  customer: a\n  number: b\n  amount: c\n  issued_on: d\n  due_on: e\n"

static bool parsed(const char *yaml, Mapping *mapping, Err *err, Arena *arena) {
    *arena = arena_open("mapping", 1 << 16);
    return mapping_parse(str_of(yaml), arena, mapping, err);
}

static void a_good_document_is_read(void **state) {
    (void)state;
    Arena arena;
    Mapping mapping;
    Err err;
    assert_true(parsed("id: x\ndates: D.M.YYYY\ndelimiter: ;\n" INVOICE "payment:\n  paid_on: f\n",
                       &mapping, &err, &arena));
    assert_int_equal(mapping.dates, MAPPING_DATES_DMY);
    assert_int_equal(mapping.delimiter, ';');
    assert_true(str_equals(mapping.customer, S("a")) && str_equals(mapping.paid_on, S("f")));
    arena_close(&arena);
}

static void what_may_be_missing_has_its_default(void **state) {
    (void)state;
    Arena arena;
    Mapping mapping;
    Err err;
    assert_true(parsed("id: x\ndates: YYYY-MM-DD\n" INVOICE, &mapping, &err, &arena));
    assert_int_equal(mapping.delimiter, ',');
    assert_true(str_is_empty(mapping.paid_on));
    arena_close(&arena);
}

static void faults_are_named(void **state) {
    (void)state;
    static const struct {
        const char *yaml;
        const char *says;
    } rows[] = {
        {"id: x\ndates: YY-M-D\n" INVOICE, "dates"},
        {"id: x\ndates: M/D/YYYY\ndelimiter: xx\n" INVOICE, "delimiter"},
        {"id: x\ndates: M/D/YYYY\n", "invoice"},
        {"id: x\ndates: M/D/YYYY\nsurprise: 1\n" INVOICE, "surprise"},
        {"dates: [", "line"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Arena arena;
        Mapping mapping;
        Err err = {0};
        assert_false(parsed(rows[i].yaml, &mapping, &err, &arena));
        if (!strstr(err.text, rows[i].says)) {
            fail_msg("\"%s\" does not speak of %s", err.text, rows[i].says);
        }
        arena_close(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_document_is_read),
        cmocka_unit_test(what_may_be_missing_has_its_default),
        cmocka_unit_test(faults_are_named),
    };
    return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
