#pragma once

#include "ledger/core/desk.h"

/* When late payment is counted, and what of it is posted.
 *
 * A debt keeps the regime under which it was issued: that of its own late-payment clause, else the
 * creditor's of that day. Interest is computed up to the end of each month, and up to the day on
 * which a payment closes the debt. A regime that posts makes items of it: each month, or when a
 * payment comes, before it is applied. What a change of the past makes of it is posted too: more as
 * another item, less by overcharge.h.
 *
 * An extension counts from the day it was given: late days before it keep their interest, the days
 * from it to the new due day bear none. So do the days of a pause. */

/* A principal item was issued; an empty clause names no regime. */
void late_begin(Desk *desk, const Item *item, Str clause, Money invoiced);
/* So much more or less of an item is open, from the day after this one: on the day of a payment the
 * debt is late still. */
void late_move(Desk *desk, ItemKey key, Date on, int64_t minor);
/* Days from this one on count in another way now for an invoice: a pause, another due day. */
void late_touch(Desk *desk, Str invoice, Date from);
/* A payment is about to pay an invoice. Items are added: no pointer to one is kept across it. */
void late_before_payment(Desk *desk, const Credit *payment, Str invoice);
/* A payment has paid an item: its interest is final when nothing is open any more. */
void late_after_payment(Desk *desk, const Credit *payment, const Item *item);
/* An invoice is taken back as a whole, with its charges. */
void late_forget(Desk *desk, Str invoice);
/* After a decision: what it changed of days that had been computed. */
void late_settle(Desk *desk);
/* The last day of a month ends. */
void late_end_month(Desk *desk);
/* The first day, from `day` on, whose end computes something of the rows from place `from` on. */
Date late_next_due(const Book *book, int from, Date day);
