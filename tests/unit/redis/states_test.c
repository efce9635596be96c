/* The states of a task in memory: found by key, replaced, compared by place. */
#include "chassis/states.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void places_are_ordered_by_epoch_then_version(void **state) {
    (void)state;
    static const struct {
        Place a;
        Place b;
        int order;
    } rows[] = {
        {{1, 1}, {1, 1}, 0}, {{1, 2}, {1, 1}, 1}, {{1, 9}, {2, 1}, -1}, {{3, 0}, {2, 9}, 1}};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(place_compare(rows[i].a, rows[i].b), rows[i].order);
    }
}

static void many_are_found_again(void **state) {
    (void)state;
    enum { MANY = 5000 };
    Arena arena = arena_open("test", 16 << 20);
    States *states = states_open();
    for (int i = 0; i < MANY; i++) {
        Str key = str_format(&arena, "acme/%d", i);
        state_set(states_get(states, key), str_format(&arena, "first %d", i), (Place){1, 1});
        state_set(states_get(states, key), str_format(&arena, "value %d", i), (Place){1, 2});
    }
    assert_int_equal(states->count, MANY);
    for (int i = 0; i < MANY; i++) {
        Str found = states_find(states, str_format(&arena, "acme/%d", i));
        assert_true(str_equals(found, str_format(&arena, "value %d", i)));
    }
    int seen = 0;
    for (State *one = states_next(states, NULL); one; one = states_next(states, one)) {
        seen++;
    }
    assert_int_equal(seen, MANY);
    assert_null(states_find(states, S("acme/none")).ptr);
    State *one = states_get(states, S("acme/7"));
    state_clear(one);
    assert_null(states_find(states, S("acme/7")).ptr);
    states_close(states);
    arena_close(&arena);
}

static void one_grows_and_shrinks(void **state) {
    (void)state;
    static const char text[1000] = "a state";
    static const int lengths[] = {1, 0, 7, 8, 9, 1000, 999, 500, 499, 3, 1000};
    States *states = states_open();
    State *one = states_get(states, S("acme/1"));
    for (ptrdiff_t i = 0; i < COUNT_OF(lengths); i++) {
        state_set_unplaced(one, str_from(text, lengths[i]));
        assert_true(str_equals(one->value, str_from(text, lengths[i])));
        assert_false(one->placed);
        assert_true(one->room <= 2 * lengths[i] + 2);
    }
    state_set(one, S("placed"), (Place){1, 2});
    assert_true(one->placed && place_compare(one->held, (Place){1, 2}) == 0);
    states_close(states);
}

static void a_round_meets_each_once(void **state) {
    (void)state;
    States *states = states_open();
    State *one = states_get(states, S("acme/1"));
    State *other = states_get(states, S("acme/2"));
    for (int round = 0; round < 3; round++) {
        states_begin_round(states);
        assert_true(state_meet(states, one));
        assert_false(state_meet(states, one));
        assert_int_equal(state_meet(states, other), true);
    }
    states_begin_round(states);
    assert_true(state_meet(states, states_get(states, S("acme/3"))));
    states_close(states);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_are_ordered_by_epoch_then_version),
        cmocka_unit_test(many_are_found_again),
        cmocka_unit_test(one_grows_and_shrinks),
        cmocka_unit_test(a_round_meets_each_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
