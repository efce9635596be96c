/* What a program does that knows no batches: one event at a time, as six prepared statements
 * between BEGIN and COMMIT, or as one statement that commits by itself. Same tables, same rows.
 *
 *     ARREARS_DATABASE=... ARREARS_BENCH_SOURCE=... ARREARS_DATABASE_PASSWORD=... \
 *         single_bench six|cte EVENTS
 *
 * The rows are those that the ledger wrote into the source, read before anything is timed. On a
 * slow disk it ends after some seconds, with fewer. Prints one line: events, microseconds, and the
 * median and 99th percentile of an event. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/pg.h"
#include "tests/bench/meter.h"

#define INPUT "arrears.billing.v1"

enum { ROWS_BYTES = 1 << 30, EVENT_BYTES = 1 << 20, EVENTS_MAX = 1000000, LONGEST_US = 5000000 };

/* ---- the rows */

static const PgStatement SOURCE = {
    "source",
    "SELECT e.task, a.creditor, a.customer, e.invoice, i.hash, e.recorded_on, i.currency,"
    "       i.amount, i.issued_on, i.due_on, i.bucket, a.next_due, e.epoch, o.topic, o.partition,"
    "       o.type, o.key, o.value, o.at, n.last_hash"
    "  FROM bench_place p"
    "  JOIN entry e USING (task, account, entry)"
    "  JOIN account a USING (task, account)"
    "  JOIN item i ON (i.task, i.account, i.number) = (p.task, p.account, p.invoice)"
    "  JOIN bench_event o ON (o.task, o.topic, o.partition, o.seq)"
    "     = (p.task, p.topic, p.partition, p.seq)"
    "  JOIN task_input n ON n.task = p.task"
    " ORDER BY o.ordinal, o.task LIMIT $1"};

enum {
    TASK,
    CREDITOR,
    CUSTOMER,
    NUMBER,
    HASH,
    RECORDED_ON,
    CURRENCY,
    AMOUNT,
    ISSUED_ON,
    DUE_ON,
    BUCKET,
    NEXT_DUE,
    EPOCH,
    TOPIC,
    PARTITION,
    TYPE,
    KEY,
    VALUE,
    AT,
    LAST_HASH
};

/* One event: where its parameters are made, and from which row. */
typedef struct One {
    Pg *pg;
    Arena *arena;
    const PgRows *rows;
    ptrdiff_t row;
} One;

static void add_i32(PgParams *params, const One *one, int column) {
    pg_add_i32(params, pg_i32(one->rows, one->row, column));
}

static void add_i64(PgParams *params, const One *one, int column) {
    pg_add_i64(params, pg_i64(one->rows, one->row, column));
}

static void add_date(PgParams *params, const One *one, int column) {
    pg_add_date(params, pg_date(one->rows, one->row, column));
}

static void add_text(PgParams *params, const One *one, int column) {
    pg_add_text(params, pg_text(one->rows, one->row, column));
}

static void add_bytes(PgParams *params, const One *one, int column) {
    pg_add_bytes(params, pg_text(one->rows, one->row, column));
}

/* Of which account, by its names: $1 to $3. */
static PgParams *params_by_name(const One *one) {
    PgParams *params = pg_params(one->arena);
    add_i32(params, one, TASK);
    add_text(params, one, CREDITOR);
    add_text(params, one, CUSTOMER);
    return params;
}

/* By its number: $1 and $2. */
static PgParams *params_by_number(const One *one, int64_t account) {
    PgParams *params = pg_params(one->arena);
    add_i32(params, one, TASK);
    pg_add_i64(params, account);
    return params;
}

/* ---- six statements */

static const PgStatement POSITION = {
    "position",
    "UPDATE task_input SET next = next + 1, last_hash = $3 WHERE task = $1 AND topic = $2"};
/* Also says which number the account has, which the statements after it need. */
static const PgStatement ACCOUNT = {
    "account", "INSERT INTO account AS a (task, account, creditor, customer, last_entry, next_due,"
               "  open_total, has_credit, is_held)"
               " VALUES ($1, nextval('account_number'), $2, $3, 1, $4, $5, false, false)"
               " ON CONFLICT (task, creditor, customer) DO UPDATE"
               " SET last_entry = a.last_entry + 1, open_total = a.open_total + $5,"
               "     next_due = least(a.next_due, excluded.next_due)"
               " RETURNING account, last_entry"};
