#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "ledger/core/rules.h"

/* What reminders cost, for tests: as shipped in policies/fee, or so that small debts cost
 * something.
 */

/* The fees that a bookkeeping document names, into the rules of the test; none: reminders cost
 * nothing. */
bool fees_put(Str id, LedgerRules *rules, Arena *arena, Err *err) MUST_USE;
/* "steep": three minor units of US dollars for a reminder of the level "notice". */
extern const Fee FEES_STEEP;
