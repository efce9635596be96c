#pragma once

#include "ledger/core/desk.h"

/* What is open on an item becomes less, or more again. Each takes an entry that has its kind,
 * amount, effective date and credit; the item is filled in, and its life goes on by the table. */

/* By no more than what is open; what becomes of it is the caller's. */
void item_take(Desk *desk, Item *item, Entry entry);
/* The same by a credit or what goes with it: its life goes on. */
void item_reduce(Desk *desk, Item *item, Entry entry);
/* The same where nobody pays: it is waived, or was charged wrongly. The fact says which. */
void item_release(Desk *desk, Item *item, Entry entry, ReductionKind kind);
/* Says so when nothing is open any more: after the fact that says what reduced it. */
void say_settled(Desk *desk, const Item *item);
/* What had reduced it is gone, on the day somebody says, whatever is sealed; the total of the
 * account has to have room (debt_fits). */
void item_reopen(Desk *desk, Item *item, Entry entry, Date said_on);

/* An entry about an item that a document made. */
Entry entry_about(EntryKind kind, const Item *item, Money amount, Date on, Str document);
/* An entry about a credit and an item; it counts from the first day on which both are there and
 * that is not sealed. */
Entry entry_between(const Desk *desk, EntryKind kind, const Credit *credit, const Item *item,
                    Money amount);
/* The tax within a part of an item. */
Money tax_within(const Item *item, Money part);
