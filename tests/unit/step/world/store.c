/* The task store: a struct that is copied at begin and copied back at commit. */
#include "base/check.h"
#include "world_room.h"

struct Tasks {
    Meanwhile meanwhile;
};

WorldState *store_view(void) {
    return world.in_transaction ? &world.transaction : &world.state;
}

bool tasks_open(const void *store_settings, const Service *service, Tasks **tasks, Err *err) {
    (void)store_settings, (void)service, (void)err;
    *tasks = ARENA_NEW(&world.arena, Tasks);
    world.in_transaction = false;
    return true;
}

void tasks_close(Tasks *tasks) {
    (void)tasks;
}

bool tasks_connect(Tasks *tasks, Err *err) {
    (void)tasks, (void)err;
    return true;
}

void tasks_meanwhile(Tasks *tasks, Meanwhile meanwhile) {
    tasks->meanwhile = meanwhile;
}

/* All there is to do: what the step loop does meanwhile it always does here. */
static void answer_slowly(Tasks *tasks) {
    while (tasks->meanwhile.work(tasks->meanwhile.self)) {
    }
}

Pg *tasks_pg(Tasks *tasks) {
    (void)tasks;
    return NULL;
}

States *tasks_states(Tasks *tasks, int32_t task) {
    (void)tasks, (void)task;
    return NULL;
}

