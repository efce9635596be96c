#pragma once

#include <stdbool.h>

#include "dunning/core/desk.h"
#include "dunning/core/input.h"

/* What dunning makes of one input: changes the desk's debtor, says what became of it, and asks for
 * what is to be sent.
 *
 * Pure: it depends on the debtor, the open day, the rules in force and the input, and on nothing
 * else. A visit at the end of a day does one thing in each currency and leaves nothing due.
 *
 * No decision looks at the day of the next visit, and finding it takes all that is open. So it is
 * found once, after the last input of a batch that may change it: the same day as if it had been
 * found after every one.
 *
 *     for (int i = 0; i < count; i++) decide(&desk, inputs[i]);
 *     decide_visit(&desk, inputs[count - 1]); */
void decide(Desk *desk, const DunningInput *input);

/* Whether it looks at the lists of the debtor, or may move his next visit, which takes them all: a
 * credit state does neither. A band changes the words, never the day. */
bool input_needs_whole(const DunningInput *input);
/* `last`: the last one that needs the whole debtor. After the end of a day the next day is the
 * first one in question, after everything else the open day itself. */
void decide_visit(Desk *desk, const DunningInput *last);
