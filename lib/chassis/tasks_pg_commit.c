/* One transaction for all tasks of a step: claim the tasks, move their numbers, write what is to be
 * published. */
#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/pg_columns.h"
#include "chassis/tasks_pg_room.h"

static Str hash_bytes(const Hash *hash) {
    return str_from(hash->bytes, HASH_SIZE);
}

/* Without the condition that makes it a claim. */
#define CLAIM_TASKS                                                                                \
    "UPDATE task SET phase = v.phase, day = v.day, simulated = v.simulated, policy_set = "         \
    "v.policy_set,"                                                                                \
    "  output_order = v.output_order, deaths = v.deaths, noted_topic = NULL, noted_offset = NULL"  \
    " FROM unnest($1::int[], $2::bigint[], $3::int[], $4::date[], $5::int[], $6::bytea[], "        \
    "$7::bigint[],"                                                                                \
    "   $8::int[]) AS w(task, epoch, phase, day, simulated, policy_set, output_order, deaths),"    \
    " LATERAL (SELECT w.phase::smallint, w.day, w.simulated = 1, w.policy_set, w.output_order, "   \
    "w.deaths)"                                                                                    \
    "   AS v(phase, day, simulated, policy_set, output_order, deaths)"                             \
    " WHERE task.task = w.task"

static const PgStatement CLAIM = {"claim",
                                  CLAIM_TASKS " AND task.epoch = w.epoch RETURNING task.task"};

/* With the safeguard left out: whoever owns it now. */
static const PgStatement CLAIM_UNFENCED = {"claim_unfenced", CLAIM_TASKS " RETURNING task.task"};

static void claim_params(PgParams *params, const TaskCommit *commits, int count, Arena *arena) {
    int32_t *task = ARENA_ARRAY(arena, int32_t, count);
    int64_t *epoch = ARENA_ARRAY(arena, int64_t, count);
    int32_t *phase = ARENA_ARRAY(arena, int32_t, count);
    Date *day = ARENA_ARRAY(arena, Date, count);
    int32_t *simulated = ARENA_ARRAY(arena, int32_t, count);
    Str *set = ARENA_ARRAY(arena, Str, count);
    int64_t *order = ARENA_ARRAY(arena, int64_t, count);
    int32_t *deaths = ARENA_ARRAY(arena, int32_t, count);
    for (int i = 0; i < count; i++) {
        const TaskNumbers *numbers = commits[i].numbers;
        task[i] = commits[i].task;
        epoch[i] = commits[i].epoch;
        phase[i] = (int32_t)numbers->phase;
        day[i] = numbers->day;
        simulated[i] = numbers->simulated;
        set[i] = numbers->has_policy_set ? hash_bytes(&numbers->policy_set) : (Str){NULL, 0};
        order[i] = numbers->order;
        deaths[i] = commits[i].deaths;
    }
    pg_add_i32_array(params, task, count);
    pg_add_i64_array(params, epoch, count);
    pg_add_i32_array(params, phase, count);
    pg_add_date_array(params, day, count);
    pg_add_i32_array(params, simulated, count);
    pg_add_bytes_array(params, set, count);
    pg_add_i64_array(params, order, count);
    pg_add_i32_array(params, deaths, count);
}

/* Only what has moved is written: an input whose position stands still keeps its row. */
static const PgStatement MOVE_INPUTS = {
    "move_inputs", "INSERT INTO task_input (task, topic, next, last_hash)"
                   " SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::bytea[])"
                   " ON CONFLICT (task, topic) DO UPDATE SET next = EXCLUDED.next,"
                   "  last_hash = EXCLUDED.last_hash"
                   " WHERE task_input.next <> EXCLUDED.next"};
static const PgStatement MOVE_MARKS = {
    "move_marks",
    "INSERT INTO task_mark (task, topic, service, source_task, seq)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::int[], $5::bigint[])"
    " ON CONFLICT (task, topic, service, source_task) DO UPDATE SET seq = EXCLUDED.seq"
    " WHERE task_mark.seq <> EXCLUDED.seq"};
static const PgStatement MOVE_OUTPUTS = {
    "move_outputs",
    "INSERT INTO task_output (task, topic, partition, seq, acked_seq)"
    " SELECT * FROM unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::bigint[])"
    " ON CONFLICT (task, topic, partition) DO UPDATE SET seq = EXCLUDED.seq,"
    "  acked_seq = EXCLUDED.acked_seq"
    " WHERE (task_output.seq, task_output.acked_seq) IS DISTINCT FROM"
    "  (EXCLUDED.seq, EXCLUDED.acked_seq)"};
