/* Questions about topics, and reading a partition outside any group. */
#include "base/check.h"
#include "chassis/kafka_conf.h"

enum { ASK_TIMEOUT_MS = 10000 };

struct KafkaClient {
    rd_kafka_t *handle;
};

bool kafka_client_open(const KafkaSettings *settings, KafkaClient **opened, Err *err) {
    static const KafkaProperty quiet[] = {{"allow.auto.create.topics", "false"}};
    rd_kafka_conf_t *conf = kafka_conf_make(settings, quiet, 1, err);
    if (!conf) {
        return false;
    }
    rd_kafka_t *handle = kafka_handle_open(RD_KAFKA_CONSUMER, conf, err);
    if (!handle) {
        return false;
    }
    KafkaClient *client = calloc(1, sizeof *client);
    CHECK(client);
    client->handle = handle;
    *opened = client;
    return true;
}

void kafka_client_close(KafkaClient *client) {
    if (client) {
        rd_kafka_destroy(client->handle);
        free(client);
    }
}

rd_kafka_t *kafka_client_handle(KafkaClient *client) {
    return client->handle;
}

static bool ask_metadata(KafkaClient *client, const char *topic,
                         const rd_kafka_metadata_t **metadata, Err *err) {
    rd_kafka_topic_t *handle = rd_kafka_topic_new(client->handle, topic, NULL);
    CHECK(handle);
    rd_kafka_resp_err_t code =
        rd_kafka_metadata(client->handle, 0, handle, metadata, ASK_TIMEOUT_MS);
    rd_kafka_topic_destroy(handle);
    return code ? kafka_err(err, code, "asking the broker for topics") : true;
}

bool kafka_partition_count(KafkaClient *client, const char *topic, int32_t *count, Err *err) {
    const rd_kafka_metadata_t *metadata;
    if (!ask_metadata(client, topic, &metadata, err)) {
        return false;
    }
    rd_kafka_resp_err_t code =
        metadata->topic_cnt == 1 ? metadata->topics[0].err : RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    bool absent =
        code == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART || code == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC;
    if (!code || absent) {
        *count = absent ? 0 : metadata->topics[0].partition_cnt;
    }
    rd_kafka_metadata_destroy(metadata);
    return !code || absent ? true : kafka_err(err, code, topic);
}

/* A question goes to the leader that the client remembers, and nothing else makes this client look
 * for another one. To a leader that died it would wait until it is too late to be asked again. */
static bool leaders_find(KafkaClient *client, const char *topic, Err *err) {
    const rd_kafka_metadata_t *metadata;
    if (!ask_metadata(client, topic, &metadata, err)) {
        return false;
    }
    rd_kafka_metadata_destroy(metadata);
    return true;
}

bool kafka_range(KafkaClient *client, const char *topic, int32_t partition, KafkaRange *range,
                 Err *err) {
    if (!leaders_find(client, topic, err)) {
        return false;
    }
    rd_kafka_resp_err_t code = rd_kafka_query_watermark_offsets(
        client->handle, topic, partition, &range->low, &range->end, ASK_TIMEOUT_MS);
    return code ? kafka_err(err, code, topic) : true;
}

bool kafka_group_members(KafkaClient *client, const char *group, int *members, Err *err) {
    const struct rd_kafka_group_list *list;
    rd_kafka_resp_err_t code = rd_kafka_list_groups(client->handle, group, &list, ASK_TIMEOUT_MS);
    if (code) {
        return kafka_err(err, code, "asking for the members of a group");
    }
    *members = 0;
    for (int i = 0; i < list->group_cnt; i++) {
        *members += list->groups[i].member_cnt;
    }
    rd_kafka_group_list_destroy(list);
    return true;
}

bool kafka_ends(KafkaClient *client, KafkaEnd *ends, int count, Err *err) {
    for (int i = 0; i < count; i++) {
        bool again = i > 0 && strcmp(ends[i].topic, ends[i - 1].topic) == 0;
        if (!again && !leaders_find(client, ends[i].topic, err)) {
            return false;
        }
    }
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int i = 0; i < count; i++) {
        /* The protocol asks for offsets by time; the time of "the end" is -1. */
        rd_kafka_topic_partition_list_add(list, ends[i].topic, ends[i].partition)->offset =
            RD_KAFKA_OFFSET_END;
    }
    rd_kafka_resp_err_t code = rd_kafka_offsets_for_times(client->handle, list, ASK_TIMEOUT_MS);
    for (int i = 0; i < count && !code; i++) {
        const rd_kafka_topic_partition_t *found =
            rd_kafka_topic_partition_list_find(list, ends[i].topic, ends[i].partition);
        CHECK(found);
        code = found->err;
        ends[i].end = found->offset;
    }
    rd_kafka_topic_partition_list_destroy(list);
    return code ? kafka_err(err, code, "asking where topics end") : true;
}

/* ---- reader */

struct KafkaReader {
    rd_kafka_t *handle;
};

static const KafkaProperty READER_PROPERTIES[] = {
    {"group.id", "arrears-reader"}, /* librdkafka wants one; nothing joins or commits */
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    {"enable.partition.eof", "true"},
    {"allow.auto.create.topics", "false"},
    {"check.crcs", "true"},
    {"fetch.wait.max.ms", "50"},
    {"queued.max.messages.kbytes", "16384"},
};

/* A consumer without a group, reading what the list says. reset: where a place that the log does
 * not hold leads to, as librdkafka's auto.offset.reset has it. */
