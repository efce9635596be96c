#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* How credit is scored: policies/scorecard/<id>.yaml.
 *
 * A score is a base plus the points of each characteristic; points are given by ranges of whole
 * numbers that begin with 0 and follow each other without gap or overlap, the last without end.
 * What is not known yet gets the points of `unknown`. No sum of points leaves 0 to 1000. The bands
 * A to E begin at falling scores, E at 0.
 *
 * A changed card is a new document with a later valid_from, as with aging. */
enum { SCORECARD_RANGES_MAX = 12, SCORE_MOST = 1000 };

typedef enum Characteristic {
    CHARACTERISTIC_NONE,
    CHARACTERISTIC_LATE_SHARE,       /* percent */
    CHARACTERISTIC_MEAN_DAYS_LATE,   /* days */
    CHARACTERISTIC_OVERDUE_SHARE,    /* percent */
    CHARACTERISTIC_OLDEST_OVERDUE,   /* days */
    CHARACTERISTIC_EXPOSURE_TO_PAID, /* percent */
    CHARACTERISTIC_WRITE_OFFS,       /* invoices */
    CHARACTERISTIC_COUNT,
} Characteristic;

typedef enum Band { BAND_NONE, BAND_A, BAND_B, BAND_C, BAND_D, BAND_E, BAND_COUNT } Band;

typedef struct ScoreRange {
    int32_t from; /* first value in it */
    int32_t points;
} ScoreRange;

typedef struct ScoreRow {
    Characteristic characteristic;
    int32_t unknown; /* points for what is not known yet */
    int32_t best;    /* most points it can give */
    ScoreRange ranges[SCORECARD_RANGES_MAX];
    int range_count;
} ScoreRow;

typedef struct Scorecard {
    Str id;
    Date valid_from;
    int32_t base;
    ScoreRow rows[CHARACTERISTIC_COUNT];
    int row_count;
    int32_t band_from[BAND_COUNT]; /* by band: the lowest score in it */
} Scorecard;

/* Bytes of a document; texts are copied into the arena. A fault of form names the line it is near,
 * one of meaning the field. */
bool scorecard_parse(Str yaml, Arena *arena, Scorecard *card, Err *err) MUST_USE;

/* "late_share"; CHARACTERISTIC_NONE for a name that is none. */
Characteristic characteristic_find(Str name);
const char *characteristic_name(Characteristic characteristic);
/* "A" to "E"; BAND_NONE for a name that is none. */
Band band_find(Str name);
const char *band_name(Band band);
