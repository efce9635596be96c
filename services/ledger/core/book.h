#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/id.h"
#include "ledger/core/credit.h"
#include "ledger/core/document.h"
#include "ledger/core/item.h"
#include "ledger/core/journal.h"

/* One account's book, as far as a batch needs it: every open item, the closed ones and the
 * documents that the batch names, every credit with something unapplied, every hold in force. An
 * account that is only sent invoices needs none of its open ones: what deciding on an invoice asks
 * of the others is in open_total and next_due.
 *
 * The store fills it; deciding changes this copy and adds journal entries; the store writes what is
 * marked as changed, and all entries. The arena owns the rows, and adding one may move the others
 * of its list: no pointer to a row is kept across an addition to the same list. */
typedef struct Hold {
    Str topic;
    int32_t partition;
    int64_t offset;
    Str reason;
    Str sentence;
    Date held_on;
    Date cleared_on; /* DATE_NONE: in force */
    bool changed;
} Hold;

typedef struct Book {
    Arena *arena;
    int32_t task;
    Account account;
    int64_t number;     /* of the account, the store's short name for it */
    int64_t last_entry; /* number of the last journal entry */
    Date next_due;      /* first day whose end has something to do here; DATE_NONE: none */
    int64_t open_total; /* minor units of all open items, whatever their currency */
    bool is_new;        /* the account is not stored yet */
    bool changed;       /* since it was loaded, anything at all */

    Item *items;
    Credit *credits;
    Document *documents;
    Hold *holds;
    Entry *entries; /* new ones, in order */
    int item_count;
    int credit_count;
    int document_count;
    int hold_count;
    int entry_count;
    int item_room;
    int credit_room;
    int document_room;
    int hold_room;
    int entry_room;
} Book;

/* Each returns the added row. */
Item *book_add_item(Book *book, Item item);
Credit *book_add_credit(Book *book, Credit credit);
Document *book_add_document(Book *book, Document document);
Hold *book_add_hold(Book *book, Hold hold);
/* Numbers the entry; one that moves nothing stops the program. */
void book_post(Book *book, Entry entry);

/* An item's open amount has grown by that much, or become less. */
void book_note_open(Book *book, int64_t minor);

/* NULL when it is not in the book. */
Item *book_find_item(const Book *book, ItemKey key);
/* The next item of an invoice from place `*at` on, which begins with 0. NULL: there is none. */
Item *book_next_of(const Book *book, Str invoice, int *at);
/* NULL when nothing of the invoice is in the book. */
const Item *book_first_of(const Book *book, Str invoice);
const Document *book_find_document(const Book *book, DocumentKind kind, Str number);
Hold *book_find_hold(const Book *book, Str topic, int32_t partition, int64_t offset);
bool hold_is_in_force(const Hold *hold);
bool book_is_held(const Book *book);
bool book_has_credit(const Book *book);
