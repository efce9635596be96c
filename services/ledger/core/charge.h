#pragma once

#include "ledger/core/desk.h"

/* What is charged on an invoice beside its principal: an item of its own, owed at once.
 *
 * Fees are numbered from 1 by invoice, and so is interest; the fixed sum of a regime is costs
 * number 0, since there is one. One that was taken back and is owed again counts down from the last
 * number there is. */

/* As somebody says: of a known invoice, in its currency. */
void post_fee(Desk *desk, const LedgerInput *input);

/* Costs about an invoice of which no regime speaks. */
typedef struct Costs {
    Str invoice;
    Money amount;
    Date on;    /* charged and due */
    Str number; /* of the document that charges them */
    Str hash;   /* of what was sent; none of what the ledger charges itself */
} Costs;

/* Their number on the invoice; the open total has room for them (debt_fits). */
int32_t charge_costs(Desk *desk, const Costs *costs);

/* From which day it counts, and the last late day that is in it. */
typedef struct Charged {
    Date on;
    Date until;
} Charged;

/* By an interest regime; false: the open total would not fit. */
bool charge_interest(Desk *desk, Accrued *accrued, Money amount, Charged when) MUST_USE;
bool charge_fixed_sum(Desk *desk, Accrued *accrued, Money amount, Date on) MUST_USE;
bool charge_is_fixed_sum(ItemKey key);
