/* The service of this world, and starting and stopping its worker. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/check.h"
#include "chassis/clock.h"
#include "contract/policy_record.h"
#include "world_room.h"

const char WORLD_IN[] = "in";
const char WORLD_FEED[] = "feed";
const char WORLD_STATES[] = "states";
const char WORLD_OUT[] = "out";
const char WORLD_DEAD[] = "in.dlq";

typedef struct ToyInput {
    int64_t add;
    Date due;
    Str send; /* empty: nothing */
} ToyInput;

/* What one batch works on: copies of the rows of its accounts. */
typedef struct ToyBook {
    WorldRow *rows;
    int count;
} ToyBook;

static bool refuse(Refusal *refusal) {
    *refusal = (Refusal){S("UNREADABLE"), S("send it again")};
    return false;
}

static bool tick_decode_toy(Str number, Event *event) {
    int64_t index;
    CHECK(str_parse_i64(number, &index) && index < world.tick_count);
    event->kind = EVENT_TICK;
    event->body = &world.ticks[index];
    return true;
}

static bool words_decode(Str value, Arena *arena, Event *event, Refusal *refusal) {
    StrCut cut = str_cut(value, ' ');
    ToyInput *input = ARENA_NEW(arena, ToyInput);
    input->due = DATE_NONE;
    event->body = input;
    if (str_equals(cut.head, S("tick"))) {
        return tick_decode_toy(cut.tail, event);
    }
    if (str_equals(cut.head, S("send"))) {
        input->send = cut.tail;
        return true;
    }
    bool good = str_equals(cut.head, S("add"))
                    ? str_parse_i64(cut.tail, &input->add)
                    : str_equals(cut.head, S("due")) && date_parse(cut.tail, &input->due);
    return good || refuse(refusal);
}

static bool toy_decode(void *self, int input, const Record *record, Arena *arena, Event *event,
                       Refusal *refusal) {
    (void)self;
    Account account = {0};
    event->kind = EVENT_INPUT;
    if (input == 2 && str_equals(record->value, S("claim"))) {
        return true;
    }
    if (record->has_key && !account_parse(record->key, &account)) {
        return refuse(refusal);
    }
    event->account = account;
    Str value = record->value;
    if (input == 1) {
        StrCut service = str_cut(value, ' ');
        StrCut task = str_cut(service.tail, ' ');
        StrCut seq = str_cut(task.tail, ' ');
        int64_t number;
        if (!str_parse_i64(task.head, &number) || !str_parse_i64(seq.head, &event->origin.seq)) {
            return refuse(refusal);
        }
        event->origin.service = service.head;
        event->origin.task = (int32_t)number;
        value = seq.tail;
    }
    return words_decode(value, arena, event, refusal);
}

static WorldRow *row_find(WorldRow *rows, int count, Str key) {
    for (int i = 0; i < count; i++) {
        if (str_equals(rows[i].key, key)) {
            return &rows[i];
        }
    }
    return NULL;
}

static bool toy_load(void *self, Batch *batch, Err *err) {
    (void)self, (void)err;
    ToyBook *book = ARENA_NEW(batch->arena, ToyBook);
    book->rows = ARENA_ARRAY(batch->arena, WorldRow, batch->count + 1);
    for (int i = 0; i < batch->count; i++) {
        const Event *event = &batch->events[i];
        if (str_is_empty(event->account.customer)) {
            continue;
        }
        Str key = account_key(batch->arena, event->account);
        if (!row_find(book->rows, book->count, key)) {
            WorldRow *stored = row_find(world.state.rows, world.state.row_count, key);
            book->rows[book->count++] =
                stored ? *stored : (WorldRow){.key = key, .task = event->task, .due = DATE_NONE};
        }
    }
    batch->state = book;
    return true;
}

static void say(Turn *turn, const Event *event, Str text) {
    Str *body = ARENA_NEW(turn->arena, Str);
    *body = text;
    bool about_task = str_is_empty(event->account.customer);
    turn_emit(turn, (Emission){.account = event->account,
                               .partition = about_task ? turn->task : -1,
                               .type = "toy",
                               .body = body});
}

