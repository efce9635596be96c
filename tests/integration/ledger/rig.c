#include "tests/integration/ledger/rig.h"

#include <stdlib.h>

#include "base/check.h"
#include "chassis/log.h"
#include "chassis/migrate.h"
#include "ledger/handler.h"
#include "ledger/settings.h"

extern const Migrations ledger_migrations;

static const char SCHEMA[] = "ledger_test";

/* ---- the seam: what the step loop does with an emission */

static const Stamp STAMP = {.origin = {.service = {"ledger", 6}, .seq = 1, .order = 1},
                            .cause = {.kind = CAUSE_NONE}};

void turn_emit(Turn *turn, Emission emission) {
    Rig *rig = turn->emitter;
    Stamp stamp = STAMP;
    stamp.day = turn->day;
    if (str_starts_with(str_of(emission.type), S("arrears.transfers.v1."))) {
        CHECK(rig->sent_count < RIG_SENT_MAX);
        rig->sent[rig->sent_count++] =
            (Sent){emission.account,
                   rig->service.encode(rig->service.self, &emission, &stamp, turn->arena)};
        return;
    }
    CHECK(rig->said_count < RIG_SAID_MAX);
    rig->said[rig->said_count++] =
        rig->service.encode(rig->service.self, &emission, &stamp, turn->arena);
}

/* Conflicts are compared by what is said of them; the dead letter is the loop's. */
void turn_dead_letter(Turn *turn, Refusal refusal) {
    (void)turn, (void)refusal;
}

/* ---- opening */

static const char *named(const char *variable) {
    const char *value = getenv(variable);
    if (value == NULL || value[0] == '\0') {
        printf("skipped: %s is not set; tests/integration/ledger/run.sh sets it\n", variable);
        exit(RIG_SKIPPED);
    }
    return value;
}

static PgOptions options_of(Rig *rig, const char *variable) {
    Str password = str_format(&rig->arena, "%s_PASSWORD", variable);
    const char *secret = getenv(str_terminated(&rig->arena, password));
    return (PgOptions){.conninfo = str_format(&rig->arena, "%s options='-csearch_path=%s'",
                                              named(variable), SCHEMA),
                       .password = str_of(secret),
                       .application_name = "ledger_store_test"};
}

PgOptions rig_options(Rig *rig) {
    return options_of(rig, "ARREARS_TEST_DATABASE");
}

static void must(bool done, const Err *err) {
    if (!done) {
        fprintf(stderr, "%s %s\n", err->code, err->text);
    }
    CHECK(done);
}

static void script(Pg *pg, const char *sql) {
    Err err = {0};
    must(pg_script(pg, sql, &err), &err);
}

#define BUCKETS                                                                                    \
    .count = 5, .buckets = {{S("current"), INT32_MIN},                                             \
                            {S("1-30"), 1},                                                        \
                            {S("31-60"), 31},                                                      \
                            {S("61-90"), 61},                                                      \
                            {S("91+"), 91}}

static const AgingRule STANDARD = {
    .aging = {BUCKETS},
    .hash = S("0000000000000000000000000000000000000000000000000000000000000001")};
static const AgingRule FROM_INVOICE = {
    .aging = {BUCKETS, .from_invoice = true},
    .hash = S("0000000000000000000000000000000000000000000000000000000000000003")};

void rig_age_from(Rig *rig, bool from_invoice) {
    rig->rules.agings = from_invoice ? &FROM_INVOICE : &STANDARD;
}

