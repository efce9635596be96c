#pragma once

#include "ledger/core/desk.h"

/* Comparing books with customers: when a statement is due and what it states, and what becomes of
 * the answer. None of it moves money. */

/* The first day, from `day` on, at whose close this account is due a statement, as things stand;
 * DATE_NONE: none, by the creditor's rules or because nothing is open or unapplied. */
Date statement_next_due(const Desk *desk, Date day);
/* The open day ends. Last of what that day says, so that what it posts is stated. */
void statement_end_day(Desk *desk);

/* The customer agrees with a statement as a whole, or disputes lines of it. */
void answer_statement(Desk *desk, const LedgerInput *input);
