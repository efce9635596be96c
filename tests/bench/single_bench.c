/* What a program does that knows no batches: one event at a time, as six prepared statements
 * between BEGIN and COMMIT, or as one statement that commits by itself. Same tables, same rows.
 *
 *     ARREARS_DATABASE=... ARREARS_BENCH_SOURCE=... ARREARS_DATABASE_PASSWORD=... \
 *         single_bench six|cte EVENTS
 *
 * The rows are those that the ledger wrote into the source, read before anything is timed. Prints
 * one line: events, microseconds, and the median and 99th percentile of an event. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/pg.h"

enum { ROWS_BYTES = 1 << 30, EVENT_BYTES = 1 << 20, EVENTS_MAX = 1000000 };

/* ---- the rows */

static const PgStatement SOURCE = {
    "source",
    "SELECT e.task, e.creditor, e.customer, e.invoice, d.hash, e.recorded_on, i.currency,"
    "       i.amount, i.issued_on, i.due_on, i.bucket, e.epoch, o.topic, o.partition, o.type,"
    "       o.key, o.value, o.at, n.last_hash"
    "  FROM bench_place p"
    "  JOIN entry e USING (task, creditor, customer, entry)"
    "  JOIN document d ON (d.task, d.creditor, d.customer, d.number)"
    "     = (p.task, p.creditor, p.customer, p.invoice)"
    "  JOIN invoice i ON (i.task, i.creditor, i.customer, i.number)"
    "     = (p.task, p.creditor, p.customer, p.invoice)"
    "  JOIN outbox o ON (o.task, o.topic, o.partition, o.seq)"
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

/* $1 to $3 of every statement. */
static PgParams *params_of(const One *one) {
    PgParams *params = pg_params(one->arena);
    add_i32(params, one, TASK);
    add_text(params, one, CREDITOR);
    add_text(params, one, CUSTOMER);
    return params;
}

/* ---- six statements */

static const PgStatement DOCUMENT = {
    "document", "INSERT INTO document (task, creditor, customer, kind, number, hash, recorded_on)"
                " VALUES ($1, $2, $3, 'invoice', $4, $5, $6) ON CONFLICT DO NOTHING"};
static const PgStatement INVOICE = {
    "invoice", "INSERT INTO invoice (task, creditor, customer, number, currency, amount, open,"
               "  written_off, issued_on, due_on, state, bucket)"
               " VALUES ($1, $2, $3, $4, $5, $6, $6, 0, $7, $8, 'open', $9)"};
static const PgStatement ENTRY = {
    "entry", "WITH a AS (INSERT INTO account AS a (task, creditor, customer, last_entry, next_due)"
             "  VALUES ($1, $2, $3, 1, $7) ON CONFLICT (task, creditor, customer)"
             "  DO UPDATE SET last_entry = a.last_entry + 1 RETURNING last_entry)"
             " INSERT INTO entry (task, creditor, customer, entry, kind, effective_on, recorded_on,"
             "  invoice, credit_kind, credit, request, epoch)"
             " SELECT $1, $2, $3, last_entry, 'invoice', $4, $5, $6, '', '', '', $8 FROM a"
             " RETURNING entry"};
static const PgStatement LEGS = {
    "legs", "INSERT INTO leg (task, creditor, customer, entry, gl, currency, amount)"
            " VALUES ($1, $2, $3, $4, 'receivable', $5, $6), ($1, $2, $3, $4, 'revenue', $5, -$6)"};
static const PgStatement BALANCES = {
    "balances", "INSERT INTO balance AS b (task, creditor, gl, currency, amount)"
                " VALUES ($1, $2, 'receivable', $3, $4), ($1, $2, 'revenue', $3, -$4::bigint)"
                " ON CONFLICT (task, creditor, gl, currency)"
                " DO UPDATE SET amount = b.amount + excluded.amount"};
static const PgStatement OUTBOX = {
    "outbox", "WITH moved AS (INSERT INTO task_input AS i (task, topic, next, last_hash)"
              "  VALUES ($1, 'arrears.billing.v1', 1, $8)"
              "  ON CONFLICT (task, topic) DO UPDATE SET next = i.next + 1),"
              " given AS (INSERT INTO task_output AS o (task, topic, partition, seq, acked_seq)"
              "  VALUES ($1, $2, $3, 1, 0)"
              "  ON CONFLICT (task, topic, partition) DO UPDATE SET seq = o.seq + 1"
              "  RETURNING seq)"
              " INSERT INTO outbox (written_on, task, topic, partition, seq, ordinal, epoch, at,"
              "  type, key, value)"
              " SELECT (now() AT TIME ZONE 'UTC')::date, $1, $2, $3, seq, seq, $9, $4, $5, $6, $7"
              "  FROM given"};

static bool run_document(const One *one, Err *err) {
    PgParams *params = params_of(one);
    add_text(params, one, NUMBER);
    add_bytes(params, one, HASH);
    add_date(params, one, RECORDED_ON);
    PgRows done;
    if (!pg_run(one->pg, &DOCUMENT, params, one->arena, &done, err)) {
        return false;
    }
    CHECK(done.affected == 1); /* each is new */
    return true;
}

static bool run_invoice(const One *one, Err *err) {
    PgParams *params = params_of(one);
    add_text(params, one, NUMBER);
    add_text(params, one, CURRENCY);
    add_i64(params, one, AMOUNT);
    add_date(params, one, ISSUED_ON);
    add_date(params, one, DUE_ON);
    add_text(params, one, BUCKET);
    return pg_run(one->pg, &INVOICE, params, one->arena, NULL, err);
}

static bool run_journal(const One *one, Err *err) {
    PgParams *params = params_of(one);
    add_date(params, one, ISSUED_ON);
    add_date(params, one, RECORDED_ON);
    add_text(params, one, NUMBER);
    add_date(params, one, DUE_ON);
    add_i64(params, one, EPOCH);
    PgRows entry;
    if (!pg_run(one->pg, &ENTRY, params, one->arena, &entry, err)) {
        return false;
    }
    PgParams *legs = params_of(one);
    pg_add_i64(legs, pg_i64(&entry, 0, 0));
    add_text(legs, one, CURRENCY);
    add_i64(legs, one, AMOUNT);
    return pg_run(one->pg, &LEGS, legs, one->arena, NULL, err);
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
    add_i64(params, one, AT);
    add_text(params, one, TYPE);
    add_bytes(params, one, KEY);
    add_bytes(params, one, VALUE);
    add_bytes(params, one, LAST_HASH);
    add_i64(params, one, EPOCH);
    return pg_run(one->pg, &OUTBOX, params, one->arena, NULL, err);
}

static bool run_six(const One *one, Err *err) {
    return pg_begin(one->pg, err) && run_document(one, err) && run_invoice(one, err) &&
           run_journal(one, err) && run_balances(one, err) && run_outbox(one, err) &&
           pg_commit(one->pg, err);
}

/* ---- one statement */

static const PgStatement CTE = {
    "cte",
    "WITH known AS (INSERT INTO document (task, creditor, customer, kind, number, hash,"
    "   recorded_on) VALUES ($1, $2, $3, 'invoice', $4, $5, $6)"
    "   ON CONFLICT DO NOTHING RETURNING number),"
    " issued AS (INSERT INTO invoice (task, creditor, customer, number, currency, amount, open,"
    "   written_off, issued_on, due_on, state, bucket)"
    "   SELECT $1, $2, $3, number, $7, $8, $8, 0, $9, $10, 'open', $11 FROM known),"
    " a AS (INSERT INTO account AS a (task, creditor, customer, last_entry, next_due)"
    "   SELECT $1, $2, $3, 1, $10 FROM known ON CONFLICT (task, creditor, customer)"
    "   DO UPDATE SET last_entry = a.last_entry + 1 RETURNING last_entry),"
    " posted AS (INSERT INTO entry (task, creditor, customer, entry, kind, effective_on,"
    "   recorded_on, invoice, credit_kind, credit, request, epoch)"
    "   SELECT $1, $2, $3, last_entry, 'invoice', $9, $6, $4, '', '', '', $12 FROM a),"
    " legs AS (INSERT INTO leg (task, creditor, customer, entry, gl, currency, amount)"
    "   SELECT $1, $2, $3, last_entry, gl, $7, amount FROM a,"
    "   (VALUES ('receivable', $8::bigint), ('revenue', -$8::bigint)) AS v(gl, amount)),"
    " moved AS (INSERT INTO balance AS b (task, creditor, gl, currency, amount)"
    "   SELECT $1, $2, gl, $7, amount FROM known,"
    "   (VALUES ('receivable', $8::bigint), ('revenue', -$8::bigint)) AS v(gl, amount)"
    "   ON CONFLICT (task, creditor, gl, currency)"
    "   DO UPDATE SET amount = b.amount + excluded.amount),"
    " taken AS (INSERT INTO task_input AS i (task, topic, next, last_hash)"
    "   VALUES ($1, 'arrears.billing.v1', 1, $19)"
    "   ON CONFLICT (task, topic) DO UPDATE SET next = i.next + 1),"
    " given AS (INSERT INTO task_output AS o (task, topic, partition, seq, acked_seq)"
    "   VALUES ($1, $13, $14, 1, 0) ON CONFLICT (task, topic, partition)"
    "   DO UPDATE SET seq = o.seq + 1 RETURNING seq)"
    " INSERT INTO outbox (written_on, task, topic, partition, seq, ordinal, epoch, at, type, key,"
    "   value)"
    " SELECT (now() AT TIME ZONE 'UTC')::date, $1, $13, $14, seq, seq, $12, $18, $15, $16, $17"
    "   FROM given"};

static bool run_cte(const One *one, Err *err) {
    PgParams *params = params_of(one);
    add_text(params, one, NUMBER);
    add_bytes(params, one, HASH);
    add_date(params, one, RECORDED_ON);
    add_text(params, one, CURRENCY);
    add_i64(params, one, AMOUNT);
    add_date(params, one, ISSUED_ON);
    add_date(params, one, DUE_ON);
    add_text(params, one, BUCKET);
    add_i64(params, one, EPOCH);
    add_text(params, one, TOPIC);
    add_i32(params, one, PARTITION);
    add_text(params, one, TYPE);
    add_bytes(params, one, KEY);
    add_bytes(params, one, VALUE);
    add_i64(params, one, AT);
    add_bytes(params, one, LAST_HASH);
    return pg_run(one->pg, &CTE, params, one->arena, NULL, err);
}

/* ---- the run */

static void must(bool done, const Err *err) {
    if (!done) {
        fprintf(stderr, "%s: %s\n", err->code, err->text);
        exit(1);
    }
}

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

static int by_size(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static void run(Pg *pg, bool (*each)(const One *one, Err *err), const PgRows *rows, Arena *arena) {
    Err err = {0};
    Arena scratch = arena_open("event", EVENT_BYTES);
    int64_t *took_us = ARENA_ARRAY(arena, int64_t, rows->count);
    int64_t began_us = clock_monotonic_us();
    int64_t now_us = began_us;
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        One one = {pg, &scratch, rows, i};
        arena_reset(&scratch);
        must(each(&one, &err), &err);
        took_us[i] = clock_monotonic_us() - now_us;
        now_us += took_us[i];
    }
    qsort(took_us, (size_t)rows->count, sizeof *took_us, by_size);
    printf("{\"events\": %td, \"us\": %" PRId64 ", \"turns\": %td, \"p50_us\": %" PRId64
           ", \"p99_us\": %" PRId64 "}\n",
           rows->count, now_us - began_us, rows->count, took_us[rows->count / 2],
           took_us[rows->count * 99 / 100]);
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
    must(pg_script(pg, "INSERT INTO task (task) SELECT generate_series(0, 7)", &err), &err);
    run(pg, is_six ? run_six : run_cte, &rows, &arena);
    pg_close(pg);
    arena_close(&arena);
    return 0;
}
