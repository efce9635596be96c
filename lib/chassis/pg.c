/* PostgreSQL through libpq: connection, prepared statements, rows. */
#include "chassis/pg.h"

#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>

#include "base/check.h"
#include "chassis/log.h"
#include "chassis/pg_params.h"

enum {
    PG_PREPARED_MAX =
        256, /* twice what the largest service has, on all of its connections together */
    CONNINFO_MAX = 4096,
    PG_SENT_MAX = 64
};

struct Pg {
    PGconn *conn;
    const char *prepared[PG_PREPARED_MAX];
    int prepared_count;
    bool in_transaction;
    const char *sent[PG_SENT_MAX]; /* names of statements whose answers are still to come */
    int sent_count;
    bool is_unusable; /* a server that only reads: a failover left us with the wrong one */
    bool is_silent;   /* an answer did not come in time: what comes now belongs to nobody */
    int64_t answer_ms;
    Meanwhile meanwhile;
};

/* ---- opening */

/* What protocol step 2 rests on: a statement that waits for a lock gives up after a second, and the
 * session of a dead owner is gone in seconds, so that its row locks are too. */
static const char SESSION[] =
    "SET lock_timeout = '1s';"
    "SET idle_in_transaction_session_timeout = '2s';"
    "SET client_min_messages = 'warning';"
    "SET timezone = 'UTC';"
    "SET jit = off;"; /* compiling a plan costs more than our short statements */

/* Who writes names whole keys, a batch of them. The planner knows neither the length of an array
 * nor how large a table will be: a plan made while it was small would read it whole for each batch.
 * So plans go by key, and are made once: nothing is gained from a look at the parameters. */
static const char BY_KEY[] = "SET enable_seqscan = off;"
                             "SET enable_hashjoin = off;"
                             "SET enable_mergejoin = off;"
                             "SET plan_cache_mode = force_generic_plan;";

static const char READ_ONLY[] = "SET default_transaction_read_only = on;"
                                "SET statement_timeout = '30s';";

static void on_notice(void *self, const char *text) {
    (void)self;
    log_write(LOG_LEVEL_WARNING, "database_notice", text, NULL, 0);
}

static bool connect_failed(PGconn *conn, Err *err) {
    Str text = str_trim(str_of(PQerrorMessage(conn)));
    err_set(err, VERDICT_RETRY, "DATABASE_AWAY", "%.*s", STR_ARGS(text));
    PQfinish(conn);
    return false;
}

bool pg_open(const PgOptions *options, Pg **opened, Err *err) {
    char conninfo[CONNINFO_MAX];
    char password[CONNINFO_MAX];
    CHECK(options->conninfo.len < CONNINFO_MAX && options->password.len < CONNINFO_MAX);
    snprintf(conninfo, sizeof conninfo, "%.*s", STR_ARGS(options->conninfo));
    snprintf(password, sizeof password, "%.*s", STR_ARGS(options->password));
    /* dbname is expanded as a whole connection string; what follows it adds to or overrides it. */
    const char *names[] = {"dbname",           "application_name", "connect_timeout",
                           "tcp_user_timeout", "keepalives_idle",  "keepalives_interval",
                           "keepalives_count", "password",         NULL};
    const char *values[] = {
        conninfo, options->application_name, "10", "10000", "5", "2", "3", password, NULL};
    if (options->password.len == 0) {
        names[7] = NULL;
    }
    PGconn *conn = PQconnectdbParams(names, values, 1);
    if (!conn || PQstatus(conn) != CONNECTION_OK) {
        return connect_failed(conn, err);
    }
    PQsetNoticeProcessor(conn, on_notice, NULL);
    /* What is sent waits here, not in the kernel: pg_await. */
    CHECK(PQsetnonblocking(conn, 1) == 0);
    Pg *pg = calloc(1, sizeof *pg);
    CHECK(pg);
    *pg = (Pg){.conn = conn, .answer_ms = options->answer_ms};
    if (!pg_script(pg, SESSION, err) ||
        !pg_script(pg, options->read_only ? READ_ONLY : BY_KEY, err)) {
        pg_close(pg);
        return false;
    }
    *opened = pg;
    return true;
}

