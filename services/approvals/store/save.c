/* Saving: for each table the new rows of all files as arrays, a column an array, in one statement.
 * Rows stand in the order of keys, so that two writers could never wait for each other in a circle.
 */
#include "approvals/store.h"
#include "base/check.h"
#include "chassis/pg_columns.h"

static const PgStatement SAVE_REQUESTS = {
    "approvals_save_requests",
    "INSERT INTO request (task, creditor, request, kind, customer, currency, amount, requester,"
    "                     reason, requested_on, days_past_due, credit_band, credit_score, hash,"
    "                     tier, approvers, code)"
    " SELECT task, creditor, request, kind, customer, currency, amount, requester, reason,"
    "        requested_on, days_past_due, credit_band, credit_score, hash, tier,"
    "        string_to_array(approvers, ','), code"
    "   FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "               $7::bigint[], $8::text[], $9::text[], $10::date[], $11::int[], $12::text[],"
    "               $13::int[], $14::bytea[], $15::text[], $16::text[], $17::text[])"
    "        AS r(task, creditor, request, kind, customer, currency, amount, requester, reason,"
    "             requested_on, days_past_due, credit_band, credit_score, hash, tier, approvers,"
    "             code)"};

static const PgStatement SAVE_ITEMS = {
    "approvals_save_items",
    "INSERT INTO request_item (task, creditor, request, position, invoice, charge, instalment,"
    "                          open, due_on, amount)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::text[], $6::int[],"
    "                      $7::int[], $8::bigint[], $9::date[], $10::bigint[])"};

static const PgStatement SAVE_REMINDERS = {
    "approvals_save_reminders",
    "INSERT INTO request_reminder (task, creditor, request, position, level, issued_on, outcome)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::int[], $6::date[],"
    "                      $7::text[])"};

static const PgStatement SAVE_DECISIONS = {
    "approvals_save_decisions",
    "INSERT INTO decision (task, record_offset, creditor, request, actor, answer, state, tier,"
    "                      sentence, nonce, payload, key_id, signature, decided_on)"
    " SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "                      $7::text[], $8::text[], $9::text[], $10::bytea[], $11::bytea[],"
    "                      $12::text[], $13::bytea[], $14::date[])"};

/* ---- the columns of each table */

/* The first three of a request and of what belongs to it. */
static void add_keys(PgColumns *columns) {
    pg_owner_i32(columns, offsetof(CaseFile, task));
    pg_owner_text(columns, offsetof(CaseFile, creditor));
    pg_owner_text(columns, offsetof(CaseFile, request_id));
}

static const char *kind_of(const void *row) {
    return request_kind_name(((const CaseFile *)row)->request.kind);
}

static const char *code_of(const void *row) {
    return write_off_reason_name(((const CaseFile *)row)->request.code);
}

enum { JOINED_MAX = 8 << 10 }; /* 64 ids of 64 bytes */

/* Ids have no comma. */
static Str approvers_of(const void *row, Arena *arena) {
    const CaseFile *file = row;
    StrBuilder built = str_builder(arena, JOINED_MAX);
    for (int i = 0; i < file->approver_count; i++) {
        str_addf(&built, "%s%.*s", i == 0 ? "" : ",", STR_ARGS(file->approvers[i]));
    }
    CHECK(!built.full);
    return str_built(&built);
}

static void add_request(PgColumns *columns) {
    add_keys(columns);
    pg_column_name(columns, kind_of);
    pg_column_text(columns, offsetof(CaseFile, request.account.customer));
    pg_column_currency(columns, offsetof(CaseFile, request.amount));
    pg_column_minor(columns, offsetof(CaseFile, request.amount));
    pg_column_text(columns, offsetof(CaseFile, request.requester));
    pg_column_text(columns, offsetof(CaseFile, request.reason));
    pg_column_date(columns, offsetof(CaseFile, request.requested_on));
    pg_column_i32(columns, offsetof(CaseFile, request.days_past_due));
    pg_column_text(columns, offsetof(CaseFile, request.credit_band));
    pg_column_i32(columns, offsetof(CaseFile, request.credit_score));
    pg_column_bytes(columns, offsetof(CaseFile, request.hash));
    pg_column_text(columns, offsetof(CaseFile, tier));
    pg_column_made(columns, approvers_of);
    pg_column_name(columns, code_of);
}

static void add_item(PgColumns *columns) {
    add_keys(columns);
    pg_column_position(columns);
    pg_column_text(columns, offsetof(RequestItem, key.number));
    pg_column_i32(columns, offsetof(RequestItem, key.charge));
    pg_column_i32(columns, offsetof(RequestItem, key.instalment));
    pg_column_minor(columns, offsetof(RequestItem, open));
    pg_column_date(columns, offsetof(RequestItem, due_on));
    pg_column_minor(columns, offsetof(RequestItem, amount));
}

