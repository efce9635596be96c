/* Saving: for each table the changed rows of all books as arrays, a column an array, in one
 * statement. Rows stand in the order of the accounts' names, which is the same for everybody, so
 * that two writers could never wait for each other in a circle. How arrays are read: see pg.h. */
#include <string.h>

#include "chassis/broken.h"
#include "chassis/pg_columns.h"
#include "contract/suspense.h"
#include "ledger/store/room.h"

/* Not by one statement for both: to look for a conflict in every row costs more than to know. */
static const PgStatement ADD_ACCOUNTS = {
    "ledger_add_accounts",
    "INSERT INTO account (task, account, last_entry, next_due, open_total, has_credit, is_held,"
    "                     bears_interest, has_pauses, has_pending, creditor, customer)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::date[]),"
    "        unnest($5::bigint[]), unnest($6::int[]) = 1, unnest($7::int[]) = 1,"
    "        unnest($8::int[]) = 1, unnest($9::int[]) = 1, unnest($10::int[]) = 1,"
    "        unnest($11::text[]), unnest($12::text[])"};

static const PgStatement CHANGE_ACCOUNTS = {
    "ledger_change_accounts",
    "UPDATE account a SET last_entry = n.last_entry, next_due = n.next_due,"
    "  open_total = n.open_total, has_credit = n.has_credit, is_held = n.is_held,"
    "  bears_interest = n.bears_interest, has_pauses = n.has_pauses,"
    "  has_pending = n.has_pending"
    " FROM (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]) AS account,"
    "              unnest($3::bigint[]) AS last_entry, unnest($4::date[]) AS next_due,"
    "              unnest($5::bigint[]) AS open_total, unnest($6::int[]) = 1 AS has_credit,"
    "              unnest($7::int[]) = 1 AS is_held,"
    "              unnest($8::int[]) = 1 AS bears_interest,"
    "              unnest($9::int[]) = 1 AS has_pauses,"
    "              unnest($10::int[]) = 1 AS has_pending) AS n"
    " WHERE (a.task, a.account) = (n.task, n.account)"};

static const PgStatement ADD_DOCUMENTS = {
    "ledger_add_documents",
    "INSERT INTO document (task, account, kind, number, hash, recorded_on)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::bytea[]), unnest($6::date[])"};

#define INSERT_ITEMS                                                                               \
    "INSERT INTO item (task, account, number, charge, instalment, open, written_off, discount,"    \
    "                  due_on, open_from, state, bucket, applied_on, written_off_on,"              \
    "                  written_off_tax, currency, amount, tax, discount_until, issued_on,"         \
    "                  first_due_on, hash, recorded_on)"                                           \
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::int[]),"      \
    "        unnest($5::int[]), unnest($6::bigint[]), unnest($7::bigint[]),"                       \
    "        unnest($8::bigint[]), unnest($9::date[]), unnest($10::date[]), unnest($11::text[]),"  \
    "        unnest($12::text[]), unnest($13::date[]), unnest($14::date[]),"                       \
    "        unnest($15::bigint[]), unnest($16::text[]), unnest($17::bigint[]),"                   \
    "        unnest($18::bigint[]), unnest($19::date[]), unnest($20::date[]),"                     \
    "        unnest($21::date[]), unnest($22::bytea[]), unnest($23::date[])"

static const PgStatement ADD_ITEMS = {"ledger_add_items", INSERT_ITEMS};
/* With the safeguard left out: whether it came before or not. */
static const PgStatement ADD_ITEMS_AGAIN = {"ledger_add_items_again",
                                            INSERT_ITEMS " ON CONFLICT DO NOTHING"};

