#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/money.h"
#include "policy/interest.h"
#include "policy/series.h"

/* What late payment of one invoice costs, by a regime: pure, and the same whenever it is asked.
 *
 * Every day from the start is looked at by itself: what was open on it, whether it was paused, and
 * which rate it bears. Days are summed exactly (accrual.h) and rounded where the regime says. What
 * falls into the stretch asked for is the rounded sum up to its end minus the rounded sum up to the
 * day before it, so stretches that follow each other add up to the whole, and "recomputed up to a
 * mark, minus what was posted" is right whatever was posted when.
 *
 * Interest does not go away when the principal is paid: days before the payment keep theirs. A rate
 * that is fixed at payment is not final before it: of a part that is still open, all days change
 * with the rate of the day computed, and only the whole from its start can be compared. */
enum {
    INTEREST_LINES_MAX = 4096, /* stretches of one rate and amount: a payment a week for 30 years */
    INTEREST_STEPS_MAX = 1000, /* changes of what is open, and pauses, of one invoice */
};

/* From this day on this much is open. The day of a payment still counts as late, in all regimes, so
 * a payment lowers what is open from the day after it. */
typedef struct OpenStep {
    Date from;
    Money open;
} OpenStep;

/* Half-open: the day `to` bears interest again; DATE_NONE: nobody has ended the pause yet. */
typedef struct InterestPause {
    Date from;
    Date to;
} InterestPause;

typedef struct InterestCase {
    Money invoiced; /* what the fixed sum goes by */
    Date invoiced_on;
    Date due_on; /* DATE_NONE: no day was agreed */
    const OpenStep *steps;
    int step_count; /* in the order of their days, none twice, nothing open below zero */
    const InterestPause *pauses;
    int pause_count; /* in any order; they may overlap */
    Date first;
    Date last; /* both are computed */
} InterestCase;

typedef struct InterestTerms {
    const Interest *regime;
    const Series *series; /* the one the regime names; NULL where it names none */
} InterestTerms;

/* Days that follow each other on one amount at one rate. */
typedef struct InterestLine {
    Date from;
    int32_t days;
    Money principal; /* with the interest that was added to it, rounded for the reader */
    Decimal percent;
    int32_t year_days; /* 360, 365, 366; ACCRUAL_OF_A_DAY: percent is a day's */
} InterestLine;

typedef enum InterestAnswer {
    INTEREST_ACCRUED,
    INTEREST_RATE_UNKNOWN, /* from unknown_from on; what is before it was computed */
    INTEREST_TOO_LARGE,    /* for minor units; nothing was computed */
    INTEREST_TOO_LONG,     /* more than INTEREST_LINES_MAX lines; nothing was computed */
} InterestAnswer;

typedef struct InterestResult {
    InterestAnswer answer;
    Date unknown_from; /* DATE_NONE: all rates are known */
    Date starts_on;    /* the first day that may bear interest, whether asked for or not */
    Date late_on;      /* the first that was late up to the last day; DATE_NONE: none was */
    InterestLine *lines;
    int line_count;
    Money accrued;
    Money fixed_sum; /* zero before late_on; owed once an invoice, whatever stretch is asked for */
} InterestResult;

/* The first day that may bear interest: after the due day and the days of grace. */
Date interest_start(const Interest *regime, Date invoiced_on, Date due_on);
/* Lines are in the arena. A case that breaks what is said above is a bug of the caller (CHECK). */
InterestResult interest_accrue(const InterestTerms *terms, const InterestCase *late, Arena *arena);
