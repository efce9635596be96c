/* The numbers of tasks in Redis, beside the states they belong to. */
#include "chassis/tasks_redis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/numbers.h"
#include "chassis/tasks_redis_room.h"

/* tasks.lua, as bytes. */
extern const char TASKS_LUA[];

enum { CHECK_MS = 1000, INFO_BYTES = 1 << 20 };

/* ---- keys */

static const char *const KEYS[] = {
    [KEY_TASK] = "task", [KEY_STATES] = "states", [KEY_OUTBOX] = "outbox"};

Str tasks_key(const Tasks *tasks, int32_t task, int key, Arena *arena) {
    return str_format(arena, "{%s.%d}:%s", tasks->service->name, (int)task, KEYS[key]);
}

Str redis_states_key(Arena *arena, const char *service, int32_t task) {
    return str_format(arena, "{%s.%d}:%s", service, (int)task, KEYS[KEY_STATES]);
}

Str redis_partitions_key(Arena *arena, const char *service) {
    return str_format(arena, "{%s}:partitions", service);
}

static Str skip_key(Arena *arena, const char *service, int32_t partition) {
    return str_format(arena, "{%s.%d}:skip", service, (int)partition);
}

RedisCommand tasks_function(const Tasks *tasks, const char *function, int32_t task, int keys,
                            Arena *arena) {
    RedisCommand command = redis_command(arena, S("FCALL"));
    redis_add(&command, str_of(function));
    redis_add_i64(&command, keys);
    for (int key = 0; key < keys; key++) {
        redis_add(&command, tasks_key(tasks, task, key, arena));
    }
    return command;
}

bool tasks_call(Tasks *tasks, const RedisCommand *command, RedisValue *value, Err *err) {
    if (!tasks->redis) {
        return err_set(err, VERDICT_UNSURE, "REDIS_LOST", "there is no connection to Redis");
    }
    if (redis_run(tasks->redis, command, value, err)) {
        return true;
    }
    bool functions_lost = err->verdict == VERDICT_UNSURE && strcmp(err->code, "ERR") == 0;
    if (functions_lost || redis_is_lost(tasks->redis)) {
        redis_close(tasks->redis); /* the next takeover connects and loads them */
        tasks->redis = NULL;
    }
    return false;
}

/* ---- connection */

static bool policy_check(Redis *redis, Arena *arena, Err *err) {
    const Str words[] = {S("INFO"), S("memory")};
    RedisValue info;
    if (!redis_call(redis, words, COUNT_OF(words), arena, &info, err)) {
        return false;
    }
    Str rest = info.text;
    while (!str_is_empty(rest)) {
        StrCut line = str_cut(rest, '\n');
        StrCut pair = str_cut(str_trim(line.head), ':');
        if (str_equals(pair.head, S("maxmemory_policy"))) {
            return str_equals(str_trim(pair.tail), S("noeviction")) ||
                   err_set(err, VERDICT_STOP, "REDIS_EVICTS",
                           "Redis may evict (maxmemory-policy %.*s): a state that silently "
                           "disappears looks like a customer without a history. Set noeviction",
                           STR_ARGS(str_trim(pair.tail)));
        }
        rest = line.tail;
    }
    return err_set(err, VERDICT_STOP, "REDIS_UNKNOWN", "Redis does not say its maxmemory-policy");
}

static bool functions_load(Redis *redis, Arena *arena, Err *err) {
    const Str words[] = {S("FUNCTION"), S("LOAD"), S("REPLACE"), str_of(TASKS_LUA)};
    return redis_call(redis, words, COUNT_OF(words), arena, NULL, err);
}

bool tasks_connect(Tasks *tasks, Err *err) {
    if (tasks->redis && !redis_is_lost(tasks->redis)) {
        return true;
    }
    redis_close(tasks->redis);
    tasks->redis = NULL;
    Redis *redis;
    if (!redis_open(&tasks->options->redis, &redis, err)) {
        return false;
    }
    Arena scratch = arena_open("connect", INFO_BYTES);
    bool good = policy_check(redis, &scratch, err) && functions_load(redis, &scratch, err);
    arena_close(&scratch);
    if (!good) {
        redis_close(redis);
        return false;
    }
    tasks->redis = redis;
    redis_meanwhile(redis, tasks->meanwhile);
    return true;
}

