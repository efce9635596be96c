#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "ledger/core/chart.h"
#include "ledger/core/credit.h"
#include "ledger/core/item.h"
#include "policy/bookkeeping.h"

/* The journal: entries that move an amount from one account of the chart to another, only ever
 * added. With one amount for both sides debits are credits, whatever is written.
 *
 * An entry has an effective date, from which it counts, and a record date, the open day on which
 * the ledger learned of it. Entries of an account are numbered 1, 2, 3 ... in the order of its
 * events, whatever batches they came in. Which two accounts a kind of entry moves stands in one
 * table; the table in README.md is printed from it. */
typedef enum EntryKind {
    ENTRY_NONE,
    ENTRY_INVOICE,
    ENTRY_PAYMENT,
    ENTRY_CREDIT_NOTE,
    ENTRY_ALLOCATION,
    ENTRY_CANCELLATION,
    ENTRY_WRITE_OFF,
    ENTRY_RECOVERY,
    ENTRY_KIND_COUNT,
} EntryKind;

typedef struct Entry {
    int64_t number; /* of its account, from 1 */
    EntryKind kind;
    GlAccount debit;
    GlAccount credit;
    Money amount; /* above zero */
    Date effective_on;
    Date recorded_on;
    ItemKey item;           /* without a number on entries about a credit alone */
    CreditKind credit_kind; /* CREDIT_NONE on entries about an invoice alone */
    Str credit_number;
    Str request;           /* the approved request of a write-off; else empty */
    Allocation allocation; /* the policy an allocation was made by */
} Entry;

const char *entry_kind_name(EntryKind kind);
/* Its accounts by the table; the amount is above zero; the rest is the caller's. */
Entry entry_of(EntryKind kind, Money amount);
/* As Markdown. */
Str journal_print(Arena *arena);
