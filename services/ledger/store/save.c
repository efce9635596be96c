/* Saving: for each table the changed rows of all books as arrays, a column an array, in one
 * statement. Rows stand in the order of keys, so that two writers could never wait for each other
 * in a circle. */
#include <string.h>

#include "ledger/store.h"

static const PgStatement SAVE_ACCOUNTS = {
    "ledger_save_accounts",
    "INSERT INTO account (task, creditor, customer, last_entry, next_due)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::date[])"
    " ON CONFLICT (task, creditor, customer) DO UPDATE"
    " SET last_entry = excluded.last_entry, next_due = excluded.next_due"};

static const PgStatement SAVE_DOCUMENTS = {
    "ledger_save_documents",
    "INSERT INTO document (task, creditor, customer, kind, number, hash, recorded_on)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[],"
    "                      $7::date[])"};

static const PgStatement SAVE_INVOICES = {
    "ledger_save_invoices",
    "INSERT INTO invoice (task, creditor, customer, number, currency, amount, open, written_off,"
    "                     issued_on, due_on, state, bucket, applied_on, written_off_on)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[],"
    "                      $6::bigint[], $7::bigint[], $8::bigint[], $9::date[], $10::date[],"
    "                      $11::text[], $12::text[], $13::date[], $14::date[])"
    " ON CONFLICT (task, creditor, customer, number) DO UPDATE"
    " SET open = excluded.open, written_off = excluded.written_off, state = excluded.state,"
    "     bucket = excluded.bucket, applied_on = excluded.applied_on,"
    "     written_off_on = excluded.written_off_on"};

static const PgStatement SAVE_CREDITS = {
    "ledger_save_credits",
    "INSERT INTO credit (task, creditor, customer, kind, number, currency, amount, unapplied,"
    "                    effective_on, invoice)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "                      $7::bigint[], $8::bigint[], $9::date[], $10::text[])"
    " ON CONFLICT (task, creditor, customer, kind, number) DO UPDATE"
    " SET unapplied = excluded.unapplied"};

static const PgStatement SAVE_HOLDS = {
    "ledger_save_holds",
    "INSERT INTO hold (task, creditor, customer, topic, partition, record_offset, reason, sentence,"
    "                  held_on, cleared_on)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::int[], $6::bigint[],"
    "                      $7::text[], $8::text[], $9::date[], $10::date[])"
    " ON CONFLICT (task, creditor, customer, topic, partition, record_offset) DO UPDATE"
    " SET reason = excluded.reason, sentence = excluded.sentence, held_on = excluded.held_on,"
    "     cleared_on = excluded.cleared_on"};

/* Entries, their legs and the control balances in one statement, and what it comes to: the number
 * of entries whose legs, as they were written, do not sum to zero. The epoch is the one under which
 * this transaction holds the task. */
static const PgStatement SAVE_JOURNAL = {
    "ledger_save_journal",
    "WITH row AS (SELECT * FROM"
    "  unnest($1::int[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::date[], $7::date[],"
    "         $8::text[], $9::text[], $10::text[], $11::text[])"
    "  WITH ORDINALITY AS r(task, creditor, customer, entry, kind, effective_on, recorded_on,"
    "                       invoice, credit_kind, credit, request, ordinal)),"
    " written AS (INSERT INTO entry (task, creditor, customer, entry, kind, effective_on,"
    "                                recorded_on, invoice, credit_kind, credit, request, epoch)"
    "  SELECT r.task, r.creditor, r.customer, r.entry, r.kind, r.effective_on, r.recorded_on,"
    "         r.invoice, r.credit_kind, r.credit, r.request, t.epoch"
    "    FROM row r JOIN task t USING (task) ORDER BY r.ordinal),"
    " legs AS (INSERT INTO leg (task, creditor, customer, entry, gl, currency, amount)"
    "  SELECT r.task, r.creditor, r.customer, r.entry, l.gl, l.currency, l.amount"
    "    FROM unnest($12::bigint[], $13::text[], $14::text[], $15::bigint[])"
    "         AS l(ordinal, gl, currency, amount)"
    "    JOIN row r USING (ordinal) ORDER BY l.ordinal"
    "  RETURNING *),"
    " moved AS (INSERT INTO balance (task, creditor, gl, currency, amount)"
    "  SELECT task, creditor, gl, currency, sum(amount) FROM legs"
    "   GROUP BY task, creditor, gl, currency ORDER BY task, creditor, gl, currency"
    "  ON CONFLICT (task, creditor, gl, currency) DO UPDATE"
    "  SET amount = balance.amount + excluded.amount)"
    "SELECT count(*) FROM (SELECT FROM legs GROUP BY task, creditor, customer, entry, currency"
    "                      HAVING sum(amount) <> 0) AS unbalanced"};

