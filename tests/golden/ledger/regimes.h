#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "ledger/core/rules.h"

/* The interest regimes that a script names: as shipped in policies/interest, but for when they
 * post. */
enum { REGIMES_MAX = 8 };

typedef struct Regimes {
    Interest regimes[REGIMES_MAX];
    Series series[REGIMES_MAX]; /* of each; empty where it names none */
    int count;
} Regimes;

/* "germany-b2b", "germany-b2b monthly". */
bool regimes_add(Regimes *regimes, Str line, Arena *arena, Err *err) MUST_USE;
/* "usury": 400 % a year and a fixed sum in dollars, so that small debts bear something. */
void regimes_add_usury(Regimes *regimes, InterestPosting posting, Arena *arena);
/* Into the rules of the test. */
void regimes_put(const Regimes *regimes, LedgerRules *rules);
