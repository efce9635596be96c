#include "chassis/redis.h"

#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "base/check.h"

/* A call is a few milliseconds; a server that needs seconds is as good as away. */
enum { CONNECT_MS = 2000, CALL_MS = 5000, WORDS_FIRST = 32 };

struct Redis {
    redisContext *context; /* NULL: lost */
    Meanwhile meanwhile;
};

/* ---- failures */

typedef struct ReplyRow {
    const char *prefix; /* of the server's error line */
    Verdict verdict;
} ReplyRow;

static const ReplyRow REPLIES[] = {
    /* The server lost its functions, so it lost its data. */
    {"ERR Function not found", VERDICT_UNSURE},
    /* Refusals of our own functions (tasks.lua): somebody else has the task, or it is not there. */
    {"FENCED", VERDICT_UNSURE},
    {"UNKNOWN", VERDICT_UNSURE},
    {"BUILDING", VERDICT_UNSURE},
    {"LOADING", VERDICT_RETRY},
    {"BUSY", VERDICT_RETRY},
    {"OOM", VERDICT_RETRY},
    {"MISCONF", VERDICT_RETRY},
    {"TRYAGAIN", VERDICT_RETRY},
    {"CLUSTERDOWN", VERDICT_RETRY},
    {"MASTERDOWN", VERDICT_RETRY},
    {"READONLY", VERDICT_RETRY},
    {"NOREPLICAS", VERDICT_RETRY},
};

/* The one place where what hiredis and the server say becomes a verdict. `reply` NULL: the
 * connection failed, with what the context says. */
static bool redis_err(Err *err, redisContext *context, const redisReply *reply) {
    if (reply == NULL) {
        return err_set(err, VERDICT_UNSURE, "REDIS_LOST", "the connection to Redis was lost: %s",
                       context && context->err ? context->errstr : "no answer");
    }
    Str text = str_from(reply->str, (ptrdiff_t)reply->len);
    Str word = str_cut(text, ' ').head;
    char code[ERR_CODE_SIZE];
    snprintf(code, sizeof code, "%.*s", STR_ARGS(word));
    for (ptrdiff_t i = 0; i < COUNT_OF(REPLIES); i++) {
        if (str_starts_with(text, str_of(REPLIES[i].prefix))) {
            return err_set(err, REPLIES[i].verdict, code, "Redis: %.*s", STR_ARGS(text));
        }
    }
    return err_set(err, VERDICT_STOP, code, "Redis: %.*s", STR_ARGS(text));
}

/* ---- connection */

static struct timeval span_of(int ms) {
    return (struct timeval){.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};
}

static redisContext *connect_to(const RedisOptions *options, Arena *arena) {
    StrCut cut = str_cut_last(options->address, ':');
    int64_t port;
    bool is_host = cut.found && !str_starts_with(options->address, S("/")) &&
                   str_parse_i64(cut.tail, &port) && port > 0 && port < 65536;
    if (!is_host) {
        return redisConnectUnixWithTimeout(str_terminated(arena, options->address),
                                           span_of(CONNECT_MS));
    }
    redisContext *context =
        redisConnectWithTimeout(str_terminated(arena, cut.head), (int)port, span_of(CONNECT_MS));
    if (context && !context->err) {
        (void)redisEnableKeepAlive(context); /* a socket file has none: asking would be an error */
    }
    return context;
}

static bool log_in(Redis *redis, const RedisOptions *options, Arena *arena, Err *err) {
    if (str_is_empty(options->password)) {
        return true;
    }
    const Str words[] = {S("AUTH"), options->password};
    return redis_call(redis, words, COUNT_OF(words), arena, NULL, err);
}

bool redis_open(const RedisOptions *options, Redis **opened, Err *err) {
    Arena scratch = arena_open("redis address", 64 << 10);
    Redis *redis = calloc(1, sizeof *redis);
    CHECK(redis);
    redis->context = connect_to(options, &scratch);
    bool good = redis->context != NULL && !redis->context->err &&
                redisSetTimeout(redis->context, span_of(CALL_MS)) == REDIS_OK;
    if (!good) {
        err_set(err, VERDICT_RETRY, "REDIS_AWAY", "Redis at %.*s cannot be reached: %s",
                STR_ARGS(options->address),
                redis->context ? redis->context->errstr : "out of memory");
    } else {
        good = log_in(redis, options, &scratch, err);
    }
    arena_close(&scratch);
    if (!good) {
        redis_close(redis);
        return false;
    }
    *opened = redis;
    return true;
}

