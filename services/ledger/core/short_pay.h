#pragma once

#include "ledger/core/desk.h"

/* A payment that names an invoice and falls short of it: what was kept back is a discount when it
 * was paid early enough, and is let go up to the tolerance. The rule is the one Microsoft's
 * Business Central documents for payment discounts and payment tolerance: both are for payments
 * applied to an invoice, not for those that are spread over the oldest debts. */

/* Closes the items of the invoice for which both together are enough; the payment is used up. */
void forgive_shortfall(Desk *desk, const Credit *payment);
/* A discount is gone with its payment: it may be kept back again, by shares as at first. */
void discount_give_back(Desk *desk, Str invoice, Money amount);
