#pragma once

#include "ledger/core/desk.h"

/* Parts of open items, as a person names them: to be reduced, sold, written off, waived. */

/* What somebody wants of them, and how it is said to him. */
typedef struct PartUse {
    ItemEvent event;    /* that the item must be able to have */
    const char *done;   /* "reduced" */
    const char *advice; /* what to send where more is named than is open */
    bool whole;         /* no less than all that is open will do */
} PartUse;

/* What is named of it: all that is open where no amount was given. */
Money part_amount(const DebtPart *part, const Item *item);
/* Each of an open item, no more than what is open, all of one currency. False after a refusal. */
bool parts_check(Desk *desk, const LedgerInput *input, const PartUse *use, const DebtPart *parts,
                 int count) MUST_USE;
