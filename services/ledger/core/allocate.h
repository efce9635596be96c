#pragma once

#include "ledger/core/desk.h"

/* Who pays what: credits meet items of the same currency, in the order that the creditor's policy
 * names (policy/bookkeeping.h).
 *
 *   - Where the policy heeds references, a credit that names an invoice with something open pays
 *     that one first. What is left of money pays the next debts, if the policy rolls overpayments;
 *     what is left of a credit note waits.
 *   - A credit that names none pays the oldest debt first. By reference and oldest first, a debt is
 *     an item; the other policies take the whole invoice of the oldest item in their own order.
 *   - Money that names a written-off invoice recovers it; what is left waits.
 *   - A credit that names anything else (not known yet, other currency, closed) waits.
 *   - A new item is offered what waits: first what names it, oldest first; then, oldest first,
 * money and those credit notes that name nothing.
 *
 * An allocation counts from the later of the two effective dates: neither could before. */
void allocate_credit(Desk *desk, Credit *credit);
/* What waits, to the items of an invoice in their order. */
void allocate_invoice(Desk *desk, Str invoice);
/* What was given up of an invoice is not recovered after all: what waits and names it is looked at
 * again, the oldest first. */
void allocate_given_up(Desk *desk, Str invoice);
