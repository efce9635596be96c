#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/kafka.h"

/* Publishes what was committed, in number order, and knows up to where the log holds it.
 *
 * A stream is one (task, output, partition); its messages are numbered without gaps and handed to
 * the producer in that order. acked = n means: the log contains 1..n in order. So any failed
 * delivery or fatal error ends the round: the producer is destroyed, a new one starts every stream
 * from acked + 1, and no report of the earlier round, nor one after a failure in the same round,
 * counts for anything.
 *
 * Three failures of the same number stop that stream: it is taken off the shared producer, shown as
 * not ready, and tried again every 30 s on a producer of its own. Other streams go on.
 *
 * Messages are copied on add and freed when acknowledged or forgotten. */
typedef struct Publisher Publisher;

typedef struct StreamId {
    int32_t task;
    int output;
    int32_t partition;
} StreamId;

bool publisher_open(const KafkaSettings *settings, KafkaTopics outputs, Publisher **publisher,
                    Err *err) MUST_USE;
/* One that only knows what the log holds and hands nothing out, ever: for a rebuild. */
Publisher *publisher_open_mute(void);
/* Waits up to flush_ms for what was handed out. */
void publisher_close(Publisher *publisher, int flush_ms);

/* The stream of a task that was just taken over: `acked` from its row. Messages follow by
 * publisher_add. */
void publisher_start(Publisher *publisher, StreamId id, int64_t acked);
/* seq must be the one after the last added. `key` with ptr NULL: none. */
void publisher_add(Publisher *publisher, StreamId id, int64_t seq, Str key, Str value,
                   const KafkaHeader *headers, int header_count);
/* The log was read, and holds the stream up to that number; a mute publisher is told so. */
void publisher_note(Publisher *publisher, StreamId id, int64_t acked);
/* Drops every stream of the task; its outbox rows go to whoever has the task next. */
void publisher_forget(Publisher *publisher, int32_t task);

/* Takes reports and begins a new round where one is due. now_ms: a monotonic clock. */
bool publisher_settle(Publisher *publisher, int64_t now_ms, Err *err) MUST_USE;
/* Hands out so many of the messages that wait, without waiting for anything; true: there are more,
 * and they can go. */
bool publisher_hand_out(Publisher *publisher, int most);
/* Both, with all that waits. */
bool publisher_serve(Publisher *publisher, int64_t now_ms, Err *err) MUST_USE;

/* 0 when the stream is not known. */
int64_t publisher_acked(const Publisher *publisher, StreamId id);
int64_t publisher_unacked(const Publisher *publisher, int32_t task);
/* Bytes held for messages without acknowledgement: the step loop takes nothing new above its limit.
 */
int64_t publisher_held_bytes(const Publisher *publisher);
/* True when no stream of the task is stopped. */
bool publisher_is_healthy(const Publisher *publisher, int32_t task);
