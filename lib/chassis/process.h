#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "chassis/http.h"
#include "chassis/kafka.h"
#include "chassis/migrate.h"
#include "chassis/pg.h"
#include "chassis/redis.h"
#include "chassis/service.h"
#include "chassis/settings.h"
#include "contract/seal.h"

/* The frame of a service: command line, settings, log, signals, ports, and the step loop until
 * SIGTERM. A main.c is a Process filled in and process_main called. What differs by the store
 * (settings, schema, connection for queries) is behind process_frame.h, chosen at link time.
 *
 *     ledger                run
 *     ledger migrate        bring the database to this program's schema (owner role), then exit
 *     ledger skip T P O     pass over one record of a topic of our own
 *     ledger rebuild        make the state from the topics, where the service can: rebuild.h
 *     ledger --settings     print the settings as Markdown
 *     ledger --diagram      print the state diagram as mermaid, where the service has one
 *     ledger --version
 *
 * Exit codes: 0 done; 1 a failure (see the log; the supervisor starts it again); 2 wrong settings
 * or arguments; 3 refuses to run until an operator acts. SIGTERM finishes or rolls back, publishes
 * what is committed and exits 0 within the drain time; a second SIGTERM exits 1 at once. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_OPERATOR = 3 };

typedef struct ProcessSettings {
    KafkaSettings kafka;
    Str operator_keys;
    Str listen_address;
    int64_t admin_port;
    int64_t api_port;
    Str log_level;
    int64_t drain_ms;
    int64_t takeover_ms;
    int64_t gap_ms;
} ProcessSettings;

extern const Setting PROCESS_SETTINGS[];
extern const ptrdiff_t PROCESS_SETTINGS_COUNT;

/* What a query room gets: its own read-only connection, opened when it is first used or was lost.
 */
typedef struct QueryDoor QueryDoor;
bool query_pg(QueryDoor *door, Pg **pg, Err *err) MUST_USE; /* in a service with a database */
bool query_redis(QueryDoor *door, Redis **redis, Err *err) MUST_USE; /* in one with Redis */

typedef struct Process {
    const char *name;
    const char *summary;   /* one line for --help */
    Migrations migrations; /* of the chassis and the service; empty where there is no schema */
    const Setting *settings;
    ptrdiff_t settings_count;
    void *settings_target;
    /* Whether its settings can work at all, before anything starts; NULL: nothing to look at. */
    bool (*check)(const void *settings, Err *err);
    /* Fills the service's table; its settings are loaded. */
    Service (*service)(void *settings, Arena *arena);
    /* The routes under /v1/, besides /v1/progress. */
    int (*routes)(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes);
    void (*diagram)(FILE *to); /* NULL: none */
    bool rebuilds;             /* its state can be made from its topics: rebuild.h */
    bool dispatches;           /* it acts in the world outside: dispatch.h */
} Process;

/* Logs the failure; the exit code that its verdict asks for. */
int process_fail(const char *action, const char *message, const Err *err);

int process_main(const Process *process, int argc, char **argv);
