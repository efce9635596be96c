/* Loading: which accounts the batch touches, then one statement for each table, with the accounts
 * as arrays. A row comes back with the ordinal of its account in those arrays. */
#include <stdlib.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "ledger/store.h"

static const PgStatement LOAD_ACCOUNTS = {
    "ledger_load_accounts", "SELECT k.ordinal::int, a.last_entry, a.next_due"
                            "  FROM unnest($1::int[], $2::text[], $3::text[])"
                            "       WITH ORDINALITY AS k(task, creditor, customer, ordinal)"
                            "  JOIN account a USING (task, creditor, customer)"};

/* Those that are open, and closed ones that the batch names. */
static const PgStatement LOAD_INVOICES = {
    "ledger_load_invoices",
    "WITH k AS (SELECT * FROM unnest($1::int[], $2::text[], $3::text[])"
    "           WITH ORDINALITY AS k(task, creditor, customer, ordinal)),"
    "     found AS ("
    "  SELECT k.ordinal, i.* FROM k JOIN invoice i USING (task, creditor, customer)"
    "   WHERE i.state = 'open'"
    "  UNION ALL"
    "  SELECT k.ordinal, i.*"
    "    FROM (SELECT DISTINCT * FROM unnest($4::int[], $5::text[])) AS n(ordinal, number)"
    "    JOIN k USING (ordinal)"
    "    JOIN invoice i ON i.task = k.task AND i.creditor = k.creditor"
    "     AND i.customer = k.customer AND i.number = n.number"
    "   WHERE i.state <> 'open')"
    "SELECT ordinal::int, number, currency, amount, open, written_off, issued_on, due_on, state,"
    "       bucket, applied_on, written_off_on FROM found"};

static const PgStatement LOAD_CREDITS = {
    "ledger_load_credits",
    "SELECT k.ordinal::int, c.kind, c.number, c.currency, c.amount, c.unapplied, c.effective_on,"
    "       c.invoice"
    "  FROM unnest($1::int[], $2::text[], $3::text[])"
    "       WITH ORDINALITY AS k(task, creditor, customer, ordinal)"
    "  JOIN credit c USING (task, creditor, customer)"
    " WHERE c.unapplied > 0"};

/* Those that the batch brings again. */
static const PgStatement LOAD_DOCUMENTS = {
    "ledger_load_documents",
    "WITH k AS (SELECT * FROM unnest($1::int[], $2::text[], $3::text[])"
    "           WITH ORDINALITY AS k(task, creditor, customer, ordinal))"
    "SELECT k.ordinal::int, n.kind_number, d.number, d.hash, d.recorded_on"
    "  FROM (SELECT DISTINCT * FROM unnest($4::int[], $5::int[], $6::text[], $7::text[]))"
    "       AS n(ordinal, kind_number, kind, number)"
    "  JOIN k USING (ordinal)"
    "  JOIN document d ON d.task = k.task AND d.creditor = k.creditor"
    "   AND d.customer = k.customer AND d.kind = n.kind AND d.number = n.number"};

static const PgStatement LOAD_HOLDS = {
    "ledger_load_holds",
    "SELECT k.ordinal::int, h.topic, h.partition, h.record_offset, h.reason, h.sentence, h.held_on"
    "  FROM unnest($1::int[], $2::text[], $3::text[])"
    "       WITH ORDINALITY AS k(task, creditor, customer, ordinal)"
    "  JOIN hold h USING (task, creditor, customer)"
    " WHERE h.cleared_on IS NULL"};

static const PgStatement LOAD_AGINGS = {
    "ledger_load_agings",
    "SELECT DISTINCT ON (task) task, hash FROM aging_rule WHERE task = ANY($1::int[])"
    " ORDER BY task, since DESC"};

/* What a load carries along. */
typedef struct Load {
    Pg *pg;
    Arena *arena;
    const StoreVisit *visits;
    int visit_count;
    Books *books;
} Load;

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
                     .agings = ARENA_ARRAY(arena, TaskAging, count)};
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

/* The first three parameters of every statement. */
static PgParams *accounts_as_params(const Load *load) {
    ptrdiff_t count = load->books->count;
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, count);
    Str *creditors = ARENA_ARRAY(load->arena, Str, count);
    Str *customers = ARENA_ARRAY(load->arena, Str, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        tasks[i] = load->books->rows[i].task;
        creditors[i] = load->books->rows[i].account.creditor;
        customers[i] = load->books->rows[i].account.customer;
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, tasks, count);
    pg_add_text_array(params, creditors, count);
    pg_add_text_array(params, customers, count);
    return params;
}

static Book *book_at(const Load *load, const PgRows *rows, ptrdiff_t row) {
    int ordinal = pg_i32(rows, row, 0);
    CHECK(ordinal >= 1 && ordinal <= load->books->count);
    return &load->books->rows[ordinal - 1];
}

static int32_t ordinal_of(const Load *load, const Book *book) {
    return (int32_t)(book - load->books->rows) + 1;
}

/* Currency and amount stand in two columns. */
static Money money_at(const PgRows *rows, ptrdiff_t row, int currency_column, int amount_column) {
    Currency currency = {0};
    CHECK(currency_find(pg_text(rows, row, currency_column), &currency));
    return money_of(pg_i64(rows, row, amount_column), currency);
}

/* ---- tables */

static bool load_accounts(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_ACCOUNTS, accounts_as_params(load), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Book *book = book_at(load, &rows, i);
        book->last_entry = pg_i64(&rows, i, 1);
        book->next_due = pg_date(&rows, i, 2);
    }
    return true;
}