static const PgStatement CHANGE_ITEMS = {
    "ledger_change_items",
    "UPDATE item i SET open = n.open, written_off = n.written_off, discount = n.discount,"
    "  due_on = n.due_on, open_from = n.open_from, state = n.state, bucket = n.bucket,"
    "  applied_on = n.applied_on, written_off_on = n.written_off_on,"
    "  written_off_tax = n.written_off_tax"
    " FROM (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]) AS account,"
    "              unnest($3::text[]) AS number, unnest($4::int[]) AS charge,"
    "              unnest($5::int[]) AS instalment, unnest($6::bigint[]) AS open,"
    "              unnest($7::bigint[]) AS written_off, unnest($8::bigint[]) AS discount,"
    "              unnest($9::date[]) AS due_on, unnest($10::date[]) AS open_from,"
    "              unnest($11::text[]) AS state, unnest($12::text[]) AS bucket,"
    "              unnest($13::date[]) AS applied_on, unnest($14::date[]) AS written_off_on,"
    "              unnest($15::bigint[]) AS written_off_tax) AS n"
    " WHERE (i.task, i.account, i.number, i.charge, i.instalment)"
    "     = (n.task, n.account, n.number, n.charge, n.instalment)"};

static const PgStatement ADD_CREDITS = {
    "ledger_add_credits",
    "INSERT INTO credit (task, account, kind, number, unapplied, reversed, currency, amount,"
    "                    effective_on, received_on, invoice, hash, recorded_on, way, payer, moves)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::bigint[]), unnest($6::bigint[]), unnest($7::text[]),"
    "        unnest($8::bigint[]), unnest($9::date[]), unnest($10::date[]),"
    "        unnest($11::text[]), unnest($12::bytea[]), unnest($13::date[]),"
    "        unnest($14::text[]), unnest($15::text[]), unnest($16::int[])"};

static const PgStatement CHANGE_CREDITS = {
    "ledger_change_credits",
    "UPDATE credit c SET unapplied = n.unapplied, reversed = n.reversed"
    " FROM (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]) AS account,"
    "              unnest($3::text[]) AS kind, unnest($4::text[]) AS number,"
    "              unnest($5::bigint[]) AS unapplied, unnest($6::bigint[]) AS reversed) AS n"
    " WHERE (c.task, c.account, c.kind, c.number) = (n.task, n.account, n.kind, n.number)"};

static const PgStatement ADD_MOVES = {
    "ledger_add_moves",
    "INSERT INTO move (task, account, payment, entry, recalled, customer, currency, amount)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::bigint[]),"
    "        unnest($5::bigint[]), unnest($6::text[]), unnest($7::text[]), unnest($8::bigint[])"};

static const PgStatement CHANGE_MOVES = {
    "ledger_change_moves",
    "UPDATE move m SET recalled = n.recalled"
    " FROM (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]) AS account,"
    "              unnest($3::text[]) AS payment, unnest($4::bigint[]) AS entry,"
    "              unnest($5::bigint[]) AS recalled) AS n"
    " WHERE (m.task, m.account, m.payment, m.entry) = (n.task, n.account, n.payment, n.entry)"};

static const PgStatement SAVE_HOLDS = {
    "ledger_save_holds",
    "INSERT INTO hold (task, account, topic, partition, record_offset, reason, sentence, held_on,"
    "                  cleared_on)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::int[]),"
    "        unnest($5::bigint[]), unnest($6::text[]), unnest($7::text[]), unnest($8::date[]),"
    "        unnest($9::date[])"
    " ON CONFLICT (task, account, topic, partition, record_offset) DO UPDATE"
    " SET reason = excluded.reason, sentence = excluded.sentence, held_on = excluded.held_on,"
    "     cleared_on = excluded.cleared_on"};

static const PgStatement ADD_ASKED = {
    "ledger_add_asked",
    "INSERT INTO asked (task, account, request, invoice)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[])"
    " ON CONFLICT DO NOTHING"};

static const PgStatement END_ASKED = {
    "ledger_end_asked",
    "DELETE FROM asked a USING (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]) AS account,"
    "                                  unnest($3::text[]) AS request,"
    "                                  unnest($4::text[]) AS invoice) n"
    " WHERE (a.task, a.account, a.request, a.invoice)"
    "     = (n.task, n.account, n.request, n.invoice)"};

