#pragma once

#include "base/arena.h"
#include "dunning/core/debtor.h"
#include "dunning/core/rules.h"

/* What the ladder looks at in one currency on a day: the open items that stand in no write-off
 * request and are not paused then, the oldest first, and what of them is overdue. The ladder stands
 * where its oldest item stands: an item carries the level up to which it was reminded of. */
typedef struct Pursuit {
    const Debtor *debtor;
    const Dunning *dunning;
    Guidance guidance;
    Item **items; /* the oldest first */
    int count;
} Pursuit;

typedef struct Overdue {
    int count; /* of the pursuit's items, the first ones */
    Money total;
    int32_t days; /* past due, of the oldest; 0: nothing is overdue */
} Overdue;

/* On that day, and until a pause begins or ends. */
Pursuit pursuit_of(const Debtor *debtor, const Dunning *dunning, Guidance guidance, Date day);
/* What is overdue when that day ends. A total that does not fit is as large as it gets. */
Overdue pursuit_overdue(const Pursuit *pursuit, Date day);
/* What guards the end of that day. */
DunningFacts pursuit_facts(const Pursuit *pursuit, Date day);
/* The first day from `earliest` on whose end may have something to do; DATE_NONE: none, until
 * something happens. */
Date pursuit_next(const Pursuit *pursuit, Date earliest);

/* Why no mail can be written to the debtor. */
PersonReason debtor_unreachable(const Debtor *debtor, Guidance guidance);
/* The levels whose days are reached. */
int32_t ladder_warranted(const Ladder *ladder, int32_t days_past_due);
