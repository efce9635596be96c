/* The ledger's answers over HTTP, without the rest of it: its routes and queries as they are
 * shipped, on the database of a benchmark.
 *
 *     ARREARS_DATABASE=... ARREARS_DATABASE_PASSWORD=... ledger_ask
 *
 * Prints its port, answers until its standard input ends. */
#include <stdio.h>
#include <stdlib.h>

#include "chassis/http.h"
#include "chassis/log.h"
#include "chassis/pg.h"
#include "chassis/process.h"
#include "ledger/query.h"
#include "ledger/settings.h"

enum { ROUTES_BYTES = 1 << 20, ANSWER_ROWS = 500 };

/* In place of the one in a process: the same read-only connection. */
struct QueryDoor {
    PgOptions options;
    Pg *pg;
};

bool query_pg(QueryDoor *door, Pg **pg, Err *err) {
    if (!door->pg && !pg_open(&door->options, &door->pg, err)) {
        return false;
    }
    *pg = door->pg;
    return true;
}

int main(void) {
    log_open("ledger_ask", LOG_LEVEL_WARNING);
    Err err = {0};
    Arena arena = arena_open("routes", ROUTES_BYTES);
    QueryDoor door = {.options = {.conninfo = str_of(getenv("ARREARS_DATABASE")),
                                  .password = str_of(getenv("ARREARS_DATABASE_PASSWORD")),
                                  .application_name = "ledger_ask",
                                  .read_only = true}};
    LedgerSettings settings = {.answer_rows = ANSWER_ROWS};
    const HttpRoute *routes = NULL;
    int count = ledger_routes(&settings, &door, &arena, &routes);
    HttpServer *server = NULL;
    if (!http_open("127.0.0.1", 0, routes, count, &server, &err)) {
        fprintf(stderr, "%s: %s\n", err.code, err.text);
        return 1;
    }
    printf("%d\n", http_port(server));
    fflush(stdout);
    while (getchar() != EOF) {
    }
    http_close(server);
    pg_close(door.pg);
    arena_close(&arena);
    return 0;
}
