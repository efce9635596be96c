#pragma once

#include "base/arena.h"
#include "base/date.h"
#include "base/id.h"
#include "base/str.h"
#include "contract/journal_key.h"
#include "ledger/core/book.h"
#include "ledger/core/leaf.h"
#include "ledger/core/tree.h"

/* Evidence that the journal is as it was written: each entry gets its place in the tree of its task
 * when it is decided, and at the end of a day the root is signed.
 *
 * Deciding again gives the same bytes: places, leaves, roots and signatures depend on nothing but
 * the entries before. */

/* The place of an entry, and whose it is. */
typedef struct LeafPlace {
    int32_t task;
    int64_t position; /* 0, 1, 2 ... of its task */
    Account account;
} LeafPlace;

/* Every field of the entry's row, in the order of the canonical form. */
Leaf leaf_of_entry(const LeafPlace *place, const Entry *entry, Arena *arena);

/* The entries that the book was given since it had `from` of them. */
void tree_add(TaskTree *tree, Book *book, int from);

/* The note of the head of a day (contract/journal_head.h), signed by the key of that day. */
Str tree_seal(TaskTree *tree, Date day, const JournalKeys *keys, Arena *arena);
