#pragma once

#include "ledger/core/desk.h"

/* When late payment is counted, and what of it is posted.
 *
 * A debt keeps the regime under which it was issued: that of its own late-payment clause, else the
 * creditor's of that day. Interest is counted up to the end of each month, and up to the day on
 * which nothing is open any more, whatever closed the debt. A regime that posts makes items of it:
 * each month, or when a payment comes, before it is applied; and the rest when a payment closes the
 * debt. What a change of the past makes of it is posted too: more as another item, less as a return
 * (overcharge.h). Where a rate is not known yet, nothing is counted beyond it and nothing returned.
 *
 * The fixed sum of a regime is owed once an invoice, as long as any of its items was late. */

/* A principal item was issued; an empty clause names no regime. The row's item is the last one that
 * was added to the book. */
void late_begin(Desk *desk, Item *item, Str clause, Money invoiced);
/* Less of an item is open, from the day after this one: on the day of a payment it is late still.
 */
void late_move(Desk *desk, const Item *item, Date on, int64_t minor);
/* More is open again. */
void late_reopened(Desk *desk, const Item *item, Date on, int64_t minor);
/* So much of a charge was paid, or less is. Other items are passed over. */
void late_charge_paid(Desk *desk, const Item *item, int64_t minor);
/* So much of a charge was forgiven for good. Other items are passed over. */
void late_charge_waived(Desk *desk, const Item *item, int64_t minor);
/* Whether a charge that the ledger made is paid in part at least. */
bool late_is_paid(const Book *book, ItemKey charge);
/* Whether both are charges of the ledger's own, of one kind on one invoice: what was paid of them
 * is one sum. */
bool late_is_like(ItemKey a, ItemKey b);
/* What of the charges of its kind on an invoice was given back as a credit, since they had been
 * paid, though the payment is gone since: that much of them is owed for the credit. Zero of others.
 */
Money late_given_back(const Book *book, const Item *charge);
/* Days from this one on count in another way now for an invoice: a pause, another due day. */
void late_touch(Desk *desk, Str invoice, Date from);
/* A payment is about to pay an invoice. Items are added: no pointer to one is kept across it. */
void late_before_payment(Desk *desk, const Credit *payment, Str invoice);
/* A payment has paid an item: what it cost is posted when nothing is open any more. */
void late_after_payment(Desk *desk, const Credit *payment, const Item *item);
/* An invoice is taken back as a whole, with so much interest that was open; what of it had been
 * waived or given up stays posted. */
void late_forget(Desk *desk, Str invoice, int64_t interest);
/* After a decision: what it changed of days that had been counted. */
void late_settle(Desk *desk);
/* The last day of a month ends. */
void late_end_month(Desk *desk);
/* The first day, from `day` on, whose end counts something of the rows from place `from` on. */
Date late_next_due(const Book *book, int from, Date day);