/* A standing approval is named by many write-offs. */
static const PgStatement ADD_GROUNDS = {
    "ledger_add_grounds",
    "INSERT INTO ground (task, account, document, code, reason, standing, recorded_on)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::text[]), unnest($6::int[]) = 1, unnest($7::date[])"
    " ON CONFLICT (task, account, document) DO NOTHING"};

/* The epoch is the one under which this transaction holds the task. */
static const PgStatement ADD_ENTRIES = {
    "ledger_add_entries",
    "INSERT INTO entry (task, account, entry, kind, debit, credit, currency, amount, effective_on,"
    "                   recorded_on, invoice, charge, instalment, credit_kind, credit_number,"
    "                   document, allocation, position, leaf, epoch)"
    " SELECT e.*, t.epoch"
    "   FROM (SELECT unnest($1::int[]) AS task, unnest($2::bigint[]), unnest($3::bigint[]),"
    "                unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),"
    "                unnest($7::text[]), unnest($8::bigint[]), unnest($9::date[]),"
    "                unnest($10::date[]), unnest($11::text[]), unnest($12::int[]),"
    "                unnest($13::int[]), unnest($14::text[]), unnest($15::text[]),"
    "                unnest($16::text[]), unnest($17::text[]),"
    "                unnest($18::bigint[]), unnest($19::bytea[])) AS e"
    "   JOIN task t USING (task)"};

/* ---- the columns of each table */

/* The first two of every statement. */
static void add_keys(PgColumns *columns) {
    pg_owner_i32(columns, offsetof(Book, task));
    pg_owner_i64(columns, offsetof(Book, number));
}

/* That may pay an item, so that it is loaded with the account. In suspense there is none, and what
 * waits may be much: there a payment is loaded when it is named. */
static bool has_credit(const void *row) {
    const Book *book = row;
    return book_has_credit(book) && !suspense_is(book->account);
}

static bool is_held(const void *book) {
    return book_is_held(book);
}

static bool has_pending(const void *book) {
    return book_has_pending(book);
}

static void add_account(PgColumns *columns) {
    pg_column_i64(columns, offsetof(Book, last_entry));
    pg_column_date(columns, offsetof(Book, next_due));
    pg_column_i64(columns, offsetof(Book, open_total));
    pg_column_flag(columns, has_credit);
    pg_column_flag(columns, is_held);
    pg_column_bool(columns, offsetof(Book, bears_interest));
    pg_column_bool(columns, offsetof(Book, has_pauses));
    pg_column_flag(columns, has_pending);
}

/* Of an account. */
static void add_names(PgColumns *columns) {
    pg_column_text(columns, offsetof(Book, account.creditor));
    pg_column_text(columns, offsetof(Book, account.customer));
}

static const char *document_kind_of(const void *row) {
    return document_kind_name(((const Document *)row)->kind);
}

static void add_document(PgColumns *columns) {
    pg_column_name(columns, document_kind_of);
    pg_column_text(columns, offsetof(Document, number));
    pg_column_bytes(columns, offsetof(Document, hash));
    pg_column_date(columns, offsetof(Document, recorded_on));
}

static const char *item_state_of(const void *row) {
    return item_state_name(((const Item *)row)->state);
}

static void add_item_key(PgColumns *columns) {
    pg_column_text(columns, offsetof(Item, key.number));
    pg_column_i32(columns, offsetof(Item, key.charge));
    pg_column_i32(columns, offsetof(Item, key.instalment));
}

/* What may change. */
static void add_changed_item(PgColumns *columns) {
    add_item_key(columns);
    pg_column_minor(columns, offsetof(Item, open));
    pg_column_minor(columns, offsetof(Item, written_off));
    pg_column_minor(columns, offsetof(Item, discount));
    pg_column_date(columns, offsetof(Item, due_on));
    pg_column_date(columns, offsetof(Item, open_from));
    pg_column_name(columns, item_state_of);
    pg_column_text(columns, offsetof(Item, bucket));
    pg_column_date(columns, offsetof(Item, applied_on));
    pg_column_date(columns, offsetof(Item, written_off_on));
    pg_column_minor(columns, offsetof(Item, written_off_tax));
}

