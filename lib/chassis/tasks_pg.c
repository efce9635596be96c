/* The numbers of tasks in PostgreSQL: the tables of sql/0001_tasks.sql. */
#include "base/check.h"
#include "base/id.h"
#include "chassis/log.h"
#include "chassis/pg.h"
#include "chassis/tasks.h"
#include "chassis/tasks_pg_room.h"

/* ---- connection */

bool tasks_open(const void *store_settings, const Service *service, Tasks **opened, Err *err) {
    Tasks *tasks = calloc(1, sizeof *tasks);
    CHECK(tasks);
    *tasks = (Tasks){.options = store_settings, .service = service};
    if (!tasks_connect(tasks, err)) {
        free(tasks);
        return false;
    }
    *opened = tasks;
    return true;
}

void tasks_close(Tasks *tasks) {
    if (tasks) {
        pg_close(tasks->pg);
        free(tasks);
    }
}

bool tasks_connect(Tasks *tasks, Err *err) {
    if (tasks->pg && !pg_is_lost(tasks->pg)) {
        return true;
    }
    pg_close(tasks->pg);
    tasks->pg = NULL;
    if (!pg_open(tasks->options, &tasks->pg, err)) {
        return err_context(err, "the service's database");
    }
    pg_meanwhile(tasks->pg, tasks->meanwhile);
    return true;
}

void tasks_meanwhile(Tasks *tasks, Meanwhile meanwhile) {
    tasks->meanwhile = meanwhile;
    pg_meanwhile(tasks->pg, meanwhile);
}

Pg *tasks_pg(Tasks *tasks) {
    return tasks->pg;
}

/* ---- what only a store that can be lost needs */

States *tasks_states(Tasks *tasks, int32_t task) {
    (void)tasks, (void)task;
    return NULL;
}

bool tasks_is_single(const Tasks *tasks) {
    (void)tasks;
    return false;
}

int64_t tasks_next_commit(const Tasks *tasks, int32_t task) {
    (void)tasks, (void)task;
    return 0;
}

bool tasks_keep(Tasks *tasks, int32_t task, const Publisher *publisher, Err *err) {
    (void)tasks, (void)task, (void)publisher, (void)err;
    return true;
}

void tasks_lose(Tasks *tasks, int32_t task) {
    (void)tasks, (void)task;
}

/* ---- installation */

static const PgStatement INSTALL = {
    "install", "INSERT INTO installation (partitions) VALUES ($1) ON CONFLICT DO NOTHING"};
static const PgStatement INSTALLED = {"installed", "SELECT partitions FROM installation"};
static const PgStatement MAKE_TASKS = {
    "make_tasks",
    "INSERT INTO task (task) SELECT generate_series(0, $1 - 1) ON CONFLICT DO NOTHING"};

static bool run_with_count(Pg *pg, const PgStatement *statement, int32_t partitions, Arena *arena,
                           Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, partitions);
    return pg_run(pg, statement, params, arena, NULL, err);
}

static bool install(Tasks *tasks, int32_t partitions, Arena *arena, Err *err) {
    PgRows rows;
    if (!run_with_count(tasks->pg, &INSTALL, partitions, arena, err) ||
        !pg_run(tasks->pg, &INSTALLED, NULL, arena, &rows, err)) {
        return false;
    }
    CHECK(rows.count == 1);
    if (pg_i32(&rows, 0, 0) != partitions) {
        return err_set(
            err, VERDICT_STOP, "PARTITIONS_CHANGED",
            "installed with %d partitions, the topics have %d: the number never changes while "
            "running; a larger one is a stopped migration",
            (int)pg_i32(&rows, 0, 0), (int)partitions);
    }
    return run_with_count(tasks->pg, &MAKE_TASKS, partitions, arena, err);
}

bool tasks_install(Tasks *tasks, int32_t partitions, Err *err) {
    Arena scratch = arena_open("install", 1 << 20);
    bool done = install(tasks, partitions, &scratch, err);
    arena_close(&scratch);
    return done;
}

static const PgStatement LAST_NUMBER = {
    "last_number", "SELECT seq FROM task_output WHERE task = $1 AND topic = $2 AND partition = $3"};