bool tasks_open(const void *store_settings, const Service *service, Tasks **opened, Err *err) {
    Tasks *tasks = calloc(1, sizeof *tasks);
    CHECK(tasks && service->truth);
    *tasks = (Tasks){.options = store_settings, .service = service, .truth = service->truth};
    if (!tasks_connect(tasks, err) ||
        !kafka_client_open(tasks->options->kafka, &tasks->client, err)) {
        tasks_close(tasks);
        return false;
    }
    *opened = tasks;
    return true;
}

void held_release(Holding *held) {
    states_close(held->states);
    kafka_reader_close(held->reader);
    free(held->places);
    if (held->waiting.arena.name) {
        arena_close(&held->waiting.arena);
    }
    if (held->latest.arena.name) {
        arena_close(&held->latest.arena);
    }
    *held = (Holding){0};
}

void tasks_lose(Tasks *tasks, int32_t task) {
    held_release(&tasks->held[task]);
}

void tasks_meanwhile(Tasks *tasks, Meanwhile meanwhile) {
    tasks->meanwhile = meanwhile;
    redis_meanwhile(tasks->redis, meanwhile);
}

void tasks_close(Tasks *tasks) {
    if (!tasks) {
        return;
    }
    for (int32_t i = 0; tasks->held && i < tasks->partitions; i++) {
        held_release(&tasks->held[i]);
    }
    free(tasks->held);
    truth_producer_close(tasks);
    kafka_client_close(tasks->client);
    redis_close(tasks->redis);
    free(tasks);
}

/* ---- questions of the loop */

Pg *tasks_pg(Tasks *tasks) {
    (void)tasks;
    return NULL;
}

States *tasks_states(Tasks *tasks, int32_t task) {
    return tasks->held[task].states;
}

bool tasks_is_single(const Tasks *tasks) {
    (void)tasks;
    return true;
}

int64_t tasks_next_commit(const Tasks *tasks, int32_t task) {
    return tasks->held[task].commit_no + 1;
}

/* Never behind: a takeover compares Redis with the topic, and rebuilds. */
bool tasks_last_number(Tasks *tasks, int32_t task, Str topic, int32_t partition, int64_t *seq,
                       Err *err) {
    (void)tasks, (void)task, (void)topic, (void)partition, (void)err;
    *seq = INT64_MAX;
    return true;
}

bool tasks_maintain(Tasks *tasks, Err *err) {
    (void)tasks, (void)err;
    return true;
}

/* A Redis that was emptied learns the number anew; topics that differ are refused before. */
static bool install(Tasks *tasks, int32_t partitions, Arena *arena, Err *err) {
    Str key = redis_partitions_key(arena, tasks->service->name);
    RedisCommand set = redis_command(arena, S("SETNX"));
    redis_add(&set, key);
    redis_add_i64(&set, partitions);
    RedisCommand get = redis_command(arena, S("GET"));
    redis_add(&get, key);
    RedisValue stored = {0};
    int64_t found = 0;
    if (!tasks_call(tasks, &set, NULL, err) || !tasks_call(tasks, &get, &stored, err)) {
        return false;
    }
    if (str_parse_i64(stored.text, &found) && found == partitions) {
        return true;
    }
    return err_set(err, VERDICT_STOP, "PARTITIONS_CHANGED",
                   "installed with %.*s partitions, the topics have %d: the number never changes "
                   "while running",
                   STR_ARGS(stored.text), (int)partitions);
}

bool tasks_install(Tasks *tasks, int32_t partitions, Err *err) {
    Arena scratch = arena_open("install", 1 << 20);
    bool done = install(tasks, partitions, &scratch, err);
    arena_close(&scratch);
    if (done && !tasks->held) {
        tasks->held = calloc((size_t)partitions, sizeof(Holding));
        CHECK(tasks->held);
        tasks->partitions = partitions;
    }
    return done;
}

/* ---- commit */

bool tasks_begin(Tasks *tasks, TaskCommit *commits, int count, Arena *arena, bool *all_found,
                 Err *err) {
    (void)arena, (void)err;
    CHECK(count == 1);
    const Holding *held = &tasks->held[commits[0].task];
    commits[0].found = held->known && held->epoch == commits[0].epoch;
    *all_found = commits[0].found;
    return true;
}

void tasks_rollback(Tasks *tasks) {
    (void)tasks; /* nothing is written before tasks_finish */
}

