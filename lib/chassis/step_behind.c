/* A database restored to an older state would give numbers a second time that its topics already
 * hold. So at every start the last record of each output partition is compared with the numbers in
 * the store. */
#include <inttypes.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/headers.h"
#include "chassis/step_room.h"

/* More than one, since several tasks may write one partition, and an operator may have added a
 * record to the dead letters. */
enum { TAIL_RECORDS = 100 };

typedef struct Behind {
    Step *step;
    KafkaTopics topics;
    bool failed;
    Err err; /* of the first fault */
} Behind;

static bool tail_check(Behind *behind, const char *topic, const Record *record, Err *err) {
    Step *step = behind->step;
    RecordNumber number;
    int64_t known;
    /* A dead-letter topic may hold what an operator put there. */
    if (!headers_find_number(record, &number) ||
        !str_equals(number.service, str_of(step->options.service->name))) {
        return true;
    }
    if (!tasks_last_number(step->tasks, number.task, str_of(topic), record->partition, &known,
                           err)) {
        return false;
    }
    if (number.seq <= known || BROKEN("no_tail_check")) {
        return true;
    }
    return err_set(
        err, VERDICT_STOP, "STORE_BEHIND",
        "%s [%d] holds number %" PRId64 " of task %d, the database knows %" PRId64
        ": it is older than what this service has said. Restore a newer state, or rebuild "
        "the service from its topics",
        topic, (int)record->partition, number.seq, (int)number.task, known);
}

static void tail_visit(void *self, const Record *record) {
    Behind *behind = self;
    if (!behind->failed) {
        behind->failed =
            !tail_check(behind, behind->topics.names[record->topic], record, &behind->err);
    }
}

bool behind_check(Step *step, Err *err) {
    Arena arena = arena_open("topic names", 1 << 20);
    const Service *service = step->options.service;
    int count = service_output_count(service);
    const char **names = ARENA_ARRAY(&arena, const char *, count);
    for (int i = 0; i < count; i++) {
        names[i] = str_terminated(&arena, service_output_topic(service, i));
    }
    Behind behind = {.step = step, .topics = {names, count}};
    bool read = kafka_tails(step->options.kafka, behind.topics, step->partitions, TAIL_RECORDS,
                            tail_visit, &behind, err);
    arena_close(&arena);
    if (read && behind.failed) {
        *err = behind.err;
    }
    return read && !behind.failed;
}
