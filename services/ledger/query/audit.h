#pragma once

#include "ledger/core/leaf.h"
#include "ledger/query/room.h"

/* Inside query/ only: the journal as auditors ask for it.
 *   audit.c    trees, heads and balances as they are stored
 *   replay.c   the tree of a task made again from its rows, a chunk at a time
 *   row.c      a row as its leaf */
bool query_audit_tasks(const Asked *asked, Err *err) MUST_USE;
bool query_audit_heads(const Asked *asked, Err *err) MUST_USE;
bool query_audit_balances(const Asked *asked, Err *err) MUST_USE;
bool query_audit_entries(const Asked *asked, Err *err) MUST_USE;
bool query_audit_replay(const Asked *asked, Err *err) MUST_USE;

/* False after a refusal: the parameter is no whole number of at least 0. `fallback` when it is not
 * given; -1: it has to be. */
bool audit_number(const Asked *asked, const char *name, int64_t fallback, int64_t *number) MUST_USE;

/* ---- row.c: the first columns of a statement, as AUDIT_COLUMNS has them */
#define AUDIT_COLUMNS                                                                              \
    "e.position, a.creditor, a.customer, e.entry, e.kind, e.debit, e.credit, e.currency,"          \
    " e.amount, e.effective_on, e.recorded_on, e.invoice, e.charge::int, e.instalment::int,"       \
    " e.credit_kind, e.credit_number, e.document, e.allocation, e.leaf, e.account"
#define AUDIT_ROWS "entry e LEFT JOIN account a ON (a.task, a.account) = (e.task, e.account)"

/* The same entry as leaf_of_entry has it, if nobody has changed the row. */
Leaf row_leaf(const PgRows *rows, ptrdiff_t row, int32_t task, Arena *arena);
/* The leaf of another place: what this row would be there. */
Leaf leaf_moved(const Leaf *leaf, int64_t position);

int64_t row_position(const PgRows *rows, ptrdiff_t row);
/* What was stored when the entry was written; false when it has no hash's length. */
bool row_stored(const PgRows *rows, ptrdiff_t row, Hash *leaf) MUST_USE;

/* What an entry moves. */
typedef struct RowMoved {
    Str creditor;
    Str debit;
    Str credit;
    Str currency;
    int64_t minor;
} RowMoved;
RowMoved row_moved(const PgRows *rows, ptrdiff_t row);

/* {"position", "account", "creditor", "customer", "entry"}: which row, for people. */
json_t *row_json(const PgRows *rows, ptrdiff_t row);
