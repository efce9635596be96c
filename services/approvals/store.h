#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "approvals/core/case.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/pg.h"

/* Requests and decisions in PostgreSQL, by sets: whatever the size of a batch, a constant number of
 * statements loads it and a constant number saves it, over binary arrays, in the order of keys.
 *
 * store/load.c reads what a batch touches, store/save.c writes what it adds; the tables are
 * sql/0001_approvals.sql. */

/* One event on its way to a request; `file` is filled by loading. Without a request there is none.
 */
typedef struct StoreVisit {
    int32_t task;
    Str creditor;
    Str request;
    Str nonce; /* that the event seems to bring; may be empty */
    CaseFile *file;
} StoreVisit;

typedef struct UsedNonce {
    int32_t task;
    Str creditor;
    Str nonce;
} UsedNonce;

typedef struct KeptAttempt {
    int32_t task;
    Str creditor;
    Attempt attempt;
} KeptAttempt;

typedef struct Docket {
    CaseFile *files; /* by task, creditor, request */
    int count;
    UsedNonce *nonces; /* of those that the batch brings: used before, or in this batch */
    int nonce_count;
    KeptAttempt *attempts; /* of this batch, in order */
    int attempt_count;
} Docket;

bool store_load(Pg *pg, StoreVisit *visits, int count, Arena *arena, Docket *docket,
                Err *err) MUST_USE;
bool docket_has_nonce(const Docket *docket, int32_t task, Str creditor, Str nonce);
/* There is room for one of each visit. Remembers the nonce of one that counted. */
void docket_keep(Docket *docket, KeptAttempt kept);

/* Inside the step's transaction. A request whose writer contradicts itself is VERDICT_POISON: the
 * loop finds its record and stops the task. */
bool store_save(Pg *pg, const Docket *docket, Arena *arena, Err *err) MUST_USE;
