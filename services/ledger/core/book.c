/* The lists of a book: they grow in the arena, and are short enough to be searched from the front.
 */
#include "ledger/core/book.h"

#include <string.h>

#include "base/check.h"

enum { FIRST_ROOM = 4 };

/* The rows, moved to a larger place when there is no room for one more. */
static void *with_room(Book *book, void *rows, ptrdiff_t size, int count, int *room) {
    if (count < *room) {
        return rows;
    }
    *room = count < FIRST_ROOM ? FIRST_ROOM : 2 * count;
    void *moved = arena_get(book->arena, size, *room);
    if (count > 0) {
        memcpy(moved, rows, (size_t)(size * count));
    }
    return moved;
}

Item *book_add_item(Book *book, Item item) {
    book->items = with_room(book, book->items, sizeof item, book->item_count, &book->item_room);
    book->items[book->item_count] = item;
    return &book->items[book->item_count++];
}

Credit *book_add_credit(Book *book, Credit credit) {
    book->credits =
        with_room(book, book->credits, sizeof credit, book->credit_count, &book->credit_room);
    book->credits[book->credit_count] = credit;
    return &book->credits[book->credit_count++];
}

Document *book_add_document(Book *book, Document document) {
    book->documents = with_room(book, book->documents, sizeof document, book->document_count,
                                &book->document_room);
    book->documents[book->document_count] = document;
    return &book->documents[book->document_count++];
}

Hold *book_add_hold(Book *book, Hold hold) {
    book->holds = with_room(book, book->holds, sizeof hold, book->hold_count, &book->hold_room);
    book->holds[book->hold_count] = hold;
    return &book->holds[book->hold_count++];
}

void book_post(Book *book, Entry entry) {
    CHECK(entry.amount.minor > 0 && entry.debit != entry.credit);
    book->entries =
        with_room(book, book->entries, sizeof entry, book->entry_count, &book->entry_room);
    entry.number = ++book->last_entry;
    book->entries[book->entry_count++] = entry;
}

void book_note_open(Book *book, int64_t minor) {
    CHECK(!__builtin_add_overflow(book->open_total, minor, &book->open_total));
    CHECK(book->open_total >= 0);
}

Item *book_find_item(const Book *book, ItemKey key) {
    for (int i = 0; i < book->item_count; i++) {
        if (item_key_equals(book->items[i].key, key)) {
            return &book->items[i];
        }
    }
    return NULL;
}

Item *book_next_of(const Book *book, Str invoice, int *at) {
    while (*at < book->item_count) {
        Item *item = &book->items[(*at)++];
        if (str_equals(item->key.number, invoice)) {
            return item;
        }
    }
    return NULL;
}

const Item *book_first_of(const Book *book, Str invoice) {
    int at = 0;
    return book_next_of(book, invoice, &at);
}

const Document *book_find_document(const Book *book, DocumentKind kind, Str number) {
    for (int i = 0; i < book->document_count; i++) {
        const Document *document = &book->documents[i];
        if (document->kind == kind && str_equals(document->number, number)) {
            return document;
        }
    }
    return NULL;
}

Hold *book_find_hold(const Book *book, Str topic, int32_t partition, int64_t offset) {
    for (int i = 0; i < book->hold_count; i++) {
        Hold *hold = &book->holds[i];
        if (hold->partition == partition && hold->offset == offset &&
            str_equals(hold->topic, topic)) {
            return hold;
        }
    }
    return NULL;
}

bool hold_is_in_force(const Hold *hold) {
    return date_is_none(hold->cleared_on);
}

bool book_is_held(const Book *book) {
    for (int i = 0; i < book->hold_count; i++) {
        if (hold_is_in_force(&book->holds[i])) {
            return true;
        }
    }
    return false;
}

bool book_has_credit(const Book *book) {
    for (int i = 0; i < book->credit_count; i++) {
        if (!money_is_zero(book->credits[i].unapplied)) {
            return true;
        }
    }
    return false;
}
