#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "chassis/http.h"
#include "chassis/pg.h"
#include "chassis/process.h"

/* Questions to the database over HTTP: each is asked in a snapshot of its own, read-only, so that
 * its statements see one state, whatever commits meanwhile.
 *
 * A question fills the answer, with a refusal too, and is false only when the database failed it.
 * Then it is answered 503 with a general sentence: what the database said is for the log, not for
 * whoever asks. One failure is told apart: a sum over accounts, each of which fits, may fit no
 * amount; that is 409 SUM_TOO_LARGE. A question casts its sums to bigint, so that none wraps.
 *
 *     static const AskRow rows[] = {{"/v1/holds", query_holds}};
 *     AskTable table = {.rows = rows, .count = COUNT_OF(rows), .door = door,
 *                       .settings = settings, .row_limit = settings->answer_rows};
 *     return ask_routes(&table, arena, routes); */
typedef struct Asked {
    Pg *pg; /* in the snapshot */
    Arena *arena;
    const HttpRequest *request;
    HttpAnswer *answer;
    const void *settings; /* of the service */
    int64_t row_limit;    /* of every list in the answer */
} Asked;

typedef bool (*AskQuestion)(const Asked *asked, Err *err);

typedef struct AskRow {
    const char *path; /* as in HttpRoute */
    AskQuestion question;
} AskRow;

typedef struct AskTable {
    const AskRow *rows;
    ptrdiff_t count;
    QueryDoor *door;
    const void *settings;
    int64_t row_limit;
} AskTable;

/* Makes the routes in the arena; their number, for Process.routes to return. */
int ask_routes(const AskTable *table, Arena *arena, const HttpRoute **routes);
