#include "cli/send.h"

#include "base/check.h"
#include "chassis/clock.h"

enum {
    ON_THE_WIRE_MAX = 20000, /* records without an answer; bounds memory */
    ANSWER_TIMEOUT_MS = 30000,
};

struct Sender {
    KafkaProducer *producer;
    SendCount count;
    int64_t answered_ms; /* last time the broker answered, or had nothing to answer */
};

static void on_report(void *self, void *opaque, const char *fault) {
    Sender *sender = self;
    free(opaque);
    sender->count.sent += fault == NULL;
    sender->count.failed += fault != NULL;
    sender->answered_ms = clock_monotonic_ms();
}

bool sender_open(Cli *cli, KafkaTopics topics, Sender **opened, Err *err) {
    Sender *sender = ARENA_NEW(&cli->arena, Sender);
    sender->answered_ms = clock_monotonic_ms();
    *opened = sender;
    return kafka_producer_open(&cli->settings.kafka, topics, on_report, sender, &sender->producer,
                               err);
}

void sender_close(Sender *sender) {
    kafka_producer_close(sender->producer, 0);
}

static int64_t on_the_wire(const Sender *sender) {
    return sender->count.given - sender->count.sent - sender->count.failed;
}

static bool serve_until(Sender *sender, int64_t at_most, Err *err) {
    while (on_the_wire(sender) > at_most) {
        kafka_producer_serve(sender->producer, 50);
        if (clock_monotonic_ms() - sender->answered_ms > ANSWER_TIMEOUT_MS) {
            return err_set(
                err, VERDICT_UNSURE, "NO_ANSWER",
                "the broker has not answered for %d s: %lld sent, %lld unknown; sending again is "
                "harmless",
                ANSWER_TIMEOUT_MS / 1000, (long long)sender->count.sent,
                (long long)on_the_wire(sender));
        }
    }
    return true;
}

/* Key and value in one block, freed by the report. */
static char *block_of(Str key, Str value) {
    char *block = malloc((size_t)(key.len + value.len) + 1);
    CHECK(block);
    if (key.len) {
        memcpy(block, key.ptr, (size_t)key.len);
    }
    if (value.len) {
        memcpy(block + key.len, value.ptr, (size_t)value.len);
    }
    return block;
}

bool sender_put(Sender *sender, int topic, int32_t partition, int32_t partitions, Str key,
                Str value, Err *err) {
    if (on_the_wire(sender) == 0) {
        sender->answered_ms = clock_monotonic_ms();
    }
    if (!serve_until(sender, ON_THE_WIRE_MAX, err)) {
        return false;
    }
    char *block = block_of(key, value);
    KafkaMessage message = {.topic = topic,
                            .partition =
                                partition >= 0 ? partition : kafka_partition_of(key, partitions),
                            .key = {key.ptr ? block : NULL, key.len},
                            .value = {value.ptr ? block + key.len : NULL, value.len},
                            .opaque = block};
    sender->count.given++;
    while (!kafka_produce(sender->producer, &message)) {
        if (!serve_until(sender, on_the_wire(sender) - 1, err)) {
            return false;
        }
    }
    kafka_producer_serve(sender->producer, 0);
    return true;
}

bool sender_finish(Sender *sender, Err *err) {
    if (!serve_until(sender, 0, err)) {
        return false;
    }
    return sender->count.failed == 0 ||
           err_set(err, VERDICT_STOP, "REFUSED", "the broker refused %lld of %lld records",
                   (long long)sender->count.failed, (long long)sender->count.given);
}

SendCount sender_count(const Sender *sender) {
    return sender->count;
}