bool tasks_last_number(Tasks *tasks, int32_t task, Str topic, int32_t partition, int64_t *seq,
                       Err *err) {
    Arena scratch = arena_open("last number", 1 << 20);
    PgParams *params = pg_params(&scratch);
    pg_add_i32(params, task);
    pg_add_text(params, topic);
    pg_add_i32(params, partition);
    PgRows rows;
    bool done = pg_run(tasks->pg, &LAST_NUMBER, params, &scratch, &rows, err);
    if (done) {
        *seq = rows.count == 1 ? pg_i64(&rows, 0, 0) : 0;
    }
    arena_close(&scratch);
    return done;
}

static const PgStatement MAINTAIN = {"maintain", "SELECT outbox_maintain()"};

bool tasks_maintain(Tasks *tasks, Err *err) {
    return pg_run(tasks->pg, &MAINTAIN, NULL, NULL, NULL, err);
}

/* ---- takeover */

/* One statement that commits by itself: the epoch is raised and what the last owner noted is read
 * as it was. A note is kept from the fourth death on, so that its record is found even if we die
 * before it is dealt with. */
static const PgStatement TAKEOVER = {
    "takeover",
    "UPDATE task SET epoch = task.epoch + 1,"
    "  deaths = task.deaths + (was.noted_offset IS NOT NULL AND NOT $2)::int,"
    "  noted_topic = CASE WHEN task.deaths + (NOT $2)::int >= 4 THEN was.noted_topic END,"
    "  noted_offset = CASE WHEN task.deaths + (NOT $2)::int >= 4 THEN was.noted_offset END"
    " FROM (SELECT * FROM task WHERE task = $1 FOR UPDATE) AS was"
    " WHERE task.task = was.task"
    " RETURNING task.epoch, task.phase::int, task.day, task.simulated, task.policy_set, "
    "task.output_order,"
    "  task.deaths, task.noted_topic, task.noted_offset"};
static const PgStatement READ_INPUTS = {
    "read_inputs", "SELECT topic, next, last_hash FROM task_input WHERE task = $1"};
static const PgStatement READ_MARKS = {
    "read_marks", "SELECT topic, service, source_task, seq FROM task_mark WHERE task = $1"};
static const PgStatement READ_OUTPUTS = {
    "read_outputs", "SELECT topic, partition, seq, acked_seq FROM task_output WHERE task = $1"};
static const PgStatement READ_OUTBOX = {
    "read_outbox",
    "SELECT topic, partition, first_seq + nth - 1, ordinal, at, type, key, value, header"
    "  FROM outbox_bundle o JOIN task_output t USING (task, topic, partition),"
    "       unnest(ordinals, types, keys, \"values\", headers) WITH ORDINALITY"
    "       AS event(ordinal, type, key, value, header, nth)"
    " WHERE o.task = $1 AND o.seq > t.acked_seq AND first_seq + nth - 1 > t.acked_seq"
    " ORDER BY topic, partition, 3"};

static Hash hash_from(Str bytes) {
    Hash hash = {{0}};
    CHECK(bytes.len == HASH_SIZE);
    memcpy(hash.bytes, bytes.ptr, HASH_SIZE);
    return hash;
}

static int output_index(const Service *service, Str topic) {
    for (int i = 0; i < service_output_count(service); i++) {
        if (str_equals(service_output_topic(service, i), topic)) {
            return i;
        }
    }
    return -1;
}

static bool unknown_topic(Err *err, const char *kind, Str topic) {
    return err_set(
        err, VERDICT_STOP, "TOPIC_UNKNOWN",
        "the database has numbers of %s %.*s, which this program does not know: an older program "
        "on a newer database?",
        kind, STR_ARGS(topic));
}

static bool inputs_read(Tasks *tasks, const PgRows *rows, TaskNumbers *numbers, Err *err) {
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        int input = service_find_input(tasks->service, pg_text(rows, i, 0));
        if (input < 0) {
            return unknown_topic(err, "input", pg_text(rows, i, 0));
        }
        numbers->inputs[input] = (TaskInput){pg_i64(rows, i, 1), hash_from(pg_text(rows, i, 2))};
    }
    return true;
}

