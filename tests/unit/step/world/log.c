/* The broker: logs per topic and partition, one consumer, producers that fail when told to. */
#include <inttypes.h>

#include "base/check.h"
#include "chassis/kafka.h"
#include "world_room.h"

World world;

static WorldLog *log_of(const char *topic, int32_t partition) {
    for (int i = 0; i < WORLD_TOPICS; i++) {
        if (world.topics[i] && strcmp(world.topics[i], topic) == 0) {
            return &world.logs[i][partition];
        }
        if (!world.topics[i]) {
            world.topics[i] = str_terminated(&world.arena, str_of(topic));
            return &world.logs[i][partition];
        }
    }
    CHECK(!"too many topics in this world");
    return NULL;
}

static int64_t append(const char *topic, int32_t partition, Record record) {
    WorldLog *log = log_of(topic, partition);
    CHECK(log->count < WORLD_RECORDS);
    record.partition = partition;
    record.offset = log->count;
    record.timestamp = (Instant){(int64_t)world.broker_day.days * 86400 * 1000000};
    record.broker_time = true;
    log->records[log->count++] = record;
    return record.offset;
}

static Record record_of(const char *key, const char *value) {
    Record record = {.has_value = true, .value = str_copy(&world.arena, str_of(value))};
    if (key) {
        record.has_key = true;
        record.key = str_copy(&world.arena, str_of(key));
    }
    return record;
}

int64_t world_put(const char *topic, const char *key, const char *value) {
    return append(topic, kafka_partition_of(str_of(key), WORLD_PARTITIONS), record_of(key, value));
}

int64_t world_put_at(const char *topic, int32_t partition, const char *key, const char *value) {
    return append(topic, partition, record_of(key, value));
}

void world_change(const char *topic, int32_t partition, int64_t offset, const char *value) {
    log_of(topic, partition)->records[offset].value = str_copy(&world.arena, str_of(value));
}

void world_give_number(const char *topic, int32_t partition, const char *id) {
    WorldLog *log = log_of(topic, partition);
    KafkaHeader *header = ARENA_NEW(&world.arena, KafkaHeader);
    *header = (KafkaHeader){S("ce_id"), str_copy(&world.arena, str_of(id))};
    log->records[log->count - 1].headers = header;
    log->records[log->count - 1].header_count = 1;
}

Str world_log(const char *topic, int32_t partition) {
    StrBuilder out = str_builder(&world.arena, 1 << 20);
    WorldLog *log = log_of(topic, partition);
    for (int i = 0; i < log->count; i++) {
        str_addf(&out, "%s%.*s", i ? "|" : "", STR_ARGS(log->records[i].value));
    }
    return str_copy(&world.arena, str_built(&out));
}

int world_log_count(const char *topic) {
    int count = 0;
    for (int32_t i = 0; i < WORLD_PARTITIONS; i++) {
        count += log_of(topic, i)->count;
    }
    return count;
}

/* ---- consumer */

struct KafkaConsumer {
    KafkaListener listener;
    const char *topics[4];
    int topic_count;
    int64_t position[4][WORLD_PARTITIONS];
    bool said_end[4][WORLD_PARTITIONS];
    bool assigned;
};

