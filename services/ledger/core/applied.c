#include "ledger/core/applied.h"

#include <stdlib.h>

#include "base/check.h"
#include "ledger/core/desk.h"

static Applied *row_of(AppliedList *list, EntryKind kind, ItemKey item) {
    for (int i = 0; i < list->count; i++) {
        if (list->rows[i].kind == kind && item_key_equals(list->rows[i].item, item)) {
            return &list->rows[i];
        }
    }
    return NULL;
}

/* The kind that such an entry takes back; ENTRY_NONE: it takes back nothing. */
static EntryKind kind_reversed_by(EntryKind reversal) {
    for (EntryKind kind = ENTRY_NONE + 1; kind < ENTRY_KIND_COUNT; kind++) {
        if (entry_kind_reversal(kind) == reversal) {
            return kind;
        }
    }
    return ENTRY_NONE;
}

static void add(AppliedList *list, const Entry *entry) {
    EntryKind reversed = kind_reversed_by(entry->kind);
    bool takes_back = reversed != ENTRY_NONE;
    EntryKind kind = takes_back ? reversed : entry->kind;
    Applied *row = row_of(list, kind, entry->item);
    if (row == NULL) {
        row = &list->rows[list->count++];
        *row = (Applied){.kind = kind,
                         .item = entry->item,
                         .amount = money_of(0, entry->amount.currency),
                         .effective_on = DATE_NONE};
    }
    if (takes_back) {
        CHECK(money_subtract(row->amount, entry->amount, &row->amount) && row->amount.minor >= 0);
    } else {
        CHECK(money_add(row->amount, entry->amount, &row->amount));
        row->entry = entry->number;
        row->effective_on = later_of(row->effective_on, entry->effective_on);
    }
}

static void add_those_of(AppliedList *list, const Entry *entries, int count, const Credit *credit) {
    for (int i = 0; i < count; i++) {
        const Entry *entry = &entries[i];
        bool of_credit =
            entry->credit_kind == credit->kind && str_equals(entry->credit_number, credit->number);
        if (of_credit && !str_is_empty(entry->item.number)) {
            add(list, entry);
        }
    }
}

static int latest_first(const void *a, const void *b) {
    int64_t first = ((const Applied *)a)->entry;
    int64_t second = ((const Applied *)b)->entry;
    return (first < second) - (first > second);
}

AppliedList applied_by(const Book *book, const Credit *credit, Arena *arena) {
    int room = book->past_count + book->entry_count;
    AppliedList list = {.rows = ARENA_ARRAY(arena, Applied, room)};
    add_those_of(&list, book->past, book->past_count, credit);
    add_those_of(&list, book->entries, book->entry_count, credit);
    if (list.count > 0) {
        qsort(list.rows, (size_t)list.count, sizeof *list.rows, latest_first);
    }
    return list;
}
