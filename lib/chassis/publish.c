#include "chassis/publish.h"

#include <limits.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/log.h"
#include "chassis/metrics.h"

enum {
    FAILURES_MAX = 3,      /* of one number; then its stream gets a producer of its own */
    SOLO_RETRY_MS = 30000, /* a message the broker refuses is tried this often, not in a loop */
    ROUND_PAUSE_MS = 200,  /* between rounds: a broker that is away is not hammered */
    HEADERS_MAX = 24,
};

typedef struct Message Message;
typedef struct Stream Stream;

/* One producer with its round. Reports that carry another round come from a producer that is gone.
 */
typedef struct Lane {
    KafkaProducer *producer; /* NULL between rounds */
    int64_t round;
    bool failed;           /* in this round: the rest of it does not count */
    int64_t not_before_ms; /* when the next round may begin */
} Lane;

struct Message {
    Message *next;
    Stream *stream;
    int64_t seq;
    int64_t round; /* in which it was handed out last */
    int64_t size;
    Str key;
    Str value;
    KafkaHeader *headers;
    int header_count;
};

struct Stream {
    Stream *next;
    StreamId id;
    int64_t acked;
    int64_t added;
    Message *first; /* acked + 1 */
    Message *last;
    Message *unhanded;  /* first that this round has not seen; NULL: all handed out */
    int64_t failed_seq; /* the number that failed last, and how often in a row */
    int failures;
    char fault[64];
    Lane *solo; /* of its own, while stopped, and until what had queued up by then is through */
    int64_t solo_until;
};

struct Publisher {
    KafkaSettings settings;
    KafkaTopics outputs;
    Lane shared;
    Stream *streams;
    int64_t held_bytes;
};

enum { PUBLISHED, ROUNDS, STOPPED, HELD };
static Metric METRICS[] = {
    {.name = "arrears_published_records_total",
     .help = "Records the broker acknowledged.",
     .type = METRIC_COUNTER},
    {.name = "arrears_producer_failures_total",
     .help = "Rounds that ended in a failed delivery or a fatal error of the producer.",
     .type = METRIC_COUNTER},
    {.name = "arrears_stopped_streams",
     .help = "Output partitions that the broker refuses.",
     .type = METRIC_GAUGE},
    {.name = "arrears_producer_queue_bytes",
     .help = "Bytes committed and not yet acknowledged by the broker.",
     .type = METRIC_GAUGE},
};

/* ---- reports */

static Lane *lane_of(Publisher *publisher, const Stream *stream) {
    return stream->solo ? stream->solo : &publisher->shared;
}

static void message_drop_first(Publisher *publisher, Stream *stream) {
    Message *message = stream->first;
    stream->first = message->next;
    if (!stream->first) {
        stream->last = NULL;
    }
    publisher->held_bytes -= message->size;
    free(message);
}

static void note_failure(Stream *stream, int64_t seq, const char *fault) {
    snprintf(stream->fault, sizeof stream->fault, "%s", fault);
    stream->failures = stream->failed_seq == seq ? stream->failures + 1 : 1;
    stream->failed_seq = seq;
}

static void on_report(void *self, void *opaque, const char *fault) {
    Publisher *publisher = self;
    Message *message = opaque;
    Stream *stream = message->stream;
    Lane *lane = lane_of(publisher, stream);
    if (message->round != lane->round || lane->failed) {
        return;
    }
    if (BROKEN("no_gapless")) {
        fault = NULL;
    }
    /* A report out of order would mean that the log has a gap: treated as a failure, so the round
     * starts anew. */
    if (fault || message->seq != stream->acked + 1) {
        lane->failed = true;
        note_failure(stream, message->seq, fault ? fault : "reported out of order");
        return;
    }
    stream->acked = message->seq;
    message_drop_first(publisher, stream);
    metric_add(&METRICS[PUBLISHED], 0, 1);
}

/* ---- rounds */

static bool stream_is_on(const Publisher *publisher, const Stream *stream, const Lane *lane) {
    return stream->solo ? stream->solo == lane : lane == &publisher->shared;
}

