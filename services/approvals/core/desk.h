#pragma once

#include <stdbool.h>

#include "approvals/core/case.h"
#include "approvals/core/fact.h"
#include "base/arena.h"
#include "base/date.h"
#include "policy/authority.h"

/* The desk of one decision: the file of a request, the open day and the authority in force on one
 * side, what is said about it on the other. */
enum { DESK_FACTS_MAX = 2 };

typedef struct Desk {
    Arena *arena;
    CaseFile *file; /* NULL: the decision names no request at all */
    Date day;       /* open: the record date */
    const Authority *authority;
    bool replayed;              /* the nonce was used by a decision of this creditor that counted */
    Fact facts[DESK_FACTS_MAX]; /* in order */
    int fact_count;
    Attempt attempt; /* what is to be kept of a decision */
} Desk;

void desk_say(Desk *desk, Fact fact);