static const PgStatement SAVE_AGING = {
    "ledger_save_aging", "INSERT INTO aging_rule (task, since, hash, names, from_days)"
                         " VALUES ($1, $2, $3, $4::text[], $5::int[])"};

/* Under new buckets every open invoice is looked at once, at the end of the next day; those in the
 * last of the old buckets too, which had nothing more to enter. */
static const PgStatement REVISIT = {
    "ledger_revisit",
    "UPDATE account a SET next_due = $2 WHERE task = $1 AND (next_due > $2 OR next_due IS NULL"
    "  AND EXISTS (SELECT FROM invoice i WHERE (i.task, i.creditor, i.customer) ="
    "              (a.task, a.creditor, a.customer) AND i.state = 'open'))"};

/* ---- rows as columns */

/* The rows of one table to be written, with the book each belongs to. */
typedef struct Rows {
    Arena *arena;
    PgParams *params;
    const Book **books;
    const void **rows;
    ptrdiff_t count;
} Rows;

static Rows rows_open(Arena *arena, ptrdiff_t room) {
    return (Rows){.arena = arena,
                  .params = pg_params(arena),
                  .books = ARENA_ARRAY(arena, const Book *, room),
                  .rows = ARENA_ARRAY(arena, const void *, room)};
}

static void rows_add(Rows *rows, const Book *book, const void *row) {
    rows->books[rows->count] = book;
    rows->rows[rows->count++] = row;
}

static const void *field_at(const Rows *rows, ptrdiff_t row, size_t offset) {
    return (const char *)rows->rows[row] + offset;
}

/* The first three parameters of every statement. */
static void add_keys(Rows *rows) {
    int32_t *tasks = ARENA_ARRAY(rows->arena, int32_t, rows->count);
    Str *creditors = ARENA_ARRAY(rows->arena, Str, rows->count);
    Str *customers = ARENA_ARRAY(rows->arena, Str, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        tasks[i] = rows->books[i]->task;
        creditors[i] = rows->books[i]->account.creditor;
        customers[i] = rows->books[i]->account.customer;
    }
    pg_add_i32_array(rows->params, tasks, rows->count);
    pg_add_text_array(rows->params, creditors, rows->count);
    pg_add_text_array(rows->params, customers, rows->count);
}

/* A text that is not there is empty, not null. */
static Str *texts_of(const Rows *rows, size_t offset) {
    Str *texts = ARENA_ARRAY(rows->arena, Str, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        Str text = *(const Str *)field_at(rows, i, offset);
        texts[i] = text.ptr == NULL ? S("") : text;
    }
    return texts;
}

static void add_texts(Rows *rows, size_t offset) {
    pg_add_text_array(rows->params, texts_of(rows, offset), rows->count);
}

static void add_bytes(Rows *rows, size_t offset) {
    pg_add_bytes_array(rows->params, texts_of(rows, offset), rows->count);
}

/* A column that a function names: a kind, a state. */
static void add_names(Rows *rows, const char *(*name)(const void *row)) {
    Str *texts = ARENA_ARRAY(rows->arena, Str, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        texts[i] = str_of(name(rows->rows[i]));
    }
    pg_add_text_array(rows->params, texts, rows->count);
}

static void add_dates(Rows *rows, size_t offset) {
    Date *dates = ARENA_ARRAY(rows->arena, Date, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        dates[i] = *(const Date *)field_at(rows, i, offset);
    }
    pg_add_date_array(rows->params, dates, rows->count);
}

static void add_i64s(Rows *rows, size_t offset) {
    int64_t *numbers = ARENA_ARRAY(rows->arena, int64_t, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        numbers[i] = *(const int64_t *)field_at(rows, i, offset);
    }
    pg_add_i64_array(rows->params, numbers, rows->count);
}

static void add_i32s(Rows *rows, size_t offset) {
    int32_t *numbers = ARENA_ARRAY(rows->arena, int32_t, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        numbers[i] = *(const int32_t *)field_at(rows, i, offset);
    }
    pg_add_i32_array(rows->params, numbers, rows->count);
}

static void add_minors(Rows *rows, size_t offset) {
    add_i64s(rows, offset + offsetof(Money, minor));
}

static void add_currencies(Rows *rows, size_t offset) {
    Str *codes = ARENA_ARRAY(rows->arena, Str, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        codes[i] = str_of(((const Money *)field_at(rows, i, offset))->currency.code);
    }
    pg_add_text_array(rows->params, codes, rows->count);
}

/* ---- the columns of each table, after the keys */

static void add_account(Rows *rows) {
    add_i64s(rows, offsetof(Book, last_entry));
    add_dates(rows, offsetof(Book, next_due));
}

