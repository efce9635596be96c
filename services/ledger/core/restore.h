#pragma once

#include "ledger/core/desk.h"

/* Debts that are the creditor's to collect again. A sale is taken back as a whole, the latest that
 * stands of each of its items, or before it is settled; what was given up can be reinstated, in
 * part too. All listed items or none; money that waits pays them. */
void buy_back(Desk *desk, const LedgerInput *input);
void reinstate(Desk *desk, const LedgerInput *input);

/* Of what was given up of an item so much is claimed again, by a document, from a day on but not
 * before it was given up. The total of the account has to have room (debt_fits). */
typedef struct Reinstating {
    Money amount; /* above zero, no more than is written off */
    Date on;
    Str document;
} Reinstating;

void reinstate_item(Desk *desk, Item *item, const Reinstating *by);