static bool marks_read(Tasks *tasks, const PgRows *rows, Arena *arena, TaskNumbers *numbers,
                       Err *err) {
    numbers->marks = ARENA_ARRAY(arena, TaskMark, rows->count + 1);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        int input = service_find_input(tasks->service, pg_text(rows, i, 0));
        if (input < 0) {
            return unknown_topic(err, "input", pg_text(rows, i, 0));
        }
        numbers->marks[numbers->mark_count++] = (TaskMark){.input = input,
                                                           .service = pg_text(rows, i, 1),
                                                           .source_task = pg_i32(rows, i, 2),
                                                           .seq = pg_i64(rows, i, 3)};
    }
    return true;
}

static bool outputs_read(Tasks *tasks, const PgRows *rows, Arena *arena, TaskNumbers *numbers,
                         Err *err) {
    numbers->outputs = ARENA_ARRAY(arena, TaskOutput, rows->count + 1);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        int output = output_index(tasks->service, pg_text(rows, i, 0));
        if (output < 0) {
            return unknown_topic(err, "output", pg_text(rows, i, 0));
        }
        numbers->outputs[numbers->output_count++] = (TaskOutput){.output = output,
                                                                 .partition = pg_i32(rows, i, 1),
                                                                 .seq = pg_i64(rows, i, 2),
                                                                 .acked = pg_i64(rows, i, 3)};
    }
    return true;
}

static Str cell_or_null(const PgRows *rows, ptrdiff_t row, int column) {
    return pg_is_null(rows, row, column) ? (Str){NULL, 0} : pg_text(rows, row, column);
}

static bool outbox_read(Tasks *tasks, int32_t task, const PgRows *rows, Arena *arena,
                        TaskTaken *taken, Err *err) {
    taken->outbox = ARENA_ARRAY(arena, OutboxRow, rows->count + 1);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        int output = output_index(tasks->service, pg_text(rows, i, 0));
        if (output < 0) {
            return unknown_topic(err, "output", pg_text(rows, i, 0));
        }
        taken->outbox[taken->outbox_count++] = (OutboxRow){.task = task,
                                                           .output = output,
                                                           .partition = pg_i32(rows, i, 1),
                                                           .seq = pg_i64(rows, i, 2),
                                                           .ordinal = pg_i64(rows, i, 3),
                                                           .at = {pg_i64(rows, i, 4)},
                                                           .type = pg_text(rows, i, 5),
                                                           .key = cell_or_null(rows, i, 6),
                                                           .value = cell_or_null(rows, i, 7),
                                                           .headers = cell_or_null(rows, i, 8)};
    }
    return true;
}

static void task_row_read(const PgRows *rows, TaskTaken *taken) {
    taken->epoch = pg_i64(rows, 0, 0);
    TaskNumbers *numbers = &taken->numbers;
    numbers->phase = (TaskPhase)pg_i32(rows, 0, 1);
    numbers->day = pg_date(rows, 0, 2);
    numbers->simulated = pg_bool(rows, 0, 3);
    numbers->has_policy_set = !pg_is_null(rows, 0, 4);
    if (numbers->has_policy_set) {
        numbers->policy_set = hash_from(pg_text(rows, 0, 4));
    }
    numbers->order = pg_i64(rows, 0, 5);
    taken->deaths = pg_i32(rows, 0, 6);
    taken->noted_topic = pg_text(rows, 0, 7);
    taken->noted_offset = pg_is_null(rows, 0, 8) ? -1 : pg_i64(rows, 0, 8);
}

static bool rows_of_task(Tasks *tasks, const PgStatement *statement, int32_t task, Arena *arena,
                         PgRows *rows, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, task);
    return pg_run(tasks->pg, statement, params, arena, rows, err);
}

