#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/pg.h"

/* Brings a service's database to the schema this program knows: numbered files, each once, in
 * order.
 *
 * Run as the owner role, under an advisory lock, each file in a transaction of its own; the
 * application role gets only the rights a file grants it (arrears.application_role). A file that
 * was applied and has changed since is refused: schema changes are new files, never edits. The
 * files are part of the program (arrears_migrations in cmake). */
typedef struct Migration {
    const char *room; /* "chassis" or the service */
    int number;
    const char *name; /* "0001_tasks.sql" */
    const char *sql;
} Migration;

typedef struct Migrations {
    const Migration *rows; /* the chassis's first, then the service's, by number */
    int count;
} Migrations;

/* `applied` counts what was new. */
bool migrate(const PgOptions *owner, Str application_conninfo, Migrations migrations, int *applied,
             Err *err) MUST_USE;
/* False with VERDICT_RETRY while the database is older than this program: run `migrate`. */
bool migrate_is_done(Pg *pg, Migrations migrations, Err *err) MUST_USE;