/* An invoice that came before is not added: that is the identity check. */
static const PgStatement INVOICE = {
    "invoice",
    "INSERT INTO item (task, account, number, charge, instalment, currency, amount, open,"
    "  written_off, tax, discount, issued_on, open_from, due_on, first_due_on, state, bucket,"
    "  hash, recorded_on)"
    " VALUES ($1, $2, $3, 0, 0, $4, $5, $5, 0, 0, 0, $6, $6, $7, $7, 'open', $8, $9, $10)"
    " ON CONFLICT DO NOTHING"};
static const PgStatement ENTRY = {
    "entry",
    "INSERT INTO entry (task, account, entry, kind, debit, credit, currency, amount,"
    "  effective_on, recorded_on, invoice, charge, instalment, credit_kind, credit_number,"
    "  document, allocation, position, leaf, epoch)"
    " VALUES ($1, $2, $3, 'invoice', 'receivable', 'revenue', $4, $5, $6, $7, $8, 0, 0, '',"
    "  '', '', '', 0, sha256('leaf'), $9)"};
static const PgStatement BALANCES = {
    "balances", "INSERT INTO balance AS b (task, creditor, gl, currency, amount)"
                " VALUES ($1, $2, 'receivable', $3, $4), ($1, $2, 'revenue', $3, -$4::bigint)"
                " ON CONFLICT (task, creditor, gl, currency)"
                " DO UPDATE SET amount = b.amount + excluded.amount"};
static const PgStatement OUTBOX = {
    "outbox",
    "WITH given AS (UPDATE task_output SET seq = seq + 1"
    "  WHERE task = $1 AND topic = $2 AND partition = $3 RETURNING seq)"
    " INSERT INTO outbox_bundle (written_on, task, topic, partition, first_seq, seq, epoch,"
    "  at, ordinals, types, keys, \"values\", headers)"
    " SELECT (now() AT TIME ZONE 'UTC')::date, $1, $2, $3, seq, seq, $4, $5, ARRAY[seq],"
    "  ARRAY[$6::text], ARRAY[$7::bytea], ARRAY[$8::bytea], ARRAY[NULL::bytea] FROM given"};

static bool run_position(const One *one, Err *err) {
    PgParams *params = pg_params(one->arena);
    add_i32(params, one, TASK);
    pg_add_text(params, S(INPUT));
    add_bytes(params, one, LAST_HASH);
    return pg_run(one->pg, &POSITION, params, one->arena, NULL, err);
}

/* The account's number, and that of its entry to be. */
typedef struct Posting {
    int64_t account;
    int64_t entry;
} Posting;

static bool run_account(const One *one, Posting *posting, Err *err) {
    PgParams *params = params_by_name(one);
    add_date(params, one, NEXT_DUE);
    add_i64(params, one, AMOUNT);
    PgRows rows;
    if (!pg_run(one->pg, &ACCOUNT, params, one->arena, &rows, err)) {
        return false;
    }
    *posting = (Posting){pg_i64(&rows, 0, 0), pg_i64(&rows, 0, 1)};
    return true;
}

static bool run_invoice(const One *one, const Posting *posting, Err *err) {
    PgParams *params = params_by_number(one, posting->account);
    add_text(params, one, NUMBER);
    add_text(params, one, CURRENCY);
    add_i64(params, one, AMOUNT);
    add_date(params, one, ISSUED_ON);
    add_date(params, one, DUE_ON);
    add_text(params, one, BUCKET);
    add_bytes(params, one, HASH);
    add_date(params, one, RECORDED_ON);
    PgRows done;
    if (!pg_run(one->pg, &INVOICE, params, one->arena, &done, err)) {
        return false;
    }
    CHECK(done.affected == 1); /* each is new */
    return true;
}

static bool run_entry(const One *one, const Posting *posting, Err *err) {
    PgParams *params = params_by_number(one, posting->account);
    pg_add_i64(params, posting->entry);
    add_text(params, one, CURRENCY);
    add_i64(params, one, AMOUNT);
    add_date(params, one, ISSUED_ON);
    add_date(params, one, RECORDED_ON);
    add_text(params, one, NUMBER);
    add_i64(params, one, EPOCH);
    return pg_run(one->pg, &ENTRY, params, one->arena, NULL, err);
}

