#include "scoring/core/score.h"

#include "base/check.h"

static int32_t points_for(const ScoreRow *row, int64_t value) {
    if (value < 0) {
        return row->unknown;
    }
    int at = row->range_count - 1;
    while (at > 0 && row->ranges[at].from > value) {
        at--;
    }
    return row->ranges[at].points;
}

/* Those that are heavier stay in front. */
static void reason_add(Reasons *reasons, Reason reason) {
    int at = reasons->count;
    while (at > 0 && reasons->rows[at - 1].missing < reason.missing) {
        at--;
    }
    if (at == PROFILE_REASONS_MAX) {
        return;
    }
    reasons->count += reasons->count < PROFILE_REASONS_MAX;
    for (int i = reasons->count - 1; i > at; i--) {
        reasons->rows[i] = reasons->rows[i - 1];
    }
    reasons->rows[at] = reason;
}

static Band band_of(const Scorecard *card, int32_t score) {
    Band band = BAND_A;
    while (band < BAND_E && score < card->band_from[band]) {
        band++;
    }
    return band;
}

Score score_of(const Profile *profile, const Scorecard *card) {
    Score score = {.score = card->base};
    for (int i = 0; i < card->row_count; i++) {
        const ScoreRow *row = &card->rows[i];
        int64_t value = profile_value(profile, row->characteristic);
        int32_t points = points_for(row, value);
        score.score += points;
        if (points < row->best) {
            reason_add(&score.reasons,
                       (Reason){row->characteristic, value, points, row->best - points});
        }
    }
    CHECK(score.score >= 0 && score.score <= SCORE_MOST);
    score.band = band_of(card, score.score);
    return score;
}

const Scorecard *scorecard_on(const Scorecard *cards, int count, Date day) {
    CHECK(count > 0);
    const Scorecard *earliest = &cards[0];
    const Scorecard *latest = NULL;
    for (int i = 0; i < count; i++) {
        const Scorecard *card = &cards[i];
        if (date_compare(card->valid_from, earliest->valid_from) < 0) {
            earliest = card;
        }
        bool valid = date_compare(card->valid_from, day) <= 0;
        if (valid && (!latest || date_compare(card->valid_from, latest->valid_from) > 0)) {
            latest = card;
        }
    }
    return latest ? latest : earliest;
}
