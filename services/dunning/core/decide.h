#pragma once

#include "dunning/core/desk.h"
#include "dunning/core/input.h"

/* What dunning makes of one input: changes the desk's debtor, says what became of it, and asks for
 * what is to be sent.
 *
 * Pure: it depends on the debtor, the open day, the rules in force and the input, and on nothing
 * else. A visit at the end of a day does one thing in each currency and leaves nothing due.
 *
 * No decision looks at the day of the next visit, and finding it takes all that is open. So it is
 * found once, after the last input of a batch.
 *
 *     for (int i = 0; i < count; i++) decide(&desk, inputs[i]);
 *     decide_visit(&desk, inputs[count - 1]); */
void decide(Desk *desk, const DunningInput *input);

/* How much of the debtor it needs. A credit state looks at no list, and a band changes the words,
 * never the day. The day of the next visit takes all that is open, but for one thing: an invoice
 * counts when it is overdue, so one that is not by the end of the next visit cannot move that. */
DebtorExtent input_extent(const DunningInput *input, Date visit_on);

/* Of a whole debtor. `last`: the last one that is no credit state. After the end of a day the next
 * day is the first one in question, after everything else the open day itself. */
void decide_visit(Desk *desk, const DunningInput *last);
