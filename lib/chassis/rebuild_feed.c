/* The records of a task's inputs, one by one, from where it stands. */
#include <inttypes.h>

#include "chassis/clock.h"
#include "chassis/rebuild_room.h"

enum { POLL_MS = 100, SILENCE_MS = 30000 };

static const char *topic_of(const Feeds *feeds, int input) {
    return feeds->service->inputs[input].topic;
}

bool feed_seek(Feeds *feeds, int input, int64_t offset, Err *err) {
    Feed *feed = &feeds->feeds[input];
    KafkaRange range;
    kafka_reader_close(feed->reader);
    feed->reader = NULL;
    feed->next = offset;
    if (!kafka_range(feeds->client, topic_of(feeds, input), feeds->task, &range, err)) {
        return false;
    }
    if (offset < range.low || offset > range.end) {
        return err_set(err, VERDICT_STOP, "INPUT_CUT",
                       "%s [%d] holds the offsets %" PRId64 " to %" PRId64 ", and %" PRId64
                       " is needed: without these records nothing can be rebuilt",
                       topic_of(feeds, input), (int)feeds->task, range.low, range.end, offset);
    }
    KafkaSpan span = {topic_of(feeds, input), feeds->task, 1, offset};
    return kafka_reader_open(feeds->settings, span, &feed->reader, err);
}

bool feed_take(Feeds *feeds, int input, Arena *arena, Record *record, bool *ended, Err *err) {
    Feed *feed = &feeds->feeds[input];
    int64_t asked_ms = clock_monotonic_ms();
    KafkaTake took = KAFKA_TAKE_NOTHING;
    while (took == KAFKA_TAKE_NOTHING) {
        if (!kafka_reader_take(feed->reader, POLL_MS, arena, record, &took, err)) {
            return err_context(err, "reading %s", topic_of(feeds, input));
        }
        if (took == KAFKA_TAKE_NOTHING && clock_monotonic_ms() - asked_ms > SILENCE_MS) {
            return err_set(err, VERDICT_RETRY, "KAFKA_TIMEOUT",
                           "the broker gives neither a record nor the end of %s [%d]",
                           topic_of(feeds, input), (int)feeds->task);
        }
    }
    *ended = took == KAFKA_TAKE_END;
    record->topic = input;
    if (!*ended) {
        feed->next = record->offset + 1;
    }
    return true;
}

void feeds_close(Feeds *feeds) {
    for (int i = 0; i < feeds->service->input_count; i++) {
        kafka_reader_close(feeds->feeds[i].reader);
        feeds->feeds[i].reader = NULL;
    }
}
