#pragma once

#include "ledger/core/desk.h"

/* Money that is gone again.
 *
 * A reversal (booked in error, card charged back, direct debit returned) takes back what the
 * payment still has unapplied, then what it paid, the latest first: those items are open again,
 * with their due days as they were, and a discount that had come with the payment goes with it;
 * then what was moved on to other accounts, which give it back the same way. A
 * refund gives back what is unapplied, the oldest credit first. What is gone beyond that is owed by
 * the customer under the number of the reversal or refund. */
void reverse_payment(Desk *desk, const LedgerInput *input);
void post_refund(Desk *desk, const LedgerInput *input);
