#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"
#include "policy/aging.h"
#include "policy/series.h"

/* What of a creditor's receivables will not be paid: policies/allowance/<id>.yaml, the provision
 * matrix of the simplified approach of IFRS 9 (docs/allowance.md).
 *
 * The id is the creditor, letter by letter; "default" is for creditors without a document of their
 * own. A changed matrix is a new document with a later valid_from, as with aging.
 *
 * Each bucket of the aging has a loss rate. From default_days past due on a debt is in default,
 * whatever its bucket, and the rate of the bucket "default" is its own: so a bucket that begins on
 * that day or later has none, and one in the midst of which it lies ends the day before. The
 * standard presumes 90 days; another number is said together with the reason. */
#define ALLOWANCE_DEFAULT "default"
enum {
    ALLOWANCE_RATES_MAX = 400,
    ALLOWANCE_DEFAULT_DAYS = 90, /* IFRS 9, B5.5.37 */
    ALLOWANCE_REASON_MAX = 400,  /* bytes */
    ALLOWANCE_NEUTRAL = 100,     /* percent: an index that changes nothing */
};

typedef struct AllowanceRate {
    Str bucket;        /* of the aging, or "default" */
    Currency currency; /* none: every currency that has no rate of its own here */
    Decimal percent;   /* 0 to 100 */
    int64_t entered;   /* what it was observed on, minor units; 0: it was not observed */
    int64_t lost;
} AllowanceRate;

typedef struct AllowanceRates {
    const AllowanceRate *rows;
    int count;
} AllowanceRates;

typedef struct Allowance {
    Str id;
    Date valid_from;
    AllowanceRates rates;
    int32_t default_days;
    Str reason; /* why it is not 90 days; empty: it is */
    Str index;  /* series of the factor in percent; empty: none */
    Rounding rounding;
    Date observed_from; /* due days of the debts that were observed; DATE_NONE: none were */
    Date observed_to;
} Allowance;

/* Bytes of a document; texts and rates are copied into the arena. A fault of form names the line it
 * is near, one of meaning the field. */
bool allowance_parse(Str yaml, Arena *arena, Allowance *allowance, Err *err) MUST_USE;

/* The currency's own, else the one for every currency; NULL: there is none. */
const AllowanceRate *allowance_rate(AllowanceRates rates, Str bucket, Currency currency);
/* Percent of what entered a bucket that was lost, rounded half up to six digits; 0 <= lost <=
 * entered, entered > 0. */
Decimal allowance_observed(int64_t lost, int64_t entered);
/* "half_up" */
const char *allowance_rounding_name(Rounding rounding);
/* False: no rounding has that name. */
bool allowance_rounding_parse(Str name, Rounding *rounding) MUST_USE;

/* ---- all documents of a rule set */

/* Every list in any order; the agings at least one. */
typedef struct AllowanceSet {
    const Allowance *allowances;
    int count;
    const Aging *agings;
    int aging_count;
    const Series *series;
    int series_count;
} AllowanceSet;

/* Of that id the latest that is valid by then, or the first one on earlier days; NULL: no document
 * has that id. */
const Allowance *allowance_in_force(const AllowanceSet *set, Str id, Date day);
/* Likewise. */
const Aging *allowance_aging(const AllowanceSet *set, Date day);
/* NULL: there is none, or the document names none. */
const Series *allowance_index(const AllowanceSet *set, const Allowance *allowance);

/* Whether no id has two documents of one day, each index is there and above zero, and each matrix
 * has rates for the buckets of every aging document that it will be in force with. `faulty` is the
 * place of the document in which the fault is. */
bool allowance_set_check(const AllowanceSet *set, int *faulty, Err *err) MUST_USE;
