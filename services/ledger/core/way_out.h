#pragma once

#include "ledger/core/desk.h"

/* Debts that end otherwise than by money; core/restore.h brings them back.
 *
 * A concession, goods that come back, collateral that is taken and a sale reduce items by as much
 * as is agreed, each to an account of its own, so that a recovery rate can be explained. A sale
 * counts from its settlement day, which may be to come; what the buyer does not pay is a loss.
 * Restructuring closes whole invoices and opens one of instalments that sums to what was open.
 * All listed items or none; nothing is listed twice (wire/billing). */
void reduce_debt(Desk *desk, const LedgerInput *input);
void restructure_debt(Desk *desk, const LedgerInput *input);