static void add_new_item(PgColumns *columns) {
    add_changed_item(columns);
    pg_column_currency(columns, offsetof(Item, amount));
    pg_column_minor(columns, offsetof(Item, amount));
    pg_column_minor(columns, offsetof(Item, tax));
    pg_column_date(columns, offsetof(Item, discount_until));
    pg_column_date(columns, offsetof(Item, issued_on));
    pg_column_date(columns, offsetof(Item, first_due_on));
    pg_column_bytes_or_null(columns, offsetof(Item, hash));
    pg_column_date(columns, offsetof(Item, recorded_on));
}

static const char *credit_kind_of(const void *row) {
    return credit_kind_name(((const Credit *)row)->kind);
}

static const char *way_of(const void *row) {
    return way_name(((const Credit *)row)->way);
}

static void add_changed_credit(PgColumns *columns) {
    pg_column_name(columns, credit_kind_of);
    pg_column_text(columns, offsetof(Credit, number));
    pg_column_minor(columns, offsetof(Credit, unapplied));
    pg_column_minor(columns, offsetof(Credit, reversed));
}

static void add_new_credit(PgColumns *columns) {
    add_changed_credit(columns);
    pg_column_currency(columns, offsetof(Credit, amount));
    pg_column_minor(columns, offsetof(Credit, amount));
    pg_column_date(columns, offsetof(Credit, effective_on));
    pg_column_date(columns, offsetof(Credit, received_on));
    pg_column_text(columns, offsetof(Credit, invoice));
    pg_column_bytes_or_null(columns, offsetof(Credit, hash));
    pg_column_date(columns, offsetof(Credit, recorded_on));
    pg_column_name(columns, way_of);
    pg_column_text(columns, offsetof(Credit, payer));
    pg_column_i32(columns, offsetof(Credit, moves));
}

static void add_changed_move(PgColumns *columns) {
    pg_column_text(columns, offsetof(Move, payment));
    pg_column_i64(columns, offsetof(Move, entry));
    pg_column_minor(columns, offsetof(Move, recalled));
}

static void add_new_move(PgColumns *columns) {
    add_changed_move(columns);
    pg_column_text(columns, offsetof(Move, customer));
    pg_column_currency(columns, offsetof(Move, amount));
    pg_column_minor(columns, offsetof(Move, amount));
}

static void add_hold(PgColumns *columns) {
    pg_column_text(columns, offsetof(Hold, topic));
    pg_column_i32(columns, offsetof(Hold, partition));
    pg_column_i64(columns, offsetof(Hold, offset));
    pg_column_text(columns, offsetof(Hold, reason));
    pg_column_text(columns, offsetof(Hold, sentence));
    pg_column_date(columns, offsetof(Hold, held_on));
    pg_column_date(columns, offsetof(Hold, cleared_on));
}

static const char *entry_kind_of(const void *row) {
    return entry_kind_name(((const Entry *)row)->kind);
}

static const char *entry_credit_kind_of(const void *row) {
    CreditKind kind = ((const Entry *)row)->credit_kind;
    return kind == CREDIT_NONE ? "" : credit_kind_name(kind);
}

static const char *allocation_of(const void *row) {
    const Entry *entry = row;
    return entry->kind == ENTRY_ALLOCATION ? allocation_name(entry->allocation) : "";
}

static const char *debit_of(const void *row) {
    return gl_name(((const Entry *)row)->debit);
}

static const char *credit_of(const void *row) {
    return gl_name(((const Entry *)row)->credit);
}

