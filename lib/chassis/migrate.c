#include "chassis/migrate.h"

#include "base/check.h"
#include "chassis/log.h"
#include "contract/seal.h"

static const char KEEP[] = "CREATE TABLE IF NOT EXISTS migration ("
                           " room text NOT NULL, number integer NOT NULL, name text NOT NULL,"
                           " hash bytea NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),"
                           " PRIMARY KEY (room, number))";

static const PgStatement LOCK = {"migrate_lock",
                                 "SELECT pg_advisory_xact_lock(hashtext('arrears migrate'))"};
static const PgStatement ROLE = {"migrate_role",
                                 "SELECT set_config('arrears.application_role', $1, false)"};
static const PgStatement SHOW = {"migrate_show",
                                 "DO $$ BEGIN EXECUTE format('GRANT SELECT ON migration TO %I',"
                                 " current_setting('arrears.application_role')); END $$"};
static const PgStatement FIND = {"migrate_find",
                                 "SELECT hash FROM migration WHERE room = $1 AND number = $2"};
static const PgStatement NOTE = {
    "migrate_note", "INSERT INTO migration (room, number, name, hash) VALUES ($1, $2, $3, $4)"};

static bool is_applied(Pg *pg, const Migration *migration, Arena *arena, bool *applied, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_text(params, str_of(migration->room));
    pg_add_i32(params, migration->number);
    PgRows rows;
    if (!pg_run(pg, &FIND, params, arena, &rows, err)) {
        return false;
    }
    *applied = rows.count == 1;
    Hash hash = hash_of(str_of(migration->sql));
    if (*applied && !str_equals(pg_text(&rows, 0, 0), str_from(hash.bytes, HASH_SIZE))) {
        return err_set(
            err, VERDICT_STOP, "MIGRATION_CHANGED",
            "%s/%s is not the file that was applied to this database: schema changes are new files",
            migration->room, migration->name);
    }
    return true;
}

static bool note_applied(Pg *pg, const Migration *migration, Arena *arena, Err *err) {
    Hash hash = hash_of(str_of(migration->sql));
    PgParams *params = pg_params(arena);
    pg_add_text(params, str_of(migration->room));
    pg_add_i32(params, migration->number);
    pg_add_text(params, str_of(migration->name));
    pg_add_bytes(params, str_from(hash.bytes, HASH_SIZE));
    return pg_run(pg, &NOTE, params, arena, NULL, err);
}

static bool apply_in_transaction(Pg *pg, const Migration *migration, Arena *arena, bool *applied,
                                 Err *err) {
    bool before;
    if (!pg_begin(pg, err) || !pg_run(pg, &LOCK, NULL, arena, NULL, err) ||
        !is_applied(pg, migration, arena, &before, err)) {
        return false;
    }
    *applied = !before;
    if (!before &&
        (!pg_script(pg, migration->sql, err) || !note_applied(pg, migration, arena, err))) {
        return err_context(err, "%s/%s", migration->room, migration->name);
    }
    return pg_commit(pg, err);
}

static bool migrate_all(Pg *pg, Str role, Migrations migrations, Arena *arena, int *applied,
                        Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_text(params, role);
    /* Another replica's migration may hold the lock for minutes. */
    if (!pg_script(pg, "SET lock_timeout = '10min'; SET idle_in_transaction_session_timeout = 0",
                   err) ||
        !pg_script(pg, KEEP, err) || !pg_run(pg, &ROLE, params, arena, NULL, err) ||
        !pg_script(pg, SHOW.sql, err)) {
        return false;
    }
    *applied = 0;
    for (int i = 0; i < migrations.count; i++) {
        bool fresh = false;
        if (!apply_in_transaction(pg, &migrations.rows[i], arena, &fresh, err)) {
            pg_rollback(pg);
            return false;
        }
        *applied += fresh;
        if (fresh) {
            LOG_INFO("migrated", "applied a schema file",
                     log_text("file", str_of(migrations.rows[i].name)));
        }
    }
    return true;
}

bool migrate(const PgOptions *owner, Str application_conninfo, Migrations migrations, int *applied,
             Err *err) {
    Pg *pg;
    Arena arena = arena_open("migrate", 16 << 20);
    Str role;
    bool done =
        pg_conninfo_user(application_conninfo, &arena, &role, err) && pg_open(owner, &pg, err);
    if (done) {
        done = migrate_all(pg, role, migrations, &arena, applied, err);
        pg_close(pg);
    }
    arena_close(&arena);
    return done;
}

static const PgStatement COUNT = {"migrate_count", "SELECT count(*) FROM migration"};

bool migrate_is_done(Pg *pg, Migrations migrations, Err *err) {
    Arena arena = arena_open("migrate", 1 << 20);
    PgRows rows;
    int64_t have = 0;
    bool known = pg_run(pg, &COUNT, NULL, &arena, &rows, err);
    if (known) {
        have = pg_i64(&rows, 0, 0);
    }
    arena_close(&arena);
    /* Before the first migration there is not even the table that notes them. */
    if (!known && strcmp(err->code, "42P01") != 0) {
        return false;
    }
    return have >= migrations.count ||
           err_set(err, VERDICT_RETRY, "SCHEMA_OLD",
                   "the database has schema %d of %d: run `migrate`", (int)have, migrations.count);
}
