/* The consumer of a group, read partition by partition.
 *
 * Each assigned partition keeps a queue of its own (it is not forwarded to the consumer's queue),
 * so that the step loop can hold back one input of a task while it closes a day. All queues wake
 * one pipe. */
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>

#include "base/check.h"
#include "chassis/kafka_conf.h"
#include "chassis/log.h"

typedef struct Slot {
    rd_kafka_queue_t *queue; /* NULL: not assigned */
} Slot;

struct KafkaConsumer {
    rd_kafka_t *handle;
    rd_kafka_t *notes; /* of the group of positions, which has no members */
    KafkaListener listener;
    char **topics;
    int topic_count;
    int32_t partitions;
    Slot *slots; /* topic_count x partitions */
    int wake_read;
    int wake_write;
    bool failed;
    Err failure; /* found in a callback, told by the next kafka_poll */
};

/* ---- opening */

static bool conf_group(rd_kafka_conf_t *conf, const KafkaSettings *settings, const char *group,
                       int32_t queues, Err *err) {
    Arena scratch = arena_open("kafka group", 16 << 10);
    int64_t heartbeat_ms = settings->session_timeout_ms / 12;
    int64_t each_kib = settings->memory_kib / queues;
    const KafkaProperty properties[] = {
        {"group.id", group},
        {"session.timeout.ms",
         str_terminated(&scratch, str_format(&scratch, "%" PRId64, settings->session_timeout_ms))},
        /* A member hears of a join at its next heartbeat: half a second, not three. */
        {"heartbeat.interval.ms",
         str_terminated(&scratch,
                        str_format(&scratch, "%" PRId64, heartbeat_ms < 500 ? heartbeat_ms : 500))},
        /* The budget counts per partition queue here, so it is divided. */
        {"queued.max.messages.kbytes",
         str_terminated(&scratch, str_format(&scratch, "%" PRId64, each_kib < 64 ? 64 : each_kib))},
        {"group.instance.id", str_terminated(&scratch, settings->group_instance_id)},
    };
    int count = (int)COUNT_OF(properties) - (str_is_empty(settings->group_instance_id) ? 1 : 0);
    bool good = true;
    for (int i = 0; i < count && good; i++) {
        char why[256];
        good = rd_kafka_conf_set(conf, properties[i].name, properties[i].value, why, sizeof why) ==
                   RD_KAFKA_CONF_OK ||
               err_set(err, VERDICT_STOP, "KAFKA_SETTING", "librdkafka refuses %s: %s",
                       properties[i].name, why);
    }
    arena_close(&scratch);
    return good;
}

static const KafkaProperty PROPERTIES[] = {
    /* Offsets live in the service's own store, with the effects; what Kafka knows of them is for
       dashboards. */
    {"enable.auto.commit", "false"},
    {"enable.auto.offset.store", "false"},
    /* A position that the log no longer holds is an operator's matter, never a silent jump. */
    {"auto.offset.reset", "error"},
    /* Same partitions of all inputs to the same member, eagerly: cooperative-sticky of 2.0.2 loses
       assignments. */
    {"partition.assignment.strategy", "range"},
    /* "At the end" is how the line knows that it is quiet. */
    {"enable.partition.eof", "true"},
    {"check.crcs", "true"},
    {"allow.auto.create.topics", "false"},
    {"fetch.wait.max.ms", "100"},
    {"fetch.error.backoff.ms", "100"},
    {"isolation.level", "read_committed"},
    /* 100,000 per partition would fill the budget before the first step. */
    {"queued.min.messages", "10000"},
};

static void on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *list, void *opaque);
static void on_error(rd_kafka_t *handle, int code, const char *reason, void *opaque);

static bool wake_pipe_open(KafkaConsumer *consumer, Err *err) {
    int ends[2];
    if (pipe(ends) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0) {
        return err_set(err, VERDICT_STOP, "PIPE", "cannot open a pipe for wake-ups");
    }
    consumer->wake_read = ends[0];
    consumer->wake_write = ends[1];
    return true;
}

