#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/id.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "contract/item_key.h"
#include "policy/scorecard.h"

/* All that scoring remembers of one customer: what a credit record carries, no more and no less, so
 * that a customer can be taken up again from the record alone.
 *
 * It stays small whatever the customer does: amounts are sums by currency, and of items only
 * those overdue now are kept one by one, up to PROFILE_OVERDUE_MAX. Beyond that number the newest
 * are not looked at; the score of such a customer is at the bottom without them. */
enum {
    PROFILE_OVERDUE_MAX = 1000,
    PROFILE_REASONS_MAX = 4,
    PROFILE_WARNINGS_MAX = BAND_COUNT - 2, /* one for each band it can fall to */
    PROFILE_PERCENT_MAX = 9999,            /* shares stand still here */
};

typedef struct Exposure {
    Money open;      /* on invoices, and what was charged on them */
    Money overdue;   /* of it */
    Money unapplied; /* received, not applied to an invoice */
    Money paid;      /* applied to invoices so far */
} Exposure;

typedef struct OverdueItem {
    ItemKey key;
    Money open;
    int32_t days_past_due; /* when it last entered a bucket, or was open again */
} OverdueItem;

typedef struct Reason {
    Characteristic characteristic;
    int64_t value; /* -1: not known yet */
    int32_t points;
    int32_t missing; /* to the best, above 0 */
} Reason;

typedef struct Reasons {
    Reason rows[PROFILE_REASONS_MAX]; /* the heaviest first */
    int count;
} Reasons;

typedef struct Warning {
    Str id;
    Band from;
    Band to;
    int32_t score;
    Date raised_on;
    Reasons reasons;
} Warning;

/* Number of the last event applied of one writer. */
typedef struct AppliedMark {
    Str topic;
    Str service;
    int32_t task;
    int64_t seq;
} AppliedMark;

typedef struct Profile {
    Account account;
    int64_t version; /* 0: nothing known yet */
    Date day;
    int32_t score;
    Band band;
    Reasons reasons;
    Str scorecard;
    Exposure *exposures; /* by currency code */
    int exposure_count;
    int64_t settled_count;
    int64_t settled_late_count;
    int64_t mean_days_late_milli;
    int64_t written_off_count;
    OverdueItem *overdue; /* by key */
    int overdue_count;
    Warning warnings[PROFILE_WARNINGS_MAX]; /* that still hold, the oldest first */
    int warning_count;
    AppliedMark *applied;
    int applied_count;
} Profile;

/* ---- amounts */
/* Found, or made in its place with zero amounts. */
Exposure *profile_exposure(Profile *profile, Currency currency, Arena *arena);
/* Sums stand still at the ends: never above the largest number, never below zero. */
Money exposure_plus(Money sum, Money more);
Money exposure_minus(Money sum, Money less);

/* ---- overdue items; their amounts are kept equal to the exposures' `overdue` */
OverdueItem *profile_overdue_find(Profile *profile, ItemKey key);
/* A new one, or new figures of one that is known. */
void profile_overdue_put(Profile *profile, OverdueItem item, Arena *arena);
void profile_overdue_remove(Profile *profile, ItemKey key);
/* All that is of the invoice. */
void profile_overdue_remove_all(Profile *profile, Str number);

/* ---- numbers */
bool profile_has_applied(const Profile *profile, Str topic, const Origin *origin);
void profile_apply(Profile *profile, Str topic, const Origin *origin, Arena *arena);

/* ---- what the score looks at; -1: not known yet. Shares are rounded up. */
int64_t profile_value(const Profile *profile, Characteristic characteristic);
