/* Blocks from malloc, handed out front to back. What is not handed out is poisoned under
 * AddressSanitizer, so that running past an array or using memory after arena_reset is found. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"

/* gcc says it by a macro, clang by a feature. */
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(ptr, size)   ((void)(ptr), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(ptr, size) ((void)(ptr), (void)(size))
#endif

struct ArenaBlock {
    ArenaBlock *older;
    ptrdiff_t size; /* bytes it can hand out */
    ptrdiff_t used; /* bytes handed out, gaps for alignment included */
    alignas(max_align_t) char bytes[];
};

/* Small arenas stay small, large ones double: few calls of malloc either way. */
enum { FIRST_BLOCK = 16 << 10 };

Arena arena_open(const char *name, ptrdiff_t limit_bytes) {
    CHECK(limit_bytes > 0);
    return (Arena){.name = name, .limit = limit_bytes};
}

static void blocks_free(ArenaBlock *block) {
    while (block != NULL) {
        ArenaBlock *older = block->older;
        ASAN_UNPOISON_MEMORY_REGION(block->bytes, (size_t)block->size);
        free(block);
        block = older;
    }
}

void arena_close(Arena *arena) {
    blocks_free(arena->block);
    arena->block = NULL;
    arena->held = 0;
    arena->used = 0;
    arena->small_rounds = 0;
}

/* Takes the largest block out of the list; the rest stays linked. */
static ArenaBlock *take_largest(ArenaBlock **newest) {
    ArenaBlock **largest = newest;
    for (ArenaBlock **at = newest; *at != NULL; at = &(*at)->older) {
        if ((*at)->size > (*largest)->size) {
            largest = at;
        }
    }
    ArenaBlock *taken = *largest;
    *largest = taken->older;
    return taken;
}

/* Blocks double, so a round that needs a quarter would also be served by a smaller one; the
 * smallest are not worth the calls. */
static void count_round(Arena *arena, const ArenaBlock *kept) {
    bool is_small = kept->size > FIRST_BLOCK && arena->used < kept->size / 4;
    arena->small_rounds = is_small ? arena->small_rounds + 1 : 0;
}

void arena_reset(Arena *arena) {
    if (arena->block == NULL) {
        return;
    }
    ArenaBlock *kept = take_largest(&arena->block);
    count_round(arena, kept);
    arena->used = 0;
    blocks_free(arena->block);
    kept->older = NULL;
    kept->used = 0;
    ASAN_POISON_MEMORY_REGION(kept->bytes, (size_t)kept->size);
    arena->block = kept;
    arena->held = kept->size;
    if (arena->small_rounds >= ARENA_PATIENCE) {
        arena_close(arena);
    }
}

static ptrdiff_t align_up(ptrdiff_t bytes) {
    ptrdiff_t alignment = (ptrdiff_t)alignof(max_align_t);
    return (bytes + alignment - 1) & -alignment;
}

/* Bytes the newest block can still hand out in one piece. */
static ptrdiff_t block_room(const ArenaBlock *block) {
    if (block == NULL) {
        return 0;
    }
    ptrdiff_t start = align_up(block->used);
    return start < block->size ? block->size - start : 0;
}

ptrdiff_t arena_room(const Arena *arena) {
    ptrdiff_t here = block_room(arena->block);
    ptrdiff_t elsewhere = arena->limit - arena->held;
    return here > elsewhere ? here : elsewhere;
}

__attribute__((noreturn)) static void stop_full(const Arena *arena, ptrdiff_t size,
                                                ptrdiff_t count) {
    char text[160];
    snprintf(text, sizeof text, "arena '%s' is full: %td x %td bytes wanted, %td of %td held",
             arena->name, count, size, arena->held, arena->limit);
    check_failed(__FILE__, __LINE__, __func__, text);
}

/* Large enough for `at_least`, which must not be more than the arena may still take. */
static void add_block(Arena *arena, ptrdiff_t at_least) {
    ptrdiff_t left = arena->limit - arena->held;
    ptrdiff_t wished = arena->held > FIRST_BLOCK ? arena->held : FIRST_BLOCK;
    ptrdiff_t size = wished > at_least ? wished : at_least;
    size = size < left ? size : left;
    ArenaBlock *block = malloc(sizeof *block + (size_t)size);
    CHECK(block != NULL);
    *block = (ArenaBlock){.older = arena->block, .size = size};
    ASAN_POISON_MEMORY_REGION(block->bytes, (size_t)size);
    arena->block = block;
    arena->held += size;
}

/* Hands out the next bytes of a block that has room for them. */
static void *block_take(ArenaBlock *block, ptrdiff_t bytes) {
    ptrdiff_t start = align_up(block->used);
    if (start > block->size) {
        start = block->size; /* only for zero bytes at the very end */
    }
    block->used = start + bytes;
    ASAN_UNPOISON_MEMORY_REGION(block->bytes + start, (size_t)bytes);
    return memset(block->bytes + start, 0, (size_t)bytes);
}

void *arena_get(Arena *arena, ptrdiff_t size, ptrdiff_t count) {
    CHECK(size > 0 && count >= 0);
    if (count > arena_room(arena) / size) {
        stop_full(arena, size, count);
    }
    ptrdiff_t bytes = size * count;
    if (arena->block == NULL || bytes > block_room(arena->block)) {
        add_block(arena, bytes);
    }
    arena->used += bytes;
    return block_take(arena->block, bytes);
}
