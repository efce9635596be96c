/* From a request to a question. */
#include "scoring/query.h"

#include "base/attr.h"
#include "chassis/tasks_redis.h"
#include "scoring/query/room.h"
#include "scoring/settings.h"

typedef bool (*Question)(const Query *query, Err *err);

/* What a route carries. */
typedef struct Asker {
    QueryDoor *door;
    const ScoringSettings *settings;
    ProfileReader read;
    Question question;
} Asker;

/* The service writes the number when it starts; without it there is nothing to answer from. */
static bool partitions_find(Query *query, Err *err) {
    RedisCommand command = redis_command(query->arena, S("GET"));
    redis_add(&command, redis_partitions_key(query->arena, "scoring"));
    RedisValue value;
    int64_t partitions;
    if (!redis_run(query->redis, &command, &value, err)) {
        return false;
    }
    if (value.kind != REDIS_TEXT || !str_parse_i64(value.text, &partitions) || partitions < 1 ||
        partitions > INT32_MAX) {
        return err_set(err, VERDICT_RETRY, "REBUILDING", "it is empty and being rebuilt");
    }
    query->partitions = (int32_t)partitions;
    return true;
}

static void answer(void *self, const HttpRequest *request, Arena *arena, HttpAnswer *answer) {
    const Asker *asker = self;
    bool about_account = asker->question == query_account;
    Query query = {.arena = arena,
                   .read = asker->read,
                   .row_limit = asker->settings->answer_rows,
                   .answer = answer,
                   .creditor = about_account ? http_segment(request, 0) : S(""),
                   .customer = about_account ? http_segment(request, 1) : S(""),
                   .band = http_parameter(request, "band"),
                   .top = http_parameter(request, "top")};
    Err err = {0};
    if (!query_redis(asker->door, &query.redis, &err) || !partitions_find(&query, &err) ||
        !asker->question(&query, &err)) {
        http_refuse(arena, answer, 503, err.code, "Redis does not answer: %s", err.text);
    }
}

int query_routes(void *settings, QueryDoor *door, ProfileReader read, Arena *arena,
                 const HttpRoute **routes) {
    static const struct {
        const char *path;
        Question question;
    } rows[] = {
        {"/v1/credit", query_list},
        {"/v1/credit/*/*", query_account},
        {"/v1/exposure", query_exposure},
    };
    HttpRoute *made = ARENA_ARRAY(arena, HttpRoute, COUNT_OF(rows));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Asker *asker = ARENA_NEW(arena, Asker);
        *asker = (Asker){door, settings, read, rows[i].question};
        made[i] = (HttpRoute){rows[i].path, answer, asker};
    }
    *routes = made;
    return (int)COUNT_OF(rows);
}
