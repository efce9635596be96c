#pragma once

#include <stddef.h>

#include "base/attr.h"

/* Memory with a lifetime: what belongs together is freed together.
 *
 * Three lifetimes are enough for a service: start-up (settings, tables), batch (reset after each
 * step) and scratch (a small arena that one function opens and closes). Nothing is freed one by
 * one, so nothing leaks one by one. Memory comes zeroed and aligned for any type.
 *
 * An arena that reaches its limit stops the process (CHECK), so limits on what comes from outside
 * are checked before it is copied: see arena_room.
 *
 *     Arena batch = arena_open("batch", 64 << 20);
 *     Invoice *rows = ARENA_ARRAY(&batch, Invoice, 100);
 *     arena_reset(&batch);
 *
 * The arena owns its blocks; who gets memory from it owns nothing. */
typedef struct ArenaBlock ArenaBlock;
typedef struct Arena {
    const char *name;  /* for the message when it is full */
    ArenaBlock *block; /* newest first */
    ptrdiff_t limit;   /* bytes it may hold in all */
    ptrdiff_t held;    /* bytes taken from the system */
    ptrdiff_t used;    /* bytes handed out */
    int small_rounds;  /* resets in a row after which most of the kept block had been idle */
} Arena;

Arena arena_open(const char *name, ptrdiff_t limit_bytes);
/* Gives the memory back; the arena can be used again. */
void arena_close(Arena *arena);
/* Rounds of a busy service in some ten seconds, of an idle one in minutes: floods that follow each
 * other closely find the memory still there. */
enum { ARENA_PATIENCE = 256 };
/* Everything handed out is gone; the largest block is kept for the next round. What one large round
 * needed is given back after ARENA_PATIENCE rounds that use less than a quarter of it. */
void arena_reset(Arena *arena);

void *arena_get(Arena *arena, ptrdiff_t size, ptrdiff_t count);
/* Bytes that can still be handed out in one piece. */
ptrdiff_t arena_room(const Arena *arena);

#define ARENA_NEW(arena, Type) ((Type *)arena_get((arena), (ptrdiff_t)sizeof(Type), 1))
#define ARENA_ARRAY(arena, Type, count)                                                            \
    ((Type *)arena_get((arena), (ptrdiff_t)sizeof(Type), (count)))
