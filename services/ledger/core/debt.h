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
    Str hash;     /* of what was sent; none of what the ledger charges itself */
    Str document; /* as in Entry */
    Money whole;  /* the document of which it is a part; zero: it is all of it */
    Str interest; /* the regime of its late-payment clause; empty: the creditor's */
} Debt;

/* Whether what the customer owes in all still fits 64 bits of minor units with this amount. */
bool debt_fits(const Desk *desk, Money amount);
/* The same; false after a refusal. */
bool debt_check(Desk *desk, const LedgerInput *input, Money amount) MUST_USE;
void debt_post(Desk *desk, const Debt *debt);
