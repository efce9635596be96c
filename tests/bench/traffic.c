/* Puts prepared events on a topic of the real broker and sees what comes of them.
 *
 *     traffic send TOPIC FEED COUNT RATE events a second, 0 as fast as the broker takes them
 *     traffic through FEED COUNT RATE    the same to the ledger, and waits for each answer
 *     traffic answers FEED COUNT         waits for the answers to what was sent before
 *     traffic read TOPIC COUNT           reads so many records from the beginning, and ends
 *
 * The broker is the one of ARREARS_KAFKA_BOOTSTRAP_SERVERS. Everything is in memory before the
 * clock starts. Arrivals are open: each has its time, and latency counts from that time, however
 * late the event was sent. Prints one line; `answers` and `through` print "ready" before it, when
 * nothing that is answered from then on can be missed. */
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "contract/topics.h"
#include "tests/bench/answers.h"
#include "tests/bench/meter.h"

enum { FEED_BYTES = INT32_MAX, PATIENCE_MS = 30000, FLUSH_MS = 30000, RECORD_BYTES = 1 << 20 };

typedef struct Event {
    Str key;
    Str value;
    int32_t partition;
} Event;

typedef struct Feed {
    Arena arena; /* its bytes, to the end of the process */
    Event *events;
    int64_t count;
    int64_t bytes; /* of keys and values */
} Feed;

typedef struct Sending {
    KafkaProducer *producer;
    const Feed *feed;
    int64_t rate;
    int64_t began_us;
    int64_t ended_us;
    int64_t acked;
} Sending;

/* ---- the feed: partition, length of key, length of value (32 bits each, little-endian), key,
 * value */

static Event cut_event(Str *rest) {
    int32_t head[3];
    CHECK(rest->len >= (ptrdiff_t)sizeof head);
    memcpy(head, rest->ptr, sizeof head);
    ptrdiff_t key = (ptrdiff_t)sizeof head;
    ptrdiff_t value = key + head[1];
    ptrdiff_t end = value + head[2];
    CHECK(head[0] >= 0 && head[0] < ANSWERS_PARTITIONS && end <= rest->len);
    Event event = {str_slice(*rest, key, value), str_slice(*rest, value, end), head[0]};
    *rest = str_slice(*rest, end, rest->len);
    return event;
}

/* The first ones: as many as there are, at most `limit`. */
static Feed feed_load(const char *path, int64_t limit) {
    Feed feed = {.arena = arena_open("feed", FEED_BYTES)};
    Str rest = file_of(&feed.arena, path);
    for (int64_t room = 0; rest.len > 0 && feed.count < limit; feed.count++) {
        if (feed.count == room) {
            room = room == 0 ? 1024 : 2 * room;
            feed.events = realloc(feed.events, (size_t)room * sizeof(Event));
            CHECK(feed.events);
        }
        Event event = cut_event(&rest);
        feed.events[feed.count] = event;
        feed.bytes += event.key.len + event.value.len;
    }
    return feed;
}

/* ---- sending */

static void on_report(void *self, void *opaque, const char *fault) {
    (void)opaque;
    Sending *sending = self;
    CHECK(!fault); /* the broker of a benchmark is well */
    sending->acked++;
}

static void sending_open(Sending *sending, const KafkaSettings *settings, const char *topic) {
    Err err = {0};
    must(kafka_producer_open(settings, (KafkaTopics){&topic, 1}, on_report, sending,
                             &sending->producer, &err),
         &err);
}

/* 0 without a rate: everything has come when it begins. */
static int64_t due_us(const Sending *sending, int64_t index) {
    return sending->began_us + (sending->rate > 0 ? index * 1000000 / sending->rate : 0);
}

static void send_all(Sending *sending) {
    enum { SERVE_EACH = 256, WAIT_MS = 1 };
    const Feed *feed = sending->feed;
    sending->began_us = clock_monotonic_us();
    for (int64_t i = 0; i < feed->count; i++) {
        const Event *event = &feed->events[i];
        KafkaMessage message = {
            .partition = event->partition, .key = event->key, .value = event->value};
        message.key.ptr = event->key.len > 0 ? event->key.ptr : NULL;
        while (sending->rate > 0 && clock_monotonic_us() < due_us(sending, i)) {
            kafka_producer_serve(sending->producer, WAIT_MS);
        }
        while (!kafka_produce(sending->producer, &message)) {
            kafka_producer_serve(sending->producer, WAIT_MS);
        }
        if (i % SERVE_EACH == 0) {
            kafka_producer_serve(sending->producer, 0);
        }
    }
    int64_t until_ms = clock_monotonic_ms() + FLUSH_MS;
    while (sending->acked < feed->count) {
        kafka_producer_serve(sending->producer, 1);
        CHECK(clock_monotonic_ms() < until_ms);
    }
    sending->ended_us = clock_monotonic_us();
    kafka_producer_close(sending->producer, 0);
}

