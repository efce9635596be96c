/* Loading: which accounts the batch touches, then one statement for each table, with the accounts
 * that have something there as arrays. A row comes back with the ordinal of its account. */
#include <stdlib.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/pg_columns.h"
#include "ledger/store/room.h"

/* A row for each account: what is not stored gets a number. */
static const PgStatement LOAD_ACCOUNTS = {
    "ledger_load_accounts",
    "SELECT k.ordinal, coalesce(a.account, nextval('account_number')), a.account IS NULL,"
    "       a.last_entry, a.next_due, a.open_total, a.has_credit, a.is_held, a.bears_interest, "
    "a.has_pauses, a.has_pending"
    "  FROM (SELECT unnest($1::int[]) AS ordinal, unnest($2::int[]) AS task,"
    "               unnest($3::text[]) AS creditor, unnest($4::text[]) AS customer) AS k"
    "  LEFT JOIN LATERAL (SELECT * FROM account a WHERE a.task = k.task"
    "   AND a.creditor = k.creditor AND a.customer = k.customer OFFSET 0) a ON true"};

static const PgStatement LOAD_OPEN_ITEMS = {
    "ledger_load_open_items", "SELECT k.ordinal, " ITEM_COLUMNS "  FROM " ROOM_ACCOUNTS
                              ", LATERAL (SELECT * FROM item i WHERE i.task = k.task"
                              "   AND i.account = k.account AND i.state = 'open' OFFSET 0) i"};

static const PgStatement LOAD_CREDITS = {
    "ledger_load_credits", "SELECT k.ordinal, " CREDIT_COLUMNS "  FROM " ROOM_ACCOUNTS
                           ", LATERAL (SELECT * FROM credit c WHERE c.task = k.task"
                           "   AND c.account = k.account AND c.unapplied > 0 OFFSET 0) c"};

static const PgStatement LOAD_ASKED = {"ledger_load_asked",
                                       "SELECT k.ordinal, a.request, a.invoice"
                                       "  FROM " ROOM_ACCOUNTS
                                       ", LATERAL (SELECT * FROM asked a WHERE a.task = k.task"
                                       "   AND a.account = k.account OFFSET 0) a"};

static const PgStatement LOAD_HOLDS = {
    "ledger_load_holds",
    "SELECT k.ordinal, h.topic, h.partition, h.record_offset, h.reason, h.sentence, h.held_on"
    "  FROM " ROOM_ACCOUNTS ", LATERAL (SELECT * FROM hold h WHERE h.task = k.task"
    "   AND h.account = k.account AND h.cleared_on IS NULL OFFSET 0) h"};

/* ---- which accounts, which tasks */

static bool has_book(const StoreVisit *visit) {
    return !str_is_empty(visit->account.customer) && visit->input->kind != LEDGER_NOTHING;
}

static int visit_compare(const StoreVisit *a, const StoreVisit *b) {
    int order = (a->task > b->task) - (a->task < b->task);
    return order != 0 ? order : account_compare(a->account, b->account);
}

typedef struct Place {
    StoreVisit *visit;
} Place;

static int by_key(const void *a, const void *b) {
    return visit_compare(((const Place *)a)->visit, ((const Place *)b)->visit);
}

static Book book_of(const StoreVisit *visit, Arena *arena) {
    return (Book){
        .arena = arena, .task = visit->task, .account = visit->account, .next_due = DATE_NONE};
}

static void task_add(Books *books, int32_t task) {
    bool known = books->aging_count > 0 && books->agings[books->aging_count - 1].task == task;
    if (!known) {
        books->agings[books->aging_count++] = (TaskAging){.task = task};
    }
}

/* Fills books->rows and books->agings with what the visits name, each once, and visit->book. */
static void books_make(StoreVisit *visits, int count, Arena *arena, Books *books) {
    Place *sorted = ARENA_ARRAY(arena, Place, count);
    for (int i = 0; i < count; i++) {
        sorted[i].visit = &visits[i];
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_key);
    *books = (Books){.rows = ARENA_ARRAY(arena, Book, count),
                     .agings = ARENA_ARRAY(arena, TaskAging, count),
                     .trees = ARENA_ARRAY(arena, TaskTree, count)};
    const StoreVisit *last = NULL;
    for (int i = 0; i < count; i++) {
        StoreVisit *visit = sorted[i].visit;
        task_add(books, visit->task);
        if (!has_book(visit)) {
            continue;
        }
        if (last == NULL || visit_compare(last, visit) != 0) {
            books->rows[books->count++] = book_of(visit, arena);
        }
        visit->book = &books->rows[books->count - 1];
        last = visit;
    }
}

static bool any(const Known *known) {
    (void)known;
    return true;
}

static bool has_credit(const Known *known) {
    return known->has_credit;
}

static bool is_held(const Known *known) {
    return known->is_held;
}

static bool wants_items(const Known *known) {
    return known->sent_more;
}

static bool wants_asked(const Known *known) {
    return known->wants_asked;
}

