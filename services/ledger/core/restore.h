#pragma once

#include "ledger/core/desk.h"

/* Debts that are the creditor's to collect again. A sale is taken back as a whole, by the sale that
 * brought its items to their present buyer, or before it is settled; what was given up can be
 * reinstated, in part too. All listed items or none; money that waits pays them. */
void buy_back(Desk *desk, const LedgerInput *input);
void reinstate(Desk *desk, const LedgerInput *input);
