/* Pauses, and what is said of invoices besides their debt: looked at where a visit is about them.
 */
#include "base/check.h"
#include "ledger/core/terms.h"
#include "ledger/store/room.h"

#define PAUSE_COLUMNS                                                                              \
    "p.number, p.invoice, p.kind, p.starts_on, p.ends_on, p.reason, p.actor, p.recorded_on"

/* Of an invoice. */
static const PgStatement LOAD_PAUSES = {
    "ledger_load_pauses",
    "SELECT k.ordinal, " PAUSE_COLUMNS
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, invoice)) k,"
    "       LATERAL (SELECT * FROM pause p WHERE p.task = k.task AND p.account = k.account"
    "         AND p.invoice = k.invoice OFFSET 0) p"};

static const PgStatement LOAD_DETAILS = {
    "ledger_load_details",
    "SELECT k.ordinal, d.invoice, d.purchase, d.contract, d.salesperson, d.delivered_on,"
    "       d.sent_on, d.received_on, d.approved_on, d.dispute_days, d.forum, d.jurisdiction,"
    "       d.agencies, d.ways"
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, invoice)) k,"
    "       LATERAL (SELECT * FROM invoice_detail d WHERE d.task = k.task"
    "         AND d.account = k.account AND d.invoice = k.invoice OFFSET 0) d"};

/* By their own numbers: those that are ended; the invoice may not be known yet. */
static const PgStatement LOAD_ENDED_PAUSES = {
    "ledger_load_ended_pauses",
    "SELECT k.ordinal, " PAUSE_COLUMNS
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, number)) k,"
    "       LATERAL (SELECT * FROM pause p WHERE p.task = k.task AND p.account = k.account"
    "         AND p.number = k.number OFFSET 0) p"};

/* Likewise: days of which no interest is counted, too. */
static const PgStatement LOAD_DUE_CHANGES = {
    "ledger_load_due_changes",
    "SELECT k.ordinal, c.number, c.charge::int, c.instalment::int, c.document, c.effective_on,"
    "       c.due_on, c.recorded_on"
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, invoice)) k,"
    "       LATERAL (SELECT * FROM due_change c WHERE c.task = k.task AND c.account = k.account"
    "         AND c.number = k.invoice OFFSET 0) c"};

/* The invoice of which more is said than its debt; empty: none. */
static Str detailed_invoice(const StoreVisit *visit) {
    const LedgerInput *input = visit->input;
    if (!room_is_stored(visit)) {
        return (Str){0};
    }
    if (input->kind == LEDGER_MILESTONE) {
        return input->invoices[0];
    }
    if (input->kind == LEDGER_PAUSE && input->pause.kind == PAUSE_DISPUTE) {
        return input->invoices[0]; /* it may have been agreed until when */
    }
    bool said = input->kind == LEDGER_INVOICE && details_are_said(&input->issued);
    return said ? input->document.number : (Str){0};
}

/* ---- which invoices */

static bool ever_paused(const Book *book) {
    return book->has_pauses;
}

static bool bears_interest(const Book *book) {
    return book->bears_interest;
}

/* Those that may have been paused or extended before: all that are in the book, those that a visit
 * names, and the ones it brings; NULL: there are none. */
static PgParams *invoices_of(const Load *load, bool (*wanted)(const Book *book)) {
    ptrdiff_t room = 0;
    for (int i = 0; i < load->books->count; i++) {
        room += wanted(&load->books->rows[i]) ? load->books->rows[i].item_count : 0;
    }
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        room += room_is_stored(visit) ? visit->input->invoice_count + 1 : 0;
    }
    Named named = room_named(load, room);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (!room_is_stored(visit) || !wanted(visit->book)) {
            continue;
        }
        room_named_add(&named, load, visit, visit->input->document.number);
        for (int k = 0; k < visit->input->invoice_count; k++) {
            room_named_add(&named, load, visit, visit->input->invoices[k]);
        }
    }
    for (int i = 0; i < load->books->count; i++) {
        if (wanted(&load->books->rows[i])) {
            room_named_add_items(&named, load, &load->books->rows[i]);
        }
    }
    return room_numbers_params(&named, load->arena);
}

