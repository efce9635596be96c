/* Growing text. The room doubles, so what is left behind in the arena is at most as much again as
 * the text; an arena that cannot follow makes the builder full instead of stopping the process. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/str.h"

enum { FIRST_ROOM = 256 };

StrBuilder str_builder(Arena *arena, ptrdiff_t limit_bytes) {
    CHECK(limit_bytes >= 0 && limit_bytes < PTRDIFF_MAX / 2);
    return (StrBuilder){.arena = arena, .limit = limit_bytes};
}

static ptrdiff_t smaller(ptrdiff_t a, ptrdiff_t b) {
    return a < b ? a : b;
}

/* Room for `more` bytes and the terminator vsnprintf insists on; false: the builder is full now. */
static bool make_room(StrBuilder *builder, ptrdiff_t more) {
    if (builder->full || more > builder->limit - builder->len) {
        builder->full = true;
        return false;
    }
    ptrdiff_t needed = builder->len + more + 1;
    if (needed <= builder->room) {
        return true;
    }
    ptrdiff_t available = smaller(builder->limit + 1, arena_room(builder->arena));
    if (needed > available) {
        builder->full = true;
        return false;
    }
    ptrdiff_t doubled = builder->room == 0 ? FIRST_ROOM : 2 * builder->room;
    ptrdiff_t room = doubled > needed ? smaller(doubled, available) : needed;
    char *ptr = arena_get(builder->arena, 1, room);
    if (builder->len > 0) {
        memcpy(ptr, builder->ptr, (size_t)builder->len);
    }
    builder->ptr = ptr;
    builder->room = room;
    return true;
}

void str_add(StrBuilder *builder, Str part) {
    if (!make_room(builder, part.len) || part.len == 0) {
        return;
    }
    memcpy(builder->ptr + builder->len, part.ptr, (size_t)part.len);
    builder->len += part.len;
}

void str_addf(StrBuilder *builder, const char *format, ...) {
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    /* Into what room there is: often enough. */
    ptrdiff_t room = builder->full ? 0 : builder->room - builder->len;
    int length =
        vsnprintf(room > 0 ? builder->ptr + builder->len : NULL, (size_t)room, format, again);
    va_end(again);
    CHECK(length >= 0);
    if (length < room && length <= builder->limit - builder->len) {
        builder->len += length;
    } else if (make_room(builder, length)) {
        vsnprintf(builder->ptr + builder->len, (size_t)length + 1, format, args);
        builder->len += length;
    }
    va_end(args);
}

Str str_built(const StrBuilder *builder) {
    return (Str){builder->ptr, builder->len};
}
