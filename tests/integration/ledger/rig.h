#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "chassis/pg.h"
#include "chassis/service.h"
#include "ledger/core/rules.h"

/* A message of arrears.transfers.v1. */
typedef struct Sent {
    Account to;
    Str value;
} Sent;

/* The ledger's service table played against a real PostgreSQL, without a broker: batches are
 * loaded, decided and stored as the step loop does it, in a schema of its own that is made anew.
 *
 * The database is named by ARREARS_TEST_DATABASE (application role) and ARREARS_TEST_DATABASE_OWNER
 * with their _PASSWORD; without them rig_open says so and the test is skipped. */
typedef struct Rig {
    Pg *owner;
    Pg *app;
    Service service;
    LedgerRules rules;
    Arena lasting; /* of the service */
    Arena arena;   /* of a batch */
    Arena names;   /* of prepared statements */
    Str *said;     /* encoded facts of the last batch, in order */
    int said_count;
    Sent *sent; /* to other accounts, by the last batch */
    int sent_count;
} Rig;

enum { RIG_TASKS = 4, RIG_SKIPPED = 77, RIG_SAID_MAX = 20000, RIG_SENT_MAX = 2000 };

/* Exits with RIG_SKIPPED where no database is named. */
void rig_open(Rig *rig);
void rig_close(Rig *rig);
/* A new, empty schema; all tasks have `day` open. */
void rig_reset(Rig *rig, Date day);
void rig_set_day(Rig *rig, int32_t task, Date day);

/* Days of the buckets count from the invoice, or from the due day, as at first. */
void rig_age_from(Rig *rig, bool from_invoice);

/* One step: false when it was rolled back, with err. The events' bodies are the caller's. */
bool rig_step(Rig *rig, Event *events, int count, Date day, Err *err);
/* Visits what is due, `limit` accounts a step, until nothing is, and opens the next day. Returns
 * the number of steps; what is said goes to `hear`. */
int rig_end_day(Rig *rig, int32_t task, Date day, int limit, void (*hear)(void *self, Str said),
                void *self);

/* As the service opens the database; valid until the next reset. */
PgOptions rig_options(Rig *rig);

/* A question in SQL, as owner; one text a row. The rows live until the next batch. */
PgRows rig_ask(Rig *rig, const char *sql);
