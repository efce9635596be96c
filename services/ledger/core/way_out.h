#pragma once

#include "ledger/core/desk.h"

/* Debts that end otherwise than by money; core/restore.h brings them back.
 *
 * A concession, goods that come back, collateral that is taken and a sale reduce items by as much
 * as is agreed, each to an account of its own, so that a recovery rate can be explained. A sale
 * counts from its settlement day, and waits for it where that is to come (core/assignment.h); what
 * the buyer does not pay is a loss.
 * Restructuring closes whole invoices and opens one of instalments that sums to what was open.
 * All listed items or none; nothing is listed twice (wire/billing). */
void reduce_debt(Desk *desk, const LedgerInput *input);
void restructure_debt(Desk *desk, const LedgerInput *input);

/* All that is open of an item becomes its buyer's. */
typedef struct Sale {
    Str number;
    Money price; /* 0 to what is open */
    Date on;
} Sale;

void sell_item(Desk *desk, Item *item, const Sale *sale);