static bool load_due_changes(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_DUE_CHANGES, invoices_of(load, bears_interest), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        DueChange due = {.key = {.number = pg_text(&rows, i, 1),
                                 .charge = (Charge)pg_i32(&rows, i, 2),
                                 .instalment = pg_i32(&rows, i, 3)},
                         .document = pg_text(&rows, i, 4),
                         .effective_on = pg_date(&rows, i, 5),
                         .due_on = pg_date(&rows, i, 6),
                         .recorded_on = pg_date(&rows, i, 7)};
        (void)book_add_due(room_book(load, &rows, i), due);
    }
    return true;
}

static bool load_pauses_by(const Load *load, const PgStatement *statement, const PgParams *params,
                           Err *err) {
    PgRows rows;
    if (!room_ask(load, statement, params, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Book *book = room_book(load, &rows, i);
        Pause pause = {.number = pg_text(&rows, i, 1),
                       .invoice = pg_text(&rows, i, 2),
                       .starts_on = pg_date(&rows, i, 4),
                       .ends_on = pg_date(&rows, i, 5),
                       .reason = pg_text(&rows, i, 6),
                       .actor = pg_text(&rows, i, 7),
                       .recorded_on = pg_date(&rows, i, 8)};
        CHECK(pause_kind_parse(pg_text(&rows, i, 3), &pause.kind));
        if (book_find_pause(book, pause.number) == NULL) {
            (void)book_add_pause(book, pause);
        }
    }
    return true;
}

static bool load_pauses(const Load *load, Err *err) {
    return load_pauses_by(load, &LOAD_ENDED_PAUSES, load_ended_pauses(load), err) &&
           load_pauses_by(load, &LOAD_PAUSES, invoices_of(load, ever_paused), err);
}

static bool load_details(const Load *load, Err *err) {
    Named named = room_named(load, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        Str invoice = detailed_invoice(&load->visits[i]);
        if (!str_is_empty(invoice)) {
            room_named_add(&named, load, &load->visits[i], invoice);
        }
    }
    const PgParams *params = room_numbers_params(&named, load->arena);
    PgRows rows;
    if (!room_ask(load, &LOAD_DETAILS, params, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Detail detail = {.invoice = pg_text(&rows, i, 1),
                         .purchase = pg_text(&rows, i, 2),
                         .contract = pg_text(&rows, i, 3),
                         .salesperson = pg_text(&rows, i, 4)};
        for (int k = 0; k < MILESTONE_COUNT; k++) {
            detail.reached_on[k] = pg_date(&rows, i, 5 + k);
        }
        detail.terms.dispute_days = pg_i32(&rows, i, 9);
        detail.terms.jurisdiction = pg_text(&rows, i, 11);
        detail.terms.ways = pg_text(&rows, i, 13);
        CHECK(forum_parse(pg_text(&rows, i, 10), &detail.terms.forum));
        CHECK(agency_permission_parse(pg_text(&rows, i, 12), &detail.terms.agencies));
        (void)book_add_detail(room_book(load, &rows, i), detail);
    }
    return true;
}

bool load_agreed(const Load *load, Err *err) {
    return load_pauses(load, err) && load_due_changes(load, err) && load_details(load, err);
}

/* ---- saving */

static const PgStatement ADD_DUE_CHANGES = {
    "ledger_add_due_changes",
    "INSERT INTO due_change (task, account, number, charge, instalment, document, effective_on,"
    "                        due_on, recorded_on)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::int[]),"
    "        unnest($5::int[]), unnest($6::text[]), unnest($7::date[]), unnest($8::date[]),"
    "        unnest($9::date[])"};

static const PgStatement SAVE_PAUSES = {
    "ledger_save_pauses",
    "INSERT INTO pause (task, account, number, invoice, kind, starts_on, ends_on, reason, actor,"
    "                   recorded_on)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::text[]), unnest($6::date[]), unnest($7::date[]), unnest($8::text[]),"
    "        unnest($9::text[]), unnest($10::date[])"
    " ON CONFLICT (task, account, number) DO UPDATE SET ends_on = excluded.ends_on"};

static const PgStatement SAVE_DETAILS = {
    "ledger_save_details",
    "INSERT INTO invoice_detail (task, account, invoice, purchase, contract, salesperson,"
    "                            delivered_on, sent_on, received_on, approved_on,"
    "                            dispute_days, forum, jurisdiction, agencies, ways)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::text[]), unnest($6::text[]), unnest($7::date[]), unnest($8::date[]),"
    "        unnest($9::date[]), unnest($10::date[]), unnest($11::int[]), unnest($12::text[]),"
    "        unnest($13::text[]), unnest($14::text[]), unnest($15::text[])"
    " ON CONFLICT (task, account, invoice) DO UPDATE"
    " SET purchase = excluded.purchase, contract = excluded.contract,"
    "     salesperson = excluded.salesperson, delivered_on = excluded.delivered_on,"
    "     sent_on = excluded.sent_on, received_on = excluded.received_on,"
    "     approved_on = excluded.approved_on, dispute_days = excluded.dispute_days,"
    "     forum = excluded.forum, jurisdiction = excluded.jurisdiction,"
    "     agencies = excluded.agencies, ways = excluded.ways"};

static void add_due_change(PgColumns *columns) {
    pg_column_text(columns, offsetof(DueChange, key.number));
    pg_column_i32(columns, offsetof(DueChange, key.charge));
    pg_column_i32(columns, offsetof(DueChange, key.instalment));
    pg_column_text(columns, offsetof(DueChange, document));
    pg_column_date(columns, offsetof(DueChange, effective_on));
    pg_column_date(columns, offsetof(DueChange, due_on));
    pg_column_date(columns, offsetof(DueChange, recorded_on));
}

static const char *pause_kind_of(const void *row) {
    return pause_kind_name(((const Pause *)row)->kind);
}

static void add_pause(PgColumns *columns) {
    pg_column_text(columns, offsetof(Pause, number));
    pg_column_text(columns, offsetof(Pause, invoice));
    pg_column_name(columns, pause_kind_of);
    pg_column_date(columns, offsetof(Pause, starts_on));
    pg_column_date(columns, offsetof(Pause, ends_on));
    pg_column_text(columns, offsetof(Pause, reason));
    pg_column_text(columns, offsetof(Pause, actor));
    pg_column_date(columns, offsetof(Pause, recorded_on));
}

static const char *forum_of(const void *row) {
    return forum_name(((const Detail *)row)->terms.forum);
}

static const char *agencies_of(const void *row) {
    return agency_permission_name(((const Detail *)row)->terms.agencies);
}

static void add_detail(PgColumns *columns) {
    pg_column_text(columns, offsetof(Detail, invoice));
    pg_column_text(columns, offsetof(Detail, purchase));
    pg_column_text(columns, offsetof(Detail, contract));
    pg_column_text(columns, offsetof(Detail, salesperson));
    pg_column_date(columns, offsetof(Detail, reached_on[MILESTONE_DELIVERED]));
    pg_column_date(columns, offsetof(Detail, reached_on[MILESTONE_SENT]));
    pg_column_date(columns, offsetof(Detail, reached_on[MILESTONE_RECEIVED]));
    pg_column_date(columns, offsetof(Detail, reached_on[MILESTONE_APPROVED]));
    pg_column_i32(columns, offsetof(Detail, terms.dispute_days));
    pg_column_name(columns, forum_of);
    pg_column_text(columns, offsetof(Detail, terms.jurisdiction));
    pg_column_name(columns, agencies_of);
    pg_column_text(columns, offsetof(Detail, terms.ways));
}

static bool pause_is_changed(const void *row) {
    return ((const Pause *)row)->changed;
}

static bool detail_is_changed(const void *row) {
    return ((const Detail *)row)->changed;
}

static bool due_is_new(const void *row) {
    return ((const DueChange *)row)->is_new;
}

bool save_agreed(const Saving *saving, Err *err) {
    static const Table tables[] = {
        {&ADD_DUE_CHANGES, BOOK_LIST(dues, due_count, DueChange), due_is_new, add_due_change},
        {&SAVE_PAUSES, BOOK_LIST(pauses, pause_count, Pause), pause_is_changed, add_pause},
        {&SAVE_DETAILS, BOOK_LIST(details, detail_count, Detail), detail_is_changed, add_detail},
    };
    return room_save_tables(saving, tables, COUNT_OF(tables), err);
}
