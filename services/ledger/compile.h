#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "chassis/rules.h"

/* The documents of a rule set become a LedgerRules: each is parsed by its kind, then they are held
 * against each other, since one may name another. Documents of other folders are other services'.
 *
 * `self` is not looked at; the rules live in the arena. A fault names the document and its place.
 */
bool compile_rules(void *self, const RuleDocument *documents, int count, Arena *arena,
                   const void **rules, Err *err) MUST_USE;
