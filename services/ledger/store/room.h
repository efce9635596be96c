#pragma once

#include "chassis/pg_columns.h"
#include "ledger/store.h"

/* Inside store/ only.
 *   load.c      the accounts of a batch and what stands in their books
 *   named.c     what the batch names: closed items, documents that came before
 *   accrued.c   what late payment has cost so far
 *   agings.c    the buckets in force
 *   assignments.c  sales to come
 *   agreed.c    extensions, pauses, and what is said of invoices besides their debt
 *   reminders.c  on which invoices reminders stand
 *   periods.c   how far the creditors of the batch are sealed
 *   past.c      what was done before that the batch takes back, or asks about
 *   save.c      what has changed: how, and most of the tables
 *   room.c      asking, and what an answer says
 *   trees.c     the trees over the journals, and their heads
 *   allowances.c  the provision matrices in force
 *   statements.c  statements, and what customers say of them
 *   keepings.c  what bookkeeping says of statements and limitation
 *   balances.c  what the entries moved on the chart of accounts */

/* What the account's row and the batch say of a book, so that nothing is asked for in vain. */
typedef struct Known {
    bool has_credit;
    bool is_held;
    bool has_pending;
    bool changes_more; /* than by invoices and the ends of days: what was charged may be taken back
                        */
    bool wants_asked;  /* a day ends, or a request is heard of */
    bool sent_more;    /* than invoices, and is not new: its open ones are looked at */
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
    " i.tax, i.discount, i.discount_until, i.issued_on, i.open_from, i.due_on, i.first_due_on,"    \
    " i.state, i.bucket, i.applied_on, i.written_off_on, i.written_off_tax"
Item room_item(const PgRows *rows, ptrdiff_t row);

/* One that something else has brought is in the book already. */
void room_add_item_once(Book *book, Item item);

/* Of a credit c, likewise. */
#define CREDIT_COLUMNS                                                                             \
    "c.kind, c.number, c.currency, c.amount, c.unapplied, c.reversed, c.effective_on,"             \
    " c.received_on, c.invoice, c.way, c.payer, c.moves::int"
Credit room_credit(const PgRows *rows, ptrdiff_t row);

/* A row of parameters for each thing that a visit names: its account, and what more the caller
 * adds. */
typedef struct Named {
    ptrdiff_t count;
    int32_t *ordinals;
    int32_t *tasks;
    int64_t *accounts;
    Str *numbers;
} Named;

Named room_named(const Load *load, ptrdiff_t room);
void room_named_add(Named *named, const Load *load, const StoreVisit *visit, Str number);
/* The numbers of all items in a book. */
void room_named_add_items(Named *named, const Load *load, const Book *book);
/* The first three; the caller adds the rest. NULL: nothing is named. */
PgParams *room_named_params(const Named *named, Arena *arena);
/* With the numbers as the fourth. */
PgParams *room_numbers_params(const Named *named, Arena *arena);
/* Of an account that is not stored there is nothing to be found. */
bool room_is_stored(const StoreVisit *visit);

/* ---- load.c */
/* Every lookup of the store is by LATERAL with the whole key, one probe of an index for each row
 * asked for. As a plain join the planner, which knows nothing of the length of an array, would read
 * every row of an account, or of the table, and throw most of them away; OFFSET 0 keeps it from
 * making one of it.
 */

/* The accounts of a batch in question, as k: ordinal, task and number are the first parameters. */
#define ROOM_ACCOUNTS                                                                              \
    "(SELECT unnest($1::int[]) AS ordinal, unnest($2::int[]) AS task,"                             \
    "        unnest($3::bigint[]) AS account) AS k"
/* NULL: there are none. */
PgParams *room_accounts_params(const Load *load, bool (*wanted)(const Known *known));

/* ---- save.c: the rows of books, table by table */

/* Where a book keeps the rows of a table: the list and its length in Book, the flags in a row. */
typedef struct BookList {
    size_t rows;
    size_t count;
    size_t size;
} BookList;

#define BOOK_LIST(rows, count, Type)                                                               \
    { offsetof(Book, rows), offsetof(Book, count), sizeof(Type) }

typedef struct Table {
    const PgStatement *statement;
    BookList list;
    bool (*wanted)(const void *row);
    void (*add)(PgColumns *columns);
} Table;

typedef struct Saving {
    Pg *pg;
    const Books *books;
    Arena *arena;
} Saving;

/* For each table the rows that are wanted, in one statement; its first two columns are the task and
 * the account. */
bool room_save_tables(const Saving *saving, const Table *tables, ptrdiff_t count,
                      Err *err) MUST_USE;

/* ---- accrued.c */
/* After the items, and after what else may bring some. */
bool load_accrued(const Load *load, Err *err) MUST_USE;
bool save_accrued(const Saving *saving, Err *err) MUST_USE;

/* ---- assignments.c */
bool load_assignments(const Load *load, Err *err) MUST_USE;
bool save_assignments(const Saving *saving, Err *err) MUST_USE;
/* ---- statements.c */
bool load_statements(const Load *load, Err *err) MUST_USE;
bool save_statements(const Saving *saving, Err *err) MUST_USE;

/* ---- keepings.c */
bool save_keepings(const Saving *saving, Err *err) MUST_USE;

/* ---- agings.c */
/* Every account with something open or unapplied is visited at the end of the day after `since`, if
 * not before. */
bool room_revisit(const Saving *saving, int32_t task, Date since, Err *err) MUST_USE;
bool load_agings(const Load *load, Err *err) MUST_USE;
bool save_agings(const Saving *saving, Err *err) MUST_USE;

/* ---- named.c */
bool load_named_items(const Load *load, Err *err) MUST_USE;
/* The pauses that the batch ends, by their numbers; NULL: it ends none. */
PgParams *load_ended_pauses(const Load *load);
bool load_paused_items(const Load *load, Err *err) MUST_USE;
bool load_documents(const Load *load, Err *err) MUST_USE;

/* ---- agreed.c */
bool load_agreed(const Load *load, Err *err) MUST_USE;
bool save_agreed(const Saving *saving, Err *err) MUST_USE;

/* ---- reminders.c */
/* After the items: it may bring some. */
bool load_reminders(const Load *load, Err *err) MUST_USE;
bool save_reminders(const Saving *saving, Err *err) MUST_USE;

/* ---- past.c */
bool load_past(const Load *load, Err *err) MUST_USE;
/* ---- periods.c */
bool load_periods(const Load *load, Err *err) MUST_USE;
bool save_periods(Pg *pg, const Books *books, Arena *arena, Err *err) MUST_USE;

/* ---- trees.c */
bool load_trees(const Load *load, Err *err) MUST_USE;
bool save_trees(Pg *pg, const Books *books, Arena *arena, Err *err) MUST_USE;

/* ---- allowances.c */
bool save_allowances(Pg *pg, const Books *books, Arena *arena, Err *err) MUST_USE;

/* ---- balances.c */
bool save_balances(Pg *pg, const Books *books, Arena *arena, Err *err) MUST_USE;