static void toy_decide(void *self, Batch *batch, const Event *event, Turn *turn) {
    (void)self;
    ToyBook *book = batch->state;
    Str day = date_print(turn->arena, turn->day);
    if (event->kind == EVENT_DAY_OPENED || event->kind == EVENT_DAY_CLOSED) {
        say(turn, event,
            str_format(turn->arena, "%s %.*s",
                       event->kind == EVENT_DAY_OPENED ? "opened" : "closed", STR_ARGS(day)));
        return;
    }
    CHECK(turn->rules); /* every decision after the opening is made by rules */
    if (event->kind == EVENT_HELD) {
        say(turn, event, S("held"));
        return;
    }
    WorldRow *row = row_find(book->rows, book->count, account_key(turn->arena, event->account));
    CHECK(row);
    if (event->kind == EVENT_OUTCOME) {
        const Outcome *outcome = event->body;
        say(turn, event,
            str_format(turn->arena, "%.*s %s", STR_ARGS(outcome->intent),
                       outcome_name(outcome->kind)));
        return;
    }
    const ToyInput *input = event->kind == EVENT_DUE ? NULL : event->body;
    if (input && !str_is_empty(input->send)) {
        turn_intend(turn, (Intent){.id = input->send, .account = event->account, .attempt = 1});
        say(turn, event, S("asked"));
        return;
    }
    if (input && !date_is_none(input->due)) {
        row->due = input->due;
        say(turn, event, S("noted"));
        return;
    }
    if (input && input->add == 13) {
        turn_dead_letter(turn, (Refusal){S("UNLUCKY"), S("thirteen is not added")});
        say(turn, event, S("refused"));
        return;
    }
    row->total += input ? input->add : 100;
    row->due = input ? row->due : DATE_NONE;
    say(turn, event, str_format(turn->arena, "total %" PRId64, row->total));
}

static bool toy_store(void *self, Batch *batch, Err *err) {
    (void)self;
    const ToyBook *book = batch->state;
    for (int i = 0; i < batch->count; i++) {
        const Event *event = &batch->events[i];
        if (event->kind == EVENT_INPUT && ((const ToyInput *)event->body)->add == 666) {
            return err_set(err, VERDICT_POISON, "23514", "a total of 666");
        }
    }
    WorldState *view = store_view();
    for (int i = 0; i < book->count; i++) {
        WorldRow *row = row_find(view->rows, view->row_count, book->rows[i].key);
        if (!row) {
            CHECK(view->row_count < WORLD_ACCOUNTS);
            row = &view->rows[view->row_count++];
        }
        *row = book->rows[i];
        row->key = str_copy(&world.arena, book->rows[i].key);
    }
    return true;
}

static Str toy_encode(void *self, const Emission *emission, const Stamp *stamp, Arena *arena) {
    (void)self, (void)stamp, (void)arena;
    return *(const Str *)emission->body;
}

static bool toy_due(void *self, Pg *pg, int32_t task, Date day, int limit, Arena *arena,
                    Account *accounts, int *count, Err *err) {
    (void)self, (void)pg, (void)err;
    const WorldRow *previous = NULL;
    *count = 0;
    while (*count < limit) {
        const WorldRow *next = NULL;
        for (int i = 0; i < world.state.row_count; i++) {
            const WorldRow *row = &world.state.rows[i];
            bool due =
                row->task == task && !date_is_none(row->due) && date_compare(row->due, day) <= 0;
            bool after = !previous || str_compare(row->key, previous->key) > 0;
            if (due && after && (!next || str_compare(row->key, next->key) < 0)) {
                next = row;
            }
        }
        if (!next) {
            break;
        }
        CHECK(account_parse(str_copy(arena, next->key), &accounts[(*count)++]));
        previous = next;
    }
    return true;
}

static bool toy_compile(void *self, const RuleDocument *documents, int count, Arena *arena,
                        const void **rules, Err *err) {
    (void)self, (void)documents, (void)count, (void)arena, (void)err;
    *rules = "rules";
    return true;
}

const Service *toy_service(void) {
    static const ServiceInput inputs[] = {
        {WORLD_IN, INPUT_OUTSIDE, KEY_ACCOUNT, true, WORLD_DEAD},
        {WORLD_FEED, INPUT_OURS, KEY_ACCOUNT, false, NULL},
        {WORLD_STATES, INPUT_STATES, KEY_ACCOUNT, false, NULL},
    };
    static const ServiceOutput outputs[] = {{WORLD_OUT, KEY_ACCOUNT}};
    static const Dispatch
        dispatch; /* nobody carries anything out here: a test says what became of it */
    static const Service service = {
        .name = "toy",
        .inputs = inputs,
        .input_count = 3,
        .dispatch = &dispatch,
        .outputs = outputs,
        .output_count = 1,
        .decode = toy_decode,
        .load = toy_load,
        .decide = toy_decide,
        .store = toy_store,
        .encode = toy_encode,
        .due = toy_due,
        .compile = toy_compile,
    };
    return &service;
}

/* ---- the world itself */

static void rules_publish(void) {
    PolicyRecord document = {.path = S("aging/a.yaml"), .yaml = S("id: a\n")};
    Str value = policy_record_encode(&document, &world.arena);
    world.rules[0] = (Record){.has_key = true,
                              .has_value = true,
                              .value = value,
                              .key = hash_hex(&world.arena, document.hash)};
    PolicyEntry entry = {document.path, world.rules[0].key};
    PolicyRecord set = {.is_set = true, .entries = &entry, .entry_count = 1};
    value = policy_record_encode(&set, &world.arena);
    world.rules[1] = (Record){.has_key = true,
                              .has_value = true,
                              .value = value,
                              .key = hash_hex(&world.arena, set.hash)};
    world.rule_set = set.hash;
    world.rules_published = 2;
}