static const char *document_kind_of(const void *row) {
    return document_kind_name(((const Document *)row)->kind);
}

static void add_document(Rows *rows) {
    add_names(rows, document_kind_of);
    add_texts(rows, offsetof(Document, number));
    add_bytes(rows, offsetof(Document, hash));
    add_dates(rows, offsetof(Document, recorded_on));
}

static const char *invoice_state_of(const void *row) {
    return invoice_state_name(((const Invoice *)row)->state);
}

static void add_invoice(Rows *rows) {
    add_texts(rows, offsetof(Invoice, number));
    add_currencies(rows, offsetof(Invoice, amount));
    add_minors(rows, offsetof(Invoice, amount));
    add_minors(rows, offsetof(Invoice, open));
    add_minors(rows, offsetof(Invoice, written_off));
    add_dates(rows, offsetof(Invoice, issued_on));
    add_dates(rows, offsetof(Invoice, due_on));
    add_names(rows, invoice_state_of);
    add_texts(rows, offsetof(Invoice, bucket));
    add_dates(rows, offsetof(Invoice, applied_on));
    add_dates(rows, offsetof(Invoice, written_off_on));
}

static const char *credit_kind_of(const void *row) {
    return credit_kind_name(((const Credit *)row)->kind);
}

static void add_credit(Rows *rows) {
    add_names(rows, credit_kind_of);
    add_texts(rows, offsetof(Credit, number));
    add_currencies(rows, offsetof(Credit, amount));
    add_minors(rows, offsetof(Credit, amount));
    add_minors(rows, offsetof(Credit, unapplied));
    add_dates(rows, offsetof(Credit, effective_on));
    add_texts(rows, offsetof(Credit, invoice));
}

static void add_hold(Rows *rows) {
    add_texts(rows, offsetof(Hold, topic));
    add_i32s(rows, offsetof(Hold, partition));
    add_i64s(rows, offsetof(Hold, offset));
    add_texts(rows, offsetof(Hold, reason));
    add_texts(rows, offsetof(Hold, sentence));
    add_dates(rows, offsetof(Hold, held_on));
    add_dates(rows, offsetof(Hold, cleared_on));
}

static const char *entry_kind_of(const void *row) {
    return entry_kind_name(((const Entry *)row)->kind);
}

static const char *entry_credit_kind_of(const void *row) {
    CreditKind kind = ((const Entry *)row)->credit_kind;
    return kind == CREDIT_NONE ? "" : credit_kind_name(kind);
}

/* All legs of all entries, checked to sum to zero when they entered the book; each names its entry
 * by the ordinal of that row, from 1. */
static void add_legs(Rows *rows) {
    ptrdiff_t count = rows->count * ENTRY_LEGS;
    int64_t *ordinals = ARENA_ARRAY(rows->arena, int64_t, count);
    int64_t *amounts = ARENA_ARRAY(rows->arena, int64_t, count);
    Str *accounts = ARENA_ARRAY(rows->arena, Str, count);
    Str *currencies = ARENA_ARRAY(rows->arena, Str, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        const Entry *entry = rows->rows[i / ENTRY_LEGS];
        const Leg *leg = &entry->legs[i % ENTRY_LEGS];
        ordinals[i] = i / ENTRY_LEGS + 1;
        accounts[i] = str_of(gl_name(leg->account));
        currencies[i] = str_of(leg->amount.currency.code);
        amounts[i] = leg->amount.minor;
    }
    pg_add_i64_array(rows->params, ordinals, count);
    pg_add_text_array(rows->params, accounts, count);
    pg_add_text_array(rows->params, currencies, count);
    pg_add_i64_array(rows->params, amounts, count);
}

static void add_entry(Rows *rows) {
    add_i64s(rows, offsetof(Entry, number));
    add_names(rows, entry_kind_of);
    add_dates(rows, offsetof(Entry, effective_on));
    add_dates(rows, offsetof(Entry, recorded_on));
    add_texts(rows, offsetof(Entry, invoice));
    add_names(rows, entry_credit_kind_of);
    add_texts(rows, offsetof(Entry, credit));
    add_texts(rows, offsetof(Entry, request));
    add_legs(rows);
}

/* ---- the tables */

/* Where a book keeps the rows of a table: the list and its length in Book, the flag in a row. */
typedef struct BookList {
    size_t rows;
    size_t count;
    size_t size;
    ptrdiff_t changed; /* NO_FLAG: all of them are new */
} BookList;

enum { NO_FLAG = -1 };

#define BOOK_LIST(rows, count, Type)                                                               \
    { offsetof(Book, rows), offsetof(Book, count), sizeof(Type), offsetof(Type, changed) }

typedef struct Table {
    const PgStatement *statement;
    BookList list;
    void (*add)(Rows *rows);
} Table;

