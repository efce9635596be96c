#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"
#include "policy/scorecard.h"

/* When a customer is reminded, and in which words: policies/ladder/<id>.yaml.
 *
 * Levels stand in the order of their days past due, counted from the oldest open item of one
 * customer in one currency; above the last one a write-off is asked for. Each level has a text for
 * each tone, and the band of a customer's credit picks the tone; a band that no tone names, and a
 * customer without a band, gets the plain one. No text asks for payment after the day from which
 * the next one may follow (pay_within_days <= days_between).
 *
 * A line of a text is a paragraph (in YAML: folded, '>'). What may stand in braces:
 * policy/placeholder.h. */
enum {
    LADDER_LEVELS_MAX = 8,
    LADDER_MINIMUMS_MAX = 16,
    LADDER_NAME_MAX = 32,
    LADDER_SUBJECT_MAX = 200, /* bytes, before placeholders are filled */
    LADDER_TEXT_MAX = 4000,
    LADDER_DAYS_MAX = 3650,
};

/* Zero is what nobody has to justify. */
typedef enum Tone { TONE_PLAIN, TONE_COURTEOUS, TONE_FIRM, TONE_COUNT } Tone;

typedef struct LadderLevel {
    Str name; /* stable: events and tables know the level by it */
    int32_t days_past_due;
    int32_t pay_within_days;
    Str subject; /* one line */
    Str texts[TONE_COUNT];
} LadderLevel;

typedef struct Ladder {
    Str id;
    Date valid_from;
    Money minimums[LADDER_MINIMUMS_MAX]; /* one a currency, above zero */
    int minimum_count;
    int32_t days_between; /* least days between two reminders of one customer and currency */
    LadderLevel levels[LADDER_LEVELS_MAX];
    int level_count;
    int32_t write_off_days; /* days past due from which a write-off is asked for */
    Tone tone_of_band[BAND_COUNT];
} Ladder;

/* Bytes of a document; texts are copied into the arena. A fault of form names the line it is near,
 * one of meaning the field. */
bool ladder_parse(Str yaml, Arena *arena, Ladder *ladder, Err *err) MUST_USE;

/* Who owes less in this currency is not reminded in it; NULL: everybody is. */
const Money *ladder_minimum(const Ladder *ladder, Currency currency);
Tone tone_of_band(const Ladder *ladder, Band band);

/* "plain", "courteous", "firm". */
const char *tone_name(Tone tone);
bool tone_find(Str name, Tone *tone) MUST_USE;
