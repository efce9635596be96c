#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* Aging buckets: policies/aging/<id>.yaml.
 *
 * Buckets follow each other without gap or overlap, by days past due at the end of a day. The first
 * is "current" and ends with day 0, since what is due today is not overdue; the last has no end.
 * Days count from the day an item is due, or from the invoice's own where the document says so:
 * then the first bucket is the day of the invoice. That is for reports; what is announced of an
 * item, and what is overdue, always counts from the due day.
 * In the document each bucket names both its ends, so that a slip of the pen is found.
 *
 * A changed rule is a new document with a later valid_from: in force on a day is the one with the
 * latest valid_from up to that day. */
enum { AGING_BUCKETS_MAX = 12, AGING_NAME_MAX = 32, AGING_DAYS_MAX = 36500 /* a hundred years */ };

typedef struct AgingBucket {
    Str name;
    int32_t from_day; /* first day past due in it; INT32_MIN for the first bucket */
} AgingBucket;

typedef struct Aging {
    Str id;
    Date valid_from;
    bool from_invoice; /* days count from the day of issue */
    AgingBucket buckets[AGING_BUCKETS_MAX];
    int count; /* 2 to AGING_BUCKETS_MAX */
} Aging;

/* Bytes of a document; texts are copied into the arena. A fault of form names the line it is near,
 * one of meaning the field. */
bool aging_parse(Str yaml, Arena *arena, Aging *aging, Err *err) MUST_USE;
