#include "cli/line.h"

#include <jansson.h>
#include <poll.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "cli/http.h"

enum { REPLICAS_MAX = 64, PARTITIONS_MAX = 1024, LOOK_EVERY_MS = 5, READING_BYTES = 16 << 20 };

/* What the services say they have taken, to be held against where the topics end. */
typedef struct Taken {
    KafkaEnd *ends;   /* as asked from the broker */
    int64_t *read_to; /* as the service said */
    int count;
    int room;
} Taken;

/* One reading of one service over all its replicas. */
typedef struct Reading {
    Taken *taken;
    bool seen[PARTITIONS_MAX];
    int tasks;
    int partitions;
    const char *busy; /* what is going on; NULL: quiet */
    Date earliest;    /* open day; DATE_NONE: a task has none */
    bool all_closed;  /* every task's day is after the day asked for */
} Reading;

static const char *busy_with(const json_t *task) {
    if (json_integer_value(json_object_get(task, "unacknowledged")) > 0) {
        return "publishing";
    }
    if (json_is_true(json_object_get(task, "standing"))) {
        return "closing a day";
    }
    if (json_integer_value(json_object_get(task, "under_way")) > 0) {
        return "sending";
    }
    const json_t *waiting = json_object_get(task, "waiting");
    if (json_is_string(waiting)) {
        return "waiting";
    }
    return NULL;
}

static Date day_of(const json_t *task) {
    const char *text = json_string_value(json_object_get(task, "day"));
    Date day;
    return text && date_parse(str_of(text), &day) ? day : DATE_NONE;
}

static void inputs_note(const json_t *task, int32_t partition, Arena *arena, Taken *taken) {
    size_t i;
    json_t *input;
    json_array_foreach(json_object_get(task, "inputs"), i, input) {
        CHECK(taken->count < taken->room);
        const char *topic = json_string_value(json_object_get(input, "topic"));
        taken->ends[taken->count] =
            (KafkaEnd){.topic = str_terminated(arena, str_of(topic)), .partition = partition};
        taken->read_to[taken->count++] = json_integer_value(json_object_get(input, "read_to"));
    }
}

static void task_read(const json_t *task, Date closed, Arena *arena, Reading *reading) {
    json_int_t number = json_integer_value(json_object_get(task, "task"));
    if (number < 0 || number >= PARTITIONS_MAX || reading->seen[number]) {
        return;
    }
    reading->seen[number] = true;
    reading->tasks++;
    inputs_note(task, (int32_t)number, arena, reading->taken);
    const char *busy = busy_with(task);
    reading->busy = busy ? busy : reading->busy;
    Date day = day_of(task);
    bool after = !date_is_none(day) && date_compare(day, closed) > 0;
    reading->all_closed &= date_is_none(closed) || after;
    if (reading->tasks == 1 || date_is_none(day) || date_compare(day, reading->earliest) < 0) {
        reading->earliest = day; /* DATE_NONE is before all */
    }
}

static bool replica_read(Arena *arena, Str url, Date closed, Reading *reading, StrBuilder *all,
                         Err *err) {
    HttpReply reply;
    if (!http_get(arena, url, S("/v1/progress"), &reply, err)) {
        return false;
    }
    json_t *root = json_loadb(reply.body.ptr, (size_t)reply.body.len, 0, NULL);
    if (reply.status != 200 || !root) {
        json_decref(root);
        return err_set(err, VERDICT_RETRY, "PROGRESS", "%.*s is not ready to say where it stands",
                       STR_ARGS(url));
    }
    str_add(all, reply.body);
    reading->partitions = (int)json_integer_value(json_object_get(root, "partitions"));
    size_t i;
    json_t *task;
    json_array_foreach(json_object_get(root, "tasks"), i, task) {
        task_read(task, closed, arena, reading);
    }
    json_decref(root);
    return true;
}

/* The replicas of one service: addresses separated by commas. */
static bool service_read(Arena *arena, Str urls, Date closed, Taken *taken, Reading *reading,
                         StrBuilder *all, Err *err) {
    *reading = (Reading){.taken = taken, .all_closed = true};
    StrCut cut = {.tail = urls, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, ',');
        if (!replica_read(arena, str_trim(cut.head), closed, reading, all, err)) {
            return false;
        }
    }
    if (reading->tasks < reading->partitions || reading->partitions == 0) {
        reading->busy = "taking its tasks";
        reading->all_closed = false;
    }
    return true;
}

static Taken taken_make(Arena *arena) {
    enum { INPUTS_MAX = 4 * PARTITIONS_MAX * 4 };
    return (Taken){.ends = ARENA_ARRAY(arena, KafkaEnd, INPUTS_MAX),
                   .read_to = ARENA_ARRAY(arena, int64_t, INPUTS_MAX),
                   .room = INPUTS_MAX};
}

