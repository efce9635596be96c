#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "chassis/pg.h"
#include "chassis/service.h"
#include "dunning/core/rules.h"

/* Dunning's service table played against a real PostgreSQL, without a broker and without a mail
 * server: batches are loaded, decided and stored as the step loop does it, in a schema of its own
 * that is made anew. Ladder and creditor are the shipped ones.
 *
 * The database is named by ARREARS_TEST_DATABASE (application role) and ARREARS_TEST_DATABASE_OWNER
 * with their _PASSWORD; without them rig_open says so and the test is skipped. */
typedef struct Rig {
    Pg *owner;
    Pg *app;
    Service service;
    const DunningRules *rules;
    Arena life;  /* of the rig */
    Arena arena; /* of a batch */
    Intent *intents;
    int intent_count; /* of the last batch */
    int said_count;   /* likewise */
} Rig;

enum { RIG_TASK = 1, RIG_EPOCH = 7, RIG_SKIPPED = 77, RIG_INTENTS_MAX = 16 };

/* Exits with RIG_SKIPPED where no database is named. */
void rig_open(Rig *rig);
void rig_close(Rig *rig);
/* A new, empty schema with one task. */
void rig_reset(Rig *rig);

/* One step, with its intents in the table of attempts; a failure ends the test program. The bodies
 * of events are the caller's. */
void rig_steps(Rig *rig, Event *events, int count, Date day);
/* With one event. */
void rig_step(Rig *rig, Event event, Date day);
/* Visits what is due when that day ends; returns how many were. */
int rig_end_day(Rig *rig, Date day);
/* As owner. */
void rig_script(Rig *rig, const char *sql);

/* Of dispatch_test.c: what the dispatcher's statements promise. */
int dispatch_tests(Rig *opened);
