#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "ledger/core/chart.h"
#include "ledger/core/credit.h"

/* The journal: entries of two legs that sum to zero, only ever added.
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

typedef struct Leg {
    GlAccount account;
    Money amount; /* above zero: debit */
} Leg;

enum { ENTRY_LEGS = 2 };

typedef struct Entry {
    int64_t number; /* of its account, from 1 */
    EntryKind kind;
    Date effective_on;
    Date recorded_on;
    Str invoice;            /* empty on entries about a credit alone */
    CreditKind credit_kind; /* CREDIT_NONE on entries about an invoice alone */
    Str credit;
    Str request; /* the approved request of a write-off; else empty */
    Leg legs[ENTRY_LEGS];
} Entry;

const char *entry_kind_name(EntryKind kind);
/* The legs of one amount, above zero, by the table; the rest is the caller's. */
Entry entry_of(EntryKind kind, Money amount);
bool entry_is_balanced(const Entry *entry);
/* As Markdown. */
Str journal_print(Arena *arena);
