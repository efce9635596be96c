#pragma once

#include "chassis/rules.h"
#include "ledger/core/rules.h"

/* Standing approvals: a rule set with one that is not what it says is refused. */
bool standing_verify(const RuleDocument *documents, int count, Arena *arena,
                     const LedgerRules *rules, Err *err) MUST_USE;
