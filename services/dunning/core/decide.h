#pragma once

#include "dunning/core/desk.h"
#include "dunning/core/input.h"

/* What dunning makes of one input: changes the desk's debtor, says what became of it, and asks for
 * what is to be sent.
 *
 * Pure: it depends on the debtor, the open day, the rules in force and the input, and on nothing
 * else. A visit at the end of a day does one thing in each currency and leaves nothing due. */
void decide(Desk *desk, const DunningInput *input);