static bool run_balances(const One *one, Err *err) {
    PgParams *params = pg_params(one->arena);
    add_i32(params, one, TASK);
    add_text(params, one, CREDITOR);
    add_text(params, one, CURRENCY);
    add_i64(params, one, AMOUNT);
    return pg_run(one->pg, &BALANCES, params, one->arena, NULL, err);
}

static bool run_outbox(const One *one, Err *err) {
    PgParams *params = pg_params(one->arena);
    add_i32(params, one, TASK);
    add_text(params, one, TOPIC);
    add_i32(params, one, PARTITION);
    add_i64(params, one, EPOCH);
    add_i64(params, one, AT);
    add_text(params, one, TYPE);
    add_bytes(params, one, KEY);
    add_bytes(params, one, VALUE);
    return pg_run(one->pg, &OUTBOX, params, one->arena, NULL, err);
}

static bool run_six(const One *one, Err *err) {
    Posting posting = {0};
    return pg_begin(one->pg, err) && run_position(one, err) && run_account(one, &posting, err) &&
           run_invoice(one, &posting, err) && run_entry(one, &posting, err) &&
           run_balances(one, err) && run_outbox(one, err) && pg_commit(one->pg, err);
}

/* ---- one statement */

/* An invoice that came before breaks its key, and nothing is done: that is the identity check. */
static const PgStatement CTE = {
    "cte",
    "WITH a AS (INSERT INTO account AS a (task, account, creditor, customer, last_entry, next_due,"
    "   open_total, has_credit, is_held)"
    "   VALUES ($1, nextval('account_number'), $2, $3, 1, $12, $6, false, false)"
    "   ON CONFLICT (task, creditor, customer) DO UPDATE"
    "   SET last_entry = a.last_entry + 1, open_total = a.open_total + $6,"
    "       next_due = least(a.next_due, excluded.next_due) RETURNING account, last_entry),"
    " known AS (INSERT INTO item (task, account, number, charge, instalment, currency, amount, "
    "open,"
    "   written_off, tax, discount, issued_on, open_from, due_on, first_due_on, state, bucket, "
    "hash,"
    "   recorded_on)"
    "   SELECT $1, account, $4, 0, 0, $5, $6, $6, 0, 0, 0, $7, $7, $8, $8, 'open', $9, $10, $11"
    "     FROM a),"
    " posted AS (INSERT INTO entry (task, account, entry, kind, debit, credit, currency, amount,"
    "   effective_on, recorded_on, invoice, charge, instalment, credit_kind, credit_number,"
    "   document, allocation, position, leaf, epoch)"
    "   SELECT $1, account, last_entry, 'invoice', 'receivable', 'revenue', $5, $6, $7, $11, $4,"
    "   0, 0, '', '', '', '', 0, sha256('leaf'), $13 FROM a),"
    " moved AS (INSERT INTO balance AS b (task, creditor, gl, currency, amount)"
    "   VALUES ($1, $2, 'receivable', $5, $6), ($1, $2, 'revenue', $5, -$6::bigint)"
    "   ON CONFLICT (task, creditor, gl, currency)"
    "   DO UPDATE SET amount = b.amount + excluded.amount),"
    " taken AS (UPDATE task_input SET next = next + 1, last_hash = $14"
    "   WHERE task = $1 AND topic = $15),"
    " given AS (UPDATE task_output SET seq = seq + 1"
    "   WHERE task = $1 AND topic = $16 AND partition = $17 RETURNING seq)"
    " INSERT INTO outbox_bundle (written_on, task, topic, partition, first_seq, seq, epoch, at,"
    "   ordinals, types, keys, \"values\", headers)"
    " SELECT (now() AT TIME ZONE 'UTC')::date, $1, $16, $17, seq, seq, $13, $18, ARRAY[seq],"
    "   ARRAY[$19::text], ARRAY[$20::bytea], ARRAY[$21::bytea], ARRAY[NULL::bytea] FROM given"};

