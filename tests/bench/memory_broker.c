#include "tests/bench/memory_broker.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/kafka.h"

enum {
    RULES_MAX = 64,
    QUEUE_MAX = 100000, /* of messages without a report, as librdkafka's default */
    RULES_LOG = -1,     /* the partition that stands for the topic of the rules in the file */
};

typedef struct Log {
    Record *records;
    int64_t count;
    int64_t next; /* to be taken */
} Log;

struct KafkaConsumer {
    KafkaListener listener;
    int topics;
    bool assigned;
};

struct KafkaProducer {
    KafkaReport report;
    void *self;
    void *queue[QUEUE_MAX];
    int queued;
};

struct KafkaReader {
    int64_t next;
};

static struct {
    Log logs[MEMORY_PARTITIONS];
    Record rules[RULES_MAX];
    int rule_count;
    int64_t allowed;
    int64_t acked;
} broker;

/* ---- the file: partition, length of key, length of value (32 bits each, little-endian), key,
 * value */

static int32_t cut_number(Str *rest) {
    int32_t number;
    CHECK(rest->len >= (ptrdiff_t)sizeof number);
    memcpy(&number, rest->ptr, sizeof number);
    *rest = str_slice(*rest, (ptrdiff_t)sizeof number, rest->len);
    return number;
}

static Str cut_bytes(Str *rest, int32_t length) {
    CHECK(length >= 0 && length <= rest->len);
    Str bytes = str_slice(*rest, 0, length);
    *rest = str_slice(*rest, length, rest->len);
    return bytes;
}

static Record cut_record(Str *rest, Instant at) {
    Record record = {
        .partition = cut_number(rest), .has_value = true, .timestamp = at, .broker_time = true};
    int32_t key_length = cut_number(rest);
    int32_t value_length = cut_number(rest);
    record.has_key = key_length > 0;
    record.key = cut_bytes(rest, key_length);
    record.value = cut_bytes(rest, value_length);
    return record;
}

static void log_add(Log *log, Record record) {
    if ((log->count & (log->count - 1)) == 0) { /* full at each power of two */
        int64_t room = log->count == 0 ? 1 : 2 * log->count;
        log->records = realloc(log->records, (size_t)room * sizeof(Record));
        CHECK(log->records);
    }
    record.offset = log->count;
    log->records[log->count++] = record;
}

void memory_broker_load(Str records) {
    Instant at = clock_now();
    while (records.len > 0) {
        Record record = cut_record(&records, at);
        if (record.partition == RULES_LOG) {
            CHECK(broker.rule_count < RULES_MAX);
            record.partition = 0;
            record.offset = broker.rule_count;
            broker.rules[broker.rule_count++] = record;
        } else {
            CHECK(record.partition >= 0 && record.partition < MEMORY_PARTITIONS);
            log_add(&broker.logs[record.partition], record);
        }
    }
}

void memory_broker_allow(int64_t end) {
    broker.allowed = end;
}

static int64_t end_of(const Log *log) {
    return log->count < broker.allowed ? log->count : broker.allowed;
}

int64_t memory_broker_left(void) {
    int64_t left = 0;
    for (int i = 0; i < MEMORY_PARTITIONS; i++) {
        left += end_of(&broker.logs[i]) - broker.logs[i].next;
    }
    return left;
}

int64_t memory_broker_acked(void) {
    return broker.acked;
}

/* ---- consumer */

bool kafka_consumer_open(const KafkaSettings *settings, const char *group, KafkaTopics topics,
                         int32_t partitions, KafkaListener listener, KafkaConsumer **opened,
                         Err *err) {
    (void)settings, (void)group, (void)err;
    CHECK(partitions == MEMORY_PARTITIONS);
    KafkaConsumer *consumer = calloc(1, sizeof *consumer);
    CHECK(consumer);
    *consumer = (KafkaConsumer){.listener = listener, .topics = topics.count};
    *opened = consumer;
    return true;
}

void kafka_consumer_close(KafkaConsumer *consumer) {
    if (consumer && consumer->assigned) {
        consumer->listener.revoked(consumer->listener.self);
    }
    free(consumer);
}

static bool consumer_assign(KafkaConsumer *consumer, Err *err) {
    enum { TOPICS_MAX = 4 };
    KafkaPartition parts[TOPICS_MAX * MEMORY_PARTITIONS] = {{0}};
    CHECK(consumer->topics <= TOPICS_MAX);
    int count = consumer->topics * MEMORY_PARTITIONS;
    for (int i = 0; i < count; i++) {
        parts[i] =
            (KafkaPartition){.topic = i / MEMORY_PARTITIONS, .partition = i % MEMORY_PARTITIONS};
    }
    if (!consumer->listener.assigned(consumer->listener.self, parts, count, err)) {
        return false;
    }
    for (int i = 0; i < MEMORY_PARTITIONS; i++) {
        broker.logs[i].next = parts[i].start; /* of the first input */
    }
    consumer->assigned = true;
    return true;
}

