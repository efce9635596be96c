#pragma once

#include "base/arena.h"
#include "base/date.h"
#include "base/id.h"
#include "ledger/core/decide.h"
#include "tests/golden/ledger/regimes.h"

/* A whole ledger in memory, for tests: the books of all accounts, one open day, one set
 * of rules.
 *
 * What the store does with a database is done here with an arena that lives as long as the test;
 * the decisions are the real ones. */
enum { MEMORY_BOOKS_MAX = 64, MEMORY_PARCELS_MAX = 2000 };

/* Money on its way to another account. */
typedef struct Parcel {
    Account to;
    const LedgerInput *input;
} Parcel;

typedef struct Memory {
    Arena *arena;
    Date day;
    Aging aging;
    Bookkeeping keeping;
    const Calendar *calendar; /* NULL: due days stay */
    LedgerRules rules;        /* fees alone; regimes are beside */
    Regimes regimes;
    Date sealed_until;
    Book books[MEMORY_BOOKS_MAX]; /* in the order of their keys */
    int book_count;
    Parcel *parcels; /* under way, in the order they were sent */
    int parcel_count;
} Memory;

/* One decision, as heard: its facts, and its entries as desk.book->entries. */
typedef void (*MemoryListener)(void *self, const Desk *desk);

/* The buckets of policies/aging/standard.yaml. */
Aging memory_standard_aging(void);
/* policies/bookkeeping/default.yaml. */
Bookkeeping memory_standard_keeping(void);
/* Up to 0.30 USD that is five days past due, always approved. */
SmallBalances memory_small_balances(void);
/* Found or opened. */
Book *memory_book(Memory *memory, Account account);
void memory_give(Memory *memory, Account account, const LedgerInput *input, MemoryListener listener,
                 void *self);
/* Gives what is under way to its receivers, and what they send in turn. */
void memory_deliver(Memory *memory, MemoryListener listener, void *self);
/* The rules have changed: whoever has something open or unapplied is visited at the end of the next
 * day, as by the store. */
void memory_revisit(Memory *memory);
/* Visits what is due, in key order, and opens the next day. */
void memory_end_day(Memory *memory, MemoryListener listener, void *self);
