#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/money.h"
#include "base/str.h"
#include "policy/allowance.h"

/* What of the receivables will not be paid: the provision matrix on one day, and how the allowance
 * moved between two (docs/allowance.md).
 *
 * A line of the matrix is a bucket, as far as its debts are not in default, or the debts in
 * default, the last one. The rate that is applied is the line's rate times the market index,
 * rounded half up to six digits of a percent, and never more than 100; the allowance of a line is
 * that of what is open in it, rounded once, as the policy says. The whole is the sum of its lines.
 *
 * Nothing of it is posted on accounts of customers: it is an estimate of them all. */
enum { ALLOWANCE_LINES_MAX = AGING_BUCKETS_MAX + 1 };

typedef struct AllowanceLine {
    Str name;         /* of the bucket, or "default" */
    int32_t from_day; /* days past due with which it begins; INT32_MIN for the first */
} AllowanceLine;

/* One document on one day. */
typedef struct AllowanceRule {
    Str id;
    Str document; /* its hash, 64 hex digits */
    Date valid_from;
    AllowanceLine lines[ALLOWANCE_LINES_MAX];
    int line_count;
    AllowanceRates rates;
    int32_t default_days;
    Str reason; /* why it is not 90 days; empty: it is */
    Str index;  /* empty: none */
    bool has_factor;
    Decimal factor; /* percent; 100 without an index */
    Rounding rounding;
} AllowanceRule;

/* Of a rule set that allowance_set_check let through. */
typedef struct AllowanceRules {
    AllowanceSet set;
    const Str *documents;              /* the hash of each allowance document */
    const struct AllowanceMark *marks; /* by day */
    int mark_count;                    /* 0: there are no allowance documents */
} AllowanceRules;

/* From that day on, something else is in force than before: the hash is of all of it. */
typedef struct AllowanceMark {
    Date since;
    Str hash; /* 64 hex digits */
} AllowanceMark;

/* The mark of what is in force on a day, the first one on earlier days; empty: nothing is. */
Str allowance_mark(const AllowanceRules *rules, Date day);
/* Of allowance documents in force that day one for each id, into `made`, which has room for as many
 * as there are documents; returns how many. */
int allowance_rules_on(const AllowanceRules *rules, Date day, AllowanceRule *made);

/* The rate of the line for that currency; the policy has one. */
Decimal allowance_percent(const AllowanceRule *rule, Str line, Currency currency);
/* What it comes to with the index, which is known. */
Decimal allowance_applied(const AllowanceRule *rule, Decimal percent);
/* At most what is open. */
Money allowance_of(const AllowanceRule *rule, Money open, Decimal applied);

/* opening + charge - used + recoveries = closing */
typedef struct AllowanceMovement {
    Money opening;
    Money charge;     /* through profit or loss: what makes it sum */
    Money used;       /* written off */
    Money recoveries; /* money for what had been written off */
    Money closing;
} AllowanceMovement;

/* Fills in the charge; false when it does not fit. */
bool allowance_charge(AllowanceMovement *movement) MUST_USE;
