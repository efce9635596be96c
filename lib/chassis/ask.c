/* From a request to a question. The frame's connection for queries is read-only already; what is
 * added here is the snapshot, and who is told of a failure. */
#include "chassis/ask.h"

#include <string.h>

#include "base/check.h"
#include "chassis/log.h"

/* What a route carries. */
typedef struct Asker {
    AskTable table;
    AskQuestion question;
} Asker;

static bool ask(const Asker *asker, Asked *asked, Err *err) {
    if (!query_pg(asker->table.door, &asked->pg, err) || !pg_begin(asked->pg, err)) {
        return false;
    }
    bool done = pg_script(asked->pg, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", err) &&
                asker->question(asked, err);
    pg_rollback(asked->pg); /* nothing was written */
    return done;
}

/* An answer whose sums fit no amount is refused as what it is: asking again would not help. */
static void refuse(const Asked *asked, const Err *err) {
    static const char out_of_range[] = "22003"; /* numeric_value_out_of_range */
    if (strcmp(err->code, out_of_range) == 0) {
        http_refuse(asked->arena, asked->answer, 409, "SUM_TOO_LARGE",
                    "What this answer adds up is more than an amount can be, "
                    "9223372036854775807 minor units; look for a document with a mistaken amount.");
        return;
    }
    http_refuse(asked->arena, asked->answer, 503, err->code,
                "The database does not answer this now; the service's log says why.");
}

static void answer(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer) {
    const Asker *asker = self;
    Asked asked = {.arena = arena,
                   .request = request,
                   .answer = answer,
                   .settings = asker->table.settings,
                   .row_limit = asker->table.row_limit};
    Err err = {0};
    if (!ask(asker, &asked, &err)) {
        log_failure(LOG_LEVEL_WARNING, "question_failed", "a question over HTTP was not answered",
                    &err);
        refuse(&asked, &err);
    }
}

int ask_routes(const AskTable *table, Arena *arena, const HttpRoute **routes) {
    CHECK(table->row_limit > 0);
    HttpRoute *made = ARENA_ARRAY(arena, HttpRoute, table->count);
    for (ptrdiff_t i = 0; i < table->count; i++) {
        Asker *asker = ARENA_NEW(arena, Asker);
        *asker = (Asker){*table, table->rows[i].question};
        made[i] = (HttpRoute){table->rows[i].path, answer, asker};
    }
    *routes = made;
    return (int)table->count;
}