/* A snapshot may be older than what was just written: so the ends of the topics are asked after it
 * was read. */
static bool all_is_taken(KafkaClient *client, Taken *taken, bool *all, Err *err) {
    if (!kafka_ends(client, taken->ends, taken->count, err)) {
        return false;
    }
    *all = true;
    for (int i = 0; i < taken->count; i++) {
        *all &= taken->read_to[i] >= taken->ends[i].end;
    }
    if (!*all) {
        err_set(err, VERDICT_RETRY, "BUSY", "a service has not read all its inputs");
    }
    return true;
}

/* Reads all services into `all`, the text that two equal readings are compared by. */
static bool line_read(Line *line, Arena *arena, Date closed, bool *quiet, Str *all, Err *err) {
    const Cli *cli = line->cli;
    Taken taken = taken_make(arena);
    const Str urls[] = {cli->settings.ledger_url, cli->settings.scoring_url,
                        cli->settings.dunning_url, cli->settings.approvals_url};
    StrBuilder text = str_builder(arena, READING_BYTES / 4);
    *quiet = true;
    for (ptrdiff_t i = 0; i < COUNT_OF(urls); i++) {
        Reading reading;
        if (str_is_empty(urls[i])) {
            continue;
        }
        if (!service_read(arena, urls[i], closed, &taken, &reading, &text, err)) {
            return false;
        }
        if (reading.busy || !reading.all_closed) {
            *quiet = false;
            err_set(err, VERDICT_RETRY, "BUSY", "%.*s is %s", STR_ARGS(urls[i]),
                    reading.busy ? reading.busy : "not through with that day");
        }
    }
    *all = str_built(&text);
    return !*quiet || all_is_taken(line->client, &taken, quiet, err);
}

bool line_open(Cli *cli, Line *line, Err *err) {
    *line = (Line){.cli = cli};
    if (str_is_empty(cli->settings.ledger_url)) {
        return err_set(err, VERDICT_POISON, "LEDGER_URL", "ARREARS_LEDGER_URL is not set");
    }
    return kafka_client_open(&cli->settings.kafka, &line->client, err);
}

void line_close(Line *line) {
    kafka_client_close(line->client);
}

bool line_wait(Line *line, Date closed, int timeout_ms, Err *err) {
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    Arena readings[2] = {arena_open("reading", READING_BYTES),
                         arena_open("reading", READING_BYTES)};
    Str before = {0};
    bool done = false;
    for (int turn = 0; !done && clock_monotonic_ms() < until_ms; turn = 1 - turn) {
        bool quiet;
        Str now;
        arena_reset(&readings[turn]);
        if (!line_read(line, &readings[turn], closed, &quiet, &now, err)) {
            quiet = false;
        }
        done = quiet && before.ptr && str_equals(before, now);
        before = quiet ? now : (Str){0};
        if (!done) {
            poll(NULL, 0, LOOK_EVERY_MS);
        }
    }
    arena_close(&readings[0]);
    arena_close(&readings[1]);
    return done;
}

static bool is_closed(const Cli *cli, Arena *arena, Date day, Err *err) {
    const Str urls[] = {cli->settings.ledger_url, cli->settings.dunning_url};
    for (ptrdiff_t i = 0; i < COUNT_OF(urls); i++) {
        Reading reading;
        Taken taken = taken_make(arena);
        StrBuilder text = str_builder(arena, READING_BYTES / 4);
        if (str_is_empty(urls[i])) {
            continue;
        }
        if (!service_read(arena, urls[i], day, &taken, &reading, &text, err)) {
            return false;
        }
        if (!reading.all_closed) {
            return err_set(err, VERDICT_RETRY, "BUSY", "%.*s has not closed that day",
                           STR_ARGS(urls[i]));
        }
    }
    return true;
}

bool line_wait_closed(Line *line, Date day, int timeout_ms, Err *err) {
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    Arena arena = arena_open("reading", READING_BYTES);
    bool done = false;
    while (!done && clock_monotonic_ms() < until_ms) {
        arena_reset(&arena);
        done = is_closed(line->cli, &arena, day, err);
        if (!done) {
            poll(NULL, 0, LOOK_EVERY_MS);
        }
    }
    arena_close(&arena);
    return done;
}

bool line_open_day(Line *line, Date *day, Err *err) {
    Arena arena = arena_open("reading", READING_BYTES);
    Reading reading;
    Taken taken = taken_make(&arena);
    StrBuilder text = str_builder(&arena, READING_BYTES / 4);
    bool read = service_read(&arena, line->cli->settings.ledger_url, DATE_NONE, &taken, &reading,
                             &text, err);
    if (read) {
        *day = reading.tasks == reading.partitions ? reading.earliest : DATE_NONE;
    }
    arena_close(&arena);
    return read;
}
