#pragma once

/* Inside query/ only: what of items is claimed at the end of a day: what is open, and what was
 * given up and neither came back nor is owed no more.
 *
 * A write-off ends an expectation and no debt. What closed an item otherwise did end it: where the
 * rest was released by agreement, waived, sold or put into a plan, what had been given up before is
 * claimed no more, or by somebody else. */
#include "ledger/query/room.h"

/* What an entry `e` adds to what is given up and not recovered, as item.written_off has it. */
#define GIVEN_UP_BY                                                                                \
    "CASE WHEN e.kind IN ('write_off', 'recovery_reversal') THEN e.amount"                         \
    "     WHEN e.kind IN ('recovery', 'write_off_reversal') THEN -e.amount ELSE 0 END"

/* The entries `e` of item `i`. */
#define ENTRY_OF_I                                                                                 \
    "(e.task, e.account) = (i.task, i.account) AND"                                                \
    " (e.invoice, e.charge, e.instalment) = (i.number, i.charge, i.instalment)"

/* The same for what is given up as LATER and OPEN_THEN (room.h) for what is open. */
#define CLAIM_LATER(day, known)                                                                    \
    LATER_OF("later",                                                                              \
             "sum(CASE 'receivable' WHEN e.debit THEN e.amount WHEN e.credit THEN -e.amount"       \
             "         ELSE 0 END)::bigint AS moved, sum(" GIVEN_UP_BY ")::bigint AS given_up",    \
             "(e.debit = 'receivable' OR e.credit = 'receivable'"                                  \
             " OR e.kind IN ('recovery', 'recovery_reversal'))",                                   \
             day, known)

/* WITH queries: `claim` has a row for each item of creditor $1 of which something is claimed, and
 * that `more` holds for (i: the item, a: its account, l: what moved later): its key, customer,
 * currency, first_due_on, open, given_up, and claimed, which is both.
 *
 * What closed an item is the last that reduced it; the kinds that are named are the ways to the
 * states released, assigned and restructured. It is looked up item by item, through the key of the
 * account, for those of which nothing is open: so the journal is not read. */
#define CLAIM(day, known, more)                                                                    \
    CLAIM_LATER(day, known)                                                                        \
    ", claimable AS ("                                                                             \
    "  SELECT i.task, i.account, i.number, i.charge, i.instalment, i.currency, i.first_due_on,"    \
    "         a.customer, greatest(i.open - coalesce(l.moved, 0), 0) AS open,"                     \
    "         greatest(i.written_off - coalesce(l.given_up, 0), 0) AS given_up"                    \
    "    FROM item i JOIN account a USING (task, account)"                                         \
    "    LEFT JOIN later l USING (task, account, number, charge, instalment)"                      \
    "   WHERE a.creditor = $1 AND i.issued_on <= " day " AND i.recorded_on <= " known              \
    "     AND (i.open > 0 OR i.written_off > 0 OR l.task IS NOT NULL) AND " more "),"              \
    " claim AS ("                                                                                  \
    "  SELECT i.*, i.open + i.given_up AS claimed FROM claimable i"                                \
    "   WHERE i.open > 0 OR i.given_up > 0 AND"                                                    \
    "         (SELECT e.kind FROM entry e WHERE " ENTRY_OF_I                                       \
    "             AND e.credit = 'receivable' AND e.effective_on <= " day                          \
    "             AND e.recorded_on <= " known " ORDER BY e.entry DESC LIMIT 1)"                   \
    "         NOT IN ('concession', 'return', 'collateral', 'sale', 'sale_loss',"                  \
    "                 'restructured_out', 'interest_reversal', 'fee_reversal',"                    \
    "                 'interest_waiver', 'fee_waiver'))"