bool kafka_poll(KafkaConsumer *consumer, Err *err) {
    return consumer->assigned || consumer_assign(consumer, err);
}

bool kafka_restart(KafkaConsumer *consumer, Err *err) {
    return consumer_assign(consumer, err);
}

void kafka_wait(KafkaConsumer *consumer, int timeout_ms) {
    (void)consumer, (void)timeout_ms;
}

KafkaTake kafka_take(KafkaConsumer *consumer, int topic, int32_t partition, Arena *arena,
                     Record *record) {
    (void)consumer;
    Log *log = &broker.logs[partition];
    if (topic != 0 || log->next >= end_of(log)) {
        return KAFKA_TAKE_NOTHING;
    }
    *record = log->records[log->next++];
    record->key = str_copy(arena, record->key);
    record->value = str_copy(arena, record->value);
    return KAFKA_TAKE_RECORD;
}

void kafka_note_offset(KafkaConsumer *consumer, int topic, int32_t partition, int64_t next) {
    (void)consumer, (void)topic, (void)partition, (void)next;
}

/* ---- producer */

bool kafka_producer_open(const KafkaSettings *settings, KafkaTopics topics, KafkaReport report,
                         void *self, KafkaProducer **opened, Err *err) {
    (void)settings, (void)topics, (void)err;
    KafkaProducer *producer = calloc(1, sizeof *producer);
    CHECK(producer);
    producer->report = report;
    producer->self = self;
    *opened = producer;
    return true;
}

void kafka_producer_close(KafkaProducer *producer, int flush_ms) {
    (void)flush_ms;
    free(producer);
}

bool kafka_produce(KafkaProducer *producer, const KafkaMessage *message) {
    if (producer->queued == QUEUE_MAX) {
        return false;
    }
    producer->queue[producer->queued++] = message->opaque;
    return true;
}

void kafka_producer_serve(KafkaProducer *producer, int timeout_ms) {
    (void)timeout_ms;
    for (int i = 0; i < producer->queued; i++) {
        producer->report(producer->self, producer->queue[i], NULL);
    }
    broker.acked += producer->queued;
    producer->queued = 0;
}

bool kafka_producer_is_dead(const KafkaProducer *producer) {
    (void)producer;
    return false;
}

/* ---- murmur2, as in the Java clients */

static uint32_t word_at(Str key, ptrdiff_t at) {
    uint32_t word = 0;
    for (ptrdiff_t i = 0; i < 4 && at + i < key.len; i++) {
        word |= (uint32_t)(uint8_t)key.ptr[at + i] << (8 * i);
    }
    return word;
}

int32_t kafka_partition_of(Str key, int32_t partition_count) {
    const uint32_t factor = 0x5bd1e995;
    uint32_t hash = 0x9747b28c ^ (uint32_t)key.len;
    ptrdiff_t at = 0;
    for (; at + 4 <= key.len; at += 4) {
        uint32_t word = word_at(key, at) * factor;
        hash = (hash * factor) ^ ((word ^ (word >> 24)) * factor);
    }
    if (at < key.len) {
        hash = (hash ^ word_at(key, at)) * factor;
    }
    hash = (hash ^ (hash >> 13)) * factor;
    hash ^= hash >> 15;
    return (int32_t)((hash & INT32_MAX) % (uint32_t)partition_count);
}

/* ---- questions */

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
    *count = MEMORY_PARTITIONS;
    return true;
}

/* Empty at the beginning, which is when it is asked. */
bool kafka_range(KafkaClient *client, const char *topic, int32_t partition, KafkaRange *range,
                 Err *err) {
    (void)client, (void)topic, (void)partition, (void)err;
    *range = (KafkaRange){0, 0};
    return true;
}

bool kafka_tails(const KafkaSettings *settings, KafkaTopics topics, int32_t partitions,
                 int64_t last, KafkaVisit visit, void *self, Err *err) {
    (void)settings, (void)topics, (void)partitions, (void)last, (void)visit, (void)self, (void)err;
    return true;
}

/* ---- the rules */

bool kafka_reader_open(const KafkaSettings *settings, KafkaSpan span, KafkaReader **opened,
                       Err *err) {
    (void)settings, (void)span, (void)err;
    *opened = calloc(1, sizeof(KafkaReader));
    CHECK(*opened);
    return true;
}

void kafka_reader_close(KafkaReader *reader) {
    free(reader);
}

bool kafka_reader_take(KafkaReader *reader, int timeout_ms, Arena *arena, Record *record,
                       KafkaTake *took, Err *err) {
    (void)timeout_ms, (void)err;
    *took = KAFKA_TAKE_NOTHING;
    if (reader->next < broker.rule_count) {
        *record = broker.rules[reader->next++];
        record->key = str_copy(arena, record->key);
        record->value = str_copy(arena, record->value);
        *took = KAFKA_TAKE_RECORD;
    }
    return true;
}
