#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "cli/cli.h"

/* Sending to topics and knowing what became of each record.
 *
 * Every record ends as sent (the broker has acknowledged it), or unknown (no answer within the
 * time: it may or may not be in the topic; sending it again is harmless, since documents have their
 * own identity). Records of one partition are sent in the order they were given. */
typedef struct Sender Sender;

typedef struct SendCount {
    int64_t given;
    int64_t sent;
    int64_t failed; /* the broker refused it */
} SendCount;

bool sender_open(Cli *cli, KafkaTopics topics, Sender **sender, Err *err) MUST_USE;
void sender_close(Sender *sender);

/* Bytes are copied. partition -1: by the key, among `partitions`. Waits while too much is on the
 * wire; false when the broker has not answered for timeout_ms. */
bool sender_put(Sender *sender, int topic, int32_t partition, int32_t partitions, Str key,
                Str value, Err *err) MUST_USE;
/* Waits until everything is acknowledged. VERDICT_UNSURE: something is unknown; the counts tell. */
bool sender_finish(Sender *sender, Err *err) MUST_USE;
SendCount sender_count(const Sender *sender);
