#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "chassis/pg.h"

/* Acts in the world outside (a mail, later a letter or a file for an agency), which no transaction
 * can take back.
 *
 * Deciding only writes an intent, in the transaction of the step (turn_intend). The dispatcher
 * (dispatcher.h) carries it out: it claims an attempt by a committed row before anything leaves the
 * house, and whoever has not seen that commit answered never sends. What became of the attempt is
 * noted in the same row, comes to the service as an EVENT_OUTCOME, and only then is said on a
 * topic. An attempt without an outcome is uncertain after a while and never repeated by itself. So
 * an act is decided exactly once, and done at most once for each attempt that was asked for. */

typedef struct Intent {
    Str id; /* unique in the task */
    Account account;
    int32_t attempt; /* from 1; above every earlier one of this intent */
} Intent;

typedef enum OutcomeKind {
    OUTCOME_NONE,
    OUTCOME_DONE,
    OUTCOME_REFUSED,   /* the world said no for good */
    OUTCOME_GAVE_UP,   /* put off too often */
    OUTCOME_WITHDRAWN, /* looked at once more and not done; `code` says why, in the service's words
                        */
    OUTCOME_UNCERTAIN, /* nobody knows; a later outcome of the same attempt may still come */
    OUTCOME_PUT_OFF, /* provably not done; the dispatcher tries again, the service never sees it */
    OUTCOME_KIND_COUNT,
} OutcomeKind;

/* "done", as tables call it. */
const char *outcome_name(OutcomeKind kind);
bool outcome_parse(Str name, OutcomeKind *kind) MUST_USE;

typedef struct Outcome {
    Str intent;
    int32_t attempt;
    OutcomeKind kind;
    int32_t code;
    Str sentence; /* as the world put it, for a person; at most OUTCOME_SENTENCE_MAX bytes */
} Outcome;

enum {
    OUTCOME_SENTENCE_MAX = 500,
    DISPATCH_TRIES = 8, /* that one intent has by itself, the first one counted */
};

/* What a service that acts in the world gives the dispatcher. Both are called on the dispatcher's
 * thread, after the claim was committed. */
typedef struct Dispatch {
    /* Looks at the facts once more, over the dispatcher's own read-only connection. `parcel` is
     * what is to be sent, in the arena; NULL: withdrawn, and `code` says why. */
    bool (*compose)(void *self, Pg *pg, int32_t task, const Intent *intent, Arena *arena,
                    const void **parcel, int32_t *code, Err *err);
    /* Any kind but OUTCOME_WITHDRAWN. `door_closed`: nothing at all can be sent just now, so this
     * does not count as one of the tries. */
    Outcome (*send)(void *self, const void *parcel, Arena *arena, bool *door_closed);
    /* Ends what send has kept open; after it nothing more is sent. NULL: there is nothing. */
    void (*close)(void *self);
    void *self;
} Dispatch;