static void lane_end_round(Publisher *publisher, Lane *lane, int64_t now_ms, int pause_ms) {
    kafka_producer_close(lane->producer, 0);
    lane->producer = NULL;
    lane->failed = false;
    lane->round++;
    lane->not_before_ms = now_ms + pause_ms;
    for (Stream *stream = publisher->streams; stream; stream = stream->next) {
        if (stream_is_on(publisher, stream, lane)) {
            stream->unhanded = stream->first;
        }
    }
    metric_add(&METRICS[ROUNDS], 0, 1);
}

static bool lane_begin_round(Publisher *publisher, Lane *lane, Err *err) {
    return kafka_producer_open(&publisher->settings, publisher->outputs, on_report, publisher,
                               &lane->producer, err);
}

/* False: the queue is full or `most` are out, the rest waits. */
static bool hand_out(Lane *lane, Stream *stream, int *most) {
    /* A stopped stream hands out one message at a time: what it needs to know is whether that one
     * goes. */
    while (stream->unhanded && (!stream->solo || stream->unhanded == stream->first)) {
        if (--*most < 0) {
            return false;
        }
        Message *message = stream->unhanded;
        message->round = lane->round;
        KafkaMessage record = {.topic = stream->id.output,
                               .partition = stream->id.partition,
                               .key = message->key,
                               .value = message->value,
                               .headers = message->headers,
                               .header_count = message->header_count,
                               .opaque = message};
        Message *following =
            message->next; /* a refusal is reported at once, but never frees the message */
        if (!kafka_produce(lane->producer, &record)) {
            return false;
        }
        stream->unhanded = following;
        if (lane->failed) {
            return false;
        }
    }
    return true;
}

/* The number that fails again and again must not hold the others up. */
static void stop_failing_streams(Publisher *publisher) {
    for (Stream *stream = publisher->streams; stream; stream = stream->next) {
        if (!stream->solo && stream->failures >= FAILURES_MAX) {
            stream->solo = calloc(1, sizeof(Lane));
            CHECK(stream->solo);
            stream->solo_until = stream->added;
            stream->unhanded = stream->first;
            metric_add(&METRICS[STOPPED], 0, 1);
            LOG_ERROR("output_stopped",
                      "the broker refuses a record of this output; trying again every 30 s",
                      log_int("task", stream->id.task), log_int("output", stream->id.output),
                      log_int("partition", stream->id.partition),
                      log_int("seq", stream->failed_seq),
                      log_text("error.code", str_of(stream->fault)));
        }
    }
}

static void stream_resume(Stream *stream) {
    kafka_producer_close(stream->solo->producer, 0);
    free(stream->solo);
    stream->solo = NULL;
    stream->failures = 0;
    stream->unhanded = stream->first;
    metric_add(&METRICS[STOPPED], 0, -1);
    LOG_INFO("output_resumed", "the broker takes this output again",
             log_int("task", stream->id.task), log_int("output", stream->id.output),
             log_int("partition", stream->id.partition));
}

/* True: so many went out, and there are more. */
static bool lane_hand_out(Publisher *publisher, Lane *lane, int most) {
    if (!lane->producer || lane->failed) {
        return false;
    }
    for (Stream *stream = publisher->streams; stream; stream = stream->next) {
        if (stream_is_on(publisher, stream, lane) && !hand_out(lane, stream, &most)) {
            break;
        }
    }
    return most < 0;
}

/* Takes reports, so that a failed round hands nothing more out, and begins the next one. */
static bool lane_settle(Publisher *publisher, Lane *lane, int64_t now_ms, int pause_ms, Err *err) {
    if (lane->producer) {
        kafka_producer_serve(lane->producer, 0);
        if (lane->failed || kafka_producer_is_dead(lane->producer)) {
            lane_end_round(publisher, lane, now_ms, pause_ms);
        }
    }
    bool is_due = !lane->producer && now_ms >= lane->not_before_ms;
    return !is_due || lane_begin_round(publisher, lane, err);
}

