#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"
#include "chassis/meanwhile.h"

/* PostgreSQL, as stores and queries need it: named statements, binary parameters (arrays for sets),
 * rows copied into an arena. pg.c alone knows libpq.
 *
 * SQLSTATE becomes a verdict here: class 22 and 23 POISON (this data can never be stored), lost
 * connection and lock time-out UNSURE inside a transaction, serialization and resource faults
 * RETRY, the rest STOP.
 *
 * Where rows come by the thousand a statement reads its arrays side by side, an element of each in
 * turn: SELECT unnest($1::int[]) AS task, unnest($2::text[]) AS customer. FROM unnest($1, $2) is
 * shorter, and has the server write every array into a store of its own first, which takes three
 * times as long.
 *
 *     static const PgStatement OPEN_ITEMS = {"open_items", "SELECT ... WHERE task = ANY($1)"};
 *     PgParams params = pg_params(arena);
 *     pg_add_i32_array(&params, tasks, n);
 *     if (!pg_run(pg, &OPEN_ITEMS, &params, arena, &rows, err)) return false;
 *     int64_t open = pg_i64(&rows, row, 2); */
typedef struct Pg Pg;

typedef struct PgOptions {
    Str conninfo; /* libpq's, TLS parameters and all */
    Str password; /* may be empty */
    const char *application_name;
    bool read_only; /* for queries: default_transaction_read_only */
    /* A server that says nothing for so long loses the connection: VERDICT_UNSURE, "NO_ANSWER". The
     * kernel does not notice one that takes bytes and never answers. 0: for ever. */
    int64_t answer_ms;
} PgOptions;

bool pg_open(const PgOptions *options, Pg **pg, Err *err) MUST_USE;
void pg_close(Pg *pg);
bool pg_is_lost(const Pg *pg);

/* The user a connection string names. */
bool pg_conninfo_user(Str conninfo, Arena *arena, Str *user, Err *err) MUST_USE;

typedef struct PgStatement {
    const char *name; /* prepared under this name on first use */
    const char *sql;
} PgStatement;

/* ---- parameters, in order, all binary */
typedef struct PgParams PgParams;
PgParams *pg_params(Arena *arena);
void pg_add_null(PgParams *params);
void pg_add_bool(PgParams *params, bool value);
void pg_add_i32(PgParams *params, int32_t value);
void pg_add_i64(PgParams *params, int64_t value);
void pg_add_date(PgParams *params, Date value); /* DATE_NONE: null */
void pg_add_text(PgParams *params, Str value);
void pg_add_bytes(PgParams *params, Str value); /* ptr NULL: null */
void pg_add_i32_array(PgParams *params, const int32_t *values, ptrdiff_t count);
void pg_add_i64_array(PgParams *params, const int64_t *values, ptrdiff_t count);
void pg_add_date_array(PgParams *params, const Date *values, ptrdiff_t count); /* DATE_NONE: null */
void pg_add_text_array(PgParams *params, const Str *values, ptrdiff_t count);  /* ptr NULL: null */
void pg_add_bytes_array(PgParams *params, const Str *values, ptrdiff_t count); /* ptr NULL: null */

/* ---- results, copied: every cell is bytes in the arena; ptr NULL is SQL's null */
typedef struct PgRows {
    ptrdiff_t count;
    int columns;
    int64_t affected; /* rows an UPDATE, INSERT or DELETE touched */
    const Str *cells;
} PgRows;

bool pg_is_null(const PgRows *rows, ptrdiff_t row, int column);
bool pg_bool(const PgRows *rows, ptrdiff_t row, int column);
int32_t pg_i32(const PgRows *rows, ptrdiff_t row, int column);
int64_t pg_i64(const PgRows *rows, ptrdiff_t row, int column);
Date pg_date(const PgRows *rows, ptrdiff_t row, int column); /* null: DATE_NONE */
Str pg_text(const PgRows *rows, ptrdiff_t row, int column);  /* text and bytea; null: empty */
/* From two columns: code of the currency, minor units. */
Money pg_money(const PgRows *rows, ptrdiff_t row, int currency_column, int amount_column);

/* ---- running. params may be NULL, rows may be NULL when nothing is asked back */
bool pg_run(Pg *pg, const PgStatement *statement, const PgParams *params, Arena *arena,
            PgRows *rows, Err *err) MUST_USE;
/* In a transaction: the same without waiting for an answer that has no rows. Statements run in the
 * order they were sent; what went wrong with the first of them is said by pg_settle, which waits
 * for all, or by the next pg_run or pg_commit, which settle first. */
bool pg_send(Pg *pg, const PgStatement *statement, const PgParams *params, Err *err) MUST_USE;
bool pg_settle(Pg *pg, Err *err) MUST_USE;
/* While the server works. It must not use the connection. */
void pg_meanwhile(Pg *pg, Meanwhile meanwhile);
/* Several statements without parameters: migrations, session settings. */
bool pg_script(Pg *pg, const char *sql, Err *err) MUST_USE;

bool pg_begin(Pg *pg, Err *err) MUST_USE;
/* A failed COMMIT whose answer is unknown is VERDICT_UNSURE. */
bool pg_commit(Pg *pg, Err *err) MUST_USE;
/* Never fails: a connection that cannot roll back is lost, and the server rolls back. */
void pg_rollback(Pg *pg);
