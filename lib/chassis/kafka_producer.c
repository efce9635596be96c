/* The idempotent producer behind the publisher. */
#include <errno.h>

#include "base/check.h"
#include "chassis/kafka_conf.h"

struct KafkaProducer {
    rd_kafka_t *handle;
    rd_kafka_topic_t **topics;
    int topic_count;
    KafkaReport report;
    void *self;
    bool closing; /* the caller has given up: reports say nothing any more */
};

static const KafkaProperty PROPERTIES[] = {
    /* No duplicates and no reordering by retries inside one producer; implies acks=all and at most
       5 requests in flight. */
    {"enable.idempotence", "true"},
    {"acks", "all"},
    /* Never expire: an expired message would leave a gap that later ones jump over. */
    {"message.timeout.ms", "0"},
    /* A batch is worth waiting 5 ms for when busy; alone, a message waits that long. */
    {"linger.ms", "5"},
    /* The publisher bounds what it hands out; this only has to be larger. */
    {"queue.buffering.max.messages", "200000"},
    {"queue.buffering.max.kbytes", "131072"},
    /* A topic's max.message.bytes bounds a whole batch: a batch of the default size (1 MB) would be
     * refused by topics that take 512 KiB, again and again. One larger message still goes alone. */
    {"batch.size", "262144"},
    /* Dead letters are as large as the largest input plus their headers. */
    {"message.max.bytes", "12000000"},
    /* Same partition for the same key as the Java clients. Only for those who produce without
       naming one. */
    {"partitioner", "murmur2"},
};

static void on_report(rd_kafka_t *handle, const rd_kafka_message_t *message, void *opaque) {
    (void)handle;
    KafkaProducer *producer = opaque;
    if (!producer->closing) {
        producer->report(producer->self, message->_private,
                         message->err ? rd_kafka_err2name(message->err) : NULL);
    }
}

bool kafka_producer_open(const KafkaSettings *settings, KafkaTopics topics, KafkaReport report,
                         void *self, KafkaProducer **opened, Err *err) {
    rd_kafka_conf_t *conf = kafka_conf_make(settings, PROPERTIES, (int)COUNT_OF(PROPERTIES), err);
    if (!conf) {
        return false;
    }
    KafkaProducer *producer = calloc(1, sizeof *producer);
    CHECK(producer);
    *producer = (KafkaProducer){.topic_count = topics.count, .report = report, .self = self};
    rd_kafka_conf_set_opaque(conf, producer);
    rd_kafka_conf_set_dr_msg_cb(conf, on_report);
    producer->handle = kafka_handle_open(RD_KAFKA_PRODUCER, conf, err);
    if (!producer->handle) {
        free(producer);
        return false;
    }
    /* Handles are made once: asking by name for each message costs a lock and, the first time, up
     * to a second. */
    producer->topics = calloc((size_t)topics.count, sizeof(rd_kafka_topic_t *));
    CHECK(producer->topics);
    for (int i = 0; i < topics.count; i++) {
        producer->topics[i] = rd_kafka_topic_new(producer->handle, topics.names[i], NULL);
        CHECK(producer->topics[i]);
    }
    *opened = producer;
    return true;
}

void kafka_producer_close(KafkaProducer *producer, int flush_ms) {
    if (!producer) {
        return;
    }
    if (flush_ms > 0) {
        rd_kafka_flush(producer->handle, flush_ms);
    }
    producer->closing = true;
    rd_kafka_purge(producer->handle, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    /* Purged messages are reported; take the reports so that nothing points at the caller's bytes.
     */
    rd_kafka_flush(producer->handle, 5000);
    for (int i = 0; i < producer->topic_count; i++) {
        rd_kafka_topic_destroy(producer->topics[i]);
    }
    rd_kafka_destroy(producer->handle);
    free(producer->topics);
    free(producer);
}

static rd_kafka_headers_t *headers_make(const KafkaHeader *headers, int count) {
    rd_kafka_headers_t *list = rd_kafka_headers_new((size_t)count);
    for (int i = 0; i < count; i++) {
        rd_kafka_header_add(list, headers[i].name.ptr, headers[i].name.len, headers[i].value.ptr,
                            headers[i].value.len);
    }
    return list;
}

bool kafka_produce(KafkaProducer *producer, const KafkaMessage *message) {
    rd_kafka_headers_t *headers = headers_make(message->headers, message->header_count);
    rd_kafka_resp_err_t code = rd_kafka_producev(
        producer->handle, RD_KAFKA_V_RKT(producer->topics[message->topic]),
        RD_KAFKA_V_PARTITION(message->partition),
        RD_KAFKA_V_KEY(message->key.ptr, message->key.ptr ? (size_t)message->key.len : 0),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)message->value.ptr,
                         message->value.ptr ? (size_t)message->value.len : 0),
        RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_OPAQUE(message->opaque), RD_KAFKA_V_END);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        return true; /* the headers are librdkafka's now */
    }
    rd_kafka_headers_destroy(headers);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
        return false;
    }
    producer->report(producer->self, message->opaque, rd_kafka_err2name(code));
    return true;
}

void kafka_producer_serve(KafkaProducer *producer, int timeout_ms) {
    rd_kafka_poll(producer->handle, timeout_ms);
}

bool kafka_producer_is_dead(const KafkaProducer *producer) {
    char why[8];
    return rd_kafka_fatal_error(producer->handle, why, sizeof why) != RD_KAFKA_RESP_ERR_NO_ERROR;
}

int32_t kafka_partition_of(Str key, int32_t partition_count) {
    return rd_kafka_msg_partitioner_murmur2(NULL, key.ptr, (size_t)key.len, partition_count, NULL,
                                            NULL);
}
