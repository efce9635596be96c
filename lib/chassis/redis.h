#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/meanwhile.h"

/* Redis, as the task store and queries need it: commands with binary arguments, replies copied into
 * an arena. redis.c alone knows hiredis.
 *
 * Failures become verdicts there: a lost connection or time-out is UNSURE (it may have happened;
 * the connection is lost, open another), a function that is not found and a refusal by one of ours
 * are UNSURE too (take over again), a server that loads, is busy or full RETRY, the rest STOP. */
typedef struct Redis Redis;

typedef struct RedisOptions {
    Str address;  /* path of a unix socket, or host:port */
    Str password; /* may be empty */
} RedisOptions;

typedef enum RedisKind { REDIS_NIL, REDIS_TEXT, REDIS_NUMBER, REDIS_LIST } RedisKind;

typedef struct RedisValue RedisValue;
struct RedisValue {
    RedisKind kind;
    Str text;
    int64_t number;
    const RedisValue *items; /* REDIS_LIST */
    ptrdiff_t count;
};

bool redis_open(const RedisOptions *options, Redis **redis, Err *err) MUST_USE;
void redis_close(Redis *redis);
bool redis_is_lost(const Redis *redis);

/* value may be NULL when nothing is asked back. */
bool redis_call(Redis *redis, const Str *words, ptrdiff_t count, Arena *arena, RedisValue *value,
                Err *err) MUST_USE;

/* While the server works. It must not use the connection. */
void redis_meanwhile(Redis *redis, Meanwhile meanwhile);

/* ---- building a command, word by word */
typedef struct RedisCommand {
    Arena *arena;
    Str *words;
    ptrdiff_t count;
    ptrdiff_t room;
} RedisCommand;

RedisCommand redis_command(Arena *arena, Str first);
void redis_add(RedisCommand *command, Str word);
void redis_add_i64(RedisCommand *command, int64_t number);
bool redis_run(Redis *redis, const RedisCommand *command, RedisValue *value, Err *err) MUST_USE;
