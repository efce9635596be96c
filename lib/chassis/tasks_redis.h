#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "chassis/kafka.h"
#include "chassis/redis.h"

/* The task store in Redis: what tasks_open gets as its settings, and where queries find the states.
 *
 * Redis works, the compacted topic of the service is the truth (truth.h). Each rule, and where it
 * is kept:
 *   - one atomic call of one task a commit; a stale or unknown epoch is refused     tasks.lua
 *   - the epoch is the offset of a claim record written to one's own partition
 * tasks_redis_takeover.c
 *   - a takeover rebuilds when Redis is empty or the topic is ahead of it tasks_redis_takeover.c
 *   - the owner reads its own partition on, and says again what is too low in it
 * tasks_redis_truth.c
 *   - a checkpoint is published when the log has every record up to its commit tasks_redis_truth.c
 *   - idle, the owner asks every second whether Redis still knows it                 tasks_redis.c
 */
typedef struct RedisStore {
    RedisOptions redis;
    const KafkaSettings *kafka;
    const char *service;
} RedisStore;

/* At most this much in one call: it keeps Redis busy for a millisecond or two. A batch with more is
 * refused, and the step loop halves it. */
enum { REDIS_STATES_MAX = 200, REDIS_BYTES_MAX = 256 << 10 };

/* A hash: account key -> its record. */
Str redis_states_key(Arena *arena, const char *service, int32_t task);
/* How many tasks there are; a number as text. */
Str redis_partitions_key(Arena *arena, const char *service);
