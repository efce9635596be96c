/* Arenas: zeroed, aligned, limited, reusable. */
#include "base/arena.h"

#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"

static void memory_is_zeroed_and_aligned(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    for (int round = 0; round < 3; round++) {
        for (ptrdiff_t size = 1; size < 300; size++) {
            unsigned char *got = arena_get(&arena, 1, size);
            assert_int_equal((uintptr_t)got % alignof(max_align_t), 0);
            for (ptrdiff_t i = 0; i < size; i++) {
                assert_int_equal(got[i], 0);
            }
            memset(got, 0xa5, (size_t)size);
        }
        arena_reset(&arena);
    }
    arena_close(&arena);
}

static void pieces_do_not_overlap(void **state) {
    (void)state;
    enum { PIECES = 2000 };
    Arena arena = arena_open("test", 1 << 20);
    int *pieces[PIECES];
    for (int i = 0; i < PIECES; i++) {
        pieces[i] = ARENA_ARRAY(&arena, int, 1 + i % 7);
        for (int j = 0; j < 1 + i % 7; j++) {
            pieces[i][j] = i;
        }
    }
    for (int i = 0; i < PIECES; i++) {
        for (int j = 0; j < 1 + i % 7; j++) {
            assert_int_equal(pieces[i][j], i);
        }
    }
    arena_close(&arena);
}

static void whole_limit_can_be_used(void **state) {
    (void)state;
    static const ptrdiff_t limits[] = {1, 15, 16, 17, 1000, 1 << 14, (1 << 14) + 1, 1 << 20};
    for (int i = 0; i < COUNT_OF(limits); i++) {
        Arena arena = arena_open("test", limits[i]);
        assert_int_equal(arena_room(&arena), limits[i]);
        char *whole = arena_get(&arena, 1, limits[i]);
        whole[limits[i] - 1] = 1;
        assert_int_equal(arena_room(&arena), 0);
        assert_int_equal(arena.used, limits[i]);
        assert_true(TRAPPED(arena_get(&arena, 1, 1)));
        assert_true((char *)arena_get(&arena, 1, 0) <= whole + limits[i]);
        arena_close(&arena);
    }
}

/* The promise of arena_room: one piece of that size always fits, whatever came before. */
static void room_keeps_its_word(void **state) {
    (void)state;
    for (ptrdiff_t step = 1; step < 40000; step += 997) {
        Arena arena = arena_open("test", 100000);
        while (arena_room(&arena) >= step) {
            arena_get(&arena, 1, step);
            assert_true(arena.held <= arena.limit);
        }
        ptrdiff_t rest = arena_room(&arena);
        arena_get(&arena, 1, rest);
        assert_true(TRAPPED(arena_get(&arena, 1, step)));
        arena_close(&arena);
    }
}

static void room_is_one_piece(void **state) {
    (void)state;
    for (ptrdiff_t taken = 1; taken < 100000; taken += 1009) {
        Arena arena = arena_open("test", 100000);
        arena_get(&arena, 1, taken);
        ptrdiff_t room = arena_room(&arena);
        assert_true(TRAPPED(arena_get(&arena, 1, room + 1)));
        char *piece = arena_get(&arena, 1, room);
        memset(piece, 0xa5, (size_t)room);
        assert_true(arena.held <= arena.limit);
        arena_close(&arena);
    }
}

static void full_arena_names_itself(void **state) {
    (void)state;
    Arena arena = arena_open("batch", 100);
    assert_true(TRAPPED(arena_get(&arena, 10, 11)));
    assert_string_equal(trap_condition(),
                        "arena 'batch' is full: 11 x 10 bytes wanted, 0 of 100 held");
    arena_close(&arena);
}

