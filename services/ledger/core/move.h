#pragma once

#include "ledger/core/desk.h"

/* Money that waits here belongs to other customers (transfer.h). */

/* A statement that says so: all its shares are moved or none. Refused when more is to be moved than
 * is unapplied of the payment. */
void move_payment(Desk *desk, const LedgerInput *input);

/* The shares that a payment came with; they sum to no more than it has unapplied. */
void move_shares(Desk *desk, Credit *payment, const IncomingCredit *incoming);
/* Calls back what was moved on of a payment, the latest first: so much of it is unapplied here
 * again. `left` becomes less by what was. */
void move_recall(Desk *desk, Credit *payment, const LedgerInput *reversal, Date on, Money *left);