static bool solo_serve(Publisher *publisher, Stream *stream, int64_t now_ms, Err *err) {
    if (!lane_settle(publisher, stream->solo, now_ms, SOLO_RETRY_MS, err)) {
        return false;
    }
    (void)lane_hand_out(publisher, stream->solo, INT_MAX);
    if (stream->acked >= stream->failed_seq) {
        stream->failures = 0; /* the number that was refused went through */
    }
    /* A topic may refuse a batch and take its messages one by one: what has queued up goes that
     * way, or it would be refused together again, three rounds for each message. */
    if (stream->acked >= stream->solo_until) {
        stream_resume(stream);
    }
    return true;
}

bool publisher_hand_out(Publisher *publisher, int most) {
    return lane_hand_out(publisher, &publisher->shared, most);
}

bool publisher_serve(Publisher *publisher, int64_t now_ms, Err *err) {
    if (!publisher_settle(publisher, now_ms, err)) {
        return false;
    }
    (void)publisher_hand_out(publisher, INT_MAX);
    return true;
}

bool publisher_settle(Publisher *publisher, int64_t now_ms, Err *err) {
    if (!lane_settle(publisher, &publisher->shared, now_ms, ROUND_PAUSE_MS, err)) {
        return false;
    }
    stop_failing_streams(publisher);
    for (Stream *stream = publisher->streams; stream; stream = stream->next) {
        if (stream->solo && !solo_serve(publisher, stream, now_ms, err)) {
            return false;
        }
    }
    metric_set(&METRICS[HELD], 0, publisher->held_bytes);
    return true;
}

/* ---- streams */

bool publisher_open(const KafkaSettings *settings, KafkaTopics outputs, Publisher **opened,
                    Err *err) {
    metrics_register(METRICS, COUNT_OF(METRICS));
    Publisher *publisher = calloc(1, sizeof *publisher);
    CHECK(publisher);
    *publisher = (Publisher){.settings = *settings, .outputs = outputs};
    if (!lane_begin_round(publisher, &publisher->shared, err)) {
        free(publisher);
        return false;
    }
    *opened = publisher;
    return true;
}

Publisher *publisher_open_mute(void) {
    Publisher *publisher = calloc(1, sizeof *publisher);
    CHECK(publisher);
    return publisher;
}

static Stream *stream_find(const Publisher *publisher, StreamId id) {
    for (Stream *stream = publisher->streams; stream; stream = stream->next) {
        if (stream->id.task == id.task && stream->id.output == id.output &&
            stream->id.partition == id.partition) {
            return stream;
        }
    }
    return NULL;
}

void publisher_start(Publisher *publisher, StreamId id, int64_t acked) {
    CHECK(!stream_find(publisher, id));
    Stream *stream = calloc(1, sizeof *stream);
    CHECK(stream);
    *stream = (Stream){.next = publisher->streams, .id = id, .acked = acked, .added = acked};
    publisher->streams = stream;
}

void publisher_note(Publisher *publisher, StreamId id, int64_t acked) {
    CHECK(!publisher->shared.producer);
    if (!stream_find(publisher, id)) {
        publisher_start(publisher, id, 0);
    }
    Stream *stream = stream_find(publisher, id);
    stream->acked = acked > stream->acked ? acked : stream->acked;
    stream->added = stream->acked > stream->added ? stream->acked : stream->added;
    while (stream->first && stream->first->seq <= stream->acked) {
        stream->unhanded =
            stream->unhanded == stream->first ? stream->first->next : stream->unhanded;
        message_drop_first(publisher, stream);
    }
}

static Str block_put(char **at, Str part) {
    Str kept = {part.ptr ? *at : NULL, part.len};
    if (part.ptr && part.len > 0) {
        memcpy(*at, part.ptr, (size_t)part.len);
        *at += part.len;
    }
    return kept;
}

/* One block: the message, its headers, then all their bytes. Names and values of headers are
 * bounded. */