void world_reset(void) {
    if (world.arena.name) {
        arena_close(&world.arena);
    }
    memset(&world, 0, sizeof world);
    world.arena = arena_open("world", (ptrdiff_t)1 << 30);
    for (int i = 0; i < WORLD_PARTITIONS; i++) {
        world.state.tasks[i].noted_offset = -1;
        world.state.tasks[i].numbers.day = DATE_NONE;
    }
    world_set_broker_day("2030-01-01");
    world.operator_key = key_pair_new();
    world.operator_public.id = S("operator");
    memcpy(world.operator_public.bytes, world.operator_key.public_key, PUBLIC_KEY_SIZE);
    rules_publish();
}

void world_set_broker_day(const char *day) {
    CHECK(date_parse(str_of(day), &world.broker_day));
}

static void tick_add(bool opened, const char *day, const char *set, bool is_signed) {
    CHECK(world.tick_count < WORLD_TICKS);
    DayMark mark = {.opened = opened,
                    .policy_set = set ? str_of(set) : hash_hex(&world.arena, world.rule_set)};
    CHECK(date_parse(str_of(day), &mark.day));
    Signed *tick = &world.ticks[world.tick_count];
    tick->payload = tick_encode(&mark, &world.arena);
    tick->key_id = S("operator");
    tick->signature =
        seal_sign(&world.arena, &world.operator_key,
                  is_signed ? str_of(TICK_PAYLOAD_TYPE) : S("text/plain"), tick->payload);
    Str value = str_format(&world.arena, "tick %d", world.tick_count++);
    for (int32_t i = 0; i < WORLD_PARTITIONS; i++) {
        world_put_at(WORLD_IN, i, NULL, str_terminated(&world.arena, value));
    }
}

void world_put_tick(bool opened, const char *day, const char *set) {
    tick_add(opened, day, set, true);
}

void world_put_forged_tick(const char *day) {
    tick_add(false, day, NULL, false);
}

static int records_a_step; /* 0: as shipped */

void world_small_steps(int records) {
    records_a_step = records;
}

StepOptions world_options(void) {
    static KafkaSettings kafka;
    StepOptions options = {.service = toy_service(),
                           .kafka = &kafka,
                           .store = "",
                           .operators = {&world.operator_public, 1},
                           .limits = STEP_LIMITS};
    options.limits.events = records_a_step ? records_a_step : options.limits.events;
    options.limits.visits = options.limits.events;
    options.limits.ack_store_ms = 0;
    options.limits.backoff_ms = 1;
    options.limits.take_us = 10000000; /* a slow machine must not change what a step holds */
    return options;
}

Step *world_start(void) {
    StepOptions options = world_options();
    Step *step;
    Err err;
    world.dead = false;
    if (!step_open(&options, &step, &err)) {
        fail_msg("the step does not open: %s", err.text);
    }
    return step;
}

void world_kill(Step *step) {
    world.dead = true;
    world.in_transaction = false;
    step_close(step, 0);
}

static bool all_acknowledged(Str progress) {
    for (StrCut cut = str_cut(progress, '"'); cut.found; cut = str_cut(cut.tail, '"')) {
        if (str_equals(cut.head, S("unacknowledged")) && !str_starts_with(cut.tail, S(":0,"))) {
            return false;
        }
    }
    return true;
}

/* Nothing waits for a retry or for the broker; what is stopped for good does not count. */
static bool is_settled(Step *step) {
    Arena scratch = arena_open("progress", 1 << 20);
    Str why;
    bool ready = step_is_ready(step, &scratch, &why);
    bool settled = ready ? all_acknowledged(step_progress(step, &scratch))
                         : !str_starts_with(why, S("store:"));
    arena_close(&scratch);
    return settled;
}

void world_run(Step *step) {
    int64_t until_ms = clock_monotonic_ms() + 20000;
    for (int quiet = 0; quiet < 5;) {
        Err err;
        int commits = world.commits;
        int records = world_log_count(WORLD_OUT) + world_log_count(WORLD_DEAD);
        if (!step_turn(step, 0, &err)) {
            fail_msg("the step ended: %s", err.text);
        }
        bool moved = commits != world.commits ||
                     records != world_log_count(WORLD_OUT) + world_log_count(WORLD_DEAD);
        quiet = moved || !is_settled(step) ? 0 : quiet + 1;
        assert_true(clock_monotonic_ms() < until_ms);
    }
}

void world_rebalance(Step *step) {
    (void)step;
    world.rebalance = true;
}

void world_take_away(void) {
    world.withheld = true;
}

void world_give_back(void) {
    world.withheld = false;
}
