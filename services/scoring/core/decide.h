#pragma once

#include "scoring/core/input.h"
#include "scoring/core/profile.h"
#include "scoring/core/score.h"

/* Scoring's decision about one event of one customer: changes the profile, scores it anew, and
 * warns when its band falls.
 *
 * Pure: the same profile, day, card and event give the same result, and an event the profile has
 * applied gives none. So what is decided again after a loss comes out the same, and with the same
 * ids.
 *
 *     Desk desk = {.arena = arena, .profile = profile, .day = day, .card = card};
 *     decide(&desk, &input);
 *     if (desk.changed) ...; if (desk.warned) warning = profile->warnings[last] */
typedef struct Desk {
    Arena *arena;
    Profile *profile;
    Date day;
    const Scorecard *card;
    bool changed; /* the profile has a new version */
    bool warned;  /* its last warning is new */
} Desk;

void decide(Desk *desk, const ScoringInput *input);
