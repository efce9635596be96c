/* The outbox as Redis holds it: what was packed is unpacked, by output partition; what was cut or
 * changed is refused; and a bundle goes when its last row is acknowledged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chassis/tasks_redis_room.h"

static Arena arena;

static const OutboxRow ROWS[] = {
    {.output = 0, .partition = 3, .seq = 7, .ordinal = 20, .at = {1}, .type = {"state", 5}},
    {.output = 1, .partition = 3, .seq = 1, .ordinal = 21, .at = {-1}, .key = {"", 0}},
    {.output = 0, .partition = 3, .seq = 8, .ordinal = INT64_MAX, .value = {"\0\xff", 2}},
    {.output = 0, .partition = 4, .seq = INT64_C(1) << 62, .headers = {"h", 1}},
};

static void assert_part(Str found, Str wanted) {
    assert_true(str_equals(found, wanted));
    assert_int_equal(found.ptr == NULL, wanted.ptr == NULL);
}

static void assert_row(const OutboxRow *found, const OutboxRow *wanted) {
    assert_int_equal(found->output, wanted->output);
    assert_int_equal(found->partition, wanted->partition);
    assert_int_equal(found->seq, wanted->seq);
    assert_int_equal(found->ordinal, wanted->ordinal);
    assert_int_equal(found->at.us, wanted->at.us);
    assert_part(found->type, wanted->type);
    assert_part(found->key, wanted->key);
    assert_part(found->headers, wanted->headers);
    assert_part(found->value, wanted->value);
}

static void what_was_packed_is_unpacked(void **state) {
    (void)state;
    static const struct {
        OutboxPlace place;
        int rows[2];
        int count;
    } wanted[] = {{{0, 3, 8}, {0, 2}, 2}, {{0, 4, INT64_C(1) << 62}, {3}, 1}, {{1, 3, 1}, {1}, 1}};
    Bundles bundles = bundles_make(ROWS, COUNT_OF(ROWS), &arena);
    assert_int_equal(bundles.count, COUNT_OF(wanted));
    for (int i = 0; i < bundles.count; i++) {
        OutboxPlace place;
        assert_true(outbox_field_parse(outbox_field(&bundles.list[i].place, &arena), &place));
        assert_memory_equal(&place, &wanted[i].place, sizeof place);
        Str rest = bundles.list[i].packed;
        for (int row = 0; row < wanted[i].count; row++) {
            OutboxRow found;
            assert_true(outbox_take_row(&place, &rest, &found));
            assert_row(&found, &ROWS[wanted[i].rows[row]]);
        }
        assert_int_equal(rest.len, 0);
    }
}

static void what_was_cut_is_refused(void **state) {
    (void)state;
    Bundle bundle = bundles_make(ROWS, 1, &arena).list[0];
    for (ptrdiff_t length = 0; length < bundle.packed.len; length++) {
        Str rest = str_copy(&arena, str_slice(bundle.packed, 0, length));
        OutboxRow row;
        assert_false(outbox_take_row(&bundle.place, &rest, &row));
    }
}

static void lengths_out_of_range_are_refused(void **state) {
    (void)state;
    enum { TYPE_AT = 24 };
    static const char *const lengths[] = {"\xff\xff\xff\xff\xff\xff\xff\xfe", "\x80\0\0\0\0\0\0\0",
                                          "\x7f\xff\xff\xff\xff\xff\xff\xff"};
    Bundle bundle = bundles_make(ROWS, 1, &arena).list[0];
    for (ptrdiff_t i = 0; i < COUNT_OF(lengths); i++) {
        memcpy((char *)bundle.packed.ptr + TYPE_AT, lengths[i], 8);
        Str rest = bundle.packed;
        OutboxRow row;
        assert_false(outbox_take_row(&bundle.place, &rest, &row));
    }
}

static void other_fields_are_refused(void **state) {
    (void)state;
    static const char *const rows[] = {
        "",       "1",     "1/2",   "1/2/",    "1/2/x",           "/2/3",           "-1/2/3",
        "1/-2/3", "x/2/3", "1/x/3", "1/2/3/4", "99999999999/2/3", "1/99999999999/3"};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        OutboxPlace place;
        if (outbox_field_parse(str_of(rows[i]), &place)) {
            fail_msg("row %td was read", i);
        }
    }
}

static void a_bundle_goes_with_its_last_row(void **state) {
    (void)state;
    static const struct {
        int64_t acked;
        ptrdiff_t gone;
    } rows[] = {{6, 0}, {7, 0}, {8, 1}, {9, 1}};
    Bundles bundles = bundles_make(ROWS, COUNT_OF(ROWS), &arena);
    const Bundles none = {0};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        TaskOutput output = {.output = 0, .partition = 3, .acked = rows[i].acked};
        TaskNumbers numbers = {.outputs = &output, .output_count = 1};
        Holding held = {0};
        held_renew(&held, &(TaskNumbers){0}, &bundles);
        RedisCommand fields = {.arena = &arena};
        held_drops(&held, &numbers, &arena, &fields);
        assert_int_equal(fields.count, rows[i].gone);
        held_renew(&held, &numbers, &none);
        assert_int_equal(held.place_count, bundles.count - rows[i].gone);
        held_release(&held);
    }
}

int main(void) {
    arena = arena_open("test", 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_is_unpacked),
        cmocka_unit_test(what_was_cut_is_refused),
        cmocka_unit_test(lengths_out_of_range_are_refused),
        cmocka_unit_test(other_fields_are_refused),
        cmocka_unit_test(a_bundle_goes_with_its_last_row),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
