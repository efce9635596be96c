#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"

/* A slice of bytes: pointer and length, passed by value, owned by somebody else.
 *
 * Never terminated; printed with "%.*s" and STR_ARGS. Terminated strings exist only where a library
 * wants them (str_terminated). Parsers return the slice they took and what is left.
 *
 *     Str line = S("a;b");
 *     StrCut cut = str_cut(line, ';');      cut.head "a", cut.tail "b", cut.found true */
typedef struct Str {
    const char *ptr;
    ptrdiff_t len;
} Str;

#define S(literal)    ((Str){(literal), (ptrdiff_t)sizeof(literal) - 1})
#define STR_ARGS(str) (int)(str).len, (str).ptr

typedef struct StrCut {
    Str head;
    Str tail;
    bool found;
} StrCut;

/* NULL is the empty Str: getenv can be passed on. */
Str str_of(const char *terminated);
Str str_from(const void *ptr, ptrdiff_t len);

bool str_is_empty(Str str);
bool str_equals(Str a, Str b);
bool str_starts_with(Str str, Str prefix);
bool str_ends_with(Str str, Str suffix);
/* Byte order, a shorter one first: the order of keys everywhere. */
int str_compare(Str a, Str b);
/* For tables in memory; anybody may find two that share one. */
uint32_t str_hash(Str str);
/* True for UTF-8 without NUL, overlong forms or surrogates. */
bool str_is_text(Str str);
/* Text without control characters (those of Unicode: below blank, DEL, U+0080 to U+009F): it stays
 * on its line in a log, a table or the header of a mail. */
bool str_is_line(Str str);

StrCut str_cut(Str str, char separator);
StrCut str_cut_last(Str str, char separator);
Str str_trim(Str str);
Str str_slice(Str str, ptrdiff_t from, ptrdiff_t to);

/* The whole of str is one decimal number in range; signs: '-' only. */
bool str_parse_i64(Str str, int64_t *number) MUST_USE;

Str str_copy(Arena *arena, Str str);
/* A NUL inside ends it early for the library: str_is_text comes first for what is from outside. */
const char *str_terminated(Arena *arena, Str str);
Str str_format(Arena *arena, const char *format, ...) PRINTF(2, 3);
Str str_vformat(Arena *arena, const char *format, va_list args) PRINTF(2, 0);

/* Written in lower case, read in either. */
Str str_hex(Arena *arena, Str bytes);
bool str_parse_hex(Arena *arena, Str hex, Str *bytes) MUST_USE;
/* Exactly so many bytes; what stands there is of no use after false. */
bool str_read_hex(Str hex, uint8_t *bytes, ptrdiff_t size) MUST_USE;

/* Text that grows in an arena up to a stated limit. What would pass the limit, or the arena's, is
 * not added, and neither is anything after it: look at `full` once, at the end. */
typedef struct StrBuilder {
    Arena *arena;
    char *ptr;
    ptrdiff_t len;
    ptrdiff_t room;
    ptrdiff_t limit;
    bool full;
} StrBuilder;

StrBuilder str_builder(Arena *arena, ptrdiff_t limit_bytes);
void str_add(StrBuilder *builder, Str part);
void str_addf(StrBuilder *builder, const char *format, ...) PRINTF(2, 3);
Str str_built(const StrBuilder *builder);
