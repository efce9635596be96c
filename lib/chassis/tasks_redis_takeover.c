/* Taking a task over: claim it in the topic, raise the epoch in Redis, and rebuild Redis where the
 * topic knows more.
 *
 * A claim is a record with a nonce in our own partition; its offset is the epoch. Everything an
 * owner writes stands behind its claim, so what is written since the last commit's epoch tells
 * whether Redis has lost something, and which keys end in a record that is too low. */
#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "chassis/broken.h"
#include "chassis/clock.h"
#include "chassis/log.h"
#include "chassis/numbers.h"
#include "chassis/tasks_redis_room.h"

enum {
    READ_MS = 20000, /* without a record for this long the broker is away */
    RECORD_BYTES = 4 << 20,
    SCAN_COUNT = 500,
    SCAN_BYTES = 512 << 20,
};

/* What the topic says of a task, up to our claim. */
typedef struct Fold {
    States *states;      /* the highest of each key, and the last one seen */
    Place newest;        /* epoch and commit number of the newest commit */
    Place checkpoint;    /* likewise, of the highest checkpoint */
    TaskNumbers numbers; /* of that checkpoint */
    Arena arena;
    int64_t epoch; /* the offset of our claim */
} Fold;

typedef struct Claim {
    Str nonce;
    int64_t low;  /* where the topic begins */
    int64_t from; /* where the first reading up to the claim began */
} Claim;

static void fold_open(Fold *fold) {
    *fold = (Fold){.states = states_open(),
                   .newest = {-1, 0},
                   .checkpoint = {-1, 0},
                   .numbers = {.day = DATE_NONE},
                   .arena = arena_open("fold", SCAN_BYTES)};
}

static void fold_close(Fold *fold) {
    states_close(fold->states);
    arena_close(&fold->arena);
}

/* ---- reading up to the claim */

static void fold_state(Tasks *tasks, Fold *fold, const Record *record, const TruthRecord *truth) {
    Place place = {truth->epoch, truth->version};
    State *state = states_get(fold->states, record->key);
    if (!state->value.ptr || place_compare(place, state->held) > 0) {
        state_set(state, record->value, place);
    }
    truth_see(tasks, fold->states, state, place);
}

static void fold_take(Tasks *tasks, Fold *fold, const Record *record, const TruthRecord *truth) {
    Place commit = {truth->epoch, truth->commit_no};
    if (truth->kind == TRUTH_CLAIM) {
        return;
    }
    if (truth->kind == TRUTH_STATE) {
        fold->newest = place_compare(commit, fold->newest) > 0 ? commit : fold->newest;
        fold_state(tasks, fold, record, truth);
    } else if (place_compare(commit, fold->checkpoint) > 0) {
        fold->checkpoint = commit;
        fold->numbers = task_copy(&truth->numbers, &fold->arena, 0, 0);
    }
}

/* True when it was our claim, or the offset where it stands. */
static bool is_claim(const Record *record, const TruthRecord *truth, Str nonce) {
    return truth->kind == TRUTH_CLAIM && str_equals(truth->nonce, nonce) && record->has_key;
}

static bool fold_read(Tasks *tasks, KafkaReader *reader, Str nonce, Fold *fold, Err *err) {
    Arena scratch = arena_open("truth record", RECORD_BYTES);
    int64_t until_ms = clock_monotonic_ms() + READ_MS;
    bool good = true;
    bool found = false;
    while (good && !found) {
        Record record;
        KafkaTake took;
        TruthRecord truth = {0};
        arena_reset(&scratch);
        good = kafka_reader_take(reader, 50, &scratch, &record, &took, err);
        if (!good || took != KAFKA_TAKE_RECORD) {
            good = good && (clock_monotonic_ms() < until_ms ||
                            err_set(err, VERDICT_RETRY, "CLAIM_UNREAD",
                                    "our claim does not come back from %s", truth_topic(tasks)));
            continue;
        }
        until_ms = clock_monotonic_ms() + READ_MS;
        good = !record.has_value || truth_decode(tasks, &record, &scratch, &truth, err);
        if (good && record.has_value) {
            found = is_claim(&record, &truth, nonce);
            fold->epoch = record.offset;
            fold_take(tasks, fold, &record, &truth);
        }
    }
    arena_close(&scratch);
    return good;
}

/* Reads from an offset on up to our claim; the reader stays behind it. */
static bool fold_from(Tasks *tasks, int32_t task, int64_t from, Str nonce, Fold *fold, Err *err) {
    Holding *held = &tasks->held[task];
    kafka_reader_close(held->reader);
    held->reader = NULL;
    fold_open(fold);
    KafkaSpan span = {truth_topic(tasks), task, 1, from};
    return kafka_reader_open(tasks->options->kafka, span, &held->reader, err) &&
           fold_read(tasks, held->reader, nonce, fold, err);
}

