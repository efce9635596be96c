/* One transaction for all tasks of a step: claim the tasks, move their numbers, write what is to be
 * published. */
#include "base/check.h"
#include "chassis/broken.h"
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
static const PgStatement WRITE_OUTBOX = {"write_outbox",
                                         "INSERT INTO outbox (written_on, task, topic, partition, "
                                         "seq, ordinal, epoch, at, type, key, value, headers)"
                                         " SELECT (now() AT TIME ZONE 'UTC')::date, v.* FROM "
                                         "unnest($1::int[], $2::text[], $3::int[], $4::bigint[],"
                                         "  $5::bigint[], $6::bigint[], $7::bigint[], $8::text[], "
                                         "$9::bytea[], $10::bytea[], $11::bytea[]) AS v"};

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

static bool write_outbox(Tasks *tasks, const TaskCommit *commits, int count, const OutboxRow *rows,
                         int n, Arena *arena, Err *err) {
    if (n == 0) {
        return true;
    }
    int32_t *task = ARENA_ARRAY(arena, int32_t, n);
    int32_t *partition = ARENA_ARRAY(arena, int32_t, n);
    int64_t *numbers = ARENA_ARRAY(arena, int64_t, (ptrdiff_t)n * 4);
    int64_t *seq = numbers;
    int64_t *ordinal = numbers + n;
    int64_t *epoch = numbers + 2 * (ptrdiff_t)n;
    int64_t *at = numbers + 3 * (ptrdiff_t)n;
    Str *texts = ARENA_ARRAY(arena, Str, (ptrdiff_t)n * 5);
    Str *topic = texts;
    Str *type = texts + n;
    Str *key = texts + 2 * (ptrdiff_t)n;
    Str *value = texts + 3 * (ptrdiff_t)n;
    Str *headers = texts + 4 * (ptrdiff_t)n;
    for (int i = 0; i < n; i++) {
        task[i] = rows[i].task;
        topic[i] = service_output_topic(tasks->service, rows[i].output);
        partition[i] = rows[i].partition;
        seq[i] = rows[i].seq;
        ordinal[i] = rows[i].ordinal;
        epoch[i] = epoch_of(commits, count, rows[i].task);
        at[i] = rows[i].at.us;
        type[i] = rows[i].type;
        key[i] = rows[i].key;
        value[i] = rows[i].value;
        headers[i] = rows[i].headers;
    }
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, task, n);
    pg_add_text_array(params, topic, n);
    pg_add_i32_array(params, partition, n);
    pg_add_i64_array(params, seq, n);
    pg_add_i64_array(params, ordinal, n);
    pg_add_i64_array(params, epoch, n);
    pg_add_i64_array(params, at, n);
    pg_add_text_array(params, type, n);
    pg_add_bytes_array(params, key, n);
    pg_add_bytes_array(params, value, n);
    pg_add_bytes_array(params, headers, n);
    return pg_send(tasks->pg, &WRITE_OUTBOX, params, err);
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
