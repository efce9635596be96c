/* Made for each entry of every batch, and again for each row of an audit: the length is known
 * before anything is written, and no format string is read. */
#include "ledger/core/leaf.h"

#include <string.h>

#include "base/check.h"

enum { DIGITS_MAX = 20 }; /* of a 64-bit number, with its sign */

void leaf_add(Leaf *leaf, const char *name, Str text) {
    CHECK(leaf->count < LEAF_FIELDS_MAX);
    if (!str_is_empty(text)) {
        leaf->fields[leaf->count++] = (LeafField){name, text};
    }
}

/* Digits end at `end`; where they begin. */
static char *digits_put(char *end, uint64_t number) {
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    return end;
}

static Str number_print(Arena *arena, int64_t number) {
    char *end = (char *)arena_get(arena, 1, DIGITS_MAX) + DIGITS_MAX;
    char *at = digits_put(end, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
    if (number < 0) {
        *--at = '-';
    }
    return str_from(at, end - at);
}

void leaf_add_number(Leaf *leaf, const char *name, int64_t number) {
    leaf_add(leaf, name, number_print(leaf->arena, number));
}

void leaf_add_ordinal(Leaf *leaf, const char *name, int64_t number) {
    if (number != 0) {
        leaf_add_number(leaf, name, number);
    }
}

void leaf_add_day(Leaf *leaf, const char *name, Date day) {
    leaf_add(leaf, name, date_print(leaf->arena, day));
}

static char *text_put(char *at, Str text) {
    memcpy(at, text.ptr, (size_t)text.len);
    return at + text.len;
}

static char *field_put(char *at, const LeafField *field) {
    char digits[DIGITS_MAX];
    const char *length = digits_put(digits + DIGITS_MAX, (uint64_t)field->text.len);
    at = text_put(at, str_of(field->name));
    *at++ = ' ';
    at = text_put(at, str_from(length, digits + DIGITS_MAX - length));
    *at++ = ' ';
    at = text_put(at, field->text);
    *at++ = '\n';
    return at;
}

Str leaf_print(const Leaf *leaf) {
    ptrdiff_t most = 0;
    for (int i = 0; i < leaf->count; i++) {
        const LeafField *field = &leaf->fields[i];
        most += str_of(field->name).len + DIGITS_MAX + field->text.len + 3;
    }
    char *start = arena_get(leaf->arena, 1, most);
    char *at = start;
    for (int i = 0; i < leaf->count; i++) {
        at = field_put(at, &leaf->fields[i]);
    }
    CHECK(at - start <= most);
    return str_from(start, at - start);
}