static void run_send(const KafkaSettings *settings, const char *topic, const Feed *feed,
                     int64_t rate) {
    Sending sending = {.feed = feed, .rate = rate};
    sending_open(&sending, settings, topic);
    int64_t cpu_before_us = cpu_us();
    send_all(&sending);
    printf("{\"events\": %" PRId64 ", \"us\": %" PRId64 ", \"cpu_us\": %" PRId64
           ", \"bytes\": %" PRId64 "}\n",
           feed->count, sending.ended_us - sending.began_us, cpu_us() - cpu_before_us, feed->bytes);
}

/* ---- waiting for answers */

static AnswersWanted wanted_of(const KafkaSettings *settings, const Feed *feed, bool sent) {
    AnswersWanted wanted = {.total = feed->count};
    for (int64_t i = 0; i < feed->count; i++) {
        wanted.count[feed->events[i].partition]++;
    }
    KafkaClient *client;
    Err err = {0};
    must(kafka_client_open(settings, &client, &err), &err);
    for (int32_t i = 0; i < ANSWERS_PARTITIONS; i++) {
        KafkaRange range;
        must(kafka_range(client, TOPIC_BILLING, i, &range, &err), &err);
        wanted.base[i] = range.end - (sent ? wanted.count[i] : 0);
    }
    kafka_client_close(client);
    return wanted;
}

typedef struct Times {
    int64_t first_us;    /* answer */
    int64_t last_us;     /* answer */
    int64_t in_time;     /* answers that were there when the last event was due */
    int64_t *latency_us; /* ascending */
} Times;

static Times times_of(const Sending *sending, const Answers *answers) {
    const Feed *feed = sending->feed;
    CHECK(feed->count > 0);
    Times times = {.first_us = INT64_MAX};
    times.latency_us = calloc((size_t)feed->count, sizeof(int64_t));
    CHECK(times.latency_us);
    int64_t next[ANSWERS_PARTITIONS] = {0};
    int64_t last_due_us = due_us(sending, feed->count - 1);
    for (int64_t i = 0; i < feed->count; i++) {
        int32_t partition = feed->events[i].partition;
        int64_t at_us = answers->at_us[partition][next[partition]++];
        times.latency_us[i] = at_us - due_us(sending, i);
        times.first_us = at_us < times.first_us ? at_us : times.first_us;
        times.last_us = at_us > times.last_us ? at_us : times.last_us;
        times.in_time += at_us <= last_due_us;
    }
    sort_us(times.latency_us, feed->count);
    return times;
}

static void print_times(const Sending *sending, const Answers *answers, int64_t used_us) {
    Times times = times_of(sending, answers);
    int64_t count = sending->feed->count;
    printf("{\"events\": %" PRId64 ", \"first_us\": %" PRId64 ", \"us\": %" PRId64
           ", \"window_us\": %" PRId64 ", \"in_time\": %" PRId64,
           count, times.first_us - sending->began_us, times.last_us - sending->began_us,
           due_us(sending, count - 1) - sending->began_us, times.in_time);
    printf(", \"p50_us\": %" PRId64 ", \"p99_us\": %" PRId64 ", \"max_us\": %" PRId64
           ", \"cpu_us\": %" PRId64 ", \"bytes\": %" PRId64 ", \"answer_bytes\": %" PRId64 "}\n",
           times.latency_us[count / 2], times.latency_us[count * 99 / 100],
           times.latency_us[count - 1], used_us, sending->feed->bytes, answers->bytes);
    free(times.latency_us);
}

static void say_ready(void) {
    puts("ready");
    CHECK(fflush(stdout) == 0);
}

static void *read_answers(void *answers) {
    Err err = {0};
    must(answers_read(answers, PATIENCE_MS, &err), &err);
    return NULL;
}

