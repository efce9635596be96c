#include "chassis/published.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/headers.h"
#include "contract/envelope.h"

enum {
    RECORD_BYTES = 16 << 20,
    POLL_MS = 100,
    SILENCE_MS = 30000, /* of a broker that gives neither a record nor an end */
};

/* ---- streams */

PublishedStream *published_stream(const Published *published, StreamId id) {
    CHECK(id.task >= 0 && id.task < published->partitions && id.partition >= 0 &&
          id.partition < published->partitions);
    ptrdiff_t place = (ptrdiff_t)id.task * published->per_task +
                      (ptrdiff_t)id.output * published->partitions + id.partition;
    return &published->streams[place];
}

int64_t published_last(const PublishedStream *stream) {
    return stream->count > 0 ? stream->first + stream->count - 1 : 0;
}

const PublishedEvent *published_find(const PublishedStream *stream, int64_t seq) {
    bool is_there = stream->count > 0 && seq >= stream->first && seq <= published_last(stream);
    return is_there ? &stream->events[seq - stream->first] : NULL;
}

static void stream_add(PublishedStream *stream, PublishedEvent event) {
    if (stream->count == stream->room) {
        stream->room = stream->room ? 2 * stream->room : 64;
        stream->events = realloc(stream->events, (size_t)stream->room * sizeof(PublishedEvent));
        CHECK(stream->events);
    }
    stream->events[stream->count++] = event;
}

static void streams_open(Published *published) {
    int outputs = service_output_count(published->service);
    published->per_task = outputs * published->partitions;
    published->streams = calloc((size_t)published->per_task * (size_t)published->partitions,
                                sizeof(PublishedStream));
    published->last_order = calloc((size_t)published->partitions, sizeof(int64_t));
    CHECK(published->streams && published->last_order);
    for (int32_t task = 0; task < published->partitions; task++) {
        for (int place = 0; place < published->per_task; place++) {
            StreamId id = {task, place / published->partitions, place % published->partitions};
            published_stream(published, id)->id = id;
        }
    }
}

void published_release(Published *published) {
    int64_t count = (int64_t)published->per_task * published->partitions;
    for (int64_t i = 0; published->streams && i < count; i++) {
        free(published->streams[i].events);
    }
    free(published->streams);
    free(published->last_order);
    *published = (Published){0};
}

/* ---- one record */

/* Ours stands behind those that the record came with. */
static Str header_last(const Record *record, Str name) {
    Str found = {NULL, 0};
    for (int i = 0; i < record->header_count; i++) {
        found = str_equals(record->headers[i].name, name) ? record->headers[i].value : found;
    }
    return found;
}

static bool event_read(const Service *service, const Record *record, Arena *arena,
                       PublishedEvent *event) {
    Origin origin;
    Cause cause;
    if (!record->has_value || !envelope_decode(record->value, arena, &origin, &cause)) {
        return false;
    }
    event->order = origin.order;
    event->cause_input = cause.kind == CAUSE_RECORD ? service_find_input(service, cause.topic) : -1;
    event->cause_offset = cause.offset;
    return cause.kind != CAUSE_RECORD || event->cause_input >= 0;
}

static void dead_letter_read(const Record *record, PublishedEvent *event) {
    Str why = header_last(record, S("__connect.errors.exception.message"));
    Str offset = header_last(record, S("__connect.errors.offset"));
    event->cause_input = -1;
    event->is_crash =
        str_starts_with(why, S("CRASHED: ")) && str_parse_i64(offset, &event->cause_offset);
}

static bool unreadable(const Published *published, int output, const Record *record, Err *err) {
    Str topic = service_output_topic(published->service, output);
    return err_set(err, VERDICT_STOP, "EVENT_UNREADABLE",
                   "%.*s [%d] offset %" PRId64 " is no event of this service, though it carries "
                   "its name: find out who wrote it",
                   STR_ARGS(topic), (int)record->partition, record->offset);
}