void pg_close(Pg *pg) {
    if (pg) {
        PQfinish(pg->conn);
        free(pg);
    }
}

bool pg_is_lost(const Pg *pg) {
    return pg == NULL || pg->is_unusable || pg->is_silent || PQstatus(pg->conn) != CONNECTION_OK;
}

bool pg_conninfo_user(Str conninfo, Arena *arena, Str *user, Err *err) {
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(str_terminated(arena, conninfo), &why);
    if (!options) {
        /* libpq's own words quote the string, which may hold a password. */
        err_set(err, VERDICT_STOP, "CONNINFO",
                "ARREARS_DATABASE is no libpq connection string (host=... dbname=... user=...)");
        PQfreemem(why);
        return false;
    }
    *user = S("");
    for (PQconninfoOption *option = options; option->keyword; option++) {
        if (strcmp(option->keyword, "user") == 0 && option->val) {
            *user = str_copy(arena, str_of(option->val));
        }
    }
    PQconninfoFree(options);
    return !str_is_empty(*user) || err_set(err, VERDICT_STOP, "CONNINFO",
                                           "ARREARS_DATABASE names no user: the application role");
}

/* ---- verdicts */

/* The one place where an SQLSTATE becomes a verdict. In a transaction (or a single statement that
 * commits by itself) a lost connection leaves open whether the server went through with it. */
static Verdict verdict_of(const char *sqlstate) {
    static const struct {
        const char *prefix;
        Verdict verdict;
    } rows[] = {
        {"55P03", VERDICT_UNSURE}, /* lock time-out: somebody else may be finishing our work */
        {"57014", VERDICT_RETRY},  /* statement cancelled */
        {"57P", VERDICT_UNSURE},   /* server shut down, crashed or ended the session */
        {"25P03",
         VERDICT_UNSURE}, /* idle in transaction for too long: rolled back, the session is gone */
        {"08", VERDICT_UNSURE}, /* connection */
        {"40", VERDICT_RETRY},  /* serialization, deadlock */
        {"53",
         VERDICT_RETRY}, /* disk full, memory, too many connections: goes on when there is room */
        {"58", VERDICT_RETRY},  /* I/O of the server */
        {"22", VERDICT_POISON}, /* this data can never be stored */
        {"23", VERDICT_POISON},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (str_starts_with(str_of(sqlstate), str_of(rows[i].prefix))) {
            return rows[i].verdict;
        }
    }
    return VERDICT_STOP;
}

static bool pg_failed(Pg *pg, const PGresult *result, const char *what, Err *err) {
    if (pg->is_silent) {
        return err_set(err, VERDICT_UNSURE, "NO_ANSWER",
                       "%s: the server has not answered for %" PRId64 " ms", what, pg->answer_ms);
    }
    const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    pg->is_unusable |= sqlstate && strcmp(sqlstate, "25006") == 0;
    if (!sqlstate || pg_is_lost(pg)) {
        Str text = str_trim(str_of(PQerrorMessage(pg->conn)));
        return err_set(err, VERDICT_UNSURE, sqlstate ? sqlstate : "CONNECTION", "%s: %.*s", what,
                       STR_ARGS(text));
    }
    const char *text = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    return err_set(err, verdict_of(sqlstate), sqlstate, "%s: %s%s%s", what, text ? text : "refused",
                   detail ? ": " : "", detail ? detail : "");
}

/* ---- waiting */

void pg_meanwhile(Pg *pg, Meanwhile meanwhile) {
    pg->meanwhile = meanwhile;
}

/* False: nothing came in time. That the session is over is told by the next answer. */
static bool pg_listen(Pg *pg, bool is_unsent, int wait_ms) {
    struct pollfd socket = {.fd = PQsocket(pg->conn),
                            .events = (short)(is_unsent ? POLLIN | POLLOUT : POLLIN)};
    int ready = poll(&socket, 1, wait_ms);
    if (ready > 0) {
        (void)PQconsumeInput(pg->conn);
    }
    return ready != 0 || wait_ms == 0;
}

/* Until the next answer can be read without waiting. A server that says nothing for too long is not
 * listened to any more: what lies between it and us may take what we send and swallow the answers.
 */
