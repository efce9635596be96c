#include "tests/integration/dunning/rig.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"
#include "chassis/log.h"
#include "chassis/migrate.h"
#include "dunning/handler.h"
#include "tests/harness/file.h"

extern const Migrations dunning_migrations;

static const char SCHEMA[] = "dunning_test";

/* ---- the seam: what the step loop does with what was decided */

void turn_emit(Turn *turn, Emission emission) {
    static const Stamp stamp = {.origin = {.service = {"dunning", 7}, .seq = 1, .order = 1}};
    Rig *rig = turn->emitter;
    Stamp stamped = stamp;
    stamped.day = turn->day;
    (void)rig->service.encode(rig->service.self, &emission, &stamped, turn->arena);
    rig->said_count++;
}

void turn_intend(Turn *turn, Intent intent) {
    Rig *rig = turn->emitter;
    CHECK(rig->intent_count < RIG_INTENTS_MAX);
    rig->intents[rig->intent_count++] = intent;
}

/* As tasks_pg_dispatch.c writes it. */
static bool intend(Rig *rig, Err *err) {
    static const PgStatement statement = {
        "rig_intend", "INSERT INTO dispatch (task, intent, attempt, creditor, customer, tries_left)"
                      " VALUES ($1, $2, $3, $4, $5, $6)"};
    bool good = true;
    for (int i = 0; i < rig->intent_count && good; i++) {
        const Intent *intent = &rig->intents[i];
        PgParams *params = pg_params(&rig->arena);
        pg_add_i32(params, RIG_TASK);
        pg_add_text(params, intent->id);
        pg_add_i32(params, intent->attempt);
        pg_add_text(params, intent->account.creditor);
        pg_add_text(params, intent->account.customer);
        pg_add_i32(params, DISPATCH_TRIES - 1);
        good = pg_run(rig->app, &statement, params, &rig->arena, NULL, err);
    }
    return good;
}

/* ---- opening */

static const char *named(const char *variable) {
    const char *value = getenv(variable);
    if (value == NULL || value[0] == '\0') {
        printf("skipped: %s is not set; tests/integration/dunning/run.sh sets it\n", variable);
        exit(RIG_SKIPPED);
    }
    return value;
}

static PgOptions options_of(Arena *arena, const char *variable) {
    Str password = str_format(arena, "%s_PASSWORD", variable);
    const char *secret = getenv(str_terminated(arena, password));
    return (PgOptions){
        .conninfo = str_format(arena, "%s options='-csearch_path=%s'", named(variable), SCHEMA),
        .password = str_of(secret),
        .application_name = "dunning_store_test"};
}

static void must(bool done, const Err *err) {
    if (!done) {
        fprintf(stderr, "%s %s\n", err->code, err->text);
    }
    CHECK(done);
}

static const DunningRules *shipped_rules(Rig *rig) {
    static const char *const paths[] = {"ladder/standard.yaml", "creditor/acme.yaml"};
    RuleDocument documents[COUNT_OF(paths)];
    const void *rules = NULL;
    Err err = {0};
    for (ptrdiff_t i = 0; i < COUNT_OF(paths); i++) {
        Str path = str_format(&rig->life, "policies/%s", paths[i]);
        documents[i] =
            (RuleDocument){.path = str_of(paths[i]),
                           .hash = S("00000000000000000000000000000000000000000000000000000000000"
                                     "00001"),
                           .yaml = file_read(&rig->life, str_terminated(&rig->life, path))};
    }
    must(rig->service.compile(rig->service.self, documents, COUNT_OF(paths), &rig->life, &rules,
                              &err),
         &err);
    return rules;
}

void rig_open(Rig *rig) {
    Err err = {0};
    *rig = (Rig){.arena = arena_open("rig", 64 << 20), .life = arena_open("life", 8 << 20)};
    PgOptions owner = options_of(&rig->life, "ARREARS_TEST_DATABASE_OWNER");
    PgOptions app = options_of(&rig->life, "ARREARS_TEST_DATABASE");
    must(pg_open(&owner, &rig->owner, &err) && pg_open(&app, &rig->app, &err), &err);
    log_open("dunning_store_test", LOG_LEVEL_WARNING);
    rig->service = dunning_service(NULL, &rig->life);
    rig->rules = shipped_rules(rig);
}

