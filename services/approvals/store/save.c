/* Saving: for each table the new rows of all files as arrays, a column an array, in one statement.
 * Rows stand in the order of keys, so that two writers could never wait for each other in a circle.
 */
#include "approvals/store.h"
#include "base/check.h"

static const PgStatement SAVE_REQUESTS = {
    "approvals_save_requests",
    "INSERT INTO request (task, creditor, request, kind, customer, currency, amount, requester,"
    "                     reason, requested_on, days_past_due, credit_band, credit_score, hash,"
    "                     tier, approvers)"
    " SELECT task, creditor, request, kind, customer, currency, amount, requester, reason,"
    "        requested_on, days_past_due, credit_band, credit_score, hash, tier,"
    "        string_to_array(approvers, ',')"
    "   FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],"
    "               $7::bigint[], $8::text[], $9::text[], $10::date[], $11::int[], $12::text[],"
    "               $13::int[], $14::bytea[], $15::text[], $16::text[])"
    "        AS r(task, creditor, request, kind, customer, currency, amount, requester, reason,"
    "             requested_on, days_past_due, credit_band, credit_score, hash, tier, approvers)"};

static const PgStatement SAVE_ITEMS = {
    "approvals_save_items",
    "INSERT INTO request_item (task, creditor, request, position, invoice, open, due_on)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::text[], $6::bigint[],"
    "                      $7::date[])"};

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

/* ---- rows as columns */

enum { COLUMN_ROOM = 16 };

/* The rows of one table to be written, each column where its statement has it. */
typedef struct Columns {
    Arena *arena;
    ptrdiff_t room;
    ptrdiff_t count;
    int32_t *i32s[COLUMN_ROOM];
    int64_t *i64s[COLUMN_ROOM];
    Str *texts[COLUMN_ROOM];
    Date *dates[COLUMN_ROOM];
} Columns;

/* One letter a column: i(nt), l(ong), t(ext), b(ytes), d(ate). */
static Columns columns_open(Arena *arena, const char *kinds, ptrdiff_t room) {
    Columns columns = {.arena = arena, .room = room};
    for (int i = 0; kinds[i] != '\0'; i++) {
        CHECK(i < COLUMN_ROOM);
        if (kinds[i] == 'i') {
            columns.i32s[i] = ARENA_ARRAY(arena, int32_t, room);
        } else if (kinds[i] == 'l') {
            columns.i64s[i] = ARENA_ARRAY(arena, int64_t, room);
        } else if (kinds[i] == 'd') {
            columns.dates[i] = ARENA_ARRAY(arena, Date, room);
        } else {
            columns.texts[i] = ARENA_ARRAY(arena, Str, room);
        }
    }
    return columns;
}

/* A text that is not there is empty, not null. */
static void put_text(Columns *columns, int column, Str text) {
    columns->texts[column][columns->count] = text.ptr == NULL ? S("") : text;
}

static void put_key(Columns *columns, const CaseFile *file) {
    columns->i32s[0][columns->count] = file->task;
    put_text(columns, 1, file->creditor);
    put_text(columns, 2, file->request_id);
}

static bool columns_save(Pg *pg, const Columns *columns, const char *kinds,
                         const PgStatement *statement, Err *err) {
    if (columns->count == 0) {
        return true;
    }
    PgParams *params = pg_params(columns->arena);
    for (int i = 0; kinds[i] != '\0'; i++) {
        if (kinds[i] == 'i') {
            pg_add_i32_array(params, columns->i32s[i], columns->count);
        } else if (kinds[i] == 'l') {
            pg_add_i64_array(params, columns->i64s[i], columns->count);
        } else if (kinds[i] == 'd') {
            pg_add_date_array(params, columns->dates[i], columns->count);
        } else if (kinds[i] == 'b') {
            pg_add_bytes_array(params, columns->texts[i], columns->count);
        } else {
            pg_add_text_array(params, columns->texts[i], columns->count);
        }
    }
    return pg_run(pg, statement, params, columns->arena, NULL, err);
}

/* ---- tables */

enum { JOINED_MAX = 8 << 10 }; /* 64 ids of 64 bytes */

/* Ids have no comma. */
static Str joined(Arena *arena, const Str *texts, int count) {
    StrBuilder built = str_builder(arena, JOINED_MAX);
    for (int i = 0; i < count; i++) {
        str_addf(&built, "%s%.*s", i == 0 ? "" : ",", STR_ARGS(texts[i]));
    }
    CHECK(!built.full);
    return str_built(&built);
}