/* ---- claiming */

static bool claim_write(Tasks *tasks, int32_t task, Str nonce, Arena *arena, Err *err) {
    TruthRecord claim = {.kind = TRUTH_CLAIM, .nonce = nonce};
    Str value = tasks->truth->write(tasks->service->self, &claim, arena);
    Str key = str_format(arena, "claim.%d", (int)task);
    return truth_producer_open(tasks, err) && truth_send(tasks, task, key, value, err) &&
           truth_flush(tasks, err);
}

/* What Redis remembers of the last commit: from its epoch on the topic has to be looked at. */
typedef struct Stored {
    bool whole; /* there is something, and it is not half rebuilt */
    Place commit;
    Str numbers;
    int deaths;
    Str noted;
} Stored;

static bool commit_epoch_read(Tasks *tasks, int32_t task, Arena *arena, int64_t *from, Err *err) {
    RedisCommand command = redis_command(arena, S("HGET"));
    redis_add(&command, tasks_key(tasks, task, KEY_TASK, arena));
    redis_add(&command, S("commit_epoch"));
    RedisValue value;
    if (!tasks_call(tasks, &command, &value, err)) {
        return false;
    }
    if (value.kind != REDIS_TEXT || !str_parse_i64(value.text, from)) {
        *from = 0;
    }
    return true;
}

static bool raise_epoch(Tasks *tasks, int32_t task, int64_t epoch, bool own, Arena *arena,
                        Stored *stored, Err *err) {
    RedisCommand call = tasks_function(tasks, "arrears_takeover", task, 1, arena);
    redis_add_i64(&call, epoch);
    redis_add(&call, own ? S("1") : S("0"));
    RedisValue value;
    if (!tasks_call(tasks, &call, &value, err)) {
        return false;
    }
    CHECK(value.kind == REDIS_LIST && value.count == 6);
    *stored = (Stored){.numbers = value.items[2].text, .noted = value.items[4].text};
    int64_t deaths = 0;
    bool has_commit = str_parse_i64(value.items[0].text, &stored->commit.version) &&
                      str_parse_i64(value.items[1].text, &stored->commit.epoch);
    stored->whole = has_commit && str_equals(value.items[5].text, S("0"));
    stored->deaths = str_parse_i64(value.items[3].text, &deaths) ? (int)deaths : 0;
    return true;
}

/* ---- taking up what Redis has */

typedef bool (*PairVisit)(void *self, Str field, Str value, Err *err);

static bool hash_scan(Tasks *tasks, Str key, PairVisit visit, void *self, Err *err) {
    Str cursor = S("0");
    Arena scratch[2] = {arena_open("scan", SCAN_BYTES), arena_open("scan", SCAN_BYTES)};
    bool good = true;
    int turn = 0;
    do {
        Arena *arena = &scratch[turn]; /* the cursor outlives one reply */
        turn = 1 - turn;
        arena_reset(arena);
        RedisCommand command = redis_command(arena, S("HSCAN"));
        redis_add(&command, key);
        redis_add(&command, cursor);
        redis_add(&command, S("COUNT"));
        redis_add_i64(&command, SCAN_COUNT);
        RedisValue reply;
        good = tasks_call(tasks, &command, &reply, err);
        if (good) {
            CHECK(reply.kind == REDIS_LIST && reply.count == 2);
            cursor = reply.items[0].text;
            const RedisValue *pairs = &reply.items[1];
            for (ptrdiff_t i = 0; good && i + 1 < pairs->count; i += 2) {
                good = visit(self, pairs->items[i].text, pairs->items[i + 1].text, err);
            }
        }
    } while (good && !str_equals(cursor, S("0")));
    arena_close(&scratch[0]);
    arena_close(&scratch[1]);
    return good;
}

typedef struct Loading {
    Tasks *tasks;
    Holding *held;
    Arena *arena; /* rows */
    TaskTaken *taken;
    int room;
} Loading;

