#include "scoring/core/decide.h"

#include <inttypes.h>

#include "base/check.h"

/* The latest settlement weighs an eighth once there are eight: old habits fade, one slip does not
 * make a bad payer. */
enum { MEAN_WEIGHT = 8, DAYS_LATE_MAX = 36500 };

/* ---- what the event changes */

static void post(Desk *desk, const ScoringInput *input) {
    Exposure *exposure = profile_exposure(desk->profile, input->amount.currency, desk->arena);
    exposure->open = exposure_plus(exposure->open, input->amount);
}

static void post_credit(Desk *desk, const ScoringInput *input) {
    Exposure *exposure = profile_exposure(desk->profile, input->amount.currency, desk->arena);
    exposure->unapplied = exposure_plus(exposure->unapplied, input->amount);
}

/* With nothing open it is not overdue, whatever comes of it. */
static void overdue_update(Desk *desk, const ScoringInput *input, int32_t days) {
    if (days <= 0 || money_is_zero(input->open)) {
        profile_overdue_remove(desk->profile, input->key);
        return;
    }
    profile_overdue_put(desk->profile, (OverdueItem){input->key, input->open, days}, desk->arena);
}

static void reduce(Desk *desk, const ScoringInput *input) {
    Exposure *exposure = profile_exposure(desk->profile, input->amount.currency, desk->arena);
    const OverdueItem *overdue = profile_overdue_find(desk->profile, input->key);
    exposure->open = exposure_minus(exposure->open, input->amount);
    if (overdue != NULL) {
        overdue_update(desk, input, overdue->days_past_due);
    }
}

static void allocate(Desk *desk, const ScoringInput *input) {
    Exposure *exposure = profile_exposure(desk->profile, input->amount.currency, desk->arena);
    exposure->unapplied = exposure_minus(exposure->unapplied, input->amount);
    exposure->paid = exposure_plus(exposure->paid, input->amount);
    reduce(desk, input);
}

/* Late again, where it is: the ledger says nothing more of it while it stays in its bucket. */
static void reopen(Desk *desk, const ScoringInput *input) {
    Exposure *exposure = profile_exposure(desk->profile, input->amount.currency, desk->arena);
    exposure->open = exposure_plus(exposure->open, input->amount);
    if (input->paid) {
        exposure->paid = exposure_minus(exposure->paid, input->amount);
    }
    overdue_update(desk, input, date_days_between(input->due_on, desk->day));
}

static void change_due(Desk *desk, const ScoringInput *input) {
    OverdueItem *overdue = profile_overdue_find(desk->profile, input->key);
    int32_t days = date_days_between(input->due_on, desk->day);
    if (overdue == NULL) {
        return;
    }
    if (days <= 0) {
        profile_overdue_remove(desk->profile, input->key);
    } else {
        overdue->days_past_due = days;
    }
}

static void settle(Desk *desk, const ScoringInput *input) {
    Profile *profile = desk->profile;
    int64_t days = input->days < DAYS_LATE_MAX ? input->days : DAYS_LATE_MAX;
    profile->settled_count++;
    profile->settled_late_count += days > 0;
    int64_t weight = profile->settled_count < MEAN_WEIGHT ? profile->settled_count : MEAN_WEIGHT;
    profile->mean_days_late_milli += (days * 1000 - profile->mean_days_late_milli) / weight;
    profile_overdue_remove(profile, input->key);
}

/* The invoice was taken back, with all that is of it. */
static void take_back(Desk *desk, const ScoringInput *input) {
    Exposure *exposure = profile_exposure(desk->profile, input->amount.currency, desk->arena);
    exposure->open = exposure_minus(exposure->open, input->amount);
    profile_overdue_remove_all(desk->profile, input->key.number);
}

/* Each time it is: the rest of an item stays as late as it was. */
static void give_up(Desk *desk, const ScoringInput *input) {
    reduce(desk, input);
    desk->profile->written_off_count++;
}

