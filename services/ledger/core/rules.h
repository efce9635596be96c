#pragma once

#include "base/date.h"
#include "base/str.h"
#include "policy/aging.h"
#include "policy/bookkeeping.h"
#include "policy/calendar.h"

/* The ledger's part of a rule set, compiled once and kept for the life of the process. */
typedef struct AgingRule {
    Aging aging;
    Str hash; /* of the document, 64 hex digits */
} AgingRule;

typedef struct LedgerRules {
    const AgingRule *agings; /* by valid_from; at least one */
    int aging_count;
    const Bookkeeping *keepings; /* by id and valid_from; those of "default" among them */
    int keeping_count;
    const Calendar *calendars;
    int calendar_count;
} LedgerRules;

/* In force on a day: the latest that is valid by then, or the first one on earlier days. */
const AgingRule *rules_aging(const LedgerRules *rules, Date day);
/* By its id; NULL: there is none. */
const Calendar *rules_calendar(const LedgerRules *rules, Str id);
/* How this creditor's books are kept on a day: its own document, else the default one. */
const Bookkeeping *rules_keeping(const LedgerRules *rules, Str creditor, Date day);