void redis_close(Redis *redis) {
    if (redis) {
        if (redis->context) {
            redisFree(redis->context);
        }
        free(redis);
    }
}

bool redis_is_lost(const Redis *redis) {
    return redis->context == NULL;
}

/* ---- calls */

static RedisValue value_copy(const redisReply *reply, Arena *arena) {
    switch (reply->type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
        return (RedisValue){.kind = REDIS_TEXT,
                            .text = str_copy(arena, str_from(reply->str, (ptrdiff_t)reply->len))};
    case REDIS_REPLY_INTEGER:
        return (RedisValue){.kind = REDIS_NUMBER, .number = reply->integer};
    case REDIS_REPLY_ARRAY: {
        RedisValue *items = ARENA_ARRAY(arena, RedisValue, (ptrdiff_t)reply->elements + 1);
        for (size_t i = 0; i < reply->elements; i++) {
            items[i] = value_copy(reply->element[i], arena);
        }
        return (RedisValue){
            .kind = REDIS_LIST, .items = items, .count = (ptrdiff_t)reply->elements};
    }
    default:
        return (RedisValue){.kind = REDIS_NIL};
    }
}

void redis_meanwhile(Redis *redis, Meanwhile meanwhile) {
    redis->meanwhile = meanwhile;
}

static bool is_sent(redisContext *context, ptrdiff_t count, const char **words,
                    const size_t *lengths) {
    int is_written = 0;
    int state = redisAppendCommandArgv(context, (int)count, words, lengths);
    while (state == REDIS_OK && !is_written) {
        state = redisBufferWrite(context, &is_written);
    }
    return state == REDIS_OK;
}

static void work_meanwhile(const Redis *redis) {
    struct pollfd socket = {.fd = redis->context->fd, .events = POLLIN};
    while (redis->meanwhile.work && redis->meanwhile.work(redis->meanwhile.self) &&
           poll(&socket, 1, 0) == 0) {
    }
}

/* NULL: the connection is lost. */
static redisReply *answer_to(const Redis *redis, ptrdiff_t count, const char **words,
                             const size_t *lengths) {
    void *reply = NULL;
    if (!is_sent(redis->context, count, words, lengths)) {
        return NULL;
    }
    work_meanwhile(redis);
    return redisGetReply(redis->context, &reply) == REDIS_OK ? reply : NULL;
}

bool redis_call(Redis *redis, const Str *words, ptrdiff_t count, Arena *arena, RedisValue *value,
                Err *err) {
    if (!redis->context) {
        return redis_err(err, NULL, NULL);
    }
    const char **pointers = ARENA_ARRAY(arena, const char *, count);
    size_t *lengths = ARENA_ARRAY(arena, size_t, count);
    for (ptrdiff_t i = 0; i < count; i++) {
        pointers[i] = words[i].ptr ? words[i].ptr : "";
        lengths[i] = (size_t)words[i].len;
    }
    redisReply *reply = answer_to(redis, count, pointers, lengths);
    if (!reply) {
        redis_err(err, redis->context, NULL);
        redisFree(redis->context);
        redis->context = NULL;
        return false;
    }
    bool good = reply->type != REDIS_REPLY_ERROR || redis_err(err, redis->context, reply);
    if (good && value) {
        *value = value_copy(reply, arena);
    }
    freeReplyObject(reply);
    return good;
}

/* ---- commands */

RedisCommand redis_command(Arena *arena, Str first) {
    RedisCommand command = {.arena = arena};
    redis_add(&command, first);
    return command;
}

void redis_add(RedisCommand *command, Str word) {
    if (command->count == command->room) {
        ptrdiff_t room = command->room ? 2 * command->room : WORDS_FIRST;
        Str *grown = ARENA_ARRAY(command->arena, Str, room);
        if (command->count) {
            memcpy(grown, command->words, (size_t)command->count * sizeof(Str));
        }
        command->words = grown;
        command->room = room;
    }
    command->words[command->count++] = word;
}

void redis_add_i64(RedisCommand *command, int64_t number) {
    redis_add(command, str_format(command->arena, "%" PRId64, number));
}

bool redis_run(Redis *redis, const RedisCommand *command, RedisValue *value, Err *err) {
    return redis_call(redis, command->words, command->count, command->arena, value, err);
}
