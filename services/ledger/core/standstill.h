#pragma once

#include "base/arena.h"
#include "ledger/core/book.h"
#include "ledger/core/interest.h"

/* Days of an item that bear no interest: the pauses of its invoice, and the days from an extension
 * that was given late to its new due day. An extension that came in time moves the due day itself.
 */
typedef struct Standstills {
    InterestPause *rows;
    int count;
    Date due_on; /* after which the debt is late */
} Standstills;

Standstills standstills_of(const Book *book, const Item *item, Arena *arena);
