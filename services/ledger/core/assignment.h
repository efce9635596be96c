#pragma once

#include "ledger/core/desk.h"

/* Sales whose settlement day is to come: pending until that day ends, then active.
 *
 * What an item is sold for is the ratio of price and debt that was agreed on, applied to what is
 * open then: who has paid in the meantime has paid the creditor. An item of which nothing is open
 * by then is dropped from the sale, and so is a sale that is taken back before. */

/* The parts of an accepted sale, with their prices. */
void assignment_agree(Desk *desk, const LedgerInput *input, const Money *prices);
/* That of an item; NULL: there is none. */
const Assignment *assignment_pending(const Book *book, ItemKey key);
/* Every one that settles by the open day, which ends. */
void assignment_settle(Desk *desk);
/* All of a sale that are pending; false: none is. */
bool assignment_take_back(Desk *desk, Str sale);
/* The first settlement day to come; DATE_NONE: there is none. */
Date assignment_next_due(const Book *book);
