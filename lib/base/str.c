/* Slices. An empty one may have a null pointer, which memcmp and memcpy are not promised to take:
 * nothing here calls them with a length of zero. */
#include "base/str.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

Str str_of(const char *terminated) {
    if (terminated == NULL) {
        return (Str){0};
    }
    return (Str){terminated, (ptrdiff_t)strlen(terminated)};
}

Str str_from(const void *ptr, ptrdiff_t len) {
    CHECK(len >= 0 && (ptr != NULL || len == 0));
    return (Str){ptr, len};
}

static bool bytes_equal(const char *a, const char *b, ptrdiff_t len) {
    return len == 0 || memcmp(a, b, (size_t)len) == 0;
}

static void bytes_copy(char *to, Str from) {
    if (from.len > 0) {
        memcpy(to, from.ptr, (size_t)from.len);
    }
}

bool str_is_empty(Str str) {
    return str.len == 0;
}

bool str_equals(Str a, Str b) {
    return a.len == b.len && bytes_equal(a.ptr, b.ptr, a.len);
}

/* FNV-1a. */
uint32_t str_hash(Str str) {
    uint32_t hash = 2166136261U;
    for (ptrdiff_t i = 0; i < str.len; i++) {
        hash = (hash ^ (uint8_t)str.ptr[i]) * 16777619U;
    }
    return hash;
}

bool str_starts_with(Str str, Str prefix) {
    return prefix.len <= str.len && bytes_equal(str.ptr, prefix.ptr, prefix.len);
}

bool str_ends_with(Str str, Str suffix) {
    return suffix.len <= str.len &&
           str_equals(str_slice(str, str.len - suffix.len, str.len), suffix);
}

int str_compare(Str a, Str b) {
    ptrdiff_t shared = a.len < b.len ? a.len : b.len;
    int order = shared == 0 ? 0 : memcmp(a.ptr, b.ptr, (size_t)shared);
    if (order != 0) {
        return order < 0 ? -1 : 1;
    }
    return (a.len > b.len) - (a.len < b.len);
}

StrCut str_cut(Str str, char separator) {
    for (ptrdiff_t i = 0; i < str.len; i++) {
        if (str.ptr[i] == separator) {
            return (StrCut){str_slice(str, 0, i), str_slice(str, i + 1, str.len), true};
        }
    }
    return (StrCut){.head = str, .tail = str_slice(str, str.len, str.len)};
}

StrCut str_cut_last(Str str, char separator) {
    for (ptrdiff_t i = str.len - 1; i >= 0; i--) {
        if (str.ptr[i] == separator) {
            return (StrCut){str_slice(str, 0, i), str_slice(str, i + 1, str.len), true};
        }
    }
    return (StrCut){.head = str, .tail = str_slice(str, str.len, str.len)};
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

Str str_trim(Str str) {
    ptrdiff_t from = 0;
    ptrdiff_t to = str.len;
    while (from < to && is_blank(str.ptr[from])) {
        from++;
    }
    while (to > from && is_blank(str.ptr[to - 1])) {
        to--;
    }
    return str_slice(str, from, to);
}

Str str_slice(Str str, ptrdiff_t from, ptrdiff_t to) {
    CHECK(0 <= from && from <= to && to <= str.len);
    return (Str){from == 0 ? str.ptr : str.ptr + from, to - from};
}

/* Counts downwards: the negative side of int64 is one larger. */
bool str_parse_i64(Str str, int64_t *number) {
    bool negative = str_starts_with(str, S("-"));
    ptrdiff_t first = negative ? 1 : 0;
    int64_t below = 0;
    for (ptrdiff_t i = first; i < str.len; i++) {
        if (str.ptr[i] < '0' || str.ptr[i] > '9') {
            return false;
        }
        if (__builtin_mul_overflow(below, 10, &below) ||
            __builtin_sub_overflow(below, str.ptr[i] - '0', &below)) {
            return false;
        }
    }
    if (str.len == first || (!negative && below == INT64_MIN)) {
        return false;
    }
    *number = negative ? below : -below;
    return true;
}

Str str_copy(Arena *arena, Str str) {
    char *copy = arena_get(arena, 1, str.len);
    bytes_copy(copy, str);
    return (Str){copy, str.len};
}

const char *str_terminated(Arena *arena, Str str) {
    char *copy = arena_get(arena, 1, str.len + 1); /* zeroed: the end is there */
    bytes_copy(copy, str);
    return copy;
}

Str str_format(Arena *arena, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str str = str_vformat(arena, format, args);
    va_end(args);
    return str;
}

/* Most texts are short: formatted once, and copied. */
Str str_vformat(Arena *arena, const char *format, va_list args) {
    char quick[256];
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(quick, sizeof quick, format, again);
    va_end(again);
    CHECK(length >= 0);
    char *text = arena_get(arena, 1, (ptrdiff_t)length + 1);
    if (length < (int)sizeof quick) {
        memcpy(text, quick, (size_t)length + 1);
    } else {
        vsnprintf(text, (size_t)length + 1, format, args);
    }
    return (Str){text, length};
}

Str str_hex(Arena *arena, Str bytes) {
    static const char digits[] = "0123456789abcdef";
    char *hex = arena_get(arena, 2, bytes.len);
    for (ptrdiff_t i = 0; i < bytes.len; i++) {
        unsigned char byte = (unsigned char)bytes.ptr[i];
        hex[2 * i] = digits[byte >> 4];
        hex[2 * i + 1] = digits[byte & 15];
    }
    return (Str){hex, 2 * bytes.len};
}

/* The value of one hexadecimal digit, -1 for anything else. */
static int hex_value(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool str_read_hex(Str hex, uint8_t *bytes, ptrdiff_t size) {
    if (hex.len != 2 * size) {
        return false;
    }
    for (ptrdiff_t i = 0; i < size; i++) {
        int high = hex_value(hex.ptr[2 * i]);
        int low = hex_value(hex.ptr[2 * i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        bytes[i] = (uint8_t)(high * 16 + low);
    }
    return true;
}

bool str_parse_hex(Arena *arena, Str hex, Str *bytes) {
    if (hex.len % 2 != 0) {
        return false;
    }
    uint8_t *made = arena_get(arena, 1, hex.len / 2);
    if (!str_read_hex(hex, made, hex.len / 2)) {
        return false;
    }
    *bytes = (Str){(const char *)made, hex.len / 2};
    return true;
}
