/* Mail addresses. One rule for both halves: parts between dots, none of them empty. */
#include "base/mail_address.h"

#include <string.h>

enum { LOCAL_MAX = 64, LABEL_MAX = 63 };

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* RFC 5322, atext. */
static bool is_atom(Str text) {
    static const char others[] = "!#$%&'*+-/=?^_`{|}~";
    for (ptrdiff_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_letter(c) && !is_digit(c) && memchr(others, c, sizeof others - 1) == NULL) {
            return false;
        }
    }
    return text.len > 0;
}

static bool is_label(Str text) {
    for (ptrdiff_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool inner = i > 0 && i + 1 < text.len;
        if (!is_letter(c) && !is_digit(c) && !(inner && c == '-')) {
            return false;
        }
    }
    return text.len > 0 && text.len <= LABEL_MAX;
}

static bool is_dotted(Str text, bool (*is_part)(Str part)) {
    StrCut cut = str_cut(text, '.');
    while (cut.found && is_part(cut.head)) {
        cut = str_cut(cut.tail, '.');
    }
    return !cut.found && is_part(cut.head);
}

/* No domain ends in a label that begins with a digit: "192.0.2.1" is an address of the network. */
static bool is_domain(Str text) {
    StrCut top = str_cut_last(text, '.');
    return top.found && is_dotted(text, is_label) && is_letter(top.tail.ptr[0]);
}

bool mail_address_is_valid(Str text) {
    if (text.len > MAIL_ADDRESS_MAX) {
        return false;
    }
    StrCut cut = str_cut(text, '@');
    return cut.head.len <= LOCAL_MAX && is_dotted(cut.head, is_atom) && is_domain(cut.tail);
}
