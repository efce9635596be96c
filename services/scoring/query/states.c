/* Every state there is, task by task, a few hundred at a time. */
#include "chassis/tasks_redis.h"
#include "scoring/query/room.h"

enum { SCAN_COUNT = 200, SCAN_BYTES = 64 << 20 };

static RedisCommand scan_command(const Query *query, int32_t task, Str cursor, Arena *arena) {
    (void)query;
    RedisCommand command = redis_command(arena, S("HSCAN"));
    redis_add(&command, redis_states_key(arena, "scoring", task));
    redis_add(&command, cursor);
    redis_add(&command, S("COUNT"));
    redis_add_i64(&command, SCAN_COUNT);
    return command;
}

static void visit_all(const Query *query, const RedisValue *pairs, StateVisit visit, void *self,
                      Arena *arena) {
    for (ptrdiff_t i = 0; i + 1 < pairs->count; i += 2) {
        Profile profile;
        if (query->read(pairs->items[i + 1].text, arena, &profile)) {
            visit(self, &profile);
        }
    }
}

static bool task_states(const Query *query, int32_t task, StateVisit visit, void *self, Err *err) {
    Arena scratch = arena_open("states", SCAN_BYTES);
    char cursor[32] = "0";
    bool good = true;
    do {
        RedisValue reply;
        arena_reset(&scratch);
        RedisCommand command = scan_command(query, task, str_of(cursor), &scratch);
        good = redis_run(query->redis, &command, &reply, err);
        if (good) {
            visit_all(query, &reply.items[1], visit, self, &scratch);
            snprintf(cursor, sizeof cursor, "%.*s", STR_ARGS(reply.items[0].text));
        }
    } while (good && strcmp(cursor, "0") != 0);
    arena_close(&scratch);
    return good;
}

bool each_state(const Query *query, StateVisit visit, void *self, Err *err) {
    for (int32_t task = 0; task < query->partitions; task++) {
        if (!task_states(query, task, visit, self, err)) {
            return false;
        }
    }
    return true;
}

bool top_find(const Query *query, int64_t fallback, int64_t *top) {
    *top = fallback;
    bool good = str_is_empty(query->top) || (str_parse_i64(query->top, top) && *top >= 1);
    *top = *top < query->row_limit ? *top : query->row_limit;
    if (!good) {
        http_refuse(query->arena, query->answer, 400, "TOP", "top is no whole number above zero.");
    }
    return good;
}
