/* The frame of a service that keeps its state in PostgreSQL. */
#include <stdio.h>

#include "base/check.h"
#include "chassis/dispatcher.h"
#include "chassis/log.h"
#include "chassis/process_frame.h"
#include "chassis/step.h"

typedef struct PgSettings {
    Str database;
    Str database_password;
    Str database_owner;
    Str database_owner_password;
    int64_t answer_ms;
} PgSettings;

static const Setting SETTINGS[] = {
    SETTING_TEXT(
        PgSettings, database, "ARREARS_DATABASE", NULL, 1, 4096,
        "libpq connection string of the application role, TLS parameters included, without "
        "password."),
    SETTING_SECRET(PgSettings, database_password, "ARREARS_DATABASE_PASSWORD", "", 0, 1024,
                   "Password of the application role."),
    SETTING_TEXT(PgSettings, database_owner, "ARREARS_DATABASE_OWNER", "", 0, 4096,
                 "Connection string of the owner role; only `migrate` uses it."),
    SETTING_SECRET(PgSettings, database_owner_password, "ARREARS_DATABASE_OWNER_PASSWORD", "", 0,
                   1024, "Password of the owner role."),
    /* Above the 30 s that the server gives a question, below the 60 s after which /livez gives up.
     */
    SETTING_NUMBER(PgSettings, answer_ms, "ARREARS_DATABASE_ANSWER_MS", "40000", 1000, 600000,
                   "A statement without an answer for this long counts as a lost connection."),
};

struct QueryDoor {
    PgOptions options;
    Pg *pg;
};

struct StoreFrame {
    const Process *process;
    PgSettings settings;
    PgOptions store;
    QueryDoor door;
    DispatcherSettings dispatcher_settings;
    Dispatcher *dispatcher; /* NULL: not begun, or this service does not act */
};

StoreFrame *frame_new(const Process *process, Arena *arena) {
    StoreFrame *frame = ARENA_NEW(arena, StoreFrame);
    frame->process = process;
    return frame;
}

int frame_settings(const Process *process, StoreFrame *frame, SettingsTable *tables) {
    tables[0] = (SettingsTable){"PostgreSQL", SETTINGS, COUNT_OF(SETTINGS),
                                frame ? &frame->settings : NULL};
    if (!process->dispatches) {
        return 1;
    }
    tables[1] = (SettingsTable){"Sending", DISPATCHER_SETTINGS, DISPATCHER_SETTINGS_COUNT,
                                frame ? &frame->dispatcher_settings : NULL};
    return 2;
}

void frame_ready(StoreFrame *frame, const KafkaSettings *kafka) {
    (void)kafka;
    frame->store = (PgOptions){.conninfo = frame->settings.database,
                               .password = frame->settings.database_password,
                               .application_name = frame->process->name,
                               .answer_ms = frame->settings.answer_ms};
    frame->door.options = frame->store;
    frame->door.options.read_only = true;
}

const void *frame_store(const StoreFrame *frame) {
    return &frame->store;
}

int frame_events(const StoreFrame *frame) {
    (void)frame;
    return STEP_LIMITS.events;
}

bool frame_check(StoreFrame *frame, Err *err) {
    Pg *pg;
    if (!pg_open(&frame->store, &pg, err)) {
        return false;
    }
    bool done = migrate_is_done(pg, frame->process->migrations, err);
    pg_close(pg);
    return done;
}

/* ---- queries */

QueryDoor *frame_door(StoreFrame *frame) {
    return &frame->door;
}

bool query_pg(QueryDoor *door, Pg **pg, Err *err) {
    if (door->pg && pg_is_lost(door->pg)) {
        pg_close(door->pg);
        door->pg = NULL;
    }
    if (!door->pg && !pg_open(&door->options, &door->pg, err)) {
        return false;
    }
    *pg = door->pg;
    return true;
}

void frame_close(StoreFrame *frame) {
    if (frame->dispatcher) {
        dispatcher_close(frame->dispatcher);
    }
    pg_close(frame->door.pg);
}

/* ---- acting */

static const char *facts_topic(const Service *service) {
    for (int i = 0; i < service->input_count; i++) {
        if (service->inputs[i].brings_day) {
            return service->inputs[i].topic;
        }
    }
    CHECK(!"an input brings the day");
    return NULL;
}

void frame_act(StoreFrame *frame, Step *step, const Service *service, const KafkaSettings *kafka) {
    if (service->dispatch) {
        DispatcherOptions options = {.dispatch = service->dispatch,
                                     .facts = facts_topic(service),
                                     .store = &frame->store,
                                     .kafka = kafka,
                                     .step = step,
                                     .settings = frame->dispatcher_settings};
        frame->dispatcher = dispatcher_open(&options);
    }
}

bool frame_act_end(StoreFrame *frame) {
    if (frame->dispatcher) {
        dispatcher_stop(frame->dispatcher);
    }
    return !frame->dispatcher || dispatcher_has_stopped(frame->dispatcher);
}

/* ---- the schema */

bool frame_has_schema(void) {
    return true;
}

int frame_migrate(StoreFrame *frame) {
    Err err;
    int applied;
    PgOptions owner = {.conninfo = frame->settings.database_owner,
                       .password = frame->settings.database_owner_password,
                       .application_name = frame->process->name};
    if (str_is_empty(owner.conninfo)) {
        fprintf(stderr, "ARREARS_DATABASE_OWNER: needed by migrate\n");
        return EXIT_USAGE;
    }
    if (!migrate(&owner, frame->settings.database, frame->process->migrations, &applied, &err)) {
        return process_fail("migrate_failed",
                            "the database was not brought to this program's schema", &err);
    }
    LOG_INFO("migrate_done", "the database has this program's schema", log_int("applied", applied));
    return EXIT_DONE;
}
