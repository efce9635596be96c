#pragma once

#include "ledger/store.h"

/* Inside store/ only.
 *   load.c      the accounts of a batch and what stands in their books
 *   named.c     what the batch names: closed items, documents that came before
 *   save.c      what has changed
 *   room.c      asking, and what an answer says
 *   balances.c  what the entries moved on the chart of accounts */

/* What the account's row and the batch say of a book, so that nothing is asked for in vain. */
typedef struct Known {
    bool has_credit;
    bool is_held;
    bool sent_more; /* than invoices, and is not new: its open ones are looked at */
} Known;

/* What a load carries along. */
typedef struct Load {
    Pg *pg;
    Arena *arena;
    const StoreVisit *visits;
    int visit_count;
    Books *books;
    Known *known; /* one for each book */
} Load;

/* ---- room.c */
/* Without parameters there is nothing to ask for. */
bool room_ask(const Load *load, const PgStatement *statement, const PgParams *params, PgRows *rows,
              Err *err) MUST_USE;
/* Of the account whose ordinal, from 1, stands in a row's first column. */
Book *room_book(const Load *load, const PgRows *rows, ptrdiff_t row);
/* Of an item i, as every statement about items has them, and from the second column on. */
#define ITEM_COLUMNS                                                                               \
    "i.number, i.charge::int, i.instalment::int, i.currency, i.amount, i.open, i.written_off,"     \
    " i.issued_on, i.due_on, i.first_due_on, i.state, i.bucket, i.applied_on, i.written_off_on"
Item room_item(const PgRows *rows, ptrdiff_t row);

/* ---- named.c */
bool load_named_items(const Load *load, Err *err) MUST_USE;
bool load_documents(const Load *load, Err *err) MUST_USE;

/* ---- balances.c */
bool save_balances(Pg *pg, const Books *books, Arena *arena, Err *err) MUST_USE;