static void sizes_that_overflow_are_refused(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    assert_true(TRAPPED(arena_get(&arena, 8, PTRDIFF_MAX)));
    assert_true(TRAPPED(arena_get(&arena, PTRDIFF_MAX, PTRDIFF_MAX)));
    assert_true(TRAPPED(arena_get(&arena, PTRDIFF_MAX, 1)));
    assert_true(TRAPPED(arena_get(&arena, PTRDIFF_MAX / 2 + 1, 2)));
    assert_true(TRAPPED(arena_get(&arena, 1, -1)));
    assert_true(TRAPPED(arena_get(&arena, 0, 1)));
    assert_true(TRAPPED(arena_get(&arena, -8, -8)));
    assert_true(TRAPPED(arena_open("test", 0)));
    assert_non_null(arena_get(&arena, 8, 0));
    arena_close(&arena);
}

static void reset_keeps_the_largest_block(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    arena_get(&arena, 1, 100);
    arena_get(&arena, 1, 600000);
    arena_get(&arena, 1, 200000); /* what the limit leaves: the largest is not the newest */
    ptrdiff_t held = arena.held;
    arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    assert_true(arena.held >= 600000 && arena.held < held);
    ptrdiff_t kept = arena.held;
    arena_get(&arena, 1, 600000);
    assert_int_equal(arena.held, kept);
    arena_close(&arena);
}

/* A flood that has passed: what it needed is given back, after a while and not before. */
static void what_one_round_needed_is_given_back(void **state) {
    (void)state;
    enum { FLOOD = 1 << 20, USUAL = 1 << 10 };
    Arena arena = arena_open("test", 2 * FLOOD);
    (void)arena_get(&arena, 1, FLOOD);
    arena_reset(&arena);
    for (int round = 1; round < ARENA_PATIENCE; round++) {
        (void)arena_get(&arena, 1, USUAL);
        arena_reset(&arena);
        assert_true(arena.held >= FLOOD);
    }
    (void)arena_get(&arena, 1, USUAL);
    arena_reset(&arena);
    assert_int_equal(arena.held, 0);
    (void)arena_get(&arena, 1, USUAL);
    assert_in_range(arena.held, USUAL, FLOOD / 4);
    arena_close(&arena);
}

static void a_round_as_large_begins_the_wait_anew(void **state) {
    (void)state;
    enum { FLOOD = 1 << 20 };
    Arena arena = arena_open("test", 2 * FLOOD);
    for (int round = 0; round < 3 * ARENA_PATIENCE; round++) {
        (void)arena_get(&arena, 1, round % (ARENA_PATIENCE - 1) == 0 ? FLOOD : 1);
        arena_reset(&arena);
        assert_true(arena.held >= FLOOD);
    }
    arena_close(&arena);
}

static void closed_and_unused_arenas_can_be_closed_and_reset(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1000);
    arena_reset(&arena);
    arena_close(&arena);
    arena_close(&arena);
    assert_int_equal(arena_room(&arena), 1000);
    assert_non_null(arena_get(&arena, 1, 1000));
    arena_close(&arena);
}

#ifdef __SANITIZE_ADDRESS__
int __asan_address_is_poisoned(const volatile void *address);

static void sanitizer_sees_what_is_not_handed_out(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1000);
    char *got = arena_get(&arena, 1, 10);
    assert_false(__asan_address_is_poisoned(got + 9));
    assert_true(__asan_address_is_poisoned(got + 10));
    arena_reset(&arena);
    assert_true(__asan_address_is_poisoned(got));
    arena_close(&arena);
}
#else
static void sanitizer_sees_what_is_not_handed_out(void **state) {
    (void)state;
    skip();
}
#endif

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_and_aligned),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(whole_limit_can_be_used),
        cmocka_unit_test(room_keeps_its_word),
        cmocka_unit_test(room_is_one_piece),
        cmocka_unit_test(full_arena_names_itself),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(reset_keeps_the_largest_block),
        cmocka_unit_test(what_one_round_needed_is_given_back),
        cmocka_unit_test(a_round_as_large_begins_the_wait_anew),
        cmocka_unit_test(closed_and_unused_arenas_can_be_closed_and_reset),
        cmocka_unit_test(sanitizer_sees_what_is_not_handed_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