static void add_moved(PgColumns *columns) {
    pg_column_name(columns, debit_of);
    pg_column_name(columns, credit_of);
    pg_column_currency(columns, offsetof(Entry, amount));
    pg_column_minor(columns, offsetof(Entry, amount));
}

static void add_entry(PgColumns *columns) {
    pg_column_i64(columns, offsetof(Entry, number));
    pg_column_name(columns, entry_kind_of);
    add_moved(columns);
    pg_column_date(columns, offsetof(Entry, effective_on));
    pg_column_date(columns, offsetof(Entry, recorded_on));
    pg_column_text(columns, offsetof(Entry, item.number));
    pg_column_i32(columns, offsetof(Entry, item.charge));
    pg_column_i32(columns, offsetof(Entry, item.instalment));
    pg_column_name(columns, entry_credit_kind_of);
    pg_column_text(columns, offsetof(Entry, credit_number));
    pg_column_text(columns, offsetof(Entry, document));
    pg_column_name(columns, allocation_of);
    pg_column_i64(columns, offsetof(Entry, position));
    pg_column_bytes(columns, offsetof(Entry, leaf));
}

static const char *ground_code_of(const void *row) {
    return write_off_reason_name(((const Ground *)row)->code);
}

static void add_ground(PgColumns *columns) {
    pg_column_text(columns, offsetof(Ground, document));
    pg_column_name(columns, ground_code_of);
    pg_column_text(columns, offsetof(Ground, reason));
    pg_column_bool(columns, offsetof(Ground, standing));
    pg_column_date(columns, offsetof(Ground, recorded_on));
}

static void add_asked(PgColumns *columns) {
    pg_column_text(columns, offsetof(Asked, request));
    pg_column_text(columns, offsetof(Asked, invoice));
}

static bool asked_is_new(const void *row) {
    return ((const Asked *)row)->is_new && !((const Asked *)row)->over;
}

static bool asked_is_over(const void *row) {
    return ((const Asked *)row)->over && !((const Asked *)row)->is_new;
}

/* ---- the tables */

static bool document_is_added(const void *row) {
    const Document *document = row;
    bool elsewhere = document->kind == DOCUMENT_INVOICE || document->kind == DOCUMENT_DEBIT_NOTE ||
                     document->kind == DOCUMENT_RESTRUCTURING ||
                     document->kind == DOCUMENT_PAYMENT || document->kind == DOCUMENT_CREDIT_NOTE;
    return document->changed && !elsewhere;
}

static bool item_is_new(const void *row) {
    return ((const Item *)row)->is_new;
}

static bool item_is_changed(const void *row) {
    return ((const Item *)row)->changed && !((const Item *)row)->is_new;
}

static bool credit_is_new(const void *row) {
    return ((const Credit *)row)->is_new;
}

static bool credit_is_changed(const void *row) {
    return ((const Credit *)row)->changed && !((const Credit *)row)->is_new;
}

static bool move_is_new(const void *row) {
    return ((const Move *)row)->is_new;
}

static bool move_is_changed(const void *row) {
    return ((const Move *)row)->changed && !((const Move *)row)->is_new;
}

static bool hold_is_changed(const void *row) {
    return ((const Hold *)row)->changed;
}

static bool every(const void *row) {
    (void)row;
    return true;
}

static const Table TABLES[] = {
    {&ADD_DOCUMENTS, BOOK_LIST(documents, document_count, Document), document_is_added,
     add_document},
    {&ADD_ITEMS, BOOK_LIST(items, item_count, Item), item_is_new, add_new_item},
    {&CHANGE_ITEMS, BOOK_LIST(items, item_count, Item), item_is_changed, add_changed_item},
    {&ADD_CREDITS, BOOK_LIST(credits, credit_count, Credit), credit_is_new, add_new_credit},
    {&CHANGE_CREDITS, BOOK_LIST(credits, credit_count, Credit), credit_is_changed,
     add_changed_credit},
    {&ADD_MOVES, BOOK_LIST(moves, move_count, Move), move_is_new, add_new_move},
    {&CHANGE_MOVES, BOOK_LIST(moves, move_count, Move), move_is_changed, add_changed_move},
    {&SAVE_HOLDS, BOOK_LIST(holds, hold_count, Hold), hold_is_changed, add_hold},
    {&END_ASKED, BOOK_LIST(asked, asked_count, Asked), asked_is_over, add_asked},
    {&ADD_ASKED, BOOK_LIST(asked, asked_count, Asked), asked_is_new, add_asked},
    {&ADD_GROUNDS, BOOK_LIST(grounds, ground_count, Ground), every, add_ground},
    {&ADD_ENTRIES, BOOK_LIST(entries, entry_count, Entry), every, add_entry},
};

