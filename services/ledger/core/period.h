#pragma once

#include "ledger/core/desk.h"

/* Sealed periods: a creditor's months that were closed, up to a day. What stands in them is not
 * changed any more. A voluntary change that would count from a sealed day is refused, and so is one
 * that would count from before a write-off of what it is about; money that came, went or is owed is
 * taken all the same and counts from the first open day. */

/* A creditor's sealed days in one task. */
typedef struct Period {
    int32_t task;
    Str creditor;
    Date sealed_until; /* the last sealed day; DATE_NONE: none */
    Instant signed_at; /* of the last notice that was taken; 0: none was */
    bool changed;
} Period;

typedef enum PeriodAnswer {
    PERIOD_TAKEN,    /* the month is as it says, if it was not so before */
    PERIOD_REPEATED, /* the last one that was taken, once more */
    PERIOD_NOT_OVER, /* the month has open days */
    PERIOD_NOT_LAST, /* a later month is sealed: its own request opens it first */
    PERIOD_STALE,    /* a notice that was signed later was taken */
} PeriodAnswer;

/* Whether its clock is further ahead of the broker's than clocks differ: it would make every notice
 * after it an old one. */
bool period_is_ahead(const PeriodNotice *notice, Instant received_at);
PeriodAnswer period_apply(Period *period, const PeriodNotice *notice, Date day);

/* False after a refusal. */
bool period_admits(Desk *desk, const LedgerInput *input);
/* The day itself, or the first open one. */
Date period_day(const Desk *desk, Date wanted);