static void put_request(Columns *columns, const CaseFile *file) {
    const Request *request = &file->request;
    ptrdiff_t row = columns->count;
    put_key(columns, file);
    put_text(columns, 3, str_of(request_kind_name(request->kind)));
    put_text(columns, 4, request->account.customer);
    put_text(columns, 5, str_of(request->amount.currency.code));
    columns->i64s[6][row] = request->amount.minor;
    put_text(columns, 7, request->requester);
    put_text(columns, 8, request->reason);
    columns->dates[9][row] = request->requested_on;
    columns->i32s[10][row] = request->days_past_due;
    put_text(columns, 11, request->credit_band);
    columns->i32s[12][row] = request->credit_score;
    put_text(columns, 13, request->hash);
    put_text(columns, 14, file->tier);
    put_text(columns, 15, joined(columns->arena, file->approvers, file->approver_count));
    columns->count++;
}

static void put_item(Columns *columns, const CaseFile *file, int i) {
    const RequestItem *item = &file->request.items[i];
    put_key(columns, file);
    columns->i32s[3][columns->count] = i;
    put_text(columns, 4, item->invoice);
    columns->i64s[5][columns->count] = item->open.minor;
    columns->dates[6][columns->count] = item->due_on;
    columns->count++;
}

static void put_reminder(Columns *columns, const CaseFile *file, int i) {
    const Reminder *reminder = &file->request.reminders[i];
    put_key(columns, file);
    columns->i32s[3][columns->count] = i;
    columns->i32s[4][columns->count] = reminder->level;
    columns->dates[5][columns->count] = reminder->issued_on;
    put_text(columns, 6, reminder->outcome);
    columns->count++;
}

static bool save_requests(Pg *pg, const Docket *docket, Arena *arena, Err *err) {
    static const char request_kinds[] = "itttttlttditibtt";
    static const char item_kinds[] = "ittitld";
    static const char reminder_kinds[] = "ittiidt";
    ptrdiff_t item_room = 0;
    ptrdiff_t reminder_room = 0;
    for (int i = 0; i < docket->count; i++) {
        item_room += docket->files[i].request.item_count;
        reminder_room += docket->files[i].request.reminder_count;
    }
    Columns requests = columns_open(arena, request_kinds, docket->count);
    Columns items = columns_open(arena, item_kinds, item_room);
    Columns reminders = columns_open(arena, reminder_kinds, reminder_room);
    for (int i = 0; i < docket->count; i++) {
        const CaseFile *file = &docket->files[i];
        if (!file->raised) {
            continue;
        }
        put_request(&requests, file);
        for (int k = 0; k < file->request.item_count; k++) {
            put_item(&items, file, k);
        }
        for (int k = 0; k < file->request.reminder_count; k++) {
            put_reminder(&reminders, file, k);
        }
    }
    return columns_save(pg, &requests, request_kinds, &SAVE_REQUESTS, err) &&
           columns_save(pg, &items, item_kinds, &SAVE_ITEMS, err) &&
           columns_save(pg, &reminders, reminder_kinds, &SAVE_REMINDERS, err);
}

static void put_attempt(Columns *columns, const KeptAttempt *kept) {
    const Attempt *attempt = &kept->attempt;
    bool counted = attempt->answer == ANSWER_DONE;
    columns->i32s[0][columns->count] = kept->task;
    columns->i64s[1][columns->count] = attempt->offset;
    put_text(columns, 2, kept->creditor);
    put_text(columns, 3, attempt->request);
    put_text(columns, 4, attempt->actor);
    put_text(columns, 5, str_of(answer_name(attempt->answer)));
    put_text(columns, 6, counted ? str_of(request_state_name(attempt->state)) : S(""));
    put_text(columns, 7, attempt->tier);
    put_text(columns, 8, attempt->sentence);
    columns->texts[9][columns->count] = counted ? attempt->nonce : (Str){0};
    put_text(columns, 10, attempt->seal.payload);
    put_text(columns, 11, attempt->seal.key_id);
    put_text(columns, 12, attempt->seal.signature);
    columns->dates[13][columns->count] = attempt->decided_on;
    columns->count++;
}

static bool save_decisions(Pg *pg, const Docket *docket, Arena *arena, Err *err) {
    static const char kinds[] = "iltttttttbbtbd";
    Columns decisions = columns_open(arena, kinds, docket->attempt_count);
    for (int i = 0; i < docket->attempt_count; i++) {
        put_attempt(&decisions, &docket->attempts[i]);
    }
    return columns_save(pg, &decisions, kinds, &SAVE_DECISIONS, err);
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