/* A bundle is a slice of the arrays that hold all rows. */
static const PgStatement WRITE_OUTBOX = {
    "write_outbox",
    "INSERT INTO outbox_bundle (written_on, task, topic, partition, first_seq, seq, epoch, at,"
    "  ordinals, types, keys, \"values\", headers)"
    " SELECT (now() AT TIME ZONE 'UTC')::date, task, topic, partition, first_seq,"
    "  first_seq + upto - since, epoch, at, ($9::bigint[])[since:upto], ($10::text[])[since:upto],"
    "  ($11::bytea[])[since:upto], ($12::bytea[])[since:upto], ($13::bytea[])[since:upto]"
    " FROM unnest($1::int[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bigint[],"
    "   $7::int[], $8::int[]) AS b(task, topic, partition, first_seq, epoch, at, since, upto)"};

static bool move_inputs(Tasks *tasks, const TaskCommit *commits, int count, Arena *arena,
                        Err *err) {
    ptrdiff_t most = (ptrdiff_t)count * tasks->service->input_count;
    int32_t *task = ARENA_ARRAY(arena, int32_t, most);
    Str *topic = ARENA_ARRAY(arena, Str, most);
    int64_t *next = ARENA_ARRAY(arena, int64_t, most);
    Str *hash = ARENA_ARRAY(arena, Str, most);
    ptrdiff_t n = 0;
    for (int i = 0; i < count; i++) {
        for (int input = 0; input < tasks->service->input_count; input++) {
            const TaskInput *position = &commits[i].numbers->inputs[input];
            if (position->next > 0) {
                task[n] = commits[i].task;
                topic[n] = str_of(tasks->service->inputs[input].topic);
                next[n] = position->next;
                hash[n++] = hash_bytes(&position->last_hash);
            }
        }
    }
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, task, n);
    pg_add_text_array(params, topic, n);
    pg_add_i64_array(params, next, n);
    pg_add_bytes_array(params, hash, n);
    return n == 0 || pg_send(tasks->pg, &MOVE_INPUTS, params, err);
}

bool tasks_begin(Tasks *tasks, TaskCommit *commits, int count, Arena *arena, bool *all_found,
                 Err *err) {
    if (!pg_begin(tasks->pg, err)) {
        return false;
    }
    PgParams *params = pg_params(arena);
    claim_params(params, commits, count, arena);
    PgRows rows;
    const PgStatement *claim = BROKEN("no_fence") ? &CLAIM_UNFENCED : &CLAIM;
    if (!pg_run(tasks->pg, claim, params, arena, &rows, err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        commits[i].found = false;
        for (ptrdiff_t row = 0; row < rows.count; row++) {
            commits[i].found |= pg_i32(&rows, row, 0) == commits[i].task;
        }
    }
    *all_found = rows.count == count;
    /* With the safeguard left out, positions are committed before what they stand for. */
    return !BROKEN("no_atom") || (move_inputs(tasks, commits, count, arena, err) &&
                                  pg_commit(tasks->pg, err) && pg_begin(tasks->pg, err));
}

static bool move_marks(Tasks *tasks, const TaskCommit *commits, int count, Arena *arena, Err *err) {
    ptrdiff_t most = 0;
    for (int i = 0; i < count; i++) {
        most += commits[i].numbers->mark_count;
    }
    if (most == 0) {
        return true;
    }
    int32_t *task = ARENA_ARRAY(arena, int32_t, most);
    Str *topic = ARENA_ARRAY(arena, Str, most);
    Str *service = ARENA_ARRAY(arena, Str, most);
    int32_t *source = ARENA_ARRAY(arena, int32_t, most);
    int64_t *seq = ARENA_ARRAY(arena, int64_t, most);
    ptrdiff_t n = 0;
    for (int i = 0; i < count; i++) {
        for (int m = 0; m < commits[i].numbers->mark_count; m++, n++) {
            const TaskMark *mark = &commits[i].numbers->marks[m];
            task[n] = commits[i].task;
            topic[n] = str_of(tasks->service->inputs[mark->input].topic);
            service[n] = mark->service;
            source[n] = mark->source_task;
            seq[n] = mark->seq;
        }
    }
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, task, n);
    pg_add_text_array(params, topic, n);
    pg_add_text_array(params, service, n);
    pg_add_i32_array(params, source, n);
    pg_add_i64_array(params, seq, n);
    return pg_send(tasks->pg, &MOVE_MARKS, params, err);
}