void rig_close(Rig *rig) {
    pg_close(rig->owner);
    pg_close(rig->app);
    arena_close(&rig->arena);
    arena_close(&rig->life);
}

void rig_script(Rig *rig, const char *sql) {
    Err err = {0};
    must(pg_script(rig->owner, sql, &err), &err);
}

void rig_reset(Rig *rig) {
    Err err = {0};
    int applied = 0;
    arena_reset(&rig->arena);
    PgOptions owner = options_of(&rig->arena, "ARREARS_TEST_DATABASE_OWNER");
    const char *app = named("ARREARS_TEST_DATABASE");
    Str role;
    must(pg_conninfo_user(str_of(app), &rig->arena, &role, &err), &err);
    Str sql = str_format(&rig->arena,
                         "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s;"
                         "GRANT USAGE ON SCHEMA %s TO %.*s",
                         SCHEMA, SCHEMA, SCHEMA, STR_ARGS(role));
    rig_script(rig, str_terminated(&rig->arena, sql));
    must(migrate(&owner, str_of(app), dunning_migrations, &applied, &err), &err);
    sql = str_format(&rig->arena, "INSERT INTO task (task, epoch) VALUES (%d, %d)", RIG_TASK,
                     RIG_EPOCH);
    rig_script(rig, str_terminated(&rig->arena, sql));
    /* Statements that were prepared on the old tables are planned anew. */
    must(pg_script(rig->app, "DISCARD PLANS", &err), &err);
}

/* ---- steps */

static bool step(Rig *rig, Batch *batch, Date day, Err *err) {
    const Service *service = &rig->service;
    Turn turn = {
        .task = RIG_TASK, .day = day, .rules = rig->rules, .arena = batch->arena, .emitter = rig};
    if (!service->load(service->self, batch, err)) {
        return false;
    }
    for (int i = 0; i < batch->count; i++) {
        service->decide(service->self, batch, &batch->events[i], &turn);
    }
    return pg_begin(batch->pg, err) && service->store(service->self, batch, err) &&
           intend(rig, err) && pg_commit(batch->pg, err);
}

/* As the loop's commit says it. */
static void note_day(Rig *rig, Date day) {
    Str text = date_print(&rig->arena, day);
    Str sql = str_format(&rig->arena, "UPDATE task SET phase = 1, day = '%.*s'", STR_ARGS(text));
    rig_script(rig, str_terminated(&rig->arena, sql));
}

void rig_steps(Rig *rig, Event *events, int count, Date day) {
    Err err = {0};
    arena_reset(&rig->arena);
    note_day(rig, day);
    rig->intents = ARENA_ARRAY(&rig->arena, Intent, RIG_INTENTS_MAX);
    rig->intent_count = 0;
    rig->said_count = 0;
    for (int i = 0; i < count; i++) {
        events[i].task = RIG_TASK;
    }
    Batch batch = {.pg = rig->app, .arena = &rig->arena, .events = events, .count = count};
    must(step(rig, &batch, day, &err), &err);
}

void rig_step(Rig *rig, Event event, Date day) {
    rig_steps(rig, &event, 1, day);
}

int rig_end_day(Rig *rig, Date day) {
    enum { LIMIT = 10 };
    Err err = {0};
    int count = 0;
    Arena arena = arena_open("due", 1 << 20);
    Account *accounts = ARENA_ARRAY(&arena, Account, LIMIT);
    must(rig->service.due(rig->service.self, rig->app, RIG_TASK, day, LIMIT, &arena, accounts,
                          &count, &err),
         &err);
    CHECK(count < LIMIT);
    for (int i = 0; i < count; i++) {
        rig_step(rig, (Event){.kind = EVENT_DUE, .account = accounts[i], .input = -1}, day);
    }
    arena_close(&arena);
    return count;
}