static bool load_state(void *self, Str key, Str value, Err *err) {
    Loading *loading = self;
    Arena scratch = arena_open("state", RECORD_BYTES);
    TruthRecord record;
    bool good =
        loading->tasks->truth->read(loading->tasks->service->self, value, &scratch, &record) &&
        record.kind == TRUTH_STATE;
    arena_close(&scratch);
    if (!good) {
        return err_set(err, VERDICT_STOP, "STATE_UNREADABLE",
                       "Redis holds a state this program does not know: %.*s", STR_ARGS(key));
    }
    State *state = states_get(loading->held->states, key);
    state_set(state, value, (Place){record.epoch, record.version});
    bool low = state->seen && place_compare(state->tail, state->held) < 0;
    states_mark_low(loading->held->states, state, low);
    return true;
}

static OutboxRow *row_add(TaskTaken *taken, Arena *arena, int *room) {
    if (taken->outbox_count == *room) {
        *room = *room ? 2 * *room : 64;
        OutboxRow *grown = ARENA_ARRAY(arena, OutboxRow, *room);
        for (int i = 0; i < taken->outbox_count; i++) {
            grown[i] = taken->outbox[i];
        }
        taken->outbox = grown;
    }
    return &taken->outbox[taken->outbox_count++];
}

static bool load_bundle(void *self, Str field, Str packed, Err *err) {
    Loading *loading = self;
    OutboxPlace place;
    Str rest = str_copy(loading->arena, packed);
    bool good = outbox_field_parse(field, &place);
    while (good && rest.len > 0) {
        OutboxRow row;
        good = outbox_take_row(&place, &rest, &row) && row.seq <= place.seq;
        if (good) {
            *row_add(loading->taken, loading->arena, &loading->room) = row;
        }
    }
    if (!good) {
        return err_set(err, VERDICT_STOP, "OUTBOX_UNREADABLE",
                       "Redis holds a bundle %.*s that is none", STR_ARGS(field));
    }
    held_place_add(loading->held, place);
    return true;
}

