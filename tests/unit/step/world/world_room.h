#pragma once

#include "chassis/tasks.h"
#include "contract/seal.h"
#include "world.h"

/* Inside world/ only. */
enum {
    WORLD_TOPICS = 8,
    WORLD_RECORDS = 4096,
    WORLD_ACCOUNTS = 64,
    WORLD_TICKS = 64,
    WORLD_ACTS = 64
};

typedef struct WorldLog {
    Record records[WORLD_RECORDS];
    int count;
} WorldLog;

typedef struct WorldRow {
    Str key;
    int32_t task;
    int64_t total;
    Date due; /* DATE_NONE: nothing */
} WorldRow;

typedef struct WorldAct {
    int32_t task;
    Intent intent;
    OutcomeKind outcome;
    bool known;
} WorldAct;

/* What a transaction changes; the state of the store is one of these. */
typedef struct WorldState {
    WorldRow rows[WORLD_ACCOUNTS];
    int row_count;
    struct {
        int64_t epoch;
        TaskNumbers numbers;
        int deaths;
        Str noted_topic;
        int64_t noted_offset;
    } tasks[WORLD_PARTITIONS];
    OutboxRow outbox[WORLD_RECORDS];
    int outbox_count;
    WorldAct acts[WORLD_ACTS];
    int act_count;
} WorldState;

typedef struct World {
    Arena arena;
    const char *topics[WORLD_TOPICS];
    WorldLog logs[WORLD_TOPICS][WORLD_PARTITIONS];
    KafkaConsumer *consumer;
    Date broker_day;
    bool rebalance;
    bool withheld; /* the group has taken everything and gives nothing */
    bool dead;
    int fail_delivery;
    bool fail_range;
    bool ends_between;
    const char *refused_value;
    int rounds;
    Record rules[2];
    int rules_published;
    int rules_read;
    Hash rule_set;
    KeyPair operator_key;
    PublicKey operator_public;
    Signed ticks[WORLD_TICKS];
    int tick_count;
    WorldState state;
    WorldState transaction; /* between begin and finish */
    WorldState kept;
    bool in_transaction;
    WorldCommit next_commit;
    const char *skip_topic;
    int32_t skip_partition;
    int64_t skip_offset;
    bool single;
    int commits;
} World;

extern World world;

const Service *toy_service(void);
/* The toy's rows of the transaction under way, or of the state outside one. */
WorldState *store_view(void);
