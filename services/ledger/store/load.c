/* Loading: which accounts the batch touches, then one statement for each table, with the accounts
 * that have something there as arrays. A row comes back with the ordinal of its account. */
#include <stdlib.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "ledger/store.h"

/* Every lookup is by LATERAL with the whole key, one probe of an index for each row asked for. As a
 * plain join the planner, which knows nothing of the length of an array, would read every row of an
 * account, or of the table, and throw most of them away; OFFSET 0 keeps it from making one of it.
 */
#define ACCOUNTS                                                                                   \
    "unnest($1::int[], $2::int[], $3::text[], $4::text[]) AS k(ordinal, task, creditor, customer)"

static const PgStatement LOAD_ACCOUNTS = {
    "ledger_load_accounts",
    "SELECT k.ordinal, a.last_entry, a.next_due, a.open_total, a.has_credit, a.is_held"
    "  FROM " ACCOUNTS ", LATERAL (SELECT * FROM account a WHERE a.task = k.task"
    "   AND a.creditor = k.creditor AND a.customer = k.customer OFFSET 0) a"};

static const PgStatement LOAD_OPEN_INVOICES = {
    "ledger_load_open_invoices",
    "SELECT k.ordinal, i.number, i.currency, i.amount, i.open, i.written_off, i.issued_on,"
    "       i.due_on, i.state, i.bucket, i.applied_on, i.written_off_on"
    "  FROM " ACCOUNTS ", LATERAL (SELECT * FROM invoice i WHERE i.task = k.task"
    "   AND i.creditor = k.creditor AND i.customer = k.customer AND i.state = 'open' OFFSET 0) i"};

/* Those that the batch names, as far as they are not open; each once. */
static const PgStatement LOAD_CLOSED_INVOICES = {
    "ledger_load_closed_invoices",
    "SELECT k.ordinal, i.number, i.currency, i.amount, i.open, i.written_off, i.issued_on,"
    "       i.due_on, i.state, i.bucket, i.applied_on, i.written_off_on"
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::text[], $4::text[],"
    "                                      $5::text[])"
    "        AS k(ordinal, task, creditor, customer, number)) k,"
    "       LATERAL (SELECT * FROM invoice i WHERE i.task = k.task AND i.creditor = k.creditor"
    "         AND i.customer = k.customer AND i.number = k.number OFFSET 0) i"
    " WHERE i.state <> 'open'"};

static const PgStatement LOAD_CREDITS = {
    "ledger_load_credits",
    "SELECT k.ordinal, c.kind, c.number, c.currency, c.amount, c.unapplied, c.effective_on,"
    "       c.invoice"
    "  FROM " ACCOUNTS ", LATERAL (SELECT * FROM credit c WHERE c.task = k.task"
    "   AND c.creditor = k.creditor AND c.customer = k.customer AND c.unapplied > 0 OFFSET 0) c"};

static const PgStatement LOAD_HOLDS = {
    "ledger_load_holds",
    "SELECT k.ordinal, h.topic, h.partition, h.record_offset, h.reason, h.sentence, h.held_on"
    "  FROM " ACCOUNTS ", LATERAL (SELECT * FROM hold h WHERE h.task = k.task"
    "   AND h.creditor = k.creditor AND h.customer = k.customer AND h.cleared_on IS NULL"
    "   OFFSET 0) h"};

/* What the batch brings again, each kind from its own table. Twice in a batch is twice here, which
 * does no harm. */
#define NAMED                                                                                      \
    "unnest($1::int[], $2::int[], $3::text[], $4::text[], $5::int[], $6::text[], $7::text[])"      \
    " AS k(ordinal, task, creditor, customer, kind_number, kind, number)"

static const PgStatement LOAD_SENT_INVOICES = {
    "ledger_load_sent_invoices",
    "SELECT k.ordinal, k.kind_number, k.number, d.hash, d.recorded_on"
    "  FROM " NAMED ", LATERAL (SELECT hash, recorded_on FROM invoice d WHERE d.task = k.task"
    "   AND d.creditor = k.creditor AND d.customer = k.customer AND d.number = k.number"
    "   OFFSET 0) d"};

static const PgStatement LOAD_SENT_CREDITS = {
    "ledger_load_sent_credits",
    "SELECT k.ordinal, k.kind_number, k.number, d.hash, d.recorded_on"
    "  FROM " NAMED ", LATERAL (SELECT hash, recorded_on FROM credit d WHERE d.task = k.task"
    "   AND d.creditor = k.creditor AND d.customer = k.customer AND d.kind = k.kind"
    "   AND d.number = k.number OFFSET 0) d"};