bool tasks_is_single(const Tasks *tasks) {
    (void)tasks;
    return world.single;
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

bool tasks_install(Tasks *tasks, int32_t partitions, Err *err) {
    (void)tasks, (void)partitions, (void)err;
    return true;
}

bool tasks_maintain(Tasks *tasks, Err *err) {
    (void)tasks, (void)err;
    return true;
}

bool tasks_last_number(Tasks *tasks, int32_t task, Str topic, int32_t partition, int64_t *seq,
                       Err *err) {
    (void)tasks, (void)err;
    *seq = 0;
    const TaskNumbers *numbers = &world.state.tasks[task].numbers;
    for (int i = 0; i < numbers->output_count; i++) {
        Str name = service_output_topic(toy_service(), numbers->outputs[i].output);
        if (numbers->outputs[i].partition == partition && str_equals(name, topic)) {
            *seq = numbers->outputs[i].seq;
        }
    }
    return true;
}

bool tasks_takeover(Tasks *tasks, int32_t task, bool own, Arena *arena, TaskTaken *taken,
                    Err *err) {
    (void)tasks, (void)err;
    WorldState *state = &world.state;
    CHECK(!world.in_transaction);
    int deaths = state->tasks[task].deaths + (!own && state->tasks[task].noted_offset >= 0);
    state->tasks[task].deaths = deaths;
    state->tasks[task].epoch++;
    *taken = (TaskTaken){.epoch = state->tasks[task].epoch,
                         .numbers = task_copy(&state->tasks[task].numbers, arena, 0, 0),
                         .deaths = deaths,
                         .noted_topic = state->tasks[task].noted_topic,
                         .noted_offset = state->tasks[task].noted_offset};
    if (deaths < 4) {
        state->tasks[task].noted_offset = -1;
    }
    taken->outbox = ARENA_ARRAY(arena, OutboxRow, state->outbox_count + 1);
    for (int i = 0; i < state->outbox_count; i++) {
        const OutboxRow *row = &state->outbox[i];
        TaskOutput *output = task_output(&taken->numbers, row->output, row->partition);
        if (row->task == task && row->seq > output->acked) {
            taken->outbox[taken->outbox_count++] = *row;
        }
    }
    return true;
}

bool tasks_note(Tasks *tasks, int32_t task, int64_t epoch, Str topic, int64_t offset, Err *err) {
    (void)tasks;
    if (world.state.tasks[task].epoch != epoch) {
        return err_set(err, VERDICT_UNSURE, "FENCED", "taken over");
    }
    world.state.tasks[task].noted_topic = str_copy(&world.arena, topic);
    world.state.tasks[task].noted_offset = offset;
    return true;
}

void tasks_forget_note(Tasks *tasks, int32_t task, int64_t epoch) {
    (void)tasks, (void)epoch;
    world.state.tasks[task].noted_offset = -1;
}

static OutboxRow row_copy(const OutboxRow *row) {
    OutboxRow copy = *row;
    copy.type = str_copy(&world.arena, row->type);
    copy.key = row->key.ptr ? str_copy(&world.arena, row->key) : row->key;
    copy.value = row->value.ptr ? str_copy(&world.arena, row->value) : row->value;
    copy.headers = row->headers.ptr ? str_copy(&world.arena, row->headers) : row->headers;
    return copy;
}

static bool is_own(const TaskCommit *commit) {
    return world.state.tasks[commit->task].epoch == commit->epoch;
}

bool tasks_begin(Tasks *tasks, TaskCommit *commits, int count, Arena *arena, bool *all_found,
                 Err *err) {
    (void)arena, (void)err;
    CHECK(!world.single || count == 1);
    answer_slowly(tasks);
    world.transaction = world.state;
    world.in_transaction = true;
    *all_found = true;
    for (int i = 0; i < count; i++) {
        commits[i].found = world.single || is_own(&commits[i]);
        *all_found &= commits[i].found;
        if (commits[i].found) {
            world.transaction.tasks[commits[i].task].numbers =
                task_copy(commits[i].numbers, &world.arena, 0, 0);
            world.transaction.tasks[commits[i].task].deaths = commits[i].deaths;
            world.transaction.tasks[commits[i].task].noted_offset = -1;
        }
    }
    return true;
}

static bool lost(Err *err) {
    world.in_transaction = false;
    return err_set(err, VERDICT_UNSURE, "08006", "the answer to COMMIT was lost");
}

static void number_anew(WorldState *state) {
    enum { BASE = 1000 };
    for (int task = 0; task < WORLD_PARTITIONS; task++) {
        TaskNumbers *numbers = &state->tasks[task].numbers;
        for (int i = 0; i < numbers->output_count; i++) {
            numbers->outputs[i].seq = numbers->outputs[i].acked = BASE;
        }
    }
}

bool tasks_finish(Tasks *tasks, const TaskCommit *commits, int count, const OutboxRow *rows,
                  int row_count, Arena *arena, Err *err) {
    (void)count, (void)arena;
    answer_slowly(tasks);
    for (int i = 0; i < row_count; i++) {
        CHECK(world.transaction.outbox_count < WORLD_RECORDS);
        world.transaction.outbox[world.transaction.outbox_count++] = row_copy(&rows[i]);
    }
    if (world.single && !is_own(&commits[0])) { /* such a store says so at the end */
        world.in_transaction = false;
        return err_set(err, VERDICT_UNSURE, "FENCED", "taken over");
    }
    WorldCommit what = world.next_commit;
    world.next_commit = WORLD_COMMITS;
    switch (what) {
    case WORLD_ROLLS_BACK:
        return err_set(err, VERDICT_RETRY, "40001", "rolled back");
    case WORLD_ANSWER_LOST_UNDONE:
        return lost(err);
    case WORLD_GOES_BACK:
        world.state = world.kept;
        return lost(err);
    case WORLD_IS_REBUILT:
        world.state = world.kept;
        number_anew(&world.state);
        return lost(err);
    case WORLD_ANSWER_LOST_DONE:
        world.state = world.transaction;
        return lost(err);
    case WORLD_COMMITS:
        break;
    }
    world.state = world.transaction;
    world.in_transaction = false;
    world.commits++;
    return true;
}

void tasks_rollback(Tasks *tasks) {
    (void)tasks;
    world.in_transaction = false;
}

/* ---- acts in the world outside */

static WorldAct *act_find(WorldState *state, Str intent, int32_t attempt) {
    for (int i = 0; i < state->act_count; i++) {
        WorldAct *act = &state->acts[i];
        if (str_equals(act->intent.id, intent) && act->intent.attempt == attempt) {
            return act;
        }
    }
    CHECK(!"no such attempt");
    return NULL;
}

bool tasks_dispatch(Tasks *tasks, const IntentRow *intents, int intent_count,
                    const OutcomeRow *known, int known_count, Arena *arena, Err *err) {
    (void)tasks, (void)arena, (void)err;
    WorldState *state = &world.transaction;
    CHECK(world.in_transaction && state->act_count + intent_count <= WORLD_ACTS);
    for (int i = 0; i < intent_count; i++) {
        Account account = {str_copy(&world.arena, intents[i].intent.account.creditor),
                           str_copy(&world.arena, intents[i].intent.account.customer)};
        state->acts[state->act_count++] =
            (WorldAct){.task = intents[i].task,
                       .intent = {.id = str_copy(&world.arena, intents[i].intent.id),
                                  .account = account,
                                  .attempt = intents[i].intent.attempt}};
    }
    for (int i = 0; i < known_count; i++) {
        WorldAct *act = act_find(state, known[i].outcome.intent, known[i].outcome.attempt);
        act->known = act->outcome == known[i].outcome.kind;
    }
    return true;
}

bool tasks_outcomes(Tasks *tasks, const int32_t *ids, int count, int limit, Arena *arena,
                    OutcomeRow *rows, int *row_count, Err *err) {
    (void)tasks, (void)arena, (void)err;
    *row_count = 0;
    for (int i = 0; i < world.state.act_count; i++) {
        const WorldAct *act = &world.state.acts[i];
        bool asked = false;
        for (int k = 0; k < count; k++) {
            asked |= ids[k] == act->task;
        }
        if (asked && !act->known && act->outcome != OUTCOME_NONE && *row_count < limit) {
            rows[(*row_count)++] = (OutcomeRow){.task = act->task,
                                                .account = act->intent.account,
                                                .outcome = {.intent = act->intent.id,
                                                            .attempt = act->intent.attempt,
                                                            .kind = act->outcome}};
        }
    }
    return true;
}

int64_t world_under_way(int32_t task) {
    int64_t count = 0;
    for (int i = 0; i < world.state.act_count; i++) {
        count += world.state.acts[i].task == task && !world.state.acts[i].known;
    }
    return count;
}

bool tasks_under_way(Tasks *tasks, const int32_t *ids, int count, Arena *arena, int64_t *counts,
                     Err *err) {
    (void)tasks, (void)arena, (void)err;
    for (int i = 0; i < count; i++) {
        counts[i] = world_under_way(ids[i]);
    }
    return true;
}

void world_outcome(Step *step, const char *intent, int32_t attempt, OutcomeKind kind) {
    WorldAct *act = act_find(&world.state, str_of(intent), attempt);
    act->outcome = kind;
    act->known = false;
    step_note_outcome(step);
}

bool tasks_is_skipped(Tasks *tasks, Str topic, int32_t partition, int64_t offset, Arena *arena,
                      bool *skipped, Err *err) {
    (void)tasks, (void)arena, (void)err;
    *skipped = world.skip_topic && str_equals(topic, str_of(world.skip_topic)) &&
               partition == world.skip_partition && offset == world.skip_offset;
    return true;
}

void world_skip(const char *topic, int32_t partition, int64_t offset) {
    world.skip_topic = topic;
    world.skip_partition = partition;
    world.skip_offset = offset;
}

/* ---- for the tests */

Str world_said(int32_t task) {
    StrBuilder out = str_builder(&world.arena, 4096);
    int64_t last = 0;
    for (int i = 0; i < world.state.outbox_count; i++) {
        const OutboxRow *row = &world.state.outbox[i];
        if (row->task == task) {
            CHECK(row->ordinal == ++last);
            str_addf(&out, "%s%.*s", last > 1 ? "|" : "", STR_ARGS(row->type));
        }
    }
    return str_built(&out);
}

int64_t world_total(const char *key) {
    for (int i = 0; i < world.state.row_count; i++) {
        if (str_equals(world.state.rows[i].key, str_of(key))) {
            return world.state.rows[i].total;
        }
    }
    return 0;
}

int64_t world_epoch(int32_t task) {
    return world.state.tasks[task].epoch;
}

static int input_of(const char *topic) {
    const Service *service = toy_service();
    for (int i = 0; i < service->input_count; i++) {
        if (strcmp(service->inputs[i].topic, topic) == 0) {
            return i;
        }
    }
    CHECK(!"not an input");
    return -1;
}

int64_t world_next(int32_t task, const char *topic) {
    return world.state.tasks[task].numbers.inputs[input_of(topic)].next;
}

Date world_day(int32_t task) {
    return world.state.tasks[task].numbers.phase == TASK_UNOPENED
               ? DATE_NONE
               : world.state.tasks[task].numbers.day;
}

void world_steal(int32_t task, const char *topic, int64_t next) {
    world.state.tasks[task].epoch++;
    if (next > 0) {
        world.state.tasks[task].numbers.inputs[input_of(topic)].next = next;
    }
}

void world_next_commit(WorldCommit what) {
    world.next_commit = what;
}

void world_keep(void) {
    world.kept = world.state;
}

void world_take_single(void) {
    world.single = true;
}

int world_commits(void) {
    return world.commits;
}
