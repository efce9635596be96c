#include "tests/bench/answers.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "contract/topics.h"

enum { RECORD_BYTES = 1 << 20, OPEN_MS = 10000, POLL_MS = 100 };

/* ---- a message, as far as it is looked at: its fields one by one, without making structs of them
 */

enum {
    WIRE_NUMBER = 0,
    WIRE_BYTES = 2,
    EVENT_ORIGIN = 1,
    EVENT_CAUSE = 2,
    ORIGIN_SEQ = 3,
    CAUSE_RECORD_FIELD = 1,
    RECORD_TOPIC = 1,
    RECORD_PARTITION = 2,
    RECORD_OFFSET = 3
};

typedef struct Field {
    int number;
    int64_t value; /* of a number */
    Str bytes;     /* of a message or text */
} Field;

static bool cut_varint(Str *rest, uint64_t *value) {
    *value = 0;
    for (int shift = 0; shift < 64 && rest->len > 0; shift += 7) {
        uint8_t byte = (uint8_t)rest->ptr[0];
        *rest = str_slice(*rest, 1, rest->len);
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return true;
        }
    }
    return false;
}

static bool cut_field(Str *rest, Field *field) {
    uint64_t tag;
    uint64_t value;
    *field = (Field){0};
    if (!cut_varint(rest, &tag) || !cut_varint(rest, &value)) {
        return false;
    }
    field->number = (int)(tag >> 3);
    if ((tag & 7) == WIRE_NUMBER) {
        field->value = (int64_t)value;
        return true;
    }
    if ((tag & 7) != WIRE_BYTES || value > (uint64_t)rest->len) {
        return false; /* the ledger writes nothing else */
    }
    field->bytes = str_slice(*rest, 0, (ptrdiff_t)value);
    *rest = str_slice(*rest, (ptrdiff_t)value, rest->len);
    return true;
}

/* Zero and empty where the field is not there, as in the message itself. */
static Field field_of(Str message, int number) {
    Field field;
    while (cut_field(&message, &field)) {
        if (field.number == number) {
            return field;
        }
    }
    return (Field){0};
}

/* ---- reading */

/* False: it was there before. After a failure the ledger may publish a number again. */
static bool number_is_new(Answers *answers, const Record *record) {
    int64_t seq = field_of(field_of(record->value, EVENT_ORIGIN).bytes, ORIGIN_SEQ).value;
    int64_t last = answers->seq[record->partition];
    if (last != 0 && seq > last + 1) {
        answers->fault = "the numbers of a partition have a gap";
    }
    if (seq <= last) {
        answers->again++;
        return false;
    }
    answers->seq[record->partition] = seq;
    return true;
}

/* The ledger's answers to other topics, and to the close of a day, are not what is waited for. */
static void answer_note(Answers *answers, const Record *record, int64_t now_us) {
    answers->bytes += record->key.len + record->value.len;
    if (!number_is_new(answers, record)) {
        return;
    }
    Str cause = field_of(field_of(record->value, EVENT_CAUSE).bytes, CAUSE_RECORD_FIELD).bytes;
    int64_t partition = field_of(cause, RECORD_PARTITION).value;
    if (partition < 0 || partition >= ANSWERS_PARTITIONS ||
        !str_equals(field_of(cause, RECORD_TOPIC).bytes, str_of(TOPIC_BILLING))) {
        return;
    }
    int64_t input = field_of(cause, RECORD_OFFSET).value - answers->wanted.base[partition];
    if (input < 0 || input >= answers->wanted.count[partition]) {
        return;
    }
    int64_t *at_us = &answers->at_us[partition][input];
    if (*at_us == 0) { /* the first event of several: a payment comes in and settles an invoice */
        *at_us = now_us;
        answers->found++;
    }
}

static bool answers_take(Answers *answers, Arena *arena, KafkaTake *took, Err *err) {
    Record record;
    arena_reset(arena);
    if (!kafka_reader_take(answers->reader, POLL_MS, arena, &record, took, err)) {
        return false;
    }
    if (*took == KAFKA_TAKE_RECORD) {
        answer_note(answers, &record, clock_monotonic_us());
    } else if (*took == KAFKA_TAKE_END) {
        answers->ends++;
    }
    return !answers->fault || err_set(err, VERDICT_STOP, "BROKEN", "%s", answers->fault);
}

bool answers_open(Answers *answers, const KafkaSettings *settings, const AnswersWanted *wanted,
                  Err *err) {
    *answers = (Answers){.wanted = *wanted};
    for (int i = 0; i < ANSWERS_PARTITIONS; i++) {
        answers->at_us[i] = calloc((size_t)wanted->count[i] + 1, sizeof(int64_t));
        CHECK(answers->at_us[i]);
    }
    KafkaSpan span = {TOPIC_LEDGER, 0, ANSWERS_PARTITIONS, KAFKA_FROM_END};
    if (!kafka_reader_open(settings, span, &answers->reader, err)) {
        return false;
    }
    Arena arena = arena_open("answer", RECORD_BYTES);
    int64_t until_ms = clock_monotonic_ms() + OPEN_MS;
    bool good = true;
    while (good && answers->ends < ANSWERS_PARTITIONS) {
        KafkaTake took;
        good = answers_take(answers, &arena, &took, err) &&
               (clock_monotonic_ms() < until_ms ||
                err_set(err, VERDICT_RETRY, "KAFKA_TIMEOUT", "the ledger's topic has no ends"));
    }
    arena_close(&arena);
    return good;
}

bool answers_read(Answers *answers, int64_t patience_ms, Err *err) {
    Arena arena = arena_open("answer", RECORD_BYTES);
    int64_t came_ms = clock_monotonic_ms();
    bool good = true;
    while (good && answers->found < answers->wanted.total) {
        KafkaTake took;
        good = answers_take(answers, &arena, &took, err);
        if (took == KAFKA_TAKE_RECORD) {
            came_ms = clock_monotonic_ms();
        } else if (good && clock_monotonic_ms() - came_ms > patience_ms) {
            good = err_set(err, VERDICT_STOP, "BROKEN", "inputs without an answer: %lld of %lld",
                           (long long)(answers->wanted.total - answers->found),
                           (long long)answers->wanted.total);
        }
    }
    arena_close(&arena);
    return good;
}

void answers_close(Answers *answers) {
    kafka_reader_close(answers->reader);
    for (int i = 0; i < ANSWERS_PARTITIONS; i++) {
        free(answers->at_us[i]);
    }
    *answers = (Answers){0};
}