static void run_through(const KafkaSettings *settings, const Feed *feed, int64_t rate) {
    Sending sending = {.feed = feed, .rate = rate};
    sending_open(&sending, settings, TOPIC_BILLING);
    AnswersWanted wanted = wanted_of(settings, feed, false);
    Answers answers;
    Err err = {0};
    must(answers_open(&answers, settings, &wanted, &err), &err);
    say_ready();
    int64_t cpu_before_us = cpu_us();
    pthread_t reader;
    CHECK(pthread_create(&reader, NULL, read_answers, &answers) == 0);
    send_all(&sending);
    CHECK(pthread_join(reader, NULL) == 0);
    print_times(&sending, &answers, cpu_us() - cpu_before_us);
    answers_close(&answers);
}

static void run_answers(const KafkaSettings *settings, const Feed *feed) {
    Sending sent = {.feed = feed};
    AnswersWanted wanted = wanted_of(settings, feed, true);
    Answers answers;
    Err err = {0};
    must(answers_open(&answers, settings, &wanted, &err), &err);
    say_ready();
    int64_t cpu_before_us = cpu_us();
    sent.began_us = clock_monotonic_us();
    read_answers(&answers);
    print_times(&sent, &answers, cpu_us() - cpu_before_us);
    answers_close(&answers);
}

/* ---- reading alone */

static void run_read(const KafkaSettings *settings, const char *topic, int64_t count) {
    KafkaReader *reader;
    Err err = {0};
    KafkaSpan span = {topic, 0, ANSWERS_PARTITIONS, KAFKA_FROM_START};
    int64_t cpu_before_us = cpu_us();
    must(kafka_reader_open(settings, span, &reader, &err), &err);
    Arena arena = arena_open("record", RECORD_BYTES);
    int64_t bytes = 0;
    int64_t first_us = 0;
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    for (int64_t left = count; left > 0;) {
        Record record;
        KafkaTake took;
        arena_reset(&arena);
        must(kafka_reader_take(reader, 100, &arena, &record, &took, &err), &err);
        CHECK(clock_monotonic_ms() < until_ms);
        if (took == KAFKA_TAKE_RECORD) {
            first_us = first_us == 0 ? clock_monotonic_us() : first_us;
            bytes += record.key.len + record.value.len;
            left--;
        }
    }
    printf("{\"events\": %" PRId64 ", \"us\": %" PRId64 ", \"cpu_us\": %" PRId64
           ", \"bytes\": %" PRId64 "}\n",
           count, clock_monotonic_us() - first_us, cpu_us() - cpu_before_us, bytes);
    arena_close(&arena);
    kafka_reader_close(reader);
}

static int usage(void) {
    fprintf(stderr,
            "usage: traffic send TOPIC FEED COUNT RATE | through FEED COUNT RATE | answers FEED "
            "COUNT | read TOPIC COUNT\n");
    return 2;
}

static bool parse_counts(char **words, int count, int64_t *numbers) {
    for (int i = 0; i < count; i++) {
        if (!str_parse_i64(str_of(words[i]), &numbers[i]) || numbers[i] < 0) {
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    log_open("traffic", LOG_LEVEL_WARNING);
    KafkaSettings settings = {.bootstrap_servers =
                                  str_of(getenv("ARREARS_KAFKA_BOOTSTRAP_SERVERS")),
                              .client_id = S("traffic")};
    Str mode = str_of(argc > 1 ? argv[1] : NULL);
    int64_t numbers[2];
    if (str_equals(mode, S("send")) && argc == 6 && parse_counts(&argv[4], 2, numbers)) {
        Feed feed = feed_load(argv[3], numbers[0]);
        run_send(&settings, argv[2], &feed, numbers[1]);
    } else if (str_equals(mode, S("through")) && argc == 5 && parse_counts(&argv[3], 2, numbers)) {
        Feed feed = feed_load(argv[2], numbers[0]);
        run_through(&settings, &feed, numbers[1]);
    } else if (str_equals(mode, S("answers")) && argc == 4 && parse_counts(&argv[3], 1, numbers)) {
        Feed feed = feed_load(argv[2], numbers[0]);
        run_answers(&settings, &feed);
    } else if (str_equals(mode, S("read")) && argc == 4 && parse_counts(&argv[3], 1, numbers)) {
        run_read(&settings, argv[2], numbers[0]);
    } else {
        return usage();
    }
    return 0;
}
