#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/kafka.h"

/* Making topics and keeping their settings as the contract says: for `arrears topics apply` and
 * `doctor`.
 *
 * librdkafka 2.0.2 can only replace all settings of a topic at once (AlterConfigs reverts what is
 * not named), so what is set there is read first and written again together with ours. */
typedef struct TopicSetting {
    Str name;  /* "cleanup.policy" */
    Str value; /* "compact" */
} TopicSetting;

typedef struct TopicPlan {
    const char *topic;
    int32_t partitions;
    int32_t replicas; /* for a new topic */
    const TopicSetting *settings;
    int count;
} TopicPlan;

typedef struct TopicChange {
    bool created;
    int32_t partitions_found; /* of an existing topic */
    TopicSetting
        *before; /* settings that differ, as they were; value empty: not set on the topic */
    TopicSetting *after;
    int changed;
} TopicChange;

/* What would change; nothing is written when `dry`. A partition count that differs is told, never
 * changed. */
bool kafka_topic_apply(KafkaClient *client, const TopicPlan *plan, bool dry, Arena *arena,
                       TopicChange *change, Err *err) MUST_USE;
