/* JSON's escapes (RFC 8259, section 7). */
#include "chassis/quote.h"

#include <stdio.h>
#include <string.h>

enum { ESCAPED_MAX = 6 }; /* \u001f: what one byte may become at most */

static const char NO_CHARACTER[] = {'\xef', '\xbf', '\xbd'}; /* U+FFFD */

/* Bytes of the character at the front; 0 when they are no UTF-8. */
static ptrdiff_t character_length(Str text) {
    unsigned char first = (unsigned char)text.ptr[0];
    ptrdiff_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    bool good = length <= text.len && (first < 0x80 || str_is_text(str_slice(text, 0, length)));
    return good ? length : 0;
}

/* An ASCII character as JSON writes it; `to` has ESCAPED_MAX + 1 bytes. */
static ptrdiff_t escape(char *to, char c) {
    const char *short_form = c == '"'    ? "\\\""
                             : c == '\\' ? "\\\\"
                             : c == '\n' ? "\\n"
                             : c == '\r' ? "\\r"
                             : c == '\t' ? "\\t"
                                         : NULL;
    if (short_form != NULL) {
        memcpy(to, short_form, 2);
        return 2;
    }
    if ((unsigned char)c < 0x20 || c == 0x7f) {
        return snprintf(to, ESCAPED_MAX + 1, "\\u%04x", (unsigned)(unsigned char)c);
    }
    to[0] = c;
    return 1;
}

/* Makes one character, or one byte that is none, into `to`; returns how many bytes of text it took.
 */
static ptrdiff_t quote_one(char *to, ptrdiff_t *made, Str text) {
    ptrdiff_t length = character_length(text);
    if (length == 0) {
        memcpy(to, NO_CHARACTER, sizeof NO_CHARACTER);
        *made = sizeof NO_CHARACTER;
        return 1;
    }
    if (length == 1) {
        *made = escape(to, text.ptr[0]);
        return 1;
    }
    memcpy(to, text.ptr, (size_t)length);
    *made = length;
    return length;
}

ptrdiff_t quote_into(char *to, ptrdiff_t room, Str text) {
    ptrdiff_t written = 0;
    for (ptrdiff_t at = 0; at < text.len;) {
        char one[ESCAPED_MAX + 1];
        ptrdiff_t made = 0;
        at += quote_one(one, &made, str_slice(text, at, text.len));
        if (made > room - written) {
            break;
        }
        memcpy(to + written, one, (size_t)made);
        written += made;
    }
    return written;
}

Str quote_print(Arena *arena, Str text) {
    ptrdiff_t room = ESCAPED_MAX * text.len;
    char *quoted = arena_get(arena, 1, room + 2);
    quoted[0] = '"';
    ptrdiff_t written = quote_into(quoted + 1, room, text);
    quoted[written + 1] = '"';
    return str_from(quoted, written + 2);
}
