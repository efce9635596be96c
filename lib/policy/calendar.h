#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* Which days banks are closed: policies/calendar/<id>.yaml.
 *
 * Days of the week that never are banking days, and holidays by date. Holidays are known until a
 * day; after it only the days of the week count, since nobody guesses a holiday: who meets the next
 * year's adds them and moves known_until. A longer calendar replaces a shorter one. */
enum { CALENDAR_HOLIDAYS_MAX = 2000, CALENDAR_NAME_MAX = 100, CALENDAR_WEEK = 7 };

typedef struct Holiday {
    Date on;
    Str name;
} Holiday;

typedef struct Calendar {
    Str id;
    Str source;
    Date known_until;
    bool closed[CALENDAR_WEEK]; /* from Monday on; not all of them */
    const Holiday *holidays;    /* in the order of their days */
    int count;
} Calendar;

/* Bytes of a document; texts and holidays are copied into the arena. A fault of form names the line
 * it is near, one of meaning the field. */
bool calendar_parse(Str yaml, Arena *arena, Calendar *calendar, Err *err) MUST_USE;

bool calendar_is_open(const Calendar *calendar, Date day);
/* The day itself when banks are open, else the next such day. */
Date calendar_banking_day(const Calendar *calendar, Date day);
/* The day itself when banks are open, else the last such day before it. */
Date calendar_banking_day_before(const Calendar *calendar, Date day);
