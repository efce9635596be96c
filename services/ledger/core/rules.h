#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/str.h"
#include "ledger/core/allowance.h"
#include "ledger/core/interest.h"
#include "policy/aging.h"
#include "policy/bookkeeping.h"
#include "policy/calendar.h"
#include "policy/fee.h"
#include "policy/interest.h"
#include "policy/series.h"

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
    const Interest *regimes; /* by id and valid_from */
    int regime_count;
    const Series *series;
    int series_count;
    const Fee *fees; /* by id and valid_from */
    int fee_count;
    AllowanceRules allowances;
} LedgerRules;

/* In force on a day: the latest that is valid by then, or the first one on earlier days. */
const AgingRule *rules_aging(const LedgerRules *rules, Date day);
/* By its id; NULL: there is none. */
const Calendar *rules_calendar(const LedgerRules *rules, Str id);
/* By its id; NULL: there is none. */
const Series *rules_series(const LedgerRules *rules, Str id);
bool rules_has_interest(const LedgerRules *rules, Str id);
/* The regime of that id for what was issued on a day, and the series it names; false: there is none
 * of that id. */
bool rules_interest(const LedgerRules *rules, Str id, Date issued_on,
                    InterestTerms *terms) MUST_USE;
/* What reminders cost on a day by the document of that id; NULL: there is none of that id. */
const Fee *rules_fee(const LedgerRules *rules, Str id, Date day);
/* Whether a bookkeeping document, by its place, is the one of its id that counts on a day. */
bool rules_keeping_counts(const LedgerRules *rules, int place, Date day);
/* How this creditor's books are kept on a day: its own document, else the default one. */
const Bookkeeping *rules_keeping(const LedgerRules *rules, Str creditor, Date day);
