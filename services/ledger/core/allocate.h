#pragma once

#include "ledger/core/desk.h"

/* Who pays what: credits meet invoices of the same currency.
 *
 *   - A credit that names an open invoice pays that one first. What is left of money pays the
 *     oldest by due date, then number; what is left of a credit note waits.
 *   - A credit that names none pays the oldest.
 *   - Money that names a written-off invoice recovers it; what is left waits.
 *   - A credit that names anything else (not known yet, other currency, closed) waits.
 *   - A new invoice is offered what waits: first what names it, oldest first; then, oldest first,
 *     money and those credit notes that name nothing.
 *
 * An allocation counts from the later of the two effective dates: neither could before. */
void allocate_credit(Desk *desk, Credit *credit);
void allocate_invoice(Desk *desk, Invoice *invoice);
