#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/settings.h"

/* The broker, as the step loop needs it: a consumer of a group whose partitions are read one by
 * one, a producer that reports each delivery, and questions about topics. kafka*.c alone know
 * librdkafka.
 *
 * One thread uses a consumer; one thread uses a producer. Records are copied into the caller's
 * arena. */

/* ---- connection settings, shared by services and CLI */
typedef struct KafkaSettings {
    Str bootstrap_servers;
    Str client_id;
    Str group_instance_id;
    int64_t session_timeout_ms;
    int64_t memory_kib; /* budget for records fetched ahead, divided among the partitions */
    Str security[16];   /* in the order of the rows that pass librdkafka's security properties on */
} KafkaSettings;

extern const Setting KAFKA_SETTINGS[];
extern const ptrdiff_t KAFKA_SETTINGS_COUNT;

typedef struct KafkaHeader {
    Str name;
    Str value;
} KafkaHeader;

typedef struct Record {
    int topic; /* index in the list the consumer was opened with */
    int32_t partition;
    int64_t offset;
    bool has_key;
    bool has_value; /* false: a tombstone */
    Str key;
    Str value;
    Instant timestamp;
    bool broker_time; /* the timestamp is the broker's (LogAppendTime), not the sender's */
    const KafkaHeader *headers;
    int header_count;
} Record;

/* ---- consumer */
typedef struct KafkaConsumer KafkaConsumer;

/* A partition handed out by the group. The listener fills `start`, the offset of the first record
 * to read. */
typedef struct KafkaPartition {
    int topic;
    int32_t partition;
    int64_t start;
} KafkaPartition;

typedef struct KafkaListener {
    void *self;
    /* Called inside kafka_poll while the group waits; reading starts after it returns. False: the
     * process cannot take these partitions now and kafka_poll fails with what was filled into err.
     */
    bool (*assigned)(void *self, KafkaPartition *partitions, int count, Err *err);
    /* Everything that was assigned is taken away (eager rebalance). */
    void (*revoked)(void *self);
} KafkaListener;

typedef struct KafkaTopics {
    const char *const *names;
    int count;
} KafkaTopics;

/* Joins `group`. Every topic has `partitions` partitions. Settings that matter and their reasons
 * are beside the table in kafka_consumer.c. */
bool kafka_consumer_open(const KafkaSettings *settings, const char *group, KafkaTopics topics,
                         int32_t partitions, KafkaListener listener, KafkaConsumer **consumer,
                         Err *err) MUST_USE;
/* Leaves the group (revoked is called) and frees. */
void kafka_consumer_close(KafkaConsumer *consumer);

/* Serves rebalances and errors; a fatal error of the client is VERDICT_STOP. */
bool kafka_poll(KafkaConsumer *consumer, Err *err) MUST_USE;
/* Waits until a record or an event may be there, or the time is over. */
void kafka_wait(KafkaConsumer *consumer, int timeout_ms);

typedef enum KafkaTake {
    KAFKA_TAKE_NOTHING, /* nothing there yet */
    KAFKA_TAKE_RECORD,
    KAFKA_TAKE_END, /* the reading stands at the end of the partition, record->offset */
} KafkaTake;

/* The next record of one assigned partition, without waiting. */
KafkaTake kafka_take(KafkaConsumer *consumer, int topic, int32_t partition, Arena *arena,
                     Record *record);
/* Gives everything back and takes it again: reading starts anew where the listener says. */
bool kafka_restart(KafkaConsumer *consumer, Err *err) MUST_USE;
/* For the lag figures of dashboards only, as offsets of the group "<group>.positions": nobody here
 * reads them. Never fails, never waits. */
void kafka_note_offset(KafkaConsumer *consumer, int topic, int32_t partition, int64_t next);

/* ---- producer */
typedef struct KafkaProducer KafkaProducer;