static Invoice invoice_at(const PgRows *rows, ptrdiff_t row) {
    Invoice invoice = {.number = pg_text(rows, row, 1),
                       .amount = money_at(rows, row, 2, 3),
                       .open = money_at(rows, row, 2, 4),
                       .written_off = money_at(rows, row, 2, 5),
                       .issued_on = pg_date(rows, row, 6),
                       .due_on = pg_date(rows, row, 7),
                       .bucket = pg_text(rows, row, 9),
                       .applied_on = pg_date(rows, row, 10),
                       .written_off_on = pg_date(rows, row, 11)};
    CHECK(invoice_state_parse(pg_text(rows, row, 8), &invoice.state));
    return invoice;
}

static PgParams *named_invoices(const Load *load) {
    ptrdiff_t room = 0;
    for (int i = 0; i < load->visit_count; i++) {
        room += load->visits[i].book == NULL ? 0 : load->visits[i].input->invoice_count;
    }
    int32_t *ordinals = ARENA_ARRAY(load->arena, int32_t, room);
    Str *numbers = ARENA_ARRAY(load->arena, Str, room);
    ptrdiff_t count = 0;
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        for (int k = 0; visit->book != NULL && k < visit->input->invoice_count; k++) {
            ordinals[count] = ordinal_of(load, visit->book);
            numbers[count++] = visit->input->invoices[k];
        }
    }
    PgParams *params = accounts_as_params(load);
    pg_add_i32_array(params, ordinals, count);
    pg_add_text_array(params, numbers, count);
    return params;
}

static bool load_invoices(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_INVOICES, named_invoices(load), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_invoice(book_at(load, &rows, i), invoice_at(&rows, i));
    }
    return true;
}

static bool load_credits(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_CREDITS, accounts_as_params(load), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Credit credit = {.number = pg_text(&rows, i, 2),
                         .amount = money_at(&rows, i, 3, 4),
                         .unapplied = money_at(&rows, i, 3, 5),
                         .effective_on = pg_date(&rows, i, 6),
                         .invoice = pg_text(&rows, i, 7)};
        CHECK(credit_kind_parse(pg_text(&rows, i, 1), &credit.kind));
        (void)book_add_credit(book_at(load, &rows, i), credit);
    }
    return true;
}

static PgParams *brought_documents(const Load *load) {
    int32_t *ordinals = ARENA_ARRAY(load->arena, int32_t, load->visit_count);
    int32_t *kinds = ARENA_ARRAY(load->arena, int32_t, load->visit_count);
    Str *names = ARENA_ARRAY(load->arena, Str, load->visit_count);
    Str *numbers = ARENA_ARRAY(load->arena, Str, load->visit_count);
    ptrdiff_t count = 0;
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (visit->book != NULL && visit->input->document.kind != DOCUMENT_NONE) {
            ordinals[count] = ordinal_of(load, visit->book);
            kinds[count] = (int32_t)visit->input->document.kind;
            names[count] = str_of(document_kind_name(visit->input->document.kind));
            numbers[count++] = visit->input->document.number;
        }
    }
    PgParams *params = accounts_as_params(load);
    pg_add_i32_array(params, ordinals, count);
    pg_add_i32_array(params, kinds, count);
    pg_add_text_array(params, names, count);
    pg_add_text_array(params, numbers, count);
    return params;
}

static bool load_documents(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_DOCUMENTS, brought_documents(load), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_document(book_at(load, &rows, i),
                                (Document){.kind = (DocumentKind)pg_i32(&rows, i, 1),
                                           .number = pg_text(&rows, i, 2),
                                           .hash = pg_text(&rows, i, 3),
                                           .recorded_on = pg_date(&rows, i, 4)});
    }
    return true;
}

static bool load_holds(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_HOLDS, accounts_as_params(load), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_hold(book_at(load, &rows, i), (Hold){.topic = pg_text(&rows, i, 1),
                                                            .partition = pg_i32(&rows, i, 2),
                                                            .offset = pg_i64(&rows, i, 3),
                                                            .reason = pg_text(&rows, i, 4),
                                                            .sentence = pg_text(&rows, i, 5),
                                                            .held_on = pg_date(&rows, i, 6),
                                                            .cleared_on = DATE_NONE});
    }
    return true;
}

static bool load_agings(const Load *load, Err *err) {
    const Books *books = load->books;
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, books->aging_count);
    for (int i = 0; i < books->aging_count; i++) {
        tasks[i] = books->agings[i].task;
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, tasks, books->aging_count);
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_AGINGS, params, load->arena, &rows, err)) {
        return false;
    }
    int at = 0; /* both are ordered by task */
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        while (books->agings[at].task != pg_i32(&rows, i, 0)) {
            at++;
            CHECK(at < books->aging_count);
        }
        books->agings[at].hash = pg_text(&rows, i, 1);
    }
    return true;
}

bool store_load(Pg *pg, StoreVisit *visits, int count, Arena *arena, Books *books, Err *err) {
    books_make(visits, count, arena, books);
    Load load = {.pg = pg, .arena = arena, .visits = visits, .visit_count = count, .books = books};
    if (!load_agings(&load, err)) {
        return false;
    }
    return books->count == 0 ||
           (load_accounts(&load, err) && load_invoices(&load, err) && load_credits(&load, err) &&
            (BROKEN("no_identity") || load_documents(&load, err)) && load_holds(&load, err));
}
