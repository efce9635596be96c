#pragma once

#include "chassis/rules.h"
#include "ledger/core/rules.h"

/* Standing approvals: a rule set with one that is not what it says is refused. Fills the marks by
 * which the ledger sees that other ones are in force. */
bool standing_compile(const RuleDocument *documents, int count, Arena *arena, LedgerRules *rules,
                      Err *err) MUST_USE;
