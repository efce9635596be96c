#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

/* Days and moments, as numbers. There is no clock here: "now" is an argument, read once per turn.
 *
 * Date: days since 1970-01-01 in the proleptic Gregorian calendar, without a zone. The domain is
 * 1900-01-01 to 2199-12-31; what is outside does not parse. DATE_NONE is "no date": it sorts first,
 * prints as nothing, and counting with it stops the program.
 * Instant: microseconds since 1970-01-01T00:00:00Z. */
typedef struct Date {
    int32_t days;
} Date;

typedef struct Instant {
    int64_t us;
} Instant;

typedef struct DateParts {
    int year;  /* 1900..2199 */
    int month; /* 1..12 */
    int day;   /* 1..31 */
} DateParts;

#define DATE_NONE ((Date){INT32_MIN})

bool date_is_none(Date date);
/* False for a day that is in no calendar (30 February) or outside the domain. */
bool date_of_parts(DateParts parts, Date *date) MUST_USE;
DateParts date_parts(Date date);
Date date_add(Date date, int32_t days);
/* The last day of its month. */
Date date_month_end(Date date);
/* to - from, in days. */
int32_t date_days_between(Date from, Date to);
int date_compare(Date a, Date b);
/* True for a Date inside the domain; a number from outside is checked with this. */
bool date_is_valid(Date date);

/* "2013-06-30" */
bool date_parse(Str text, Date *date) MUST_USE;
Str date_print(Arena *arena, Date date);

/* "2013-06-30T12:00:00.000001Z" */
Str instant_print(Arena *arena, Instant instant);
/* The UTC day of an instant. Only for comparing a tick with its broker's timestamp. */
Date instant_utc_date(Instant instant);
