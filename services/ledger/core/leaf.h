#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"

/* An entry as the bytes that are hashed: every field of its row, under the name of its column, but
 * for the epoch and the hash itself.
 *
 * A field is a line `name length text`, the length in bytes and in decimal, so that no text can be
 * taken for something else, whatever stands in it. Numbers are decimal, days are YYYY-MM-DD. A
 * field that is empty has no line: a column that is added later leaves the entries before it as
 * they are. Fields stand in the order in which they are added, which is that of leaf_of_entry.
 *
 *     creditor 4 ACME
 *     customer 10 0379-NEVHP
 *
 * Who adds a column to the entry adds one line to leaf_of_entry (tree.c) and one to the columns
 * that query/replay.c reads; docs/audit.md lists them for readers of proofs. */
enum { LEAF_FIELDS_MAX = 32 };

typedef struct LeafField {
    const char *name;
    Str text;
} LeafField;

typedef struct Leaf {
    Arena *arena; /* of the texts that are made */
    LeafField fields[LEAF_FIELDS_MAX];
    int count;
} Leaf;

void leaf_add(Leaf *leaf, const char *name, Str text);
void leaf_add_number(Leaf *leaf, const char *name, int64_t number);
/* Counted from 1; 0 is none, and empty. */
void leaf_add_ordinal(Leaf *leaf, const char *name, int64_t number);
void leaf_add_day(Leaf *leaf, const char *name, Date day);

/* The canonical form. */
Str leaf_print(const Leaf *leaf);