static void pg_await(Pg *pg) {
    bool has_work = pg->meanwhile.work != NULL;
    int wait_ms = pg->answer_ms > 0 ? (int)pg->answer_ms : -1;
    bool is_unsent = PQflush(pg->conn) > 0;
    while (PQisBusy(pg->conn)) {
        has_work = has_work && pg->meanwhile.work(pg->meanwhile.self);
        if (!pg_listen(pg, is_unsent, has_work ? 0 : wait_ms)) {
            pg->is_silent = true;
            return;
        }
        is_unsent = PQflush(pg->conn) > 0;
    }
}

/* NULL: the end of a statement's answers, or of the session. */
static PGresult *pg_next(Pg *pg) {
    if (!pg->is_silent) {
        pg_await(pg);
    }
    return pg->is_silent ? NULL : PQgetResult(pg->conn);
}

/* The answer of what was sent by itself: the last one, or the first that says what is wrong. */
static PGresult *pg_answer(Pg *pg, bool was_sent) {
    PGresult *answer = NULL;
    PGresult *next;
    while (was_sent && (next = pg_next(pg)) != NULL) {
        if (answer && PQresultStatus(answer) == PGRES_FATAL_ERROR) {
            PQclear(next);
        } else {
            PQclear(answer);
            answer = next;
        }
    }
    return answer;
}

/* ---- running */

static bool pg_is_prepared(const Pg *pg, const PgStatement *statement) {
    for (int i = 0; i < pg->prepared_count; i++) {
        if (strcmp(pg->prepared[i], statement->name) == 0) {
            return true;
        }
    }
    return false;
}

static bool pg_prepare(Pg *pg, const PgStatement *statement, const PgParams *params, Err *err) {
    if (pg_is_prepared(pg, statement)) {
        return true;
    }
    CHECK(pg->prepared_count < PG_PREPARED_MAX);
    PGresult *result =
        pg_answer(pg, PQsendPrepare(pg->conn, statement->name, statement->sql,
                                    params ? params->count : 0, params ? params->types : NULL));
    bool good =
        PQresultStatus(result) == PGRES_COMMAND_OK || pg_failed(pg, result, statement->name, err);
    PQclear(result);
    if (good) {
        pg->prepared[pg->prepared_count++] = statement->name;
    }
    return good;
}

static Str cell_copy(const PGresult *result, int row, int column, Arena *arena) {
    if (PQgetisnull(result, row, column)) {
        return (Str){NULL, 0};
    }
    Str cell = str_copy(
        arena, str_from(PQgetvalue(result, row, column), PQgetlength(result, row, column)));
    return cell.ptr ? cell : S("");
}

static void rows_copy(const PGresult *result, Arena *arena, PgRows *rows) {
    int count = PQntuples(result);
    int columns = PQnfields(result);
    Str *cells = ARENA_ARRAY(arena, Str, (ptrdiff_t)count * columns + 1);
    for (int row = 0; row < count; row++) {
        for (int column = 0; column < columns; column++) {
            cells[(ptrdiff_t)row * columns + column] = cell_copy(result, row, column, arena);
        }
    }
    int64_t affected = 0;
    if (!str_parse_i64(str_of(PQcmdTuples((PGresult *)(uintptr_t)result)), &affected)) {
        affected = 0;
    }
    *rows = (PgRows){.count = count, .columns = columns, .affected = affected, .cells = cells};
}