static bool numbered_take(Published *published, int output, const Record *record,
                          const RecordNumber *number, Arena *arena, Err *err) {
    const Service *service = published->service;
    PublishedEvent event = {.offset = record->offset,
                            .hash = hash_of_two(record->key, record->value)};
    if (number->task >= published->partitions || number->seq < 1) {
        return unreadable(published, output, record, err);
    }
    PublishedStream *stream =
        published_stream(published, (StreamId){number->task, output, record->partition});
    int64_t next = published_last(stream) + 1;
    bool is_dead = output >= service->output_count;
    if (stream->count == 0 && (is_dead || number->seq == 1)) {
        stream->first = number->seq;
    } else if (number->seq < next) {
        return true; /* published again */
    } else if (number->seq > next) {
        return err_set(err, VERDICT_STOP, "NUMBER_MISSING",
                       "%.*s [%d] offset %" PRId64 " is number %" PRId64 " of task %d, and %" PRId64
                       " is not before it: the topic has lost records",
                       STR_ARGS(service_output_topic(service, output)), (int)record->partition,
                       record->offset, number->seq, (int)number->task, next);
    }
    if (is_dead) {
        dead_letter_read(record, &event);
    } else if (!event_read(service, record, arena, &event)) {
        return unreadable(published, output, record, err);
    }
    stream_add(stream, event);
    int64_t *last = &published->last_order[number->task];
    *last = event.order > *last ? event.order : *last;
    published->events++;
    published->crashes += event.is_crash;
    return true;
}

static bool record_take(Published *published, int output, const Record *record, Arena *arena,
                        Err *err) {
    RecordNumber number;
    /* Others write to some of these topics too, and operators to the dead letters. */
    if (!headers_find_number(record, &number) ||
        !str_equals(number.service, str_of(published->service->name))) {
        return true;
    }
    return numbered_take(published, output, record, &number, arena, err);
}

/* ---- topics */

static void cut_note(Published *published, int output, int32_t partition) {
    for (int32_t task = 0; task < published->partitions; task++) {
        published_stream(published, (StreamId){task, output, partition})->is_cut = true;
    }
}

typedef struct Reading {
    KafkaReader *reader;
    Arena arena; /* one record */
    bool *seen;  /* partitions whose first record was read */
    bool *ended;
    int32_t left; /* partitions whose end was not reached */
} Reading;

static bool reading_go_on(Published *published, int output, Reading *reading, Err *err) {
    int64_t heard_ms = clock_monotonic_ms();
    while (reading->left > 0) {
        Record record;
        KafkaTake took;
        arena_reset(&reading->arena);
        if (!kafka_reader_take(reading->reader, POLL_MS, &reading->arena, &record, &took, err)) {
            return false;
        }
        if (took == KAFKA_TAKE_NOTHING) {
            if (clock_monotonic_ms() - heard_ms > SILENCE_MS) {
                return err_set(err, VERDICT_RETRY, "KAFKA_TIMEOUT",
                               "the broker gives neither records nor the end of a topic");
            }
            continue;
        }
        heard_ms = clock_monotonic_ms();
        if (took == KAFKA_TAKE_END) {
            reading->left -= !reading->ended[record.partition];
            reading->ended[record.partition] = true;
            continue;
        }
        if (!reading->seen[record.partition] && record.offset > 0) {
            cut_note(published, output, record.partition);
        }
        reading->seen[record.partition] = true;
        if (!record_take(published, output, &record, &reading->arena, err)) {
            return false;
        }
    }
    return true;
}

static bool topic_read(const KafkaSettings *settings, Published *published, int output, Err *err) {
    Reading reading = {.arena = arena_open("published record", RECORD_BYTES),
                       .left = published->partitions};
    Arena names = arena_open("topic name", 4096);
    KafkaSpan span = {.topic =
                          str_terminated(&names, service_output_topic(published->service, output)),
                      .count = published->partitions,
                      .from = KAFKA_FROM_START};
    reading.ended = calloc((size_t)published->partitions, sizeof(bool));
    reading.seen = calloc((size_t)published->partitions, sizeof(bool));
    CHECK(reading.ended && reading.seen);
    bool good = kafka_reader_open(settings, span, &reading.reader, err) &&
                reading_go_on(published, output, &reading, err);
    good = good || err_context(err, "reading %s", span.topic);
    kafka_reader_close(reading.reader);
    free(reading.ended);
    free(reading.seen);
    arena_close(&names);
    arena_close(&reading.arena);
    return good;
}

bool published_read(const KafkaSettings *settings, const Service *service, int32_t partitions,
                    Published *published, Err *err) {
    *published = (Published){.service = service, .partitions = partitions};
    streams_open(published);
    for (int output = 0; output < service_output_count(service); output++) {
        if (!topic_read(settings, published, output, err)) {
            return false;
        }
    }
    return true;
}