static KafkaConsumer *consumer_make(KafkaTopics topics, int32_t partitions,
                                    KafkaListener listener) {
    KafkaConsumer *consumer = calloc(1, sizeof *consumer);
    CHECK(consumer);
    *consumer = (KafkaConsumer){.listener = listener,
                                .topic_count = topics.count,
                                .partitions = partitions,
                                .wake_read = -1,
                                .wake_write = -1};
    consumer->slots = calloc((size_t)topics.count * (size_t)partitions, sizeof(Slot));
    consumer->topics = calloc((size_t)topics.count, sizeof(char *));
    CHECK(consumer->slots && consumer->topics);
    for (int i = 0; i < topics.count; i++) {
        consumer->topics[i] = strdup(topics.names[i]);
        CHECK(consumer->topics[i]);
    }
    return consumer;
}

static void consumer_free(KafkaConsumer *consumer) {
    if (consumer->notes) {
        /* Without waiting for a commit that only a dashboard would miss. */
        rd_kafka_destroy_flags(consumer->notes, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
    if (consumer->wake_read >= 0) {
        close(consumer->wake_read);
        close(consumer->wake_write);
    }
    for (int i = 0; i < consumer->topic_count; i++) {
        free(consumer->topics[i]);
    }
    free(consumer->topics);
    free(consumer->slots);
    free(consumer);
}

static bool consumer_subscribe(KafkaConsumer *consumer, Err *err) {
    rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(consumer->topic_count);
    for (int i = 0; i < consumer->topic_count; i++) {
        rd_kafka_topic_partition_list_add(list, consumer->topics[i], RD_KAFKA_PARTITION_UA);
    }
    rd_kafka_resp_err_t code = rd_kafka_subscribe(consumer->handle, list);
    rd_kafka_topic_partition_list_destroy(list);
    return code ? kafka_err(err, code, "subscribing") : true;
}

/* A member that commits in the moment in which its coordinator comes back does so without its
 * member id, and librdkafka 2.0.2 takes the answer (fenced) for the end of the client. So the
 * figures for dashboards are kept in a group of their own. */
static bool notes_open(KafkaConsumer *consumer, const KafkaSettings *settings, const char *group,
                       Err *err) {
    char name[256];
    snprintf(name, sizeof name, "%s.positions", group);
    const KafkaProperty properties[] = {{"group.id", name}, {"enable.auto.commit", "false"}};
    rd_kafka_conf_t *conf = kafka_conf_make(settings, properties, (int)COUNT_OF(properties), err);
    consumer->notes = conf ? kafka_handle_open(RD_KAFKA_CONSUMER, conf, err) : NULL;
    return consumer->notes != NULL;
}

static bool consumer_start(KafkaConsumer *consumer, const KafkaSettings *settings,
                           const char *group, Err *err) {
    rd_kafka_conf_t *conf = kafka_conf_make(settings, PROPERTIES, (int)COUNT_OF(PROPERTIES), err);
    if (!conf) {
        return false;
    }
    if (!conf_group(conf, settings, group, consumer->partitions * consumer->topic_count, err)) {
        rd_kafka_conf_destroy(conf);
        return false;
    }
    rd_kafka_conf_set_opaque(conf, consumer);
    rd_kafka_conf_set_rebalance_cb(conf, on_rebalance);
    rd_kafka_conf_set_error_cb(conf, on_error);
    consumer->handle = kafka_handle_open(RD_KAFKA_CONSUMER, conf, err);
    if (!consumer->handle) {
        return false;
    }
    rd_kafka_poll_set_consumer(consumer->handle);
    rd_kafka_queue_t *events = rd_kafka_queue_get_consumer(consumer->handle);
    rd_kafka_queue_io_event_enable(events, consumer->wake_write, "e", 1);
    rd_kafka_queue_destroy(events);
    if (!consumer_subscribe(consumer, err)) {
        rd_kafka_destroy(consumer->handle);
        return false;
    }
    return true;
}

bool kafka_consumer_open(const KafkaSettings *settings, const char *group, KafkaTopics topics,
                         int32_t partitions, KafkaListener listener, KafkaConsumer **opened,
                         Err *err) {
    KafkaConsumer *consumer = consumer_make(topics, partitions, listener);
    if (!wake_pipe_open(consumer, err) || !notes_open(consumer, settings, group, err) ||
        !consumer_start(consumer, settings, group, err)) {
        consumer_free(consumer);
        return false;
    }
    *opened = consumer;
    return true;
}

/* ---- assignment */

static Slot *slot_of(KafkaConsumer *consumer, int topic, int32_t partition) {
    CHECK(topic >= 0 && topic < consumer->topic_count && partition >= 0 &&
          partition < consumer->partitions);
    return &consumer->slots[(ptrdiff_t)topic * consumer->partitions + partition];
}

static int topic_index(const KafkaConsumer *consumer, const char *name) {
    for (int i = 0; i < consumer->topic_count; i++) {
        if (strcmp(consumer->topics[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static void slots_release(KafkaConsumer *consumer) {
    for (ptrdiff_t i = 0; i < (ptrdiff_t)consumer->topic_count * consumer->partitions; i++) {
        if (consumer->slots[i].queue) {
            rd_kafka_queue_io_event_enable(consumer->slots[i].queue, -1, NULL, 0);
            rd_kafka_queue_destroy(consumer->slots[i].queue);
            consumer->slots[i].queue = NULL;
        }
    }
}

/* The queue is taken off the consumer's own before fetching starts, or the first records would go
 * there. */
static void slot_take(KafkaConsumer *consumer, const KafkaPartition *part) {
    Slot *slot = slot_of(consumer, part->topic, part->partition);
    slot->queue = rd_kafka_queue_get_partition(consumer->handle, consumer->topics[part->topic],
                                               part->partition);
    CHECK(slot->queue);
    rd_kafka_queue_forward(slot->queue, NULL);
    rd_kafka_queue_io_event_enable(slot->queue, consumer->wake_write, "r", 1);
}

static void consumer_fail(KafkaConsumer *consumer, const Err *err) {
    if (!consumer->failed) {
        consumer->failed = true;
        consumer->failure = *err;
    }
}

static bool partitions_read(KafkaConsumer *consumer, const rd_kafka_topic_partition_list_t *list,
                            KafkaPartition *parts, Err *err) {
    for (int i = 0; i < list->cnt; i++) {
        parts[i] = (KafkaPartition){.topic = topic_index(consumer, list->elems[i].topic),
                                    .partition = list->elems[i].partition};
        if (parts[i].topic < 0 || parts[i].partition >= consumer->partitions) {
            return err_set(
                err, VERDICT_STOP, "PARTITIONS_CHANGED",
                "%s has more partitions than were installed (%d); a larger number is a stopped "
                "migration",
                list->elems[i].topic, (int)consumer->partitions);
        }
    }
    return true;
}

static bool assign(KafkaConsumer *consumer, rd_kafka_topic_partition_list_t *list, Err *err) {
    Arena scratch = arena_open("assignment", 4 << 20);
    KafkaPartition *parts = ARENA_ARRAY(&scratch, KafkaPartition, list->cnt + 1);
    bool good = partitions_read(consumer, list, parts, err) &&
                consumer->listener.assigned(consumer->listener.self, parts, list->cnt, err);
    for (int i = 0; i < list->cnt && good; i++) {
        list->elems[i].offset = parts[i].start;
        slot_take(consumer, &parts[i]);
    }
    arena_close(&scratch);
    if (!good) {
        return false;
    }
    rd_kafka_resp_err_t code = rd_kafka_assign(consumer->handle, list);
    return code ? kafka_err(err, code, "taking partitions") : true;
}

static void on_rebalance(rd_kafka_t *handle, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *list, void *opaque) {
    KafkaConsumer *consumer = opaque;
    Err err;
    slots_release(consumer);
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        if (!assign(consumer, list, &err)) {
            consumer_fail(consumer, &err);
            rd_kafka_assign(handle, NULL);
        }
        return;
    }
    consumer->listener.revoked(consumer->listener.self);
    rd_kafka_assign(handle, NULL);
}

bool kafka_restart(KafkaConsumer *consumer, Err *err) {
    rd_kafka_topic_partition_list_t *list;
    rd_kafka_resp_err_t code = rd_kafka_assignment(consumer->handle, &list);
    if (code) {
        return kafka_err(err, code, "asking for the assignment");
    }
    slots_release(consumer);
    bool done = assign(consumer, list, err);
    rd_kafka_topic_partition_list_destroy(list);
    return done;
}

void kafka_consumer_close(KafkaConsumer *consumer) {
    if (!consumer) {
        return;
    }
    rd_kafka_consumer_close(consumer->handle); /* calls on_rebalance for what is still assigned */
    slots_release(consumer);
    rd_kafka_destroy(consumer->handle);
    consumer_free(consumer);
}

/* ---- reading */

/* The client has ended for good; a new process joins anew. A member whose place the broker has
 * forgotten is told the same as one whose place a second process took, so no operator is asked:
 * with two of one id each start ends the other, and both logs say so. */
static void fail_for_good(KafkaConsumer *consumer) {
    Err err;
    char why[256];
    rd_kafka_resp_err_t cause = rd_kafka_fatal_error(consumer->handle, why, sizeof why);
    err_set(&err, VERDICT_RETRY, rd_kafka_err2name(cause), "the consumer cannot go on: %s", why);
    consumer_fail(consumer, &err);
}

static void on_error(rd_kafka_t *handle, int code, const char *reason, void *opaque) {
    (void)handle;
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        fail_for_good(opaque);
        return;
    }
    log_write(
        LOG_LEVEL_WARNING, "kafka_error", reason,
        LOG_FIELDS(log_text("error.code", str_of(rd_kafka_err2name((rd_kafka_resp_err_t)code)))),
        1);
}

/* Errors that come in place of a record. Those that mend themselves are librdkafka's to retry. */
static void note_failure(KafkaConsumer *consumer, rd_kafka_resp_err_t code, const char *what) {
    Err err;
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        fail_for_good(consumer);
        return;
    }
    if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET) {
        err_set(&err, VERDICT_STOP, "INPUT_CUT",
                "%s does not hold the offset where this service reads: the topic was recreated or "
                "cut. Nothing can be read on without losing records; restore the topic or rebuild "
                "the service",
                what);
    } else {
        kafka_err(&err, code, what);
    }
    if (err.verdict == VERDICT_STOP) {
        consumer_fail(consumer, &err);
    }
}

bool kafka_poll(KafkaConsumer *consumer, Err *err) {
    rd_kafka_message_t *message;
    while (!consumer->failed && (message = rd_kafka_consumer_poll(consumer->handle, 0)) != NULL) {
        note_failure(consumer, message->err, "consuming");
        rd_kafka_message_destroy(message);
    }
    if (!consumer->failed) {
        return true;
    }
    consumer->failed = false;
    *err = consumer->failure;
    return false;
}

void kafka_wait(KafkaConsumer *consumer, int timeout_ms) {
    struct pollfd wake = {.fd = consumer->wake_read, .events = POLLIN};
    if (poll(&wake, 1, timeout_ms) > 0) {
        char drain[256];
        while (read(consumer->wake_read, drain, sizeof drain) == (ssize_t)sizeof drain) {
        }
    }
}

KafkaTake kafka_take(KafkaConsumer *consumer, int topic, int32_t partition, Arena *arena,
                     Record *record) {
    Slot *slot = slot_of(consumer, topic, partition);
    /* One by one: the batch call of 2.0.2 can lose records over a rebalance. */
    rd_kafka_message_t *message = slot->queue ? rd_kafka_consume_queue(slot->queue, 0) : NULL;
    if (!message) {
        return KAFKA_TAKE_NOTHING;
    }
    KafkaTake took = KAFKA_TAKE_NOTHING;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
        kafka_record_copy(message, topic, arena, record);
        took = KAFKA_TAKE_RECORD;
    } else if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        took = KAFKA_TAKE_END;
        *record = (Record){.partition = partition, .offset = message->offset};
    } else {
        note_failure(consumer, message->err, consumer->topics[topic]);
    }
    rd_kafka_message_destroy(message);
    return took;
}

void kafka_note_offset(KafkaConsumer *consumer, int topic, int32_t partition, int64_t next) {
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, consumer->topics[topic], partition)->offset = next;
    (void)rd_kafka_commit(consumer->notes, list, 1);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_poll(consumer->notes, 0);
}