static const PgStatement LOAD_SENT_DOCUMENTS = {
    "ledger_load_sent_documents",
    "SELECT k.ordinal, k.kind_number, k.number, d.hash, d.recorded_on"
    "  FROM " NAMED ", LATERAL (SELECT hash, recorded_on FROM document d WHERE d.task = k.task"
    "   AND d.creditor = k.creditor AND d.customer = k.customer AND d.kind = k.kind"
    "   AND d.number = k.number OFFSET 0) d"};

static const PgStatement LOAD_AGINGS = {
    "ledger_load_agings",
    "SELECT DISTINCT ON (task) task, hash FROM aging_rule WHERE task = ANY($1::int[])"
    " ORDER BY task, since DESC"};

/* What the account's row and the batch say of a book, so that nothing is asked for in vain. */
typedef struct Known {
    bool stored; /* there is such an account; if not, there is nothing of it anywhere */
    bool has_credit;
    bool is_held;
    bool sent_more; /* than invoices: its open ones are looked at */
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

static bool wants_invoices(const Known *known) {
    return known->stored && known->sent_more;
}

/* The first four parameters of every statement: the accounts in question. NULL: there are none. */
static PgParams *accounts_as_params(const Load *load, bool (*wanted)(const Known *known)) {
    ptrdiff_t room = load->books->count;
    int32_t *ordinals = ARENA_ARRAY(load->arena, int32_t, room);
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, room);
    Str *creditors = ARENA_ARRAY(load->arena, Str, room);
    Str *customers = ARENA_ARRAY(load->arena, Str, room);
    ptrdiff_t count = 0;
    for (ptrdiff_t i = 0; i < room; i++) {
        if (wanted(&load->known[i])) {
            ordinals[count] = (int32_t)i + 1;
            tasks[count] = load->books->rows[i].task;
            creditors[count] = load->books->rows[i].account.creditor;
            customers[count++] = load->books->rows[i].account.customer;
        }
    }
    if (count == 0) {
        return NULL;
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, ordinals, count);
    pg_add_i32_array(params, tasks, count);
    pg_add_text_array(params, creditors, count);
    pg_add_text_array(params, customers, count);
    return params;
}

