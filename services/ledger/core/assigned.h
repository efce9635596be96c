#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "ledger/core/item.h"

/* An item that is agreed to be sold on a day to come. Until that day ends it is the creditor's:
 * it is paid, reminded of and reported as any other. */
typedef enum AssignmentState {
    ASSIGNMENT_NONE,
    ASSIGNMENT_PENDING,
    ASSIGNMENT_ACTIVE,  /* the buyer's since the settlement day */
    ASSIGNMENT_DROPPED, /* nothing was left to sell, or the sale was taken back before */
    ASSIGNMENT_STATE_COUNT,
} AssignmentState;

typedef struct Assignment {
    Str sale; /* number of the agreement */
    ItemKey key;
    Money open;  /* of the item, when it was agreed; with the price their ratio */
    Money price; /* for all of that; 0 to open */
    Date settles_on;
    AssignmentState state;
    Date recorded_on;
    bool changed; /* since it was loaded */
} Assignment;

/* "pending": as tables call it. */
const char *assignment_state_name(AssignmentState state);
/* By settlement day, sale, item: below zero when a comes before b. */
int assignment_compare(const Assignment *a, const Assignment *b);