static bool move_outputs(Tasks *tasks, const TaskCommit *commits, int count, Arena *arena,
                         Err *err) {
    ptrdiff_t most = 0;
    for (int i = 0; i < count; i++) {
        most += commits[i].numbers->output_count;
    }
    if (most == 0) {
        return true;
    }
    int32_t *task = ARENA_ARRAY(arena, int32_t, most);
    Str *topic = ARENA_ARRAY(arena, Str, most);
    int32_t *partition = ARENA_ARRAY(arena, int32_t, most);
    int64_t *seq = ARENA_ARRAY(arena, int64_t, most);
    int64_t *acked = ARENA_ARRAY(arena, int64_t, most);
    ptrdiff_t n = 0;
    for (int i = 0; i < count; i++) {
        for (int o = 0; o < commits[i].numbers->output_count; o++, n++) {
            const TaskOutput *output = &commits[i].numbers->outputs[o];
            task[n] = commits[i].task;
            topic[n] = service_output_topic(tasks->service, output->output);
            partition[n] = output->partition;
            seq[n] = output->seq;
            acked[n] = output->acked;
        }
    }
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, task, n);
    pg_add_text_array(params, topic, n);
    pg_add_i32_array(params, partition, n);
    pg_add_i64_array(params, seq, n);
    pg_add_i64_array(params, acked, n);
    return pg_send(tasks->pg, &MOVE_OUTPUTS, params, err);
}

static int64_t epoch_of(const TaskCommit *commits, int count, int32_t task) {
    for (int i = 0; i < count; i++) {
        if (commits[i].task == task) {
            return commits[i].epoch;
        }
    }
    CHECK(!"an outbox row of a task that is not in the commit");
    return 0;
}

typedef struct Bundle {
    int32_t task;
    int32_t partition;
    Str topic;
    int64_t first_seq;
    int64_t epoch;
    int64_t at_us;
    int32_t since; /* places in the arrays of all rows, from 1 */
    int32_t upto;
} Bundle;

static PgColumns bundle_columns(const Bundle *bundles, int count, Arena *arena) {
    PgColumns columns = pg_columns(arena, count);
    for (int i = 0; i < count; i++) {
        pg_columns_add(&columns, NULL, &bundles[i]);
    }
    pg_column_i32(&columns, offsetof(Bundle, task));
    pg_column_text(&columns, offsetof(Bundle, topic));
    pg_column_i32(&columns, offsetof(Bundle, partition));
    pg_column_i64(&columns, offsetof(Bundle, first_seq));
    pg_column_i64(&columns, offsetof(Bundle, epoch));
    pg_column_i64(&columns, offsetof(Bundle, at_us));
    pg_column_i32(&columns, offsetof(Bundle, since));
    pg_column_i32(&columns, offsetof(Bundle, upto));
    return columns;
}

static void row_columns(const PgColumns *bundles, const OutboxRow *rows, int count) {
    PgColumns columns = pg_columns_beside(bundles, count);
    for (int i = 0; i < count; i++) {
        pg_columns_add(&columns, NULL, &rows[i]);
    }
    pg_column_i64(&columns, offsetof(OutboxRow, ordinal));
    pg_column_text(&columns, offsetof(OutboxRow, type));
    pg_column_bytes_or_null(&columns, offsetof(OutboxRow, key));
    pg_column_bytes_or_null(&columns, offsetof(OutboxRow, value));
    pg_column_bytes_or_null(&columns, offsetof(OutboxRow, headers));
}

static bool write_outbox(Tasks *tasks, const TaskCommit *commits, int count, const OutboxRow *rows,
                         int n, Arena *arena, Err *err) {
    if (n == 0) {
        return true;
    }
    OutboxRow *sorted = outbox_sort(rows, n, arena);
    Bundle *bundles = ARENA_ARRAY(arena, Bundle, n + 1);
    int bundle_count = 0;
    for (int from = 0, end; from < n; from = end) {
        const OutboxRow *first = &sorted[from];
        end = outbox_bundle_end(sorted, n, from);
        CHECK(sorted[end - 1].seq - first->seq == end - 1 - from);
        bundles[bundle_count++] =
            (Bundle){.task = first->task,
                     .partition = first->partition,
                     .topic = service_output_topic(tasks->service, first->output),
                     .first_seq = first->seq,
                     .epoch = epoch_of(commits, count, first->task),
                     .at_us = first->at.us,
                     .since = from + 1,
                     .upto = end};
    }
    PgColumns columns = bundle_columns(bundles, bundle_count, arena);
    row_columns(&columns, sorted, n);
    return pg_columns_send(tasks->pg, &columns, &WRITE_OUTBOX, err);
}

bool tasks_finish(Tasks *tasks, const TaskCommit *commits, int count, const OutboxRow *rows,
                  int row_count, Arena *arena, Err *err) {
    return move_inputs(tasks, commits, count, arena, err) &&
           move_marks(tasks, commits, count, arena, err) &&
           move_outputs(tasks, commits, count, arena, err) &&
           write_outbox(tasks, commits, count, rows, row_count, arena, err) &&
           pg_commit(tasks->pg, err);
}

void tasks_rollback(Tasks *tasks) {
    pg_rollback(tasks->pg);
}