static int row_compare(const void *a, const void *b) {
    const OutboxRow *x = a;
    const OutboxRow *y = b;
    if (x->output != y->output) {
        return x->output < y->output ? -1 : 1;
    }
    if (x->partition != y->partition) {
        return x->partition < y->partition ? -1 : 1;
    }
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* Rows whose acknowledgement is stored may stand there still. */
static void outbox_settle(TaskTaken *taken, int32_t task) {
    int kept = 0;
    for (int i = 0; i < taken->outbox_count; i++) {
        OutboxRow row = taken->outbox[i];
        for (int o = 0; o < taken->numbers.output_count; o++) {
            const TaskOutput *output = &taken->numbers.outputs[o];
            if (output->output == row.output && output->partition == row.partition &&
                row.seq > output->acked) {
                row.task = task;
                taken->outbox[kept++] = row;
            }
        }
    }
    taken->outbox_count = kept;
    if (kept > 1) {
        qsort(taken->outbox, (size_t)kept, sizeof(OutboxRow), row_compare);
    }
}

static bool take_up(Tasks *tasks, int32_t task, Fold *fold, const Stored *stored, Arena *arena,
                    TaskTaken *taken, Err *err) {
    Holding *held = &tasks->held[task];
    for (State *state = states_next(fold->states, NULL); state;
         state = states_next(fold->states, state)) {
        state_clear(state); /* Redis is at least as new; of the topic only its end matters */
        states_mark_low(fold->states, state, false);
    }
    held->states = fold->states;
    fold->states = NULL;
    held->commit_no = stored->commit.version;
    held->commit_epoch = stored->commit.epoch;
    Loading loading = {.tasks = tasks, .held = held, .arena = arena, .taken = taken};
    if (!numbers_parse(tasks->service, stored->numbers, arena, &taken->numbers, err) ||
        !hash_scan(tasks, tasks_key(tasks, task, KEY_STATES, arena), load_state, &loading, err) ||
        !hash_scan(tasks, tasks_key(tasks, task, KEY_OUTBOX, arena), load_bundle, &loading, err)) {
        return false;
    }
    outbox_settle(taken, task);
    return true;
}

/* ---- rebuilding */

static bool step_of_rebuild(Tasks *tasks, int32_t task, const char *function, int keys,
                            const Str *words, ptrdiff_t count, Err *err) {
    Arena scratch = arena_open("rebuild", 64 << 20);
    RedisCommand call = tasks_function(tasks, function, task, keys, &scratch);
    redis_add_i64(&call, tasks->held[task].epoch);
    for (ptrdiff_t i = 0; i < count; i++) {
        redis_add(&call, words[i]);
    }
    bool done = tasks_call(tasks, &call, NULL, err);
    arena_close(&scratch);
    return done;
}

/* In calls of the usual size. */
static bool states_write(Tasks *tasks, int32_t task, Err *err) {
    enum { PAIRS = REDIS_STATES_MAX };
    Str words[2 * PAIRS];
    ptrdiff_t count = 0;
    int64_t bytes = 0;
    const States *states = tasks->held[task].states;
    for (State *state = states_next(states, NULL); state; state = states_next(states, state)) {
        words[count++] = state->key;
        words[count++] = state->value;
        bytes += state->value.len;
        if (count == 2 * PAIRS || bytes >= REDIS_BYTES_MAX) {
            if (!step_of_rebuild(tasks, task, "arrears_rebuild_add", 2, words, count, err)) {
                return false;
            }
            count = 0;
            bytes = 0;
        }
    }
    return count == 0 || step_of_rebuild(tasks, task, "arrears_rebuild_add", 2, words, count, err);
}

/* Outputs are numbered from a place no earlier owner has come to, so that no id is given twice. */
static void outputs_begin(Tasks *tasks, int32_t task, Arena *arena, TaskNumbers *numbers) {
    int64_t base = (tasks->held[task].epoch + 1) * (INT64_C(1) << 32);
    int count = service_output_count(tasks->service);
    numbers->outputs = ARENA_ARRAY(arena, TaskOutput, count + 1);
    numbers->output_count = count;
    for (int i = 0; i < count; i++) {
        numbers->outputs[i] =
            (TaskOutput){.output = i, .partition = task, .seq = base, .acked = base};
    }
}

/* What a reader of the other topics may have missed: said again, with the same ids in it. */
static void say_again(Tasks *tasks, int32_t task, Arena *arena, TaskTaken *taken) {
    const States *states = tasks->held[task].states;
    const Service *service = tasks->service;
    const Stamp stamp = {.epoch = tasks->held[task].epoch};
    Arena scratch = arena_open("said again", RECORD_BYTES);
    int room = 0;
    for (State *state = states_next(states, NULL); state; state = states_next(states, state)) {
        Emission *emissions = NULL;
        arena_reset(&scratch);
        int count = tasks->truth->again(service->self, state->value, &scratch, &emissions);
        for (int i = 0; i < count; i++) {
            TaskOutput *output = task_output(&taken->numbers, emissions[i].output, task);
            Str value = service->encode(service->self, &emissions[i], &stamp, &scratch);
            *row_add(taken, arena, &room) =
                (OutboxRow){.task = task,
                            .output = emissions[i].output,
                            .partition = task,
                            .seq = ++output->seq,
                            .ordinal = ++taken->numbers.order,
                            .at = clock_now(),
                            .type = str_of(emissions[i].type),
                            .key = account_key(arena, emissions[i].account),
                            .value = str_copy(arena, value)};
        }
    }
    arena_close(&scratch);
}

static bool bundle_write(Tasks *tasks, int32_t task, const Bundle *bundle, Arena *arena, Err *err) {
    Holding *held = &tasks->held[task];
    RedisCommand call = redis_command(arena, S("FCALL"));
    redis_add(&call, S("arrears_rebuild_add"));
    redis_add_i64(&call, 2);
    redis_add(&call, tasks_key(tasks, task, KEY_TASK, arena));
    redis_add(&call, tasks_key(tasks, task, KEY_OUTBOX, arena));
    redis_add_i64(&call, held->epoch);
    redis_add(&call, outbox_field(&bundle->place, arena));
    redis_add(&call, bundle->packed);
    held_place_add(held, bundle->place);
    return tasks_call(tasks, &call, NULL, err);
}

/* In bundles of the usual size. */
static bool outbox_write(Tasks *tasks, int32_t task, const TaskTaken *taken, Arena *arena,
                         Err *err) {
    for (int first = 0; first < taken->outbox_count; first += REDIS_STATES_MAX) {
        int left = taken->outbox_count - first;
        int count = left < REDIS_STATES_MAX ? left : REDIS_STATES_MAX;
        Bundles bundles = bundles_make(&taken->outbox[first], count, arena);
        for (int i = 0; i < bundles.count; i++) {
            if (!bundle_write(tasks, task, &bundles.list[i], arena, err)) {
                return false;
            }
        }
    }
    return true;
}

static int64_t larger(int64_t a, int64_t b) {
    return a > b ? a : b;
}

/* Everything of the task in Redis is replaced by what the topic says. */
static bool rebuild(Tasks *tasks, int32_t task, Fold *fold, const Stored *stored, Arena *arena,
                    TaskTaken *taken, Err *err) {
    Holding *held = &tasks->held[task];
    held->states = fold->states;
    fold->states = NULL;
    held->commit_epoch = larger(fold->newest.epoch, 0);
    held->commit_no =
        larger(larger(fold->newest.version, fold->checkpoint.version), stored->commit.version);
    taken->numbers = task_copy(&fold->numbers, arena, 0, 0);
    outputs_begin(tasks, task, arena, &taken->numbers);
    say_again(tasks, task, arena, taken);
    if (!step_of_rebuild(tasks, task, "arrears_rebuild_begin", 3, NULL, 0, err) ||
        !states_write(tasks, task, err) || !outbox_write(tasks, task, taken, arena, err)) {
        return false;
    }
    const Str words[] = {str_format(arena, "%" PRId64, held->commit_no),
                         str_format(arena, "%" PRId64, held->commit_epoch),
                         numbers_print(tasks->service, &taken->numbers, arena)};
    /* The number of partitions went with the rest, and answers are found by it. */
    if (!step_of_rebuild(tasks, task, "arrears_rebuild_end", 1, words, COUNT_OF(words), err) ||
        !tasks_install(tasks, tasks->partitions, err)) {
        return false;
    }
    LOG_INFO("store_rebuilt", "the task's states were rebuilt from the topic",
             log_int("task", task), log_int("states", held->states->count),
             log_int("commit_no", held->commit_no));
    return true;
}

/* ---- the whole of it */

static void notes_read(const Stored *stored, TaskTaken *taken) {
    StrCut cut = str_cut(stored->noted, ' ');
    taken->deaths = stored->deaths;
    taken->noted_topic = cut.head;
    if (!cut.found || !str_parse_i64(cut.tail, &taken->noted_offset)) {
        taken->noted_offset = -1;
    }
}

/* A reading that began where the topic does is not done twice. From its lowest offset, never from
 * "the beginning": librdkafka 2.0.2 asks for that before it knows the leader, and asks again only
 * after 500 ms. */
static bool fold_whole(Tasks *tasks, int32_t task, const Claim *claim, Fold *fold, Err *err) {
    if (claim->from == claim->low) {
        return true;
    }
    fold_close(fold);
    return fold_from(tasks, task, claim->low, claim->nonce, fold, err);
}

static bool restore(Tasks *tasks, int32_t task, Fold *fold, const Claim *claim,
                    const Stored *stored, Arena *arena, TaskTaken *taken, Err *err) {
    bool ahead = BROKEN("no_rebuild")
                     ? false
                     : !stored->whole || place_compare(fold->newest, stored->commit) > 0;
    if (!ahead) {
        return take_up(tasks, task, fold, stored, arena, taken, err);
    }
    return fold_whole(tasks, task, claim, fold, err) &&
           rebuild(tasks, task, fold, stored, arena, taken, err);
}

static bool take_over(Tasks *tasks, int32_t task, bool own, Fold *fold, Arena *arena,
                      TaskTaken *taken, Err *err) {
    Holding *held = &tasks->held[task];
    Claim claim = {.nonce = str_hex(arena, nonce_new(arena))};
    Stored stored;
    int64_t from;
    KafkaRange range;
    if (!tasks_install(tasks, tasks->partitions, err) || /* a lost Redis has lost that too */
        !commit_epoch_read(tasks, task, arena, &from, err) ||
        !kafka_range(tasks->client, truth_topic(tasks), task, &range, err) ||
        !claim_write(tasks, task, claim.nonce, arena, err)) {
        return false;
    }
    /* An offset the topic does not have: it is not the one Redis was filled from. */
    claim.low = range.low;
    claim.from = from >= range.low && from <= range.end ? from : range.low;
    fold_close(fold);
    if (!fold_from(tasks, task, claim.from, claim.nonce, fold, err) ||
        !raise_epoch(tasks, task, fold->epoch, own, arena, &stored, err)) {
        return false;
    }
    held->epoch = fold->epoch;
    int64_t repaired;
    if (!restore(tasks, task, fold, &claim, &stored, arena, taken, err) ||
        !truth_repair(tasks, task, &repaired, err) || !truth_flush(tasks, err)) {
        return false;
    }
    held->known = true;
    taken->epoch = held->epoch;
    notes_read(&stored, taken);
    held_note_commit(held, &taken->numbers);
    return true;
}

bool tasks_takeover(Tasks *tasks, int32_t task, bool own, Arena *arena, TaskTaken *taken,
                    Err *err) {
    held_release(&tasks->held[task]);
    *taken = (TaskTaken){0};
    Fold fold;
    fold_open(&fold);
    bool done = take_over(tasks, task, own, &fold, arena, taken, err);
    fold_close(&fold);
    if (!done) {
        held_release(&tasks->held[task]);
    }
    return done;
}
