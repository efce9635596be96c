#pragma once

#include "ledger/core/desk.h"

/* What is charged on an invoice beside its principal: an item of its own, owed at once.
 *
 * Fees are numbered from 1 by invoice, and so is interest; the fixed sum of a regime is costs
 * number 0, since there is one. */

/* As somebody says: of a known invoice, in its currency. */
void post_fee(Desk *desk, const LedgerInput *input);

/* By an interest regime, as of a day; false: the open total would not fit. */
bool charge_interest(Desk *desk, Accrued *accrued, Money amount, Date on) MUST_USE;
bool charge_fixed_sum(Desk *desk, Accrued *accrued, Money amount, Date on) MUST_USE;
