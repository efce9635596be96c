#pragma once

#include "ledger/core/desk.h"

/* Small balances: residues that are given up at the end of a day under a standing approval.
 *
 * A residue is what is open of an invoice, all its instalments and charges together, in one
 * currency; each of them is past due for so many days, no pause is in force, none is to be sold,
 * and the invoice stands in no request. Whoever has credit in a currency owes no residue in it: it
 * is for a person to settle. A customer's residues of a currency are given up when all of them
 * together are no more than the limit: many small ones are no small balance, and stay for a person
 * to look at. Nothing is given up on hold.
 */
void write_off_small(Desk *desk);
/* The first day, from `day` on, whose end may find one among the items from place `from` on. */
Date small_next_due(const Desk *desk, int from, Date day);