/* Parameters are binary. */
static const int FORMATS[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                              1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
_Static_assert(COUNT_OF(FORMATS) == PG_PARAMS_MAX, "one for each parameter");

static bool is_good(const PGresult *result) {
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static bool pg_hand_over(Pg *pg, const PgStatement *statement, const PgParams *params) {
    return PQsendQueryPrepared(pg->conn, statement->name, params ? params->count : 0,
                               params ? params->values : NULL, params ? params->lengths : NULL,
                               FORMATS, 1) == 1;
}

bool pg_run(Pg *pg, const PgStatement *statement, const PgParams *params, Arena *arena,
            PgRows *rows, Err *err) {
    if (!pg_settle(pg, err) || !pg_prepare(pg, statement, params, err)) {
        return false;
    }
    PGresult *result = pg_answer(pg, pg_hand_over(pg, statement, params));
    bool good = is_good(result) || pg_failed(pg, result, statement->name, err);
    if (good && rows) {
        rows_copy(result, arena, rows);
    }
    PQclear(result);
    return good;
}

/* ---- running without waiting */

/* What the session waits for is not known any more: it is not used again. */
static bool pg_unsent(Pg *pg, const char *what, Err *err) {
    pg->is_unusable = true;
    return pg_failed(pg, NULL, what, err);
}

/* Each with a Sync of its own, so that between two of them the server sees a session that is idle
 * in its transaction: a process that is stopped there loses it in time (SESSION), with its locks.
 */
bool pg_send(Pg *pg, const PgStatement *statement, const PgParams *params, Err *err) {
    CHECK(pg->in_transaction);
    bool prepared = pg_is_prepared(pg, statement);
    if ((!prepared || pg->sent_count == PG_SENT_MAX) && !pg_settle(pg, err)) {
        return false;
    }
    if (!prepared && !pg_prepare(pg, statement, params, err)) {
        return false;
    }
    if (pg->sent_count == 0 && !PQenterPipelineMode(pg->conn)) {
        return pg_unsent(pg, statement->name, err);
    }
    pg->sent[pg->sent_count++] = statement->name;
    return (pg_hand_over(pg, statement, params) && PQpipelineSync(pg->conn)) ||
           pg_unsent(pg, statement->name, err);
}

/* The answer of one statement and the Sync behind it. */
static bool pg_receive(Pg *pg, const char *what, Err *err) {
    PGresult *result = pg_next(pg);
    bool good = is_good(result) || pg_failed(pg, result, what, err);
    while (result) { /* up to the end of the statement */
        PQclear(result);
        result = pg_next(pg);
    }
    PQclear(pg_next(pg));
    return good;
}

bool pg_settle(Pg *pg, Err *err) {
    if (pg->sent_count == 0 || pg->is_unusable) {
        return pg->sent_count == 0 || pg_failed(pg, NULL, "settle", err);
    }
    bool good = true;
    Err later; /* what follows a failure fails because of it */
    for (int i = 0; i < pg->sent_count && !(pg_is_lost(pg) && !good); i++) {
        good = pg_receive(pg, pg->sent[i], good ? err : &later) && good;
    }
    pg->sent_count = 0;
    if (!PQexitPipelineMode(pg->conn) && good) {
        good = pg_unsent(pg, "settle", err);
    }
    return good;
}

bool pg_script(Pg *pg, const char *sql, Err *err) {
    PGresult *result = pg_answer(pg, PQsendQuery(pg->conn, sql));
    ExecStatusType status = PQresultStatus(result);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
                pg_failed(pg, result, "script", err);
    PQclear(result);
    return good;
}

bool pg_begin(Pg *pg, Err *err) {
    CHECK(!pg->in_transaction);
    pg->in_transaction = pg_script(pg, "BEGIN", err);
    return pg->in_transaction || err_context(err, "begin");
}

bool pg_commit(Pg *pg, Err *err) {
    CHECK(pg->in_transaction);
    if (!pg_settle(pg, err)) {
        return false; /* still in the transaction: to be rolled back */
    }
    pg->in_transaction = false;
    PGresult *result = pg_answer(pg, PQsendQuery(pg->conn, "COMMIT"));
    /* COMMIT of a failed transaction answers ROLLBACK, without an error. */
    bool committed =
        PQresultStatus(result) == PGRES_COMMAND_OK && strcmp(PQcmdStatus(result), "COMMIT") == 0;
    if (!committed) {
        pg_failed(pg, result, "commit", err);
        err->verdict = err->verdict == VERDICT_POISON ? VERDICT_POISON : VERDICT_UNSURE;
    }
    PQclear(result);
    return committed;
}

void pg_rollback(Pg *pg) {
    if (pg && pg->in_transaction) {
        Err ignored;
        pg->in_transaction = false;
        if (pg_settle(pg, &ignored) || !pg_is_lost(pg)) {
            PQclear(pg_answer(pg, PQsendQuery(pg->conn, "ROLLBACK")));
        }
    }
}
