#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "contract/item_key.h"

/* What the ledger says about one customer, as far as it matters for credit. wire/ makes it from
 * messages; all texts point into the batch. */
typedef enum ScoringInputKind {
    SCORING_NOTHING, /* understood, and no business of scoring's */
    SCORING_POSTED,  /* an invoice, or a charge on one */
    SCORING_CREDIT_POSTED,
    SCORING_ALLOCATED,
    SCORING_SETTLED,
    SCORING_FORGIVEN, /* a discount or a tolerance: with a payment */
    SCORING_REDUCED,  /* by agreement */
    SCORING_REOPENED, /* what had reduced an item is gone */
    SCORING_REVERSED, /* the whole invoice */
    SCORING_BUCKET_ENTERED,
    SCORING_DUE_CHANGED,
    SCORING_SPENT, /* credit that waited is gone: recovered, reversed, given back */
    SCORING_WRITTEN_OFF,
} ScoringInputKind;

typedef struct ScoringInput {
    ScoringInputKind kind;
    Str topic; /* with origin: which event it is */
    Origin origin;
    ItemKey key; /* empty for credit; SCORING_REVERSED: the number alone */
    Money amount;
    Money open;   /* of the item, where it changes or enters a bucket */
    Date due_on;  /* SCORING_REOPENED, SCORING_DUE_CHANGED */
    bool paid;    /* SCORING_REOPENED: it had been paid, not forgiven or given up */
    int32_t days; /* SCORING_SETTLED: late; SCORING_BUCKET_ENTERED: past due */
} ScoringInput;