static const Table TABLES[] = {
    {&SAVE_DOCUMENTS, BOOK_LIST(documents, document_count, Document), add_document},
    {&SAVE_INVOICES, BOOK_LIST(invoices, invoice_count, Invoice), add_invoice},
    {&SAVE_CREDITS, BOOK_LIST(credits, credit_count, Credit), add_credit},
    {&SAVE_HOLDS, BOOK_LIST(holds, hold_count, Hold), add_hold},
};

static const BookList ENTRIES = {offsetof(Book, entries), offsetof(Book, entry_count),
                                 sizeof(Entry), NO_FLAG};

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

static bool is_changed(const char *row, const BookList *list) {
    return list->changed == NO_FLAG || *(const bool *)(row + list->changed);
}

static Rows rows_to_save(const Books *books, const BookList *list, Arena *arena) {
    ptrdiff_t room = 0;
    for (int i = 0; i < books->count; i++) {
        room += list_count(&books->rows[i], list);
    }
    Rows rows = rows_open(arena, room);
    for (int i = 0; i < books->count; i++) {
        const Book *book = &books->rows[i];
        const char *row = list_rows(book, list);
        for (int k = 0; k < list_count(book, list); k++, row += list->size) {
            if (is_changed(row, list)) {
                rows_add(&rows, book, row);
            }
        }
    }
    return rows;
}

/* ---- saving */

static bool save_accounts(Pg *pg, const Books *books, Arena *arena, Err *err) {
    Rows rows = rows_open(arena, books->count);
    for (int i = 0; i < books->count; i++) {
        if (books->rows[i].changed) {
            rows_add(&rows, &books->rows[i], &books->rows[i]);
        }
    }
    if (rows.count == 0) {
        return true;
    }
    add_keys(&rows);
    add_account(&rows);
    return pg_run(pg, &SAVE_ACCOUNTS, rows.params, arena, NULL, err);
}

static bool save_tables(Pg *pg, const Books *books, Arena *arena, Err *err) {
    for (ptrdiff_t i = 0; i < COUNT_OF(TABLES); i++) {
        Rows rows = rows_to_save(books, &TABLES[i].list, arena);
        if (rows.count == 0) {
            continue;
        }
        add_keys(&rows);
        TABLES[i].add(&rows);
        if (!pg_run(pg, TABLES[i].statement, rows.params, arena, NULL, err)) {
            return false;
        }
    }
    return true;
}

static bool save_journal(Pg *pg, const Books *books, Arena *arena, Err *err) {
    Rows rows = rows_to_save(books, &ENTRIES, arena);
    if (rows.count == 0) {
        return true;
    }
    add_keys(&rows);
    add_entry(&rows);
    PgRows answer;
    if (!pg_run(pg, &SAVE_JOURNAL, rows.params, arena, &answer, err)) {
        return false;
    }
    return pg_i64(&answer, 0, 0) == 0 ||
           err_set(err, VERDICT_STOP, "UNBALANCED",
                   "entries were written whose legs do not sum to zero; nothing is committed");
}

static bool save_aging(Pg *pg, const TaskAging *change, Arena *arena, Err *err) {
    const Aging *aging = &change->rule->aging;
    Str names[AGING_BUCKETS_MAX];
    int32_t from_days[AGING_BUCKETS_MAX];
    for (int i = 0; i < aging->count; i++) {
        names[i] = aging->buckets[i].name;
        from_days[i] = aging->buckets[i].from_day;
    }
    PgParams *params = pg_params(arena);
    pg_add_i32(params, change->task);
    pg_add_date(params, change->since);
    pg_add_text(params, change->rule->hash);
    pg_add_text_array(params, names, aging->count);
    pg_add_i32_array(params, from_days, aging->count);
    return pg_run(pg, &SAVE_AGING, params, arena, NULL, err);
}

static bool revisit(Pg *pg, const TaskAging *change, Arena *arena, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, change->task);
    pg_add_date(params, date_add(change->since, 1));
    return pg_run(pg, &REVISIT, params, arena, NULL, err);
}

static bool save_agings(Pg *pg, const Books *books, Arena *arena, Err *err) {
    for (int i = 0; i < books->aging_count; i++) {
        const TaskAging *change = &books->agings[i];
        if (change->rule == NULL) {
            continue;
        }
        bool first = str_is_empty(change->hash);
        if (!save_aging(pg, change, arena, err) || (!first && !revisit(pg, change, arena, err))) {
            return false;
        }
    }
    return true;
}

bool store_save(Pg *pg, const Books *books, Arena *arena, Err *err) {
    return save_accounts(pg, books, arena, err) && save_tables(pg, books, arena, err) &&
           save_journal(pg, books, arena, err) && save_agings(pg, books, arena, err);
}