static rd_kafka_t *reader_handle_open(const KafkaSettings *settings,
                                      const rd_kafka_topic_partition_list_t *list,
                                      const char *reset, Err *err) {
    KafkaProperty properties[COUNT_OF(READER_PROPERTIES) + 1] = {{"auto.offset.reset", reset}};
    memcpy(properties + 1, READER_PROPERTIES, sizeof READER_PROPERTIES);
    rd_kafka_conf_t *conf = kafka_conf_make(settings, properties, (int)COUNT_OF(properties), err);
    rd_kafka_t *handle = conf ? kafka_handle_open(RD_KAFKA_CONSUMER, conf, err) : NULL;
    if (!handle) {
        return NULL;
    }
    rd_kafka_poll_set_consumer(handle);
    rd_kafka_resp_err_t code = rd_kafka_assign(handle, list);
    if (code) {
        rd_kafka_destroy(handle);
        kafka_err(err, code, "reading a topic");
        return NULL;
    }
    return handle;
}

bool kafka_reader_open(const KafkaSettings *settings, KafkaSpan span, KafkaReader **opened,
                       Err *err) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(span.count);
    for (int32_t i = 0; i < span.count; i++) {
        rd_kafka_topic_partition_list_add(list, span.topic, span.first + i)->offset = span.from;
    }
    rd_kafka_t *handle = reader_handle_open(settings, list, "error", err);
    rd_kafka_topic_partition_list_destroy(list);
    if (!handle) {
        return false;
    }
    KafkaReader *reader = calloc(1, sizeof *reader);
    CHECK(reader);
    reader->handle = handle;
    *opened = reader;
    return true;
}

void kafka_reader_close(KafkaReader *reader) {
    if (reader) {
        rd_kafka_consumer_close(reader->handle);
        rd_kafka_destroy(reader->handle);
        free(reader);
    }
}

bool kafka_reader_take(KafkaReader *reader, int timeout_ms, Arena *arena, Record *record,
                       KafkaTake *took, Err *err) {
    *took = KAFKA_TAKE_NOTHING;
    rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->handle, timeout_ms);
    if (!message) {
        return true;
    }
    rd_kafka_resp_err_t code = message->err;
    if (!code) {
        kafka_record_copy(message, 0, arena, record);
        *took = KAFKA_TAKE_RECORD;
    } else if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        *took = KAFKA_TAKE_END;
        *record = (Record){.partition = message->partition};
        code = RD_KAFKA_RESP_ERR_NO_ERROR;
    }
    rd_kafka_message_destroy(message);
    if (!code) {
        return true;
    }
    /* Connections come back by themselves; only what does not is the caller's business. */
    kafka_err(err, code, "reading a topic");
    return err->verdict != VERDICT_STOP && code != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART &&
           code != RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION;
}

/* ---- tails */

enum { TAIL_RECORD_BYTES = 16 << 20 };

typedef struct Tails {
    KafkaTopics topics;
    int32_t partitions;
    Arena arena; /* one record */
    KafkaVisit visit;
    void *self;
    bool *ended; /* by topic and partition */
    int left;    /* partitions whose end was not seen yet */
} Tails;

static int tail_topic(const Tails *tails, const rd_kafka_message_t *message) {
    const char *name = rd_kafka_topic_name(message->rkt);
    for (int i = 0; i < tails->topics.count; i++) {
        if (strcmp(tails->topics.names[i], name) == 0) {
            return i;
        }
    }
    CHECK(!"a record of a topic that was not asked for");
    return -1;
}

static bool tail_take(Tails *tails, const rd_kafka_message_t *message, Err *err) {
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        Record record;
        arena_reset(&tails->arena);
        kafka_record_copy(message, tail_topic(tails, message), &tails->arena, &record);
        tails->visit(tails->self, &record);
        return true;
    }
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        int index = tail_topic(tails, message) * tails->partitions + message->partition;
        tails->left -= !tails->ended[index];
        tails->ended[index] = true;
        return true;
    }
    kafka_err(err, message->err, "reading the end of a topic");
    return err->verdict != VERDICT_STOP;
}

static bool tails_read(rd_kafka_t *handle, Tails *tails, Err *err) {
    enum { POLL_MS = 100 };
    for (int waited_ms = 0; tails->left > 0;) {
        rd_kafka_message_t *message = rd_kafka_consumer_poll(handle, POLL_MS);
        if (!message) {
            waited_ms += POLL_MS;
            if (waited_ms > ASK_TIMEOUT_MS) {
                return err_set(err, VERDICT_RETRY, "KAFKA_TIMEOUT",
                               "the broker does not give the end of the topics");
            }
            continue;
        }
        waited_ms = 0;
        bool good = tail_take(tails, message, err);
        rd_kafka_message_destroy(message);
        if (!good) {
            return false;
        }
    }
    return true;
}

bool kafka_tails(const KafkaSettings *settings, KafkaTopics topics, int32_t partitions,
                 int64_t last, KafkaVisit visit, void *self, Err *err) {
    int count = topics.count * partitions;
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(count);
    for (int i = 0; i < count; i++) {
        rd_kafka_topic_partition_list_add(list, topics.names[i / partitions], i % partitions)
            ->offset = RD_KAFKA_OFFSET_TAIL(last);
    }
    /* A log may hold less than that of its end: retention has taken the rest. */
    rd_kafka_t *handle = reader_handle_open(settings, list, "earliest", err);
    rd_kafka_topic_partition_list_destroy(list);
    if (!handle) {
        return false;
    }
    Tails tails = {.topics = topics,
                   .partitions = partitions,
                   .arena = arena_open("tail", TAIL_RECORD_BYTES),
                   .visit = visit,
                   .self = self,
                   .ended = calloc((size_t)count, sizeof(bool)),
                   .left = count};
    CHECK(tails.ended);
    bool done = tails_read(handle, &tails, err);
    free(tails.ended);
    arena_close(&tails.arena);
    rd_kafka_consumer_close(handle);
    rd_kafka_destroy(handle);
    return done;
}
