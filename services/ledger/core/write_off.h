#pragma once

#include "ledger/core/desk.h"

/* Giving up: a person proposes, somebody with authority approves, and money may come after all. */

/* Noted on the timeline when all its invoices are open and of one currency; dunning takes it from
 * there. Moves no money. */
void note_proposal(Desk *desk, const LedgerInput *input);
/* All listed invoices or none: each must be open with exactly the approved amount, and the account
 * not on hold. */
void write_off(Desk *desk, const LedgerInput *input);
/* Money that names a written-off invoice, up to what is written off; the rest stays unapplied. A
 * credit note or another currency recovers nothing. */
void recover(Desk *desk, Credit *credit, Item *item);
/* What the write-off took back of the tax within this part of what is written off: it is owed to
 * the authority again when the part comes back. Before `written_off` becomes less. */
Money written_off_tax_take(Item *item, Money part);
