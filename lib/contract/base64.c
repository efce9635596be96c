/* Three bytes are four characters of six bits (RFC 4648). */
#include "contract/base64.h"

#include <stdint.h>

Str base64_print(Arena *arena, Str bytes) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = arena_get(arena, 4, (bytes.len + 2) / 3);
    ptrdiff_t len = 0;
    for (ptrdiff_t i = 0; i < bytes.len; i += 3) {
        ptrdiff_t given = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t bits = 0;
        for (ptrdiff_t j = 0; j < 3; j++) {
            bits = bits << 8 | (j < given ? (uint8_t)bytes.ptr[i + j] : 0);
        }
        for (ptrdiff_t j = 0; j < 4; j++) {
            text[len++] = j <= given ? digits[bits >> (18 - 6 * j) & 63] : '=';
        }
    }
    return str_from(text, len);
}

/* -1 for a character of neither alphabet. */
static int digit_value(char c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A';
    }
    if (c >= 'a' && c <= 'z') {
        return c - 'a' + 26;
    }
    if (c >= '0' && c <= '9') {
        return c - '0' + 52;
    }
    if (c == '+' || c == '-') {
        return 62;
    }
    return c == '/' || c == '_' ? 63 : -1;
}

/* At most two signs at the end, and only where they fill a group of four. */
static Str without_padding(Str text) {
    Str cut = text;
    while (text.len % 4 == 0 && text.len - cut.len < 2 && str_ends_with(cut, S("="))) {
        cut = str_slice(cut, 0, cut.len - 1);
    }
    return cut;
}

bool base64_parse(Arena *arena, Str text, Str *bytes) {
    Str characters = without_padding(text);
    char *made = arena_get(arena, 1, characters.len / 4 * 3 + 3);
    ptrdiff_t len = 0;
    uint32_t bits = 0;
    int held = 0; /* bits not yet given out */
    for (ptrdiff_t i = 0; i < characters.len; i++) {
        int value = digit_value(characters.ptr[i]);
        if (value < 0) {
            return false;
        }
        bits = (bits << 6 | (uint32_t)value) & 0xfff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            made[len++] = (char)(bits >> held);
        }
    }
    bool whole = characters.len % 4 != 1 && (bits & ((1U << held) - 1)) == 0;
    if (!whole) {
        return false;
    }
    *bytes = str_from(made, len);
    return true;
}
