/* UTF-8 by the table of well-formed byte sequences (Unicode 15, table 3-7): the first byte says how
 * many follow and how far the second may go; every other one is 80..BF. */
#include "base/str.h"

typedef struct Lead {
    unsigned char first; /* first bytes of this row: first..last */
    unsigned char last;
    int follow;        /* bytes after the first */
    unsigned char low; /* the second byte: low..high */
    unsigned char high;
} Lead;

static const Lead leads[] = {
    {0x01, 0x7f, 0, 0x00, 0x00},                              /* NUL is not text */
    {0xc2, 0xdf, 1, 0x80, 0xbf},                              /* C0 and C1 would be overlong */
    {0xe0, 0xe0, 2, 0xa0, 0xbf},                              /* below A0: overlong */
    {0xe1, 0xec, 2, 0x80, 0xbf}, {0xed, 0xed, 2, 0x80, 0x9f}, /* above 9F: surrogates */
    {0xee, 0xef, 2, 0x80, 0xbf}, {0xf0, 0xf0, 3, 0x90, 0xbf}, /* below 90: overlong */
    {0xf1, 0xf3, 3, 0x80, 0xbf}, {0xf4, 0xf4, 3, 0x80, 0x8f}, /* above 8F: past U+10FFFF */
};

/* Bytes of the character at the start of a non-empty str; 0 when it is malformed. */
static ptrdiff_t character_length(Str str) {
    unsigned char first = (unsigned char)str.ptr[0];
    const Lead *lead = leads;
    while (lead < leads + COUNT_OF(leads) && (first < lead->first || first > lead->last)) {
        lead++;
    }
    if (lead == leads + COUNT_OF(leads) || lead->follow >= str.len) {
        return 0;
    }
    for (int i = 1; i <= lead->follow; i++) {
        unsigned char byte = (unsigned char)str.ptr[i];
        unsigned char low = i == 1 ? lead->low : 0x80;
        unsigned char high = i == 1 ? lead->high : 0xbf;
        if (byte < low || byte > high) {
            return 0;
        }
    }
    return lead->follow + 1;
}

bool str_is_text(Str str) {
    while (str.len > 0) {
        ptrdiff_t length = character_length(str);
        if (length == 0) {
            return false;
        }
        str = str_slice(str, length, str.len);
    }
    return true;
}

/* U+2028 and U+2029 end a line, U+202A..U+202E and U+2066..U+2069 turn the direction of what
 * follows: E2 80 A8..AE and E2 81 A6..A9. */
static bool is_hidden_control(Str str, ptrdiff_t i) {
    if (i + 2 >= str.len || (unsigned char)str.ptr[i] != 0xe2) {
        return false;
    }
    unsigned char second = (unsigned char)str.ptr[i + 1];
    unsigned char third = (unsigned char)str.ptr[i + 2];
    return (second == 0x80 && third >= 0xa8 && third <= 0xae) ||
           (second == 0x81 && third >= 0xa6 && third <= 0xa9);
}

bool str_is_line(Str str) {
    for (ptrdiff_t i = 0; i < str.len; i++) {
        unsigned char byte = (unsigned char)str.ptr[i];
        unsigned char before = i == 0 ? 0 : (unsigned char)str.ptr[i - 1];
        if (is_hidden_control(str, i)) {
            return false;
        }
        if (byte < 0x20 || byte == 0x7f || (before == 0xc2 && byte <= 0x9f)) {
            return false; /* U+0080..U+009F are C2 80..9F */
        }
    }
    return str_is_text(str);
}