bool tasks_takeover(Tasks *tasks, int32_t task, bool own, Arena *arena, TaskTaken *taken,
                    Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, task);
    pg_add_bool(params, own);
    PgRows row;
    PgRows inputs;
    PgRows marks;
    PgRows outputs;
    PgRows outbox;
    if (!pg_run(tasks->pg, &TAKEOVER, params, arena, &row, err)) {
        return false;
    }
    CHECK(row.count == 1); /* tasks_install made it */
    *taken = (TaskTaken){0};
    task_row_read(&row, taken);
    return rows_of_task(tasks, &READ_INPUTS, task, arena, &inputs, err) &&
           rows_of_task(tasks, &READ_MARKS, task, arena, &marks, err) &&
           rows_of_task(tasks, &READ_OUTPUTS, task, arena, &outputs, err) &&
           rows_of_task(tasks, &READ_OUTBOX, task, arena, &outbox, err) &&
           inputs_read(tasks, &inputs, &taken->numbers, err) &&
           marks_read(tasks, &marks, arena, &taken->numbers, err) &&
           outputs_read(tasks, &outputs, arena, &taken->numbers, err) &&
           outbox_read(tasks, task, &outbox, arena, taken, err);
}

/* ---- notes about a record that is begun */

static const PgStatement NOTE = {"note", "UPDATE task SET noted_topic = $3, noted_offset = $4"
                                         " WHERE task = $1 AND epoch = $2"};
static const PgStatement FORGET_NOTE = {"forget_note",
                                        "UPDATE task SET noted_topic = NULL, noted_offset = NULL"
                                        " WHERE task = $1 AND epoch = $2 AND deaths < 4"};

bool tasks_note(Tasks *tasks, int32_t task, int64_t epoch, Str topic, int64_t offset, Err *err) {
    Arena scratch = arena_open("note", 1 << 20);
    PgParams *params = pg_params(&scratch);
    pg_add_i32(params, task);
    pg_add_i64(params, epoch);
    pg_add_text(params, topic);
    pg_add_i64(params, offset);
    PgRows rows = {0};
    bool done = pg_run(tasks->pg, &NOTE, params, &scratch, &rows, err);
    arena_close(&scratch);
    if (done && rows.affected != 1) {
        return err_set(err, VERDICT_UNSURE, "FENCED", "task %d was taken over by another process",
                       (int)task);
    }
    return done;
}

void tasks_forget_note(Tasks *tasks, int32_t task, int64_t epoch) {
    Err err;
    Arena scratch = arena_open("note", 1 << 20);
    PgParams *params = pg_params(&scratch);
    pg_add_i32(params, task);
    pg_add_i64(params, epoch);
    if (!pg_is_lost(tasks->pg) && !pg_run(tasks->pg, &FORGET_NOTE, params, &scratch, NULL, &err)) {
        log_failure(LOG_LEVEL_WARNING, "note_kept",
                    "could not take a note back; it may count as a death", &err);
    }
    arena_close(&scratch);
}

/* ---- records to pass over */

static const PgStatement IS_SKIPPED = {
    "is_skipped",
    "SELECT FROM task_skip WHERE topic = $1 AND partition = $2 AND record_offset = $3"};

bool tasks_is_skipped(Tasks *tasks, Str topic, int32_t partition, int64_t offset, Arena *arena,
                      bool *skipped, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_text(params, topic);
    pg_add_i32(params, partition);
    pg_add_i64(params, offset);
    PgRows rows;
    if (!pg_run(tasks->pg, &IS_SKIPPED, params, arena, &rows, err)) {
        return false;
    }
    *skipped = rows.count == 1;
    return true;
}

static const PgStatement SKIP = {"skip", "INSERT INTO task_skip (topic, partition, record_offset)"
                                         " VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"};

static bool skip_note(Pg *pg, Str topic, int32_t partition, int64_t offset, Arena *arena,
                      Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_text(params, topic);
    pg_add_i32(params, partition);
    pg_add_i64(params, offset);
    return pg_run(pg, &SKIP, params, arena, NULL, err);
}

bool tasks_skip(const void *store_settings, Str topic, int32_t partition, int64_t offset,
                Err *err) {
    Pg *pg;
    if (!pg_open(store_settings, &pg, err)) {
        return false;
    }
    Arena scratch = arena_open("skip", 1 << 20);
    bool noted = skip_note(pg, topic, partition, offset, &scratch, err);
    arena_close(&scratch);
    pg_close(pg);
    return noted;
}
