#include "tests/bench/memory_truth.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chassis/kafka.h"
#include "contract/topics.h"
#include "tests/bench/memory_broker.h"

typedef struct Kept {
    Str key;
    Str value;
    Str id; /* its number, as its header says it */
} Kept;

typedef struct Truth {
    Kept *records;
    int64_t count;
    int64_t next; /* to be read back */
    bool said_end;
} Truth;

static Truth truths[MEMORY_PARTITIONS];
static Arena texts; /* of all records; kept until the process ends */
static int64_t states;

/* ---- what the linker puts in front of the broker in memory, and what stands behind it */
bool __real_kafka_produce(KafkaProducer *producer, const KafkaMessage *message);
bool __wrap_kafka_produce(KafkaProducer *producer, const KafkaMessage *message);
bool __real_kafka_reader_open(const KafkaSettings *settings, KafkaSpan span, KafkaReader **opened,
                              Err *err);
bool __wrap_kafka_reader_open(const KafkaSettings *settings, KafkaSpan span, KafkaReader **opened,
                              Err *err);
void __real_kafka_reader_close(KafkaReader *reader);
void __wrap_kafka_reader_close(KafkaReader *reader);
bool __real_kafka_reader_take(KafkaReader *reader, int timeout_ms, Arena *arena, Record *record,
                              KafkaTake *took, Err *err);
bool __wrap_kafka_reader_take(KafkaReader *reader, int timeout_ms, Arena *arena, Record *record,
                              KafkaTake *took, Err *err);
bool __real_kafka_range(KafkaClient *client, const char *topic, int32_t partition,
                        KafkaRange *range, Err *err);
bool __wrap_kafka_range(KafkaClient *client, const char *topic, int32_t partition,
                        KafkaRange *range, Err *err);

/* ---- keeping */

static bool is_state(Str key) {
    return !str_starts_with(key, S("claim.")) && !str_starts_with(key, S("task."));
}

/* Empty for claims and checkpoints, which have none. */
static Str id_of(const KafkaMessage *message) {
    for (int i = 0; i < message->header_count; i++) {
        if (str_equals(message->headers[i].name, S("ce_id"))) {
            return message->headers[i].value;
        }
    }
    return S("");
}

static void truth_add(Truth *truth, const KafkaMessage *message) {
    if ((truth->count & (truth->count - 1)) == 0) { /* full at each power of two */
        size_t room = truth->count == 0 ? 1 : 2 * (size_t)truth->count;
        truth->records = realloc(truth->records, room * sizeof(Kept));
        CHECK(truth->records);
    }
    if (!texts.name) {
        texts = arena_open("truth", INT32_MAX);
    }
    Str id = id_of(message);
    truth->records[truth->count++] = (Kept){str_copy(&texts, message->key),
                                            str_copy(&texts, message->value), str_copy(&texts, id)};
    states += is_state(message->key);
    truth->said_end = false;
}

bool __wrap_kafka_produce(KafkaProducer *producer, const KafkaMessage *message) {
    if (!__real_kafka_produce(producer, message)) {
        return false;
    }
    if (message->topic == 0) {
        truth_add(&truths[message->partition], message);
    }
    return true;
}

int64_t memory_truth_states(void) {
    return states;
}

/* ---- reading back */

static Truth *truth_of(KafkaReader *reader) {
    for (int i = 0; i < MEMORY_PARTITIONS; i++) {
        if ((void *)reader == (void *)&truths[i]) {
            return &truths[i];
        }
    }
    return NULL;
}

bool __wrap_kafka_reader_open(const KafkaSettings *settings, KafkaSpan span, KafkaReader **opened,
                              Err *err) {
    if (strcmp(span.topic, TOPIC_POLICIES) == 0) {
        return __real_kafka_reader_open(settings, span, opened, err);
    }
    CHECK(span.count == 1);
    Truth *truth = &truths[span.first];
    truth->next = span.from > 0 ? span.from : 0;
    truth->said_end = false;
    *opened = (KafkaReader *)(void *)truth;
    return true;
}

void __wrap_kafka_reader_close(KafkaReader *reader) {
    if (reader && !truth_of(reader)) {
        __real_kafka_reader_close(reader);
    }
}

bool __wrap_kafka_reader_take(KafkaReader *reader, int timeout_ms, Arena *arena, Record *record,
                              KafkaTake *took, Err *err) {
    Truth *truth = truth_of(reader);
    if (!truth) {
        return __real_kafka_reader_take(reader, timeout_ms, arena, record, took, err);
    }
    int32_t partition = (int32_t)(truth - truths);
    *record = (Record){.partition = partition};
    if (truth->next == truth->count) {
        *took = truth->said_end ? KAFKA_TAKE_NOTHING : KAFKA_TAKE_END;
        truth->said_end = true;
        return true;
    }
    const Kept *kept = &truth->records[truth->next];
    *record = (Record){.partition = partition,
                       .offset = truth->next++,
                       .has_key = true,
                       .has_value = true,
                       .key = str_copy(arena, kept->key),
                       .value = str_copy(arena, kept->value)};
    *took = KAFKA_TAKE_RECORD;
    return true;
}

bool __wrap_kafka_range(KafkaClient *client, const char *topic, int32_t partition,
                        KafkaRange *range, Err *err) {
    if (strcmp(topic, TOPIC_CREDIT) != 0) {
        return __real_kafka_range(client, topic, partition, range, err);
    }
    *range = (KafkaRange){0, truths[partition].count};
    return true;
}

/* ---- the same as plain commands */

static void print_word(FILE *out, Str word) {
    fprintf(out, "$%td\r\n", word.len);
    fwrite(word.ptr, 1, (size_t)word.len, out);
    fputs("\r\n", out);
}

static void print_set(FILE *out, Str key, Str value) {
    fputs("*3\r\n", out);
    print_word(out, S("SET"));
    print_word(out, key);
    print_word(out, value);
}

static void print_del(FILE *out, Str key) {
    fputs("*2\r\n", out);
    print_word(out, S("DEL"));
    print_word(out, key);
}

/* The rows of `count` states as one value, by the id of the last. */
static void print_bundle(FILE *out, const Kept *const *list, int count) {
    Arena scratch = arena_open("bundle", 64 << 20);
    StrBuilder rows = str_builder(&scratch, 32 << 20);
    for (int i = 0; i < count; i++) {
        print_set(out, list[i]->key, list[i]->value);
        str_add(&rows, list[i]->value);
    }
    CHECK(!rows.full);
    print_set(out, list[count - 1]->id, str_built(&rows));
    print_del(out, list[count - 1]->id);
    arena_close(&scratch);
}

static void print_states(FILE *out, const Truth *truth, int bundle) {
    const Kept *list[MEMORY_BUNDLE_MAX];
    int count = 0;
    for (int64_t i = 0; i < truth->count; i++) {
        if (is_state(truth->records[i].key)) {
            list[count++] = &truth->records[i];
        }
        if (count == bundle || (count > 0 && i == truth->count - 1)) {
            print_bundle(out, list, count);
            count = 0;
        }
    }
}

void memory_truth_print_writes(FILE *out, int bundle) {
    CHECK(bundle >= 1 && bundle <= MEMORY_BUNDLE_MAX);
    for (int p = 0; p < MEMORY_PARTITIONS; p++) {
        print_states(out, &truths[p], bundle);
    }
}
