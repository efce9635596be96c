/* Loading: which requests the batch touches, then one statement for each table, with the keys as
 * arrays. A row comes back with the ordinal of its request in those arrays. */
#include <stdlib.h>

#include "approvals/store.h"
#include "base/check.h"

static const PgStatement LOAD_REQUESTS = {
    "approvals_load_requests",
    "SELECT k.ordinal::int, r.kind, r.customer, r.currency, r.amount, r.requester, r.hash,"
    "       coalesce(d.state, 'waiting'), r.reason, r.code"
    "  FROM unnest($1::int[], $2::text[], $3::text[])"
    "       WITH ORDINALITY AS k(task, creditor, request, ordinal)"
    "  JOIN request r USING (task, creditor, request)"
    "  LEFT JOIN decision d ON d.task = r.task AND d.creditor = r.creditor"
    "   AND d.request = r.request AND d.state <> ''"};

static const PgStatement LOAD_ITEMS = {
    "approvals_load_items",
    "SELECT k.ordinal::int, i.invoice, i.open, i.due_on, i.charge::int, i.instalment::int,"
    "       i.amount"
    "  FROM unnest($1::int[], $2::text[], $3::text[])"
    "       WITH ORDINALITY AS k(task, creditor, request, ordinal)"
    "  JOIN request_item i USING (task, creditor, request) ORDER BY k.ordinal, i.position"};

static const PgStatement LOAD_NONCES = {
    "approvals_load_nonces",
    "SELECT d.task, d.creditor, d.nonce"
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::text[], $3::bytea[]))"
    "       AS n(task, creditor, nonce)"
    "  JOIN decision d USING (task, creditor, nonce)"};

/* What a load carries along. */
typedef struct Load {
    Pg *pg;
    Arena *arena;
    const StoreVisit *visits;
    int visit_count;
    Docket *docket;
} Load;

/* ---- which requests */

typedef struct Place {
    StoreVisit *visit;
} Place;

static int visit_compare(const StoreVisit *a, const StoreVisit *b) {
    int order = (a->task > b->task) - (a->task < b->task);
    order = order != 0 ? order : str_compare(a->creditor, b->creditor);
    return order != 0 ? order : str_compare(a->request, b->request);
}

static int by_key(const void *a, const void *b) {
    return visit_compare(((const Place *)a)->visit, ((const Place *)b)->visit);
}

/* Fills docket->files with what the visits name, each once, and visit->file. */
static void files_make(StoreVisit *visits, int count, Arena *arena, Docket *docket) {
    Place *sorted = ARENA_ARRAY(arena, Place, count);
    for (int i = 0; i < count; i++) {
        sorted[i].visit = &visits[i];
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_key);
    *docket = (Docket){.files = ARENA_ARRAY(arena, CaseFile, count),
                       .nonces = ARENA_ARRAY(arena, UsedNonce, 2 * (ptrdiff_t)count),
                       .attempts = ARENA_ARRAY(arena, KeptAttempt, count)};
    const StoreVisit *last = NULL;
    for (int i = 0; i < count; i++) {
        StoreVisit *visit = sorted[i].visit;
        if (str_is_empty(visit->request)) {
            continue;
        }
        if (last == NULL || visit_compare(last, visit) != 0) {
            docket->files[docket->count++] = (CaseFile){
                .task = visit->task, .creditor = visit->creditor, .request_id = visit->request};
        }
        visit->file = &docket->files[docket->count - 1];
        last = visit;
    }
}

/* The first three parameters of every statement. */
static PgParams *files_as_params(const Load *load) {
    ptrdiff_t count = load->docket->count;
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, count);
    Str *creditors = ARENA_ARRAY(load->arena, Str, count);
    Str *requests = ARENA_ARRAY(load->arena, Str, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        tasks[i] = load->docket->files[i].task;
        creditors[i] = load->docket->files[i].creditor;
        requests[i] = load->docket->files[i].request_id;
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, tasks, count);
    pg_add_text_array(params, creditors, count);
    pg_add_text_array(params, requests, count);
    return params;
}

