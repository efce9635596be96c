#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
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
    ENTRY_DEBIT_NOTE,
    ENTRY_FEE,
    ENTRY_TAX,
    ENTRY_CREDIT_NOTE_TAX,
    ENTRY_CANCELLATION_TAX,
    ENTRY_WRITE_OFF_TAX,
    ENTRY_DISCOUNT,
    ENTRY_DISCOUNT_TAX,
    ENTRY_TOLERANCE,
    ENTRY_ALLOCATION_REVERSAL,
    ENTRY_DISCOUNT_REVERSAL,
    ENTRY_DISCOUNT_TAX_REVERSAL,
    ENTRY_TOLERANCE_REVERSAL,
    ENTRY_RECOVERY_REVERSAL,
    ENTRY_PAYMENT_REVERSAL,
    ENTRY_REFUND,
    ENTRY_DEBT_TO_BANK,
    ENTRY_CONCESSION,
    ENTRY_RETURN,
    ENTRY_RETURN_TAX,
    ENTRY_COLLATERAL,
    ENTRY_SALE,
    ENTRY_SALE_LOSS,
    ENTRY_SALE_REVERSAL,
    ENTRY_SALE_LOSS_REVERSAL,
    ENTRY_RESTRUCTURED_OUT,
    ENTRY_RESTRUCTURED_IN,
    ENTRY_WRITE_OFF_REVERSAL,
    ENTRY_TRANSFER_OUT,
    ENTRY_TRANSFER_IN,
    ENTRY_TRANSFER_RECALL,
    ENTRY_TRANSFER_RETURN,
    ENTRY_DEBT_TO_TRANSIT,
    ENTRY_INTEREST,
    ENTRY_INTEREST_REVERSAL,
    ENTRY_INTEREST_CREDIT,
    ENTRY_FEE_REVERSAL,
    ENTRY_FEE_CREDIT,
    ENTRY_WRITE_OFF_TAX_REVERSAL,
    ENTRY_RECOVERY_TAX,
    ENTRY_RECOVERY_TAX_REVERSAL,
    ENTRY_INTEREST_WAIVER,
    ENTRY_FEE_WAIVER,
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
    /* What made it, where that is neither the item's invoice nor the credit: the approved request
     * of a write-off, the number of a reversal, refund or fee; else empty. */
    Str document;
    Allocation allocation; /* the policy an allocation was made by */

    int64_t position; /* 0, 1, 2 ... of its task: its place in the tree, see core/tree.h */
    Str leaf;         /* what stands there: the hash of all of the above */
} Entry;

const char *entry_kind_name(EntryKind kind);
bool entry_kind_parse(Str name, EntryKind *kind) MUST_USE;
/* The kind that takes such an entry back; ENTRY_NONE: none does. */
EntryKind entry_kind_reversal(EntryKind kind);
/* Its accounts by the table; the amount is above zero; the rest is the caller's. */
Entry entry_of(EntryKind kind, Money amount);
/* As Markdown. */
Str journal_print(Arena *arena);
