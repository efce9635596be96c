/* From a request to a question: each is asked in a snapshot of its own, so that its statements see
 * one state of the requests, whatever commits meanwhile. */
#include "approvals/query.h"

#include "approvals/query/room.h"
#include "approvals/settings.h"
#include "base/attr.h"

typedef bool (*Question)(const Query *query, Err *err);

/* What a route carries. */
typedef struct Asker {
    QueryDoor *door;
    const ApprovalsSettings *settings;
    Question question;
} Asker;

static bool ask(const Asker *asker, Query *query, Err *err) {
    if (!query_pg(asker->door, &query->pg, err) || !pg_begin(query->pg, err)) {
        return false;
    }
    bool done = pg_script(query->pg, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", err) &&
                asker->question(query, err);
    pg_rollback(query->pg); /* nothing was written */
    return done;
}

static void answer(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer) {
    const Asker *asker = self;
    bool about_one = asker->question == query_request;
    Query query = {.arena = arena,
                   .row_limit = asker->settings->answer_rows,
                   .answer = answer,
                   .state = http_parameter(request, "state"),
                   .creditor =
                       about_one ? http_segment(request, 0) : http_parameter(request, "creditor"),
                   .request = about_one ? http_segment(request, 1) : S("")};
    Err err = {0};
    if (!ask(asker, &query, &err)) {
        http_refuse(arena, answer, 503, err.code, "The database does not answer: %s", err.text);
    }
}

int approvals_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes) {
    static const struct {
        const char *path;
        Question question;
    } rows[] = {
        {"/v1/approvals", query_list},
        {"/v1/approvals/*/*", query_request},
    };
    HttpRoute *made = ARENA_ARRAY(arena, HttpRoute, COUNT_OF(rows));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Asker *asker = ARENA_NEW(arena, Asker);
        *asker = (Asker){door, settings, rows[i].question};
        made[i] = (HttpRoute){rows[i].path, answer, asker};
    }
    *routes = made;
    return (int)COUNT_OF(rows);
}