/* A row that is the last word on its key, and the state it becomes. */
typedef struct Pick {
    const OutboxRow *row;
    State *state;
} Pick;

typedef struct Picks {
    Pick *list;
    int count;
} Picks;

/* From the end on, so that the first one met of a key is the last. POISON when they are too many
 * for one call: the loop tries half of the batch; one record alone always fits. */
static bool states_pick(const Tasks *tasks, States *states, const OutboxRow *rows, int count,
                        Picks *picks, Err *err) {
    int64_t bytes = 0;
    states_begin_round(states);
    for (int i = count - 1; i >= 0; i--) {
        bytes += rows[i].value.len;
        if (rows[i].output != tasks->truth->output) {
            continue;
        }
        State *state = states_get(states, rows[i].key);
        if (state_meet(states, state)) {
            bytes += rows[i].value.len;
            picks->list[picks->count++] = (Pick){&rows[i], state};
        }
    }
    bool fits = picks->count <= 1 || (picks->count <= REDIS_STATES_MAX && bytes <= REDIS_BYTES_MAX);
    return fits || err_set(err, VERDICT_POISON, "BATCH_TOO_LARGE",
                           "%d states and %" PRId64 " bytes are too much for one call of Redis",
                           picks->count, bytes);
}

void held_note_commit(Holding *held, const TaskNumbers *numbers) {
    Waiting *latest = &held->latest;
    if (!latest->arena.name) {
        latest->arena = arena_open("checkpoint numbers", 16 << 20);
    }
    arena_reset(&latest->arena);
    latest->set = true;
    latest->commit_no = held->commit_no;
    latest->numbers = task_copy(numbers, &latest->arena, 0, 0);
    held->asked_ms = clock_monotonic_ms();
}

/* The call is answered: from here on memory says so too. */
static void adopt(Tasks *tasks, const TaskCommit *commit, Picks picks) {
    Holding *held = &tasks->held[commit->task];
    held->commit_no++;
    held->commit_epoch = held->epoch;
    for (int i = 0; i < picks.count; i++) {
        state_set_unplaced(picks.list[i].state, picks.list[i].row->value);
    }
    held_note_commit(held, commit->numbers);
}

bool tasks_finish(Tasks *tasks, const TaskCommit *commits, int count, const OutboxRow *rows,
                  int row_count, Arena *arena, Err *err) {
    CHECK(count == 1);
    const TaskCommit *commit = &commits[0];
    Holding *held = &tasks->held[commit->task];
    Picks picks = {.list = ARENA_ARRAY(arena, Pick, row_count + 1)};
    if (!states_pick(tasks, held->states, rows, row_count, &picks, err)) {
        return false;
    }
    RedisCommand call = tasks_function(tasks, "arrears_commit", commit->task, 3, arena);
    Bundles bundles = bundles_make(rows, row_count, arena);
    RedisCommand drops = {.arena = arena};
    held_drops(held, commit->numbers, arena, &drops);
    const int64_t numbers[] = {picks.count, bundles.count, drops.count};
    redis_add_i64(&call, held->epoch);
    redis_add_i64(&call, held->commit_no);
    redis_add_i64(&call, held->commit_no + 1);
    redis_add(&call, numbers_print(tasks->service, commit->numbers, arena));
    redis_add_i64(&call, commit->deaths);
    for (ptrdiff_t i = 0; i < COUNT_OF(numbers); i++) {
        redis_add_i64(&call, numbers[i]);
    }
    for (int i = 0; i < picks.count; i++) {
        redis_add(&call, picks.list[i].row->key);
        redis_add(&call, picks.list[i].row->value);
    }
    for (int i = 0; i < bundles.count; i++) {
        redis_add(&call, outbox_field(&bundles.list[i].place, arena));
        redis_add(&call, bundles.list[i].packed);
    }
    for (ptrdiff_t i = 0; i < drops.count; i++) {
        redis_add(&call, drops.words[i]);
    }
    if (!tasks_call(tasks, &call, NULL, err)) {
        return false;
    }
    held_renew(held, commit->numbers, &bundles);
    adopt(tasks, commit, picks);
    return true;
}

/* ---- between commits */