static CaseFile *file_at(const Load *load, const PgRows *rows, ptrdiff_t row) {
    int ordinal = pg_i32(rows, row, 0);
    CHECK(ordinal >= 1 && ordinal <= load->docket->count);
    return &load->docket->files[ordinal - 1];
}

/* ---- tables */

/* What deciding needs; the evidence stays in the tables. */
static Request request_at(const CaseFile *file, const PgRows *rows, ptrdiff_t row) {
    Request request = {.id = file->request_id,
                       .account = {file->creditor, pg_text(rows, row, 2)},
                       .amount = pg_money(rows, row, 3, 4),
                       .requester = pg_text(rows, row, 5),
                       .reason = pg_text(rows, row, 8),
                       .hash = pg_text(rows, row, 6)};
    CHECK(request_kind_parse(pg_text(rows, row, 1), &request.kind));
    Str code = pg_text(rows, row, 9);
    CHECK(str_is_empty(code) || write_off_reason_parse(code, &request.code));
    return request;
}

static bool load_requests(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_REQUESTS, files_as_params(load), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        CaseFile *file = file_at(load, &rows, i);
        file->request = request_at(file, &rows, i);
        CHECK(request_state_parse(pg_text(&rows, i, 7), &file->state));
    }
    return true;
}

static bool load_items(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_ITEMS, files_as_params(load), load->arena, &rows, err)) {
        return false;
    }
    RequestItem *items = ARENA_ARRAY(load->arena, RequestItem, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Request *request = &file_at(load, &rows, i)->request;
        items[i] = (RequestItem){
            .key = {.number = pg_text(&rows, i, 1),
                    .charge = (Charge)pg_i32(&rows, i, 4),
                    .instalment = pg_i32(&rows, i, 5)},
            .open = money_of(pg_i64(&rows, i, 2), request->amount.currency),
            .amount = money_of(pg_i64(&rows, i, 6), request->amount.currency),
            .due_on = pg_date(&rows, i, 3),
        };
        request->items = request->item_count == 0 ? &items[i] : request->items;
        request->item_count++;
    }
    return true;
}

static bool load_nonces(const Load *load, Err *err) {
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, load->visit_count);
    Str *creditors = ARENA_ARRAY(load->arena, Str, load->visit_count);
    Str *nonces = ARENA_ARRAY(load->arena, Str, load->visit_count);
    ptrdiff_t count = 0;
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (!str_is_empty(visit->nonce)) {
            tasks[count] = visit->task;
            creditors[count] = visit->creditor;
            nonces[count++] = visit->nonce;
        }
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, tasks, count);
    pg_add_text_array(params, creditors, count);
    pg_add_bytes_array(params, nonces, count);
    PgRows rows;
    if (count == 0) {
        return true;
    }
    if (!pg_run(load->pg, &LOAD_NONCES, params, load->arena, &rows, err)) {
        return false;
    }
    Docket *docket = load->docket;
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        docket->nonces[docket->nonce_count++] =
            (UsedNonce){pg_i32(&rows, i, 0), pg_text(&rows, i, 1), pg_text(&rows, i, 2)};
    }
    return true;
}

bool store_load(Pg *pg, StoreVisit *visits, int count, Arena *arena, Docket *docket, Err *err) {
    files_make(visits, count, arena, docket);
    Load load = {
        .pg = pg, .arena = arena, .visits = visits, .visit_count = count, .docket = docket};
    if (docket->count == 0) {
        return true;
    }
    return load_requests(&load, err) && load_items(&load, err) && load_nonces(&load, err);
}

/* ---- what a batch adds */

bool docket_has_nonce(const Docket *docket, int32_t task, Str creditor, Str nonce) {
    for (int i = 0; i < docket->nonce_count; i++) {
        const UsedNonce *used = &docket->nonces[i];
        if (used->task == task && str_equals(used->creditor, creditor) &&
            str_equals(used->nonce, nonce)) {
            return true;
        }
    }
    return false;
}

void docket_keep(Docket *docket, KeptAttempt kept) {
    docket->attempts[docket->attempt_count++] = kept;
    if (kept.attempt.answer == ANSWER_DONE) {
        docket->nonces[docket->nonce_count++] =
            (UsedNonce){kept.task, kept.creditor, kept.attempt.nonce};
    }
}
