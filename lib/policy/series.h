#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/str.h"

/* What a reference rate was, and from which day: policies/series/<id>.yaml.
 *
 * A point says the rate from its day to the day before the next point; the last one holds until
 * known_until. Before the first point and after known_until nothing is known, and nobody guesses:
 * who meets a new figure adds its point and moves known_until. Rates may be zero or negative.
 *
 * A series has no valid_from, since each of its points has: a longer one replaces a shorter one. */
enum { SERIES_POINTS_MAX = 1000, SERIES_SOURCE_MAX = 400 /* bytes */ };

typedef struct SeriesPoint {
    Date from;
    Decimal percent;
    Str source; /* empty: the source of the series */
} SeriesPoint;

typedef struct Series {
    Str id;
    Str source;
    Date read_on;     /* the day somebody last compared it with its source */
    Date known_until; /* last day on which a rate is known */
    const SeriesPoint *points;
    int count; /* 1 to SERIES_POINTS_MAX, in the order of their days */
} Series;

/* Bytes of a document; texts and points are copied into the arena. A fault of form names the line
 * it is near, one of meaning the field. */
bool series_parse(Str yaml, Arena *arena, Series *series, Err *err) MUST_USE;

/* The rate in force on a day; NULL where none is known. */
const Decimal *series_find(const Series *series, Date day);