static Message *message_make(Stream *stream, int64_t seq, Str key, Str value,
                             const KafkaHeader *headers, int count) {
    CHECK(count <= HEADERS_MAX);
    ptrdiff_t bytes = key.len + value.len;
    for (int i = 0; i < count; i++) {
        bytes += headers[i].name.len + headers[i].value.len;
    }
    ptrdiff_t size = (ptrdiff_t)sizeof(Message) + count * (ptrdiff_t)sizeof(KafkaHeader) + bytes;
    Message *message = malloc((size_t)size + 1);
    CHECK(message);
    KafkaHeader *kept = (KafkaHeader *)(message + 1);
    char *at = (char *)(kept + count);
    *message = (Message){.stream = stream,
                         .seq = seq,
                         .round = -1,
                         .size = size,
                         .headers = kept,
                         .header_count = count};
    message->key = block_put(&at, key);
    message->value = block_put(&at, value);
    for (int i = 0; i < count; i++) {
        kept[i].name = block_put(&at, headers[i].name);
        kept[i].value = block_put(&at, headers[i].value);
    }
    return message;
}

void publisher_add(Publisher *publisher, StreamId id, int64_t seq, Str key, Str value,
                   const KafkaHeader *headers, int header_count) {
    Stream *stream = stream_find(publisher, id);
    CHECK(stream && seq == stream->added + 1);
    Message *message = message_make(stream, seq, key, value, headers, header_count);
    if (stream->last) {
        stream->last->next = message;
    } else {
        stream->first = message;
    }
    stream->last = message;
    stream->unhanded = stream->unhanded ? stream->unhanded : message;
    stream->added = seq;
    publisher->held_bytes += message->size;
}

static void stream_free(Publisher *publisher, Stream *stream) {
    while (stream->first) {
        message_drop_first(publisher, stream);
    }
    if (stream->solo) {
        free(stream->solo);
        metric_add(&METRICS[STOPPED], 0, -1);
    }
    free(stream);
}

static bool task_has_handed_out(const Publisher *publisher, int32_t task) {
    for (Stream *stream = publisher->streams; stream; stream = stream->next) {
        if (stream->id.task == task && stream->first && stream->first != stream->unhanded) {
            return true;
        }
    }
    return false;
}

void publisher_forget(Publisher *publisher, int32_t task) {
    /* The producer points at bytes that are about to be freed: its round ends, the others start
     * again. */
    if (publisher->shared.producer && task_has_handed_out(publisher, task)) {
        lane_end_round(publisher, &publisher->shared, 0, 0);
    }
    for (Stream **link = &publisher->streams; *link;) {
        Stream *stream = *link;
        if (stream->id.task != task) {
            link = &stream->next;
            continue;
        }
        if (stream->solo) {
            kafka_producer_close(stream->solo->producer, 0);
        }
        *link = stream->next;
        stream_free(publisher, stream);
    }
}

void publisher_close(Publisher *publisher, int flush_ms) {
    if (!publisher) {
        return;
    }
    kafka_producer_close(publisher->shared.producer, flush_ms);
    while (publisher->streams) {
        Stream *stream = publisher->streams;
        publisher->streams = stream->next;
        if (stream->solo) {
            kafka_producer_close(stream->solo->producer, 0);
        }
        stream_free(publisher, stream);
    }
    free(publisher);
}

/* ---- questions */

int64_t publisher_acked(const Publisher *publisher, StreamId id) {
    const Stream *stream = stream_find(publisher, id);
    return stream ? stream->acked : 0;
}

int64_t publisher_unacked(const Publisher *publisher, int32_t task) {
    int64_t unacked = 0;
    for (const Stream *stream = publisher->streams; stream; stream = stream->next) {
        unacked += stream->id.task == task ? stream->added - stream->acked : 0;
    }
    return unacked;
}

int64_t publisher_held_bytes(const Publisher *publisher) {
    return publisher->held_bytes;
}

bool publisher_is_healthy(const Publisher *publisher, int32_t task) {
    for (const Stream *stream = publisher->streams; stream; stream = stream->next) {
        if (stream->id.task == task && stream->solo && stream->failures > 0) {
            return false;
        }
    }
    return true;
}
