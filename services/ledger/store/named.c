/* What a batch names: invoices that may be closed, and documents that may have come before. Every
 * lookup names the whole key, as in load.c. */
#include "ledger/store/room.h"

/* Those that the batch names, as far as they are not open; each once. */
static const PgStatement LOAD_CLOSED_ITEMS = {
    "ledger_load_closed_items",
    "SELECT k.ordinal, " ITEM_COLUMNS
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, number)) k,"
    "       LATERAL (SELECT * FROM item i WHERE i.task = k.task AND i.account = k.account"
    "         AND i.number = k.number OFFSET 0) i"
    " WHERE i.state <> 'open'"};

/* Of the pauses that the batch ends: their invoices may be closed, and are counted again. */
static const PgStatement LOAD_PAUSED_ITEMS = {
    "ledger_load_paused_items",
    "SELECT k.ordinal, " ITEM_COLUMNS
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, number)) k"
    "  JOIN pause p ON (p.task, p.account, p.number) = (k.task, k.account, k.number),"
    "       LATERAL (SELECT * FROM item i WHERE i.task = k.task AND i.account = k.account"
    "         AND i.number = p.invoice OFFSET 0) i"
    " WHERE i.state <> 'open'"};

/* What the batch brings again, each kind from its own table. Twice in a batch is twice here, which
 * does no harm. */
#define NAMED                                                                                      \
    "(SELECT unnest($1::int[]) AS ordinal, unnest($2::int[]) AS task,"                             \
    "        unnest($3::bigint[]) AS account, unnest($4::int[]) AS kind_number,"                   \
    "        unnest($5::text[]) AS kind, unnest($6::text[]) AS number) AS k"

static const PgStatement LOAD_SENT_INVOICES = {
    "ledger_load_sent_invoices",
    "SELECT k.ordinal, k.kind_number, k.number, d.hash, d.recorded_on"
    "  FROM " NAMED ", LATERAL (SELECT hash, recorded_on FROM item d WHERE d.task = k.task"
    "   AND d.account = k.account AND d.number = k.number AND d.charge = 0 LIMIT 1) d"};

static const PgStatement LOAD_SENT_CREDITS = {
    "ledger_load_sent_credits",
    "SELECT k.ordinal, k.kind_number, k.number, d.hash, d.recorded_on"
    "  FROM " NAMED ", LATERAL (SELECT hash, recorded_on FROM credit d WHERE d.task = k.task"
    "   AND d.account = k.account AND d.kind = k.kind AND d.number = k.number"
    "   OFFSET 0) d"};

static const PgStatement LOAD_SENT_DOCUMENTS = {
    "ledger_load_sent_documents",
    "SELECT k.ordinal, k.kind_number, k.number, d.hash, d.recorded_on"
    "  FROM " NAMED ", LATERAL (SELECT hash, recorded_on FROM document d WHERE d.task = k.task"
    "   AND d.account = k.account AND d.kind = k.kind AND d.number = k.number"
    "   OFFSET 0) d"};

static PgParams *named_invoices(const Load *load) {
    ptrdiff_t room = 0;
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        room += room_is_stored(visit) ? visit->input->invoice_count : 0;
    }
    Named named = room_named(load, room);
    for (int i = 0; room > 0 && i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        int count = room_is_stored(visit) ? visit->input->invoice_count : 0;
        for (int k = 0; k < count; k++) {
            room_named_add(&named, load, visit, visit->input->invoices[k]);
        }
    }
    return room_numbers_params(&named, load->arena);
}

PgParams *load_ended_pauses(const Load *load) {
    Named named = room_named(load, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (room_is_stored(visit) && visit->input->kind == LEDGER_PAUSE_END) {
            room_named_add(&named, load, visit, visit->input->pause_end.pause);
        }
    }
    return room_numbers_params(&named, load->arena);
}

bool load_paused_items(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_PAUSED_ITEMS, load_ended_pauses(load), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        room_add_item_once(room_book(load, &rows, i), room_item(&rows, i));
    }
    return true;
}

bool load_named_items(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_CLOSED_ITEMS, named_invoices(load), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_item(room_book(load, &rows, i), room_item(&rows, i));
    }
    return true;
}

/* Where documents of a kind are remembered. */
static const PgStatement *remembered_in(DocumentKind kind) {
    switch (kind) {
    case DOCUMENT_INVOICE:
    case DOCUMENT_DEBIT_NOTE:
    case DOCUMENT_RESTRUCTURING:
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
    case DOCUMENT_FEE:
    case DOCUMENT_REVERSAL:
    case DOCUMENT_REFUND:
    case DOCUMENT_EXTENSION:
    case DOCUMENT_PAUSE:
    case DOCUMENT_PAUSE_END:
    case DOCUMENT_MILESTONE:
    case DOCUMENT_REDUCTION:
    case DOCUMENT_BUY_BACK:
    case DOCUMENT_REINSTATEMENT:
    case DOCUMENT_MOVE:
    case DOCUMENT_BALANCE_AGREED:
    case DOCUMENT_BALANCE_DISPUTED:
    case DOCUMENT_WAIVER:
    case DOCUMENT_KIND_COUNT:
        break;
    }
    return &LOAD_SENT_DOCUMENTS;
}

/* NULL: the batch brings none that is remembered there. */
static PgParams *brought_documents(const Load *load, const PgStatement *where) {
    Named named = room_named(load, load->visit_count);
    int32_t *kinds = ARENA_ARRAY(load->arena, int32_t, load->visit_count);
    Str *names = ARENA_ARRAY(load->arena, Str, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (room_is_stored(visit) && remembered_in(visit->input->document.kind) == where) {
            kinds[named.count] = (int32_t)visit->input->document.kind;
            names[named.count] = str_of(document_kind_name(visit->input->document.kind));
            room_named_add(&named, load, visit, visit->input->document.number);
        }
    }
    if (named.count == 0) {
        return NULL;
    }
    PgParams *params = room_named_params(&named, load->arena);
    pg_add_i32_array(params, kinds, named.count);
    pg_add_text_array(params, names, named.count);
    pg_add_text_array(params, named.numbers, named.count);
    return params;
}

static bool load_documents_by(const Load *load, const PgStatement *statement, Err *err) {
    PgRows rows;
    if (!room_ask(load, statement, brought_documents(load, statement), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_document(room_book(load, &rows, i),
                                (Document){.kind = (DocumentKind)pg_i32(&rows, i, 1),
                                           .number = pg_text(&rows, i, 2),
                                           .hash = pg_text(&rows, i, 3),
                                           .recorded_on = pg_date(&rows, i, 4)});
    }
    return true;
}

bool load_documents(const Load *load, Err *err) {
    return load_documents_by(load, &LOAD_SENT_INVOICES, err) &&
           load_documents_by(load, &LOAD_SENT_CREDITS, err) &&
           load_documents_by(load, &LOAD_SENT_DOCUMENTS, err);
}
