#pragma once

#include "ledger/core/desk.h"
#include "ledger/core/input.h"

/* The ledger's decision about one input: changes the desk's book and says what became of it.
 *
 * Pure: what it does depends on the book, the open day, the rules and the input, and on nothing
 * else. Whatever changes the book says at least one fact; only the next due day may move silently.
 *
 *     Desk desk = {.arena = arena, .book = book, .day = day, .aging = aging};
 *     decide(&desk, &input);
 *     desk.facts[0 .. desk.fact_count - 1] */
void decide(Desk *desk, const LedgerInput *input);
