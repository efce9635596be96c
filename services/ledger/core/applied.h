#pragma once

#include "base/arena.h"
#include "ledger/core/book.h"

/* What a credit did: which items it paid or recovered, and what was forgiven with it, by kind of
 * entry and net of what was taken back since. The journal says it; the store brings the entries of
 * credits that are to be taken back. */
typedef struct Applied {
    EntryKind kind; /* of the entries that did it */
    ItemKey item;
    Money amount;      /* zero or more */
    Date effective_on; /* the latest of theirs: nothing is taken back with effect before */
    int64_t entry;     /* the last that did it */
} Applied;

typedef struct AppliedList {
    Applied *rows; /* the latest first */
    int count;
} AppliedList;

AppliedList applied_by(const Book *book, const Credit *credit, Arena *arena);