static int list_count(const Book *book, const BookList *list) {
    int count = 0;
    memcpy(&count, (const char *)book + list->count, sizeof count);
    return count;
}

static const char *list_rows(const Book *book, const BookList *list) {
    const char *rows = NULL;
    memcpy(&rows, (const char *)book + list->rows, sizeof rows);
    return rows;
}

static PgColumns rows_to_save(const Books *books, const Table *table, Arena *arena) {
    ptrdiff_t room = 0;
    for (int i = 0; i < books->count; i++) {
        room += list_count(&books->rows[i], &table->list);
    }
    PgColumns columns = pg_columns(arena, room);
    for (int i = 0; i < books->count; i++) {
        const Book *book = &books->rows[i];
        const char *row = list_rows(book, &table->list);
        for (int k = 0; k < list_count(book, &table->list); k++, row += table->list.size) {
            if (table->wanted(row)) {
                pg_columns_add(&columns, book, row);
            }
        }
    }
    return columns;
}

/* ---- saving */

static PgColumns accounts_to_save(const Books *books, bool is_new, Arena *arena) {
    PgColumns columns = pg_columns(arena, books->count);
    for (int i = 0; i < books->count; i++) {
        const Book *book = &books->rows[i];
        if (book->changed && book->is_new == is_new) {
            pg_columns_add(&columns, book, book);
        }
    }
    add_keys(&columns);
    add_account(&columns);
    return columns;
}

static bool save_accounts(Pg *pg, const Books *books, Arena *arena, Err *err) {
    PgColumns added = accounts_to_save(books, true, arena);
    add_names(&added);
    PgColumns changed = accounts_to_save(books, false, arena);
    return pg_columns_send(pg, &added, &ADD_ACCOUNTS, err) &&
           pg_columns_send(pg, &changed, &CHANGE_ACCOUNTS, err);
}

static const PgStatement *statement_of(const Table *table) {
    bool again = table->statement == &ADD_ITEMS && BROKEN("no_identity");
    return again ? &ADD_ITEMS_AGAIN : table->statement;
}

bool room_save_tables(const Saving *saving, const Table *tables, ptrdiff_t count, Err *err) {
    for (ptrdiff_t i = 0; i < count; i++) {
        PgColumns columns = rows_to_save(saving->books, &tables[i], saving->arena);
        if (columns.count == 0) {
            continue;
        }
        add_keys(&columns);
        tables[i].add(&columns);
        if (!pg_columns_send(saving->pg, &columns, statement_of(&tables[i]), err)) {
            return false;
        }
    }
    return true;
}

bool store_save(Pg *pg, const Books *books, Arena *arena, Err *err) {
    const Saving saving = {pg, books, arena};
    return save_accounts(pg, books, arena, err) &&
           room_save_tables(&saving, TABLES, COUNT_OF(TABLES), err) && save_agreed(&saving, err) &&
           save_accrued(&saving, err) && save_reminders(&saving, err) &&
           save_assignments(&saving, err) && save_balances(pg, books, arena, err) &&
           save_agings(&saving, err) && save_statements(&saving, err) &&
           save_keepings(&saving, err) && save_allowances(pg, books, arena, err) &&
           save_trees(pg, books, arena, err) && save_periods(pg, books, arena, err);
}
