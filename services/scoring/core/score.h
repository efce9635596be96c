#pragma once

#include <stdint.h>

#include "policy/scorecard.h"
#include "scoring/core/profile.h"

/* The score of a customer by a scorecard, and why it is not higher.
 *
 * Reasons are the characteristics that miss most points to their best, the heaviest first, those of
 * equal weight in the order of the card. */
typedef struct Score {
    int32_t score;
    Band band;
    Reasons reasons;
} Score;

Score score_of(const Profile *profile, const Scorecard *card);
/* The card in force on a day: the latest that is valid; before all of them the earliest. */
const Scorecard *scorecard_on(const Scorecard *cards, int count, Date day);