/* Those in question; the first two columns of every statement are their ordinals and tasks. */
static PgColumns books_as_columns(const Load *load, bool (*wanted)(const Known *known)) {
    const Books *books = load->books;
    PgColumns columns = pg_columns(load->arena, books->count);
    int32_t *ordinals = ARENA_ARRAY(load->arena, int32_t, books->count);
    for (int32_t i = 0; i < books->count; i++) {
        if (wanted(&load->known[i])) {
            ordinals[columns.count] = i + 1;
            pg_columns_add(&columns, NULL, &books->rows[i]);
        }
    }
    pg_add_i32_array(columns.params, ordinals, columns.count);
    pg_column_i32(&columns, offsetof(Book, task));
    return columns;
}

static PgParams *names_as_params(const Load *load) {
    PgColumns columns = books_as_columns(load, any);
    pg_column_text(&columns, offsetof(Book, account.creditor));
    pg_column_text(&columns, offsetof(Book, account.customer));
    return columns.params;
}

PgParams *room_accounts_params(const Load *load, bool (*wanted)(const Known *known)) {
    PgColumns columns = books_as_columns(load, wanted);
    pg_column_i64(&columns, offsetof(Book, number));
    return columns.count > 0 ? columns.params : NULL;
}

/* ---- tables */

static bool load_accounts(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_ACCOUNTS, names_as_params(load), &rows, err)) {
        return false;
    }
    CHECK(rows.count == load->books->count);
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Book *book = room_book(load, &rows, i);
        Known *known = &load->known[book - load->books->rows];
        book->number = pg_i64(&rows, i, 1);
        book->is_new = pg_bool(&rows, i, 2);
        if (book->is_new) {
            known->sent_more = false; /* there is nothing of it anywhere */
            continue;
        }
        book->last_entry = pg_i64(&rows, i, 3);
        book->next_due = pg_date(&rows, i, 4);
        book->open_total = pg_i64(&rows, i, 5);
        known->has_credit = pg_bool(&rows, i, 6);
        known->is_held = pg_bool(&rows, i, 7);
        book->bears_interest = pg_bool(&rows, i, 8);
        book->has_pauses = pg_bool(&rows, i, 9);
        known->has_pending = pg_bool(&rows, i, 10);
    }
    return true;
}

static bool load_open_items(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_OPEN_ITEMS, room_accounts_params(load, wants_items), &rows, err)) {
        return false;
    }
    /* The total is summed up again, so that it and the rows are of one moment: the account's row
     * was read a moment earlier, and who has lost the task may see what the next owner does. */
    for (int i = 0; i < load->books->count; i++) {
        if (wants_items(&load->known[i])) {
            load->books->rows[i].open_total = 0;
        }
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Book *book = room_book(load, &rows, i);
        const Item *item = book_add_item(book, room_item(&rows, i));
        book_note_open(book, item->open.minor);
    }
    return true;
}

static bool load_credits(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_CREDITS, room_accounts_params(load, has_credit), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_credit(room_book(load, &rows, i), room_credit(&rows, i));
    }
    return true;
}

static bool load_holds(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_HOLDS, room_accounts_params(load, is_held), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_hold(room_book(load, &rows, i), (Hold){.topic = pg_text(&rows, i, 1),
                                                              .partition = pg_i32(&rows, i, 2),
                                                              .offset = pg_i64(&rows, i, 3),
                                                              .reason = pg_text(&rows, i, 4),
                                                              .sentence = pg_text(&rows, i, 5),
                                                              .held_on = pg_date(&rows, i, 6),
                                                              .cleared_on = DATE_NONE});
    }
    return true;
}

static bool load_asked(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_ASKED, room_accounts_params(load, wants_asked), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_asked(room_book(load, &rows, i), (Asked){.request = pg_text(&rows, i, 1),
                                                                .invoice = pg_text(&rows, i, 2)});
    }
    return true;
}

/* Of what stands in a request it asks, or changes it. */
static bool is_about_asked(LedgerInputKind kind) {
    return kind == LEDGER_DAY_END || kind == LEDGER_REQUEST || kind == LEDGER_APPROVAL;
}

bool store_load(Pg *pg, StoreVisit *visits, int count, Arena *arena, Books *books, Err *err) {
    books_make(visits, count, arena, books);
    Load load = {.pg = pg,
                 .arena = arena,
                 .visits = visits,
                 .visit_count = count,
                 .books = books,
                 .known = ARENA_ARRAY(arena, Known, books->count + 1)};
    for (int i = 0; i < count; i++) {
        if (visits[i].book != NULL && visits[i].input->kind != LEDGER_INVOICE) {
            Known *known = &load.known[visits[i].book - books->rows];
            known->sent_more = true;
            known->wants_asked = known->wants_asked || is_about_asked(visits[i].input->kind);
            known->changes_more = known->changes_more || visits[i].input->kind != LEDGER_DAY_END;
        }
    }
    if (!load_agings(&load, err) || !load_trees(&load, err) || !load_periods(&load, err)) {
        return false;
    }
    return books->count == 0 ||
           (load_accounts(&load, err) && load_open_items(&load, err) &&
            load_named_items(&load, err) && load_paused_items(&load, err) &&
            load_reminders(&load, err) && load_credits(&load, err) && load_past(&load, err) &&
            load_accrued(&load, err) && load_agreed(&load, err) &&
            (BROKEN("no_identity") || load_documents(&load, err)) && load_statements(&load, err) &&
            load_holds(&load, err) && load_assignments(&load, err) && load_asked(&load, err));
}
