#pragma once

#include "ledger/core/desk.h"

/* A debt comes into being: an item on the books, with the entry that put it there. */
typedef struct Debt {
    EntryKind entry;
    ItemKey key;
    Money amount;   /* above zero */
    Money tax;      /* within it */
    Money discount; /* for paying early, or zero */
    Date discount_until;
    Date issued_on;
    Date due_on;
    Str hash;     /* of what was sent */
    Str document; /* as in Entry */
} Debt;

/* Whether what the customer owes in all still fits 64 bits of minor units with this amount. */
bool debt_fits(const Desk *desk, Money amount);
void debt_post(Desk *desk, const Debt *debt);