typedef struct KafkaMessage {
    int topic; /* index in the list the producer was opened with */
    int32_t partition;
    Str key;   /* ptr NULL: no key */
    Str value; /* ptr NULL: tombstone */
    const KafkaHeader *headers;
    int header_count;
    void *opaque; /* comes back in the report */
} KafkaMessage;

/* Idempotent, acks=all, no time-out: a message is delivered or the producer fails. The bytes of a
 * message stay with the caller until its report; reports
 * come from kafka_producer_serve, with the name of the fault when it was not delivered. */
typedef void (*KafkaReport)(void *self, void *opaque, const char *fault);

bool kafka_producer_open(const KafkaSettings *settings, KafkaTopics topics, KafkaReport report,
                         void *self, KafkaProducer **producer, Err *err) MUST_USE;
/* Waits up to flush_ms for reports, then gives up what is left; no report comes after it returns.
 */
void kafka_producer_close(KafkaProducer *producer, int flush_ms);
/* False: its queue is full, serve and try again. Any other refusal is reported like a failed
 * delivery. */
bool kafka_produce(KafkaProducer *producer, const KafkaMessage *message) MUST_USE;
void kafka_producer_serve(KafkaProducer *producer, int timeout_ms);
/* A fatal error happened: nothing more will be delivered by this producer. */
bool kafka_producer_is_dead(const KafkaProducer *producer);

/* murmur2, as in the Java clients. */
int32_t kafka_partition_of(Str key, int32_t partition_count);

/* ---- questions, on a client of their own */
typedef struct KafkaClient KafkaClient;

bool kafka_client_open(const KafkaSettings *settings, KafkaClient **client, Err *err) MUST_USE;
void kafka_client_close(KafkaClient *client);

/* Number of partitions; 0: no such topic. */
bool kafka_partition_count(KafkaClient *client, const char *topic, int32_t *count,
                           Err *err) MUST_USE;

typedef struct KafkaRange {
    int64_t low; /* first offset kept */
    int64_t end; /* offset of the next record written */
} KafkaRange;

bool kafka_range(KafkaClient *client, const char *topic, int32_t partition, KafkaRange *range,
                 Err *err) MUST_USE;

/* How many members a consumer group has now; one that died counts until its session is over. */
bool kafka_group_members(KafkaClient *client, const char *group, int *members, Err *err) MUST_USE;

/* Where a partition ends, for many at once in one request to each broker. */
typedef struct KafkaEnd {
    const char *topic;
    int32_t partition;
    int64_t end; /* filled */
} KafkaEnd;

bool kafka_ends(KafkaClient *client, KafkaEnd *ends, int count, Err *err) MUST_USE;

/* The last `last` records of every partition of the topics, each given to `visit`; record.topic is
 * the index in topics. Records written meanwhile may or may not be among them. */
typedef void (*KafkaVisit)(void *self, const Record *record);

bool kafka_tails(const KafkaSettings *settings, KafkaTopics topics, int32_t partitions,
                 int64_t last, KafkaVisit visit, void *self, Err *err) MUST_USE;

/* Reads the partitions first to first + count - 1 from an offset or an end, outside any group. */
typedef struct KafkaReader KafkaReader;

typedef struct KafkaSpan {
    const char *topic;
    int32_t first;
    int32_t count;
    int64_t from; /* an offset, KAFKA_FROM_START or KAFKA_FROM_END */
} KafkaSpan;

enum { KAFKA_FROM_START = -2, KAFKA_FROM_END = -1 };

bool kafka_reader_open(const KafkaSettings *settings, KafkaSpan span, KafkaReader **reader,
                       Err *err) MUST_USE;
void kafka_reader_close(KafkaReader *reader);
/* Waits up to timeout_ms. `took` tells what came, KAFKA_TAKE_END with record->partition; err only
 * for faults that do not mend themselves.
 */
bool kafka_reader_take(KafkaReader *reader, int timeout_ms, Arena *arena, Record *record,
                       KafkaTake *took, Err *err) MUST_USE;
