#include "tests/integration/ledger/asking.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "chassis/http.h"
#include "ledger/query.h"
#include "ledger/settings.h"
#include "tests/integration/ledger/play.h"
#include "tests/unit/chassis/client.h"

/* The frame's connection for queries, here the one of the test; NULL: the database is away. */
struct QueryDoor {
    Pg *pg;
};

bool query_pg(QueryDoor *door, Pg **pg, Err *err) {
    *pg = door->pg;
    return door->pg || err_set(err, VERDICT_RETRY, "DATABASE_AWAY", "no route to 10.0.0.7");
}

static QueryDoor door;
static HttpServer *server;
static LedgerSettings settings;

void asking_open(Arena *arena, int64_t row_limit) {
    const HttpRoute *routes = NULL;
    Err err = {0};
    settings.answer_rows = row_limit;
    int count = ledger_routes(&settings, &door, arena, &routes);
    must(http_open("127.0.0.1", 0, routes, count, &server, &err), &err);
    door.pg = rig.app;
}

void asking_close(void) {
    http_close(server);
}

int asking_port(void) {
    return http_port(server);
}

Str ask_any(const char *path, int *status) {
    static Reply reply;
    char request[256];
    CHECK(snprintf(request, sizeof request, "GET %s", path) < (int)sizeof request);
    client_ask(http_port(server), request, "", &reply);
    *status = reply.status;
    return str_copy(&rig.arena, str_from(reply.body, (ptrdiff_t)reply.body_len));
}

Str ask_at(Pg *pg, const char *path, int status) {
    int got = 0;
    door.pg = pg;
    Str answer = ask_any(path, &got);
    door.pg = rig.app;
    assert_int_equal(got, status);
    return answer;
}

Str ask(const char *path, int status) {
    return ask_at(rig.app, path, status);
}

void assert_has(Str got, const char *wanted) {
    if (strstr(str_terminated(&rig.arena, got), wanted) == NULL) {
        fail_msg("wanted %s\n   in %.*s", wanted, STR_ARGS(got));
    }
}

void assert_lacks(Str got, const char *unwanted) {
    if (strstr(str_terminated(&rig.arena, got), unwanted) != NULL) {
        fail_msg("unwanted %s\n     in %.*s", unwanted, STR_ARGS(got));
    }
}
