#pragma once

#include "base/arena.h"
#include "ledger/core/book.h"
#include "ledger/core/input.h"
#include "tests/harness/chance.h"

/* Inputs to the ledger as the world might send them, for tests that play many: few numbers, so that
 * documents meet, come twice and contradict each other; days around the open one; amounts small or
 * at the edges of 64 bits.
 *
 * The book is only looked at, so that requests are approved with amounts that are really open. */
const LedgerInput *any_input(Chance *chance, Arena *arena, const Book *book, Date day);
/* Few kinds of them, so that sales meet what is paid and comes back. */
const LedgerInput *any_trade(Chance *chance, Arena *arena, const Book *book, Date day);
