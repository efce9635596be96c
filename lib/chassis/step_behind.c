/* A database restored to an older state would give numbers a second time that its topics already
 * hold. So at every start the last record of each output partition is compared with the numbers in
 * the store. */
#include <inttypes.h>

#include "base/check.h"
#include "chassis/headers.h"
#include "chassis/step_room.h"

static bool tail_check(Step *step, Str topic, const Record *record, Err *err) {
    RecordNumber number;
    if (!headers_find_number(record, &number)) {
        return true; /* a dead-letter topic may hold what an operator put there */
    }
    if (!str_equals(number.service, str_of(step->options.service->name))) {
        return true;
    }
    int64_t known;
    if (!tasks_last_number(step->tasks, number.task, topic, record->partition, &known, err)) {
        return false;
    }
    if (number.seq <= known) {
        return true;
    }
    return err_set(err, VERDICT_STOP, "STORE_BEHIND",
                   "%.*s [%d] holds number %" PRId64 " of task %d, the database knows %" PRId64
                   ": it is older than what this service has said. Restore a newer state, or "
                   "rebuild the service "
                   "from its topics",
                   STR_ARGS(topic), (int)record->partition, number.seq, (int)number.task, known);
}

static bool check_all(Step *step, KafkaTopics topics, Arena *arena, Err *err) {
    int count = topics.count * step->partitions;
    Record *records = ARENA_ARRAY(arena, Record, count);
    bool *found = ARENA_ARRAY(arena, bool, count);
    if (!kafka_tails(step->options.kafka, topics, step->partitions, arena, records, found, err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (found[i] &&
            !tail_check(step, str_of(topics.names[i / step->partitions]), &records[i], err)) {
            return false;
        }
    }
    return true;
}

bool behind_check(Step *step, Err *err) {
    Arena arena = arena_open("tails", 256 << 20);
    const Service *service = step->options.service;
    int count = service_output_count(service);
    const char **names = ARENA_ARRAY(&arena, const char *, count);
    for (int i = 0; i < count; i++) {
        names[i] = str_terminated(&arena, service_output_topic(service, i));
    }
    bool good = check_all(step, (KafkaTopics){names, count}, &arena, err);
    arena_close(&arena);
    return good;
}