static bool still_known(Tasks *tasks, int32_t task, Err *err) {
    Holding *held = &tasks->held[task];
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms - held->asked_ms < CHECK_MS) {
        return true;
    }
    held->asked_ms = now_ms;
    Arena scratch = arena_open("check", 64 << 10);
    RedisCommand call = tasks_function(tasks, "arrears_check", task, 1, &scratch);
    redis_add_i64(&call, held->epoch);
    redis_add_i64(&call, held->commit_no);
    bool known = tasks_call(tasks, &call, NULL, err);
    arena_close(&scratch);
    return known;
}

bool tasks_keep(Tasks *tasks, int32_t task, const Publisher *publisher, Err *err) {
    if (!tasks->held[task].known) {
        return true;
    }
    return truth_serve(tasks, task, publisher, err) && still_known(tasks, task, err);
}

/* ---- notes about a record that is begun */

static bool note(Tasks *tasks, int32_t task, int64_t epoch, Str text, Arena *arena, Err *err) {
    RedisCommand call = tasks_function(tasks, "arrears_note", task, 1, arena);
    redis_add_i64(&call, epoch);
    redis_add(&call, text);
    return tasks_call(tasks, &call, NULL, err);
}

bool tasks_note(Tasks *tasks, int32_t task, int64_t epoch, Str topic, int64_t offset, Err *err) {
    Arena scratch = arena_open("note", 64 << 10);
    Str text = str_format(&scratch, "%.*s %" PRId64, STR_ARGS(topic), offset);
    bool done = note(tasks, task, epoch, text, &scratch, err);
    arena_close(&scratch);
    return done;
}

void tasks_forget_note(Tasks *tasks, int32_t task, int64_t epoch) {
    Err err;
    Arena scratch = arena_open("note", 64 << 10);
    if (tasks->redis && !note(tasks, task, epoch, S(""), &scratch, &err)) {
        log_failure(LOG_LEVEL_WARNING, "note_kept",
                    "could not take a note back; it may count as a death", &err);
    }
    arena_close(&scratch);
}

/* ---- skipping */

static RedisCommand skip_command(Str verb, const char *service, int32_t partition, Str member,
                                 Arena *arena) {
    RedisCommand command = redis_command(arena, verb);
    redis_add(&command, skip_key(arena, service, partition));
    redis_add(&command, member);
    return command;
}

/* ---- a store that can be lost is no place for acts in the world outside: process_redis.c */

bool tasks_dispatch(Tasks *tasks, const IntentRow *intents, int intent_count,
                    const OutcomeRow *known, int known_count, Arena *arena, Err *err) {
    (void)tasks, (void)intents, (void)intent_count, (void)known, (void)known_count, (void)arena;
    (void)err;
    CHECK(!"a service that acts needs a database");
}

bool tasks_outcomes(Tasks *tasks, const int32_t *ids, int count, int limit, Arena *arena,
                    OutcomeRow *rows, int *row_count, Err *err) {
    (void)tasks, (void)ids, (void)count, (void)limit, (void)arena, (void)rows, (void)err;
    *row_count = 0;
    return true;
}

bool tasks_under_way(Tasks *tasks, const int32_t *ids, int count, Arena *arena, int64_t *counts,
                     Err *err) {
    (void)tasks, (void)ids, (void)arena, (void)err;
    memset(counts, 0, (size_t)count * sizeof *counts);
    return true;
}

bool tasks_is_skipped(Tasks *tasks, Str topic, int32_t partition, int64_t offset, Arena *arena,
                      bool *skipped, Err *err) {
    Str member = str_format(arena, "%.*s %" PRId64, STR_ARGS(topic), offset);
    RedisCommand command =
        skip_command(S("SISMEMBER"), tasks->service->name, partition, member, arena);
    RedisValue value = {0};
    if (!tasks_call(tasks, &command, &value, err)) {
        return false;
    }
    *skipped = value.number == 1;
    return true;
}

bool tasks_skip(const void *store_settings, Str topic, int32_t partition, int64_t offset,
                Err *err) {
    const RedisStore *options = store_settings;
    Redis *redis;
    if (!redis_open(&options->redis, &redis, err)) {
        return false;
    }
    Arena scratch = arena_open("skip", 64 << 10);
    Str member = str_format(&scratch, "%.*s %" PRId64, STR_ARGS(topic), offset);
    RedisCommand command = skip_command(S("SADD"), options->service, partition, member, &scratch);
    bool noted = redis_run(redis, &command, NULL, err);
    arena_close(&scratch);
    redis_close(redis);
    return noted;
}