static bool consumer_assign(KafkaConsumer *consumer, Err *err) {
    KafkaPartition parts[4 * WORLD_PARTITIONS];
    int count = 0;
    for (int topic = 0; topic < consumer->topic_count; topic++) {
        for (int32_t p = 0; p < WORLD_PARTITIONS; p++) {
            parts[count++] = (KafkaPartition){.topic = topic, .partition = p};
        }
    }
    if (!consumer->listener.assigned(consumer->listener.self, parts, count, err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        consumer->position[parts[i].topic][parts[i].partition] = parts[i].start;
        consumer->said_end[parts[i].topic][parts[i].partition] = false;
    }
    consumer->assigned = true;
    return true;
}

bool kafka_consumer_open(const KafkaSettings *settings, const char *group, KafkaTopics topics,
                         int32_t partitions, KafkaListener listener, KafkaConsumer **opened,
                         Err *err) {
    (void)settings, (void)group, (void)err;
    CHECK(partitions == WORLD_PARTITIONS && topics.count <= 4);
    KafkaConsumer *consumer = ARENA_NEW(&world.arena, KafkaConsumer);
    consumer->listener = listener;
    consumer->topic_count = topics.count;
    for (int i = 0; i < topics.count; i++) {
        consumer->topics[i] = topics.names[i];
    }
    world.consumer = consumer;
    world.withheld = false;
    *opened = consumer;
    return true;
}

void kafka_consumer_close(KafkaConsumer *consumer) {
    if (consumer && consumer->assigned && !world.dead) {
        consumer->listener.revoked(consumer->listener.self);
    }
}

bool kafka_poll(KafkaConsumer *consumer, Err *err) {
    if (world.withheld) {
        if (consumer->assigned) {
            consumer->assigned = false;
            consumer->listener.revoked(consumer->listener.self);
        }
        return true;
    }
    if (world.rebalance) {
        world.rebalance = false;
        consumer->listener.revoked(consumer->listener.self);
        return consumer_assign(consumer, err);
    }
    return consumer->assigned || consumer_assign(consumer, err);
}

void kafka_wait(KafkaConsumer *consumer, int timeout_ms) {
    (void)consumer, (void)timeout_ms;
}

KafkaTake kafka_take(KafkaConsumer *consumer, int topic, int32_t partition, Arena *arena,
                     Record *record) {
    WorldLog *log = log_of(consumer->topics[topic], partition);
    int64_t *position = &consumer->position[topic][partition];
    bool all_read = *position >= log->count;
    bool *said_end = &consumer->said_end[topic][partition];
    if ((all_read || world.ends_between) && !*said_end) {
        *said_end = true;
        *record = (Record){.partition = partition, .offset = *position};
        return KAFKA_TAKE_END;
    }
    if (all_read) {
        return KAFKA_TAKE_NOTHING;
    }
    *record = log->records[*position];
    record->topic = topic;
    record->key = str_copy(arena, record->key);
    record->value = str_copy(arena, record->value);
    *position += 1;
    *said_end = false;
    return KAFKA_TAKE_RECORD;
}

bool kafka_restart(KafkaConsumer *consumer, Err *err) {
    return consumer_assign(consumer, err);
}

void kafka_note_offset(KafkaConsumer *consumer, int topic, int32_t partition, int64_t next) {
    (void)consumer, (void)topic, (void)partition, (void)next;
}

/* ---- producer */

typedef struct Sent {
    KafkaMessage message;
} Sent;

struct KafkaProducer {
    KafkaReport report;
    void *self;
    const char *topics[8];
    Sent queue[WORLD_RECORDS];
    int count;
};

void world_fail_delivery(int n) {
    world.fail_delivery = n;
}

void world_refuse_value(const char *value) {
    world.refused_value = value;
}

int world_rounds(void) {
    return world.rounds;
}

bool kafka_producer_open(const KafkaSettings *settings, KafkaTopics topics, KafkaReport report,
                         void *self, KafkaProducer **opened, Err *err) {
    (void)settings, (void)err;
    KafkaProducer *producer = ARENA_NEW(&world.arena, KafkaProducer);
    producer->report = report;
    producer->self = self;
    CHECK(topics.count <= 8);
    for (int i = 0; i < topics.count; i++) {
        producer->topics[i] = str_terminated(&world.arena, str_of(topics.names[i]));
    }
    world.rounds++;
    *opened = producer;
    return true;
}

void kafka_producer_close(KafkaProducer *producer, int flush_ms) {
    (void)producer, (void)flush_ms;
}

bool kafka_produce(KafkaProducer *producer, const KafkaMessage *message) {
    CHECK(producer->count < WORLD_RECORDS);
    producer->queue[producer->count++].message = *message;
    return true;
}

static bool is_refused(Str value) {
    return world.refused_value && str_equals(value, str_of(world.refused_value));
}

static void deliver(KafkaProducer *producer, const KafkaMessage *message) {
    bool fails =
        is_refused(message->value) || (world.fail_delivery > 0 && --world.fail_delivery == 0);
    if (!fails) {
        Record record = {.has_key = message->key.ptr != NULL,
                         .has_value = true,
                         .key = str_copy(&world.arena, message->key),
                         .value = str_copy(&world.arena, message->value)};
        KafkaHeader *headers = ARENA_ARRAY(&world.arena, KafkaHeader, message->header_count + 1);
        for (int i = 0; i < message->header_count; i++) {
            headers[i] = (KafkaHeader){str_copy(&world.arena, message->headers[i].name),
                                       str_copy(&world.arena, message->headers[i].value)};
        }
        record.headers = headers;
        record.header_count = message->header_count;
        append(producer->topics[message->topic], message->partition, record);
    }
    producer->report(producer->self, message->opaque, fails ? "REFUSED" : NULL);
}

void kafka_producer_serve(KafkaProducer *producer, int timeout_ms) {
    (void)timeout_ms;
    int count = producer->count;
    producer->count = 0;
    for (int i = 0; i < count; i++) {
        deliver(producer, &producer->queue[i].message);
    }
}

bool kafka_producer_is_dead(const KafkaProducer *producer) {
    (void)producer;
    return false;
}

/* Any hash will do here; the real one is tested against the broker. */
int32_t kafka_partition_of(Str key, int32_t partition_count) {
    uint32_t sum = 0;
    for (ptrdiff_t i = 0; i < key.len; i++) {
        sum = sum * 31 + (uint8_t)key.ptr[i];
    }
    return (int32_t)(sum % (uint32_t)partition_count);
}

/* ---- questions */

void world_say_ends(void) {
    world.ends_between = true;
}

void world_fail_range(void) {
    world.fail_range = true;
}

bool kafka_client_open(const KafkaSettings *settings, KafkaClient **client, Err *err) {
    (void)settings, (void)err;
    *client = NULL;
    return true;
}

void kafka_client_close(KafkaClient *client) {
    (void)client;
}

bool kafka_partition_count(KafkaClient *client, const char *topic, int32_t *count, Err *err) {
    (void)client, (void)topic, (void)err;
    *count = WORLD_PARTITIONS;
    return true;
}

bool kafka_range(KafkaClient *client, const char *topic, int32_t partition, KafkaRange *range,
                 Err *err) {
    (void)client;
    if (world.fail_range) {
        world.fail_range = false;
        return err_set(err, VERDICT_RETRY, "KAFKA_STORAGE_ERROR", "the broker has no room");
    }
    *range = (KafkaRange){0, log_of(topic, partition)->count};
    return true;
}

bool kafka_tails(const KafkaSettings *settings, KafkaTopics topics, int32_t partitions,
                 int64_t last, KafkaVisit visit, void *self, Err *err) {
    (void)settings, (void)err;
    for (int i = 0; i < topics.count * partitions; i++) {
        const WorldLog *log = log_of(topics.names[i / partitions], i % partitions);
        for (int64_t at = log->count > last ? log->count - last : 0; at < log->count; at++) {
            Record record = log->records[at];
            record.topic = i / partitions;
            visit(self, &record);
        }
    }
    return true;
}

/* ---- rules: the one set of this world is published from the start */

bool kafka_reader_open(const KafkaSettings *settings, KafkaSpan span, KafkaReader **reader,
                       Err *err) {
    (void)settings, (void)span, (void)err;
    *reader = NULL;
    world.rules_read = 0;
    return true;
}

void kafka_reader_close(KafkaReader *reader) {
    (void)reader;
}

bool kafka_reader_take(KafkaReader *reader, int timeout_ms, Arena *arena, Record *record,
                       KafkaTake *took, Err *err) {
    (void)reader, (void)timeout_ms, (void)err;
    *took = KAFKA_TAKE_NOTHING;
    if (world.rules_read >= world.rules_published) {
        return true;
    }
    *record = world.rules[world.rules_read++];
    record->value = str_copy(arena, record->value);
    *took = KAFKA_TAKE_RECORD;
    return true;
}