void rig_open(Rig *rig) {
    static const Bookkeeping keeping = {.id = S(BOOKKEEPING_DEFAULT), .roll_overpayment = true};
    /* RFC 8032, section 7.1, test 1. */
    static LedgerSettings settings = {
        .journal_key = S("journal 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
                         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")};
    Err err = {0};
    *rig = (Rig){.lasting = arena_open("lasting", 1 << 16),
                 .arena = arena_open("rig", 512 << 20),
                 .names = arena_open("names", 1 << 20)};
    PgOptions owner = options_of(rig, "ARREARS_TEST_DATABASE_OWNER");
    PgOptions app = options_of(rig, "ARREARS_TEST_DATABASE");
    must(pg_open(&owner, &rig->owner, &err) && pg_open(&app, &rig->app, &err), &err);
    log_open("ledger_store_test", LOG_LEVEL_WARNING);
    rig->service = ledger_service(&settings, &rig->lasting);
    rig->rules = (LedgerRules){
        .agings = &STANDARD, .aging_count = 1, .keepings = &keeping, .keeping_count = 1};
}

void rig_close(Rig *rig) {
    pg_close(rig->owner);
    pg_close(rig->app);
    arena_close(&rig->lasting);
    arena_close(&rig->arena);
    arena_close(&rig->names);
}

void rig_reset(Rig *rig, Date day) {
    Err err = {0};
    int applied = 0;
    arena_reset(&rig->arena);
    PgOptions owner = options_of(rig, "ARREARS_TEST_DATABASE_OWNER");
    const char *app = named("ARREARS_TEST_DATABASE");
    Str role;
    must(pg_conninfo_user(str_of(app), &rig->arena, &role, &err), &err);
    Str sql = str_format(&rig->arena,
                         "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s;"
                         "GRANT USAGE ON SCHEMA %s TO %.*s",
                         SCHEMA, SCHEMA, SCHEMA, STR_ARGS(role));
    script(rig->owner, str_terminated(&rig->arena, sql));
    must(migrate(&owner, str_of(app), ledger_migrations, &applied, &err), &err);
    for (int task = 0; task < RIG_TASKS; task++) {
        Str row = str_format(&rig->arena, "INSERT INTO task (task, epoch) VALUES (%d, 7)", task);
        script(rig->owner, str_terminated(&rig->arena, row));
        rig_set_day(rig, task, day);
    }
    /* Statements that were prepared on the old tables are planned anew. */
    script(rig->app, "DISCARD PLANS");
}

void rig_set_day(Rig *rig, int32_t task, Date day) {
    Str text = date_print(&rig->arena, day);
    Str sql = str_format(&rig->arena, "UPDATE task SET day = '%.*s', phase = 1 WHERE task = %d",
                         STR_ARGS(text), (int)task);
    script(rig->owner, str_terminated(&rig->arena, sql));
}

/* ---- steps */

static bool step(Rig *rig, Batch *batch, Date day, Err *err) {
    const Service *service = &rig->service;
    if (!service->load(service->self, batch, err)) {
        return false;
    }
    for (int i = 0; i < batch->count; i++) {
        Turn turn = {.task = batch->events[i].task,
                     .day = day,
                     .rules = &rig->rules,
                     .arena = batch->arena,
                     .emitter = rig};
        service->decide(service->self, batch, &batch->events[i], &turn);
    }
    if (!pg_begin(batch->pg, err)) {
        return false;
    }
    bool stored = service->store(service->self, batch, err) && pg_commit(batch->pg, err);
    if (!stored) {
        pg_rollback(batch->pg);
    }
    return stored;
}

bool rig_step(Rig *rig, Event *events, int count, Date day, Err *err) {
    arena_reset(&rig->arena);
    rig->said = ARENA_ARRAY(&rig->arena, Str, RIG_SAID_MAX);
    rig->said_count = 0;
    rig->sent = ARENA_ARRAY(&rig->arena, Sent, RIG_SENT_MAX);
    rig->sent_count = 0;
    Batch batch = {.pg = rig->app, .arena = &rig->arena, .events = events, .count = count};
    return step(rig, &batch, day, err);
}

/* The accounts that `due` found live in an arena of their own: the step resets the rig's. */
static int due_events(Rig *rig, int32_t task, Date day, int limit, Arena *arena, Event *events) {
    Err err = {0};
    int count = 0;
    Account *accounts = ARENA_ARRAY(arena, Account, limit);
    must(rig->service.due(rig->service.self, rig->app, task, day, limit, arena, accounts, &count,
                          &err),
         &err);
    for (int i = 0; i < count; i++) {
        events[i] = (Event){.kind = EVENT_DUE, .account = accounts[i], .task = task, .input = -1};
    }
    return count;
}

int rig_end_day(Rig *rig, int32_t task, Date day, int limit, void (*hear)(void *self, Str said),
                void *self) {
    Err err = {0};
    int steps = 0;
    int count = limit;
    while (count == limit) {
        Arena arena = arena_open("due", 16 << 20);
        Event *events = ARENA_ARRAY(&arena, Event, limit + 1);
        count = due_events(rig, task, day, limit, &arena, events);
        must(count == 0 || rig_step(rig, events, count, day, &err), &err);
        for (int i = 0; count > 0 && i < rig->said_count; i++) {
            hear(self, rig->said[i]);
        }
        arena_close(&arena);
        steps++;
    }
    rig_set_day(rig, task, date_add(day, 1));
    return steps;
}

PgRows rig_ask(Rig *rig, const char *sql) {
    Err err = {0};
    PgRows rows;
    /* A name of its own for each text: statements are prepared under it, for the whole session. */
    Str name = str_format(&rig->names, "ask %p", (const void *)sql);
    const PgStatement question = {str_terminated(&rig->names, name), sql};
    must(pg_run(rig->owner, &question, NULL, &rig->arena, &rows, &err), &err);
    return rows;
}
