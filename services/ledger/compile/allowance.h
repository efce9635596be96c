#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "chassis/service.h"
#include "ledger/core/rules.h"

/* The allowance documents of a rule set, compiled beside the ledger's other
 * documents, with the days on which something else comes into force. */

/* Needs the agings and series of `rules`; a set without allowance documents is a set without an
 * allowance. */
bool allowances_compile(const RuleDocument *documents, int count, Arena *arena, LedgerRules *rules,
                        Err *err) MUST_USE;