static void add_reminder(PgColumns *columns) {
    add_keys(columns);
    pg_column_position(columns);
    pg_column_i32(columns, offsetof(Reminder, level));
    pg_column_date(columns, offsetof(Reminder, issued_on));
    pg_column_text(columns, offsetof(Reminder, outcome));
}

static const char *answer_of(const void *row) {
    return answer_name(((const KeptAttempt *)row)->attempt.answer);
}

/* Empty for one that did not count. */
static const char *state_of(const void *row) {
    const Attempt *attempt = &((const KeptAttempt *)row)->attempt;
    return attempt->answer == ANSWER_DONE ? request_state_name(attempt->state) : "";
}

static void add_decision(PgColumns *columns) {
    pg_column_i32(columns, offsetof(KeptAttempt, task));
    pg_column_i64(columns, offsetof(KeptAttempt, attempt.offset));
    pg_column_text(columns, offsetof(KeptAttempt, creditor));
    pg_column_text(columns, offsetof(KeptAttempt, attempt.request));
    pg_column_text(columns, offsetof(KeptAttempt, attempt.actor));
    pg_column_name(columns, answer_of);
    pg_column_name(columns, state_of);
    pg_column_text(columns, offsetof(KeptAttempt, attempt.tier));
    pg_column_text(columns, offsetof(KeptAttempt, attempt.sentence));
    pg_column_bytes_or_null(columns, offsetof(KeptAttempt, attempt.nonce));
    pg_column_bytes(columns, offsetof(KeptAttempt, attempt.seal.payload));
    pg_column_text(columns, offsetof(KeptAttempt, attempt.seal.key_id));
    pg_column_bytes(columns, offsetof(KeptAttempt, attempt.seal.signature));
    pg_column_date(columns, offsetof(KeptAttempt, attempt.decided_on));
}

/* ---- saving */

/* The rows of new requests, of their items and of their reminders. */
typedef struct Raised {
    PgColumns requests;
    PgColumns items;
    PgColumns reminders;
} Raised;

static Raised raised_open(const Docket *docket, Arena *arena) {
    ptrdiff_t item_room = 0;
    ptrdiff_t reminder_room = 0;
    for (int i = 0; i < docket->count; i++) {
        item_room += docket->files[i].request.item_count;
        reminder_room += docket->files[i].request.reminder_count;
    }
    return (Raised){.requests = pg_columns(arena, docket->count),
                    .items = pg_columns(arena, item_room),
                    .reminders = pg_columns(arena, reminder_room)};
}

static void raised_add(Raised *raised, const CaseFile *file) {
    pg_columns_add(&raised->requests, file, file);
    for (int i = 0; i < file->request.item_count; i++) {
        pg_columns_add(&raised->items, file, &file->request.items[i]);
    }
    for (int i = 0; i < file->request.reminder_count; i++) {
        pg_columns_add(&raised->reminders, file, &file->request.reminders[i]);
    }
}

static bool save_requests(Pg *pg, const Docket *docket, Arena *arena, Err *err) {
    Raised raised = raised_open(docket, arena);
    for (int i = 0; i < docket->count; i++) {
        if (docket->files[i].raised) {
            raised_add(&raised, &docket->files[i]);
        }
    }
    add_request(&raised.requests);
    add_item(&raised.items);
    add_reminder(&raised.reminders);
    return pg_columns_send(pg, &raised.requests, &SAVE_REQUESTS, err) &&
           pg_columns_send(pg, &raised.items, &SAVE_ITEMS, err) &&
           pg_columns_send(pg, &raised.reminders, &SAVE_REMINDERS, err);
}

static bool save_decisions(Pg *pg, const Docket *docket, Arena *arena, Err *err) {
    PgColumns decisions = pg_columns(arena, docket->attempt_count);
    for (int i = 0; i < docket->attempt_count; i++) {
        pg_columns_add(&decisions, NULL, &docket->attempts[i]);
    }
    add_decision(&decisions);
    return pg_columns_send(pg, &decisions, &SAVE_DECISIONS, err);
}

static bool is_sound(const Docket *docket, Err *err) {
    for (int i = 0; i < docket->count; i++) {
        const CaseFile *file = &docket->files[i];
        if (file->conflicted) {
            return err_set(err, VERDICT_POISON, "REQUEST_CONFLICT",
                           "request %.*s of %.*s came before with other content: its writer "
                           "contradicts itself. The first stands; find out why, then pass over "
                           "the record with `approvals skip`",
                           STR_ARGS(file->request_id), STR_ARGS(file->creditor));
        }
    }
    return true;
}

bool store_save(Pg *pg, const Docket *docket, Arena *arena, Err *err) {
    return is_sound(docket, err) && save_requests(pg, docket, arena, err) &&
           save_decisions(pg, docket, arena, err);
}
