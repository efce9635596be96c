#pragma once

#include <stdint.h>

#include "base/money.h"
#include "base/str.h"
#include "contract/envelope.h"

/* What the ledger says about one customer, as far as it matters for credit. wire/ makes it from
 * messages; all texts point into the batch. */
typedef enum ScoringInputKind {
    SCORING_NOTHING, /* understood, and no business of scoring's */
    SCORING_INVOICE_POSTED,
    SCORING_CREDIT_POSTED,
    SCORING_ALLOCATED,
    SCORING_SETTLED,
    SCORING_REVERSED,
    SCORING_BUCKET_ENTERED,
    SCORING_RECOVERED,
    SCORING_WRITTEN_OFF,
} ScoringInputKind;

typedef struct ScoringInput {
    ScoringInputKind kind;
    Str topic; /* with origin: which event it is */
    Origin origin;
    Str invoice; /* empty for credit */
    Money amount;
    Money open;   /* SCORING_ALLOCATED, SCORING_BUCKET_ENTERED: what is left on the invoice */
    int32_t days; /* SCORING_SETTLED: late; SCORING_BUCKET_ENTERED: past due */
} ScoringInput;
