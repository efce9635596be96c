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

/* How late payment bears interest: policies/interest/<id>.yaml, one document a regime.
 *
 * A rate is a reference rate plus a margin, a percentage a year, a percentage a day, or none at
 * all. Everything on which two readings of a law differ is a field: which day's reference counts,
 * whether it moves while the debt is late, the days of a year, and when a fraction is rounded.
 *
 * What is below zero in the end is zero. A changed rule is a new document with a later valid_from,
 * as with aging; the figures of a reference rate are its series (policy/series.h). */
enum {
    INTEREST_FIXED_SUMS_MAX = 24,
    INTEREST_MINIMUMS_MAX = 16,
    INTEREST_DAYS_MAX = 3650, /* of grace, and to the due day where none was agreed */
    INTEREST_DAILY_MAX = 10,  /* percent a day: far above any lawful rate */
    INTEREST_MONTHS_MAX = 12, /* between two days on which interest bears interest */
};

typedef enum InterestRate {
    INTEREST_RATE_NONE,
    INTEREST_RATE_REFERENCE, /* a series and a margin */
    INTEREST_RATE_YEARLY,
    INTEREST_RATE_DAILY,
} InterestRate;

/* Which day's reference rate a late day takes. */
typedef enum Stepping {
    STEPPING_STEPPED,          /* its own: the rate moves while the debt is late */
    STEPPING_FIXED_AT_DUE,     /* that of the first day that bears interest */
    STEPPING_FIXED_AT_PAYMENT, /* that of the day its part was paid; unpaid: the last day computed
                                */
    STEPPING_COUNT,
} Stepping;

/* Which value of the series is the reference of a day. */
typedef enum ReferenceDay {
    REFERENCE_DAY,              /* in force on the day itself */
    REFERENCE_HALF_YEAR,        /* in force on 1 January or 1 July before it, or on it */
    REFERENCE_HALF_YEAR_BEFORE, /* in force on 31 December or 30 June before it */
    REFERENCE_COUNT,
} ReferenceDay;

typedef enum DayBasis {
    DAY_BASIS_365,
    DAY_BASIS_ACTUAL, /* 365 or 366, by the calendar year of the day */
    DAY_BASIS_360,
    DAY_BASIS_COUNT,
} DayBasis;

typedef enum RoundingPoint {
    ROUNDING_POINT_ONCE,  /* the sum of all days */
    ROUNDING_POINT_DAILY, /* each day */
    ROUNDING_POINT_COUNT,
} RoundingPoint;

/* What becomes of interest in the books. */
typedef enum InterestPosting {
    INTEREST_POSTING_NEVER, /* it can be claimed; nothing is posted by itself */
    INTEREST_POSTING_AT_PAYMENT,
    INTEREST_POSTING_MONTHLY,
    INTEREST_POSTING_COUNT,
} InterestPosting;

/* Owed once an invoice for its late payment, by the invoice's amount. */
typedef struct FixedSum {
    int64_t from_minor; /* the smallest invoice it is for; rows of one currency rise */
    Money sum;
} FixedSum;

typedef struct Interest {
    Str id;
    Date valid_from;
    InterestRate rate;
    Decimal percent; /* margin, a year's or a day's, by rate */
    Str series;      /* its id; empty where the rate is no reference */
    Stepping stepping;
    ReferenceDay reference;
    bool reference_floor; /* a reference below zero counts as zero */
    DayBasis basis;       /* of a reference and of a yearly rate */
    RoundingPoint rounding_point;
    Rounding rounding;
    int32_t compounding_months; /* 0: simple interest */
    int32_t without_due_days;   /* from the invoice to the due day where none was agreed */
    int32_t grace_days;         /* after the due day; they bear no interest */
    InterestPosting posting;
    FixedSum fixed_sums[INTEREST_FIXED_SUMS_MAX];
    int fixed_sum_count;
    Money minimums[INTEREST_MINIMUMS_MAX]; /* less than this is not posted; above zero */
    int minimum_count;
} Interest;

/* Bytes of a document; texts are copied into the arena. A fault of form names the line it is near,
 * one of meaning the field. */
bool interest_parse(Str yaml, Arena *arena, Interest *interest, Err *err) MUST_USE;

/* The fixed sum for an invoice, zero where there is none for its currency. */
Money interest_fixed_sum(const Interest *interest, Money invoiced);
/* The least amount that is posted, zero where none is named for its currency. */
Money interest_minimum(const Interest *interest, Currency currency);

/* "fixed_at_due", as documents name it. */
const char *stepping_name(Stepping stepping);
const char *reference_day_name(ReferenceDay reference);
const char *day_basis_name(DayBasis basis);
const char *rounding_point_name(RoundingPoint point);
const char *interest_posting_name(InterestPosting posting);