static bool run_cte(const One *one, Err *err) {
    PgParams *params = params_by_name(one);
    add_text(params, one, NUMBER);
    add_text(params, one, CURRENCY);
    add_i64(params, one, AMOUNT);
    add_date(params, one, ISSUED_ON);
    add_date(params, one, DUE_ON);
    add_text(params, one, BUCKET);
    add_bytes(params, one, HASH);
    add_date(params, one, RECORDED_ON);
    add_date(params, one, NEXT_DUE);
    add_i64(params, one, EPOCH);
    add_bytes(params, one, LAST_HASH);
    pg_add_text(params, S(INPUT));
    add_text(params, one, TOPIC);
    add_i32(params, one, PARTITION);
    add_i64(params, one, AT);
    add_text(params, one, TYPE);
    add_bytes(params, one, KEY);
    add_bytes(params, one, VALUE);
    return pg_run(one->pg, &CTE, params, one->arena, NULL, err);
}

/* ---- the run */

/* Each has begun, so that its positions are only moved from here on. */
static const char TASKS[] =
    "INSERT INTO task (task) SELECT generate_series(0, 7);"
    "INSERT INTO task_input SELECT task, '" INPUT "', 0, repeat('x', 32)::bytea FROM task;"
    "INSERT INTO task_output SELECT task, 'arrears.ledger.v1', task, 0, 0 FROM task;";

static PgOptions options_of(const char *variable) {
    return (PgOptions){.conninfo = str_of(getenv(variable)),
                       .password = str_of(getenv("ARREARS_DATABASE_PASSWORD")),
                       .application_name = "single_bench"};
}

static PgRows rows_of(int64_t events, Arena *arena) {
    Err err = {0};
    Pg *source = NULL;
    PgOptions options = options_of("ARREARS_BENCH_SOURCE");
    must(pg_open(&options, &source, &err), &err);
    PgParams *params = pg_params(arena);
    pg_add_i64(params, events);
    PgRows rows;
    must(pg_run(source, &SOURCE, params, arena, &rows, &err), &err);
    pg_close(source);
    CHECK(rows.count > 0);
    return rows;
}

static void run(Pg *pg, bool (*each)(const One *one, Err *err), const PgRows *rows, Arena *arena) {
    Err err = {0};
    Arena scratch = arena_open("event", EVENT_BYTES);
    int64_t *took_us = ARENA_ARRAY(arena, int64_t, rows->count);
    int64_t began_us = clock_monotonic_us();
    int64_t now_us = began_us;
    ptrdiff_t done = 0;
    while (done < rows->count && now_us - began_us < LONGEST_US) {
        One one = {pg, &scratch, rows, done};
        arena_reset(&scratch);
        must(each(&one, &err), &err);
        took_us[done] = clock_monotonic_us() - now_us;
        now_us += took_us[done++];
    }
    sort_us(took_us, done);
    printf("{\"events\": %td, \"us\": %" PRId64 ", \"turns\": %td, \"p50_us\": %" PRId64
           ", \"p99_us\": %" PRId64 "}\n",
           done, now_us - began_us, done, took_us[done / 2], took_us[done * 99 / 100]);
    arena_close(&scratch);
}

int main(int argc, char **argv) {
    Str how = str_of(argc == 3 ? argv[1] : NULL);
    int64_t events = 0;
    bool is_six = str_equals(how, S("six"));
    if ((!is_six && !str_equals(how, S("cte"))) || !str_parse_i64(str_of(argv[2]), &events) ||
        events < 1 || events > EVENTS_MAX) {
        fprintf(stderr, "usage: single_bench six|cte EVENTS\n");
        return 2;
    }
    log_open("single_bench", LOG_LEVEL_WARNING);
    Arena arena = arena_open("rows", ROWS_BYTES);
    PgRows rows = rows_of(events, &arena);
    Err err = {0};
    Pg *pg = NULL;
    PgOptions options = options_of("ARREARS_DATABASE");
    must(pg_open(&options, &pg, &err), &err);
    must(pg_script(pg, TASKS, &err), &err);
    run(pg, is_six ? run_six : run_cte, &rows, &arena);
    pg_close(pg);
    arena_close(&arena);
    return 0;
}