/* It is not left over any more, and was applied to no invoice. */
static void spend(Desk *desk, const ScoringInput *input) {
    Exposure *exposure = profile_exposure(desk->profile, input->amount.currency, desk->arena);
    exposure->unapplied = exposure_minus(exposure->unapplied, input->amount);
}

/* False: nothing in it for credit. */
static bool take_in(Desk *desk, const ScoringInput *input) {
    switch (input->kind) {
    case SCORING_NOTHING:
        return false;
    case SCORING_POSTED:
        post(desk, input);
        return true;
    case SCORING_CREDIT_POSTED:
        post_credit(desk, input);
        return true;
    case SCORING_ALLOCATED:
        allocate(desk, input);
        return true;
    case SCORING_FORGIVEN:
    case SCORING_REDUCED:
        reduce(desk, input);
        return true;
    case SCORING_REOPENED:
        reopen(desk, input);
        return true;
    case SCORING_SETTLED:
        settle(desk, input);
        return true;
    case SCORING_REVERSED:
        take_back(desk, input);
        return true;
    case SCORING_WRITTEN_OFF:
        give_up(desk, input);
        return true;
    case SCORING_BUCKET_ENTERED:
        overdue_update(desk, input, input->days);
        return true;
    case SCORING_DUE_CHANGED:
        change_due(desk, input);
        return true;
    case SCORING_SPENT:
        spend(desk, input);
        return true;
    }
    CHECK(!"a kind of input");
}

/* ---- what follows from it */

/* A warning holds as long as the band is no better than the one it warned of. */
static void warnings_close(Profile *profile) {
    int kept = 0;
    for (int i = 0; i < profile->warning_count; i++) {
        if (profile->warnings[i].to <= profile->band) {
            profile->warnings[kept++] = profile->warnings[i];
        }
    }
    profile->warning_count = kept;
}

static Str warning_id(Desk *desk, const ScoringInput *input) {
    const Account *account = &desk->profile->account;
    return str_format(desk->arena, "%.*s/%.*s/%.*s/%.*s.%" PRId32 ".%" PRId64,
                      STR_ARGS(account->creditor), STR_ARGS(account->customer),
                      STR_ARGS(input->topic), STR_ARGS(input->origin.service), input->origin.task,
                      input->origin.seq);
}

static void warn(Desk *desk, const ScoringInput *input, Band before) {
    Profile *profile = desk->profile;
    CHECK(profile->warning_count < PROFILE_WARNINGS_MAX); /* each holds for a worse band */
    profile->warnings[profile->warning_count++] = (Warning){.id = warning_id(desk, input),
                                                            .from = before,
                                                            .to = profile->band,
                                                            .score = profile->score,
                                                            .raised_on = desk->day,
                                                            .reasons = profile->reasons};
    desk->warned = true;
}

/* The allocation or discount that closes an item is followed by the ledger's word on how late that
 * was. In between the debt is gone and the lateness not yet known: a score of that moment would
 * rise, and its fall back would be a warning about nothing. */
static bool waits_for_settlement(const Desk *desk, const ScoringInput *input) {
    bool with_payment = input->kind == SCORING_ALLOCATED || input->kind == SCORING_FORGIVEN;
    return with_payment && money_is_zero(input->open) && desk->profile->band != BAND_NONE;
}

static void score_anew(Desk *desk, const ScoringInput *input) {
    Profile *profile = desk->profile;
    Band before = profile->band;
    Score score = score_of(profile, desk->card);
    profile->score = score.score;
    profile->band = score.band;
    profile->reasons = score.reasons;
    profile->scorecard = desk->card->id;
    warnings_close(profile);
    if (before != BAND_NONE && profile->band > before) {
        warn(desk, input, before);
    }
}

void decide(Desk *desk, const ScoringInput *input) {
    Profile *profile = desk->profile;
    if (profile_has_applied(profile, input->topic, &input->origin) || !take_in(desk, input)) {
        return;
    }
    profile_apply(profile, input->topic, &input->origin, desk->arena);
    profile->version++;
    profile->day = desk->day;
    desk->changed = true;
    if (!waits_for_settlement(desk, input)) {
        score_anew(desk, input);
    }
}