/* Without parameters there is nothing to ask for. */
static bool ask(const Load *load, const PgStatement *statement, const PgParams *params,
                PgRows *rows, Err *err) {
    *rows = (PgRows){0};
    return params == NULL || pg_run(load->pg, statement, params, load->arena, rows, err);
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
    if (!ask(load, &LOAD_ACCOUNTS, accounts_as_params(load, any), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Book *book = book_at(load, &rows, i);
        Known *known = &load->known[book - load->books->rows];
        book->last_entry = pg_i64(&rows, i, 1);
        book->next_due = pg_date(&rows, i, 2);
        book->open_total = pg_i64(&rows, i, 3);
        known->stored = true;
        known->has_credit = pg_bool(&rows, i, 4);
        known->is_held = pg_bool(&rows, i, 5);
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

/* A row of parameters for each thing that a visit names: its account, and what more the caller
 * adds.
 */
typedef struct Named {
    ptrdiff_t count;
    int32_t *ordinals;
    int32_t *tasks;
    Str *creditors;
    Str *customers;
    Str *numbers;
} Named;

static Named named_open(const Load *load, ptrdiff_t room) {
    return (Named){.ordinals = ARENA_ARRAY(load->arena, int32_t, room),
                   .tasks = ARENA_ARRAY(load->arena, int32_t, room),
                   .creditors = ARENA_ARRAY(load->arena, Str, room),
                   .customers = ARENA_ARRAY(load->arena, Str, room),
                   .numbers = ARENA_ARRAY(load->arena, Str, room)};
}

static void named_add(Named *named, const Load *load, const StoreVisit *visit, Str number) {
    named->ordinals[named->count] = ordinal_of(load, visit->book);
    named->tasks[named->count] = visit->task;
    named->creditors[named->count] = visit->account.creditor;
    named->customers[named->count] = visit->account.customer;
    named->numbers[named->count++] = number;
}

static PgParams *named_params(const Named *named, Arena *arena) {
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, named->ordinals, named->count);
    pg_add_i32_array(params, named->tasks, named->count);
    pg_add_text_array(params, named->creditors, named->count);
    pg_add_text_array(params, named->customers, named->count);
    return params;
}

/* Of an account that is not stored there is nothing to be found. */
static const Known *known_of(const Load *load, const StoreVisit *visit) {
    static const Known nothing;
    return visit->book == NULL ? &nothing : &load->known[visit->book - load->books->rows];
}

static PgParams *named_invoices(const Load *load) {
    ptrdiff_t room = 0;
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        room += known_of(load, visit)->stored ? visit->input->invoice_count : 0;
    }
    Named named = named_open(load, room);
    for (int i = 0; room > 0 && i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        int count = known_of(load, visit)->stored ? visit->input->invoice_count : 0;
        for (int k = 0; k < count; k++) {
            named_add(&named, load, visit, visit->input->invoices[k]);
        }
    }
    if (room == 0) {
        return NULL;
    }
    PgParams *params = named_params(&named, load->arena);
    pg_add_text_array(params, named.numbers, named.count);
    return params;
}

static bool load_invoices_by(const Load *load, const PgStatement *statement, const PgParams *params,
                             Err *err) {
    PgRows rows;
    if (!ask(load, statement, params, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_invoice(book_at(load, &rows, i), invoice_at(&rows, i));
    }
    return true;
}

static bool load_invoices(const Load *load, Err *err) {
    return load_invoices_by(load, &LOAD_OPEN_INVOICES, accounts_as_params(load, wants_invoices),
                            err) &&
           load_invoices_by(load, &LOAD_CLOSED_INVOICES, named_invoices(load), err);
}

static bool load_credits(const Load *load, Err *err) {
    PgRows rows;
    if (!ask(load, &LOAD_CREDITS, accounts_as_params(load, has_credit), &rows, err)) {
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

/* Where documents of a kind are remembered. */
static const PgStatement *remembered_in(DocumentKind kind) {
    switch (kind) {
    case DOCUMENT_INVOICE:
        return &LOAD_SENT_INVOICES;
    case DOCUMENT_PAYMENT:
    case DOCUMENT_CREDIT_NOTE:
        return &LOAD_SENT_CREDITS;
    case DOCUMENT_NONE:
        return NULL;
    case DOCUMENT_CANCELLATION:
    case DOCUMENT_PROPOSAL:
    case DOCUMENT_SETTLEMENT:
    case DOCUMENT_RESEND:
    case DOCUMENT_KIND_COUNT:
        break;
    }
    return &LOAD_SENT_DOCUMENTS;
}

/* NULL: the batch brings none that is remembered there. */
static PgParams *brought_documents(const Load *load, const PgStatement *where) {
    Named named = named_open(load, load->visit_count);
    int32_t *kinds = ARENA_ARRAY(load->arena, int32_t, load->visit_count);
    Str *names = ARENA_ARRAY(load->arena, Str, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (known_of(load, visit)->stored && remembered_in(visit->input->document.kind) == where) {
            kinds[named.count] = (int32_t)visit->input->document.kind;
            names[named.count] = str_of(document_kind_name(visit->input->document.kind));
            named_add(&named, load, visit, visit->input->document.number);
        }
    }
    if (named.count == 0) {
        return NULL;
    }
    PgParams *params = named_params(&named, load->arena);
    pg_add_i32_array(params, kinds, named.count);
    pg_add_text_array(params, names, named.count);
    pg_add_text_array(params, named.numbers, named.count);
    return params;
}

static bool load_documents_by(const Load *load, const PgStatement *statement, Err *err) {
    PgRows rows;
    if (!ask(load, statement, brought_documents(load, statement), &rows, err)) {
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

static bool load_documents(const Load *load, Err *err) {
    return load_documents_by(load, &LOAD_SENT_INVOICES, err) &&
           load_documents_by(load, &LOAD_SENT_CREDITS, err) &&
           load_documents_by(load, &LOAD_SENT_DOCUMENTS, err);
}

static bool load_holds(const Load *load, Err *err) {
    PgRows rows;
    if (!ask(load, &LOAD_HOLDS, accounts_as_params(load, is_held), &rows, err)) {
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
    Load load = {.pg = pg,
                 .arena = arena,
                 .visits = visits,
                 .visit_count = count,
                 .books = books,
                 .known = ARENA_ARRAY(arena, Known, books->count + 1)};
    for (int i = 0; i < count; i++) {
        if (visits[i].book != NULL && visits[i].input->kind != LEDGER_INVOICE) {
            load.known[visits[i].book - books->rows].sent_more = true;
        }
    }
    if (!load_agings(&load, err)) {
        return false;
    }
    return books->count == 0 ||
           (load_accounts(&load, err) && load_invoices(&load, err) && load_credits(&load, err) &&
            (BROKEN("no_identity") || load_documents(&load, err)) && load_holds(&load, err));
}
