#include "tests/golden/ledger/regimes.h"

#include "base/check.h"
#include "tests/harness/file.h"

static Str policy_read(Arena *arena, const char *folder, Str id) {
    Str path = str_format(arena, "policies/%s/%.*s.yaml", folder, STR_ARGS(id));
    return file_read(arena, str_terminated(arena, path));
}

static void post_by(Interest *regime, Str word) {
    for (InterestPosting posting = 0; posting < INTEREST_POSTING_COUNT; posting++) {
        if (str_equals(word, str_of(interest_posting_name(posting)))) {
            regime->posting = posting;
        }
    }
}

bool regimes_add(Regimes *regimes, Str line, Arena *arena, Err *err) {
    CHECK(regimes->count < REGIMES_MAX);
    StrCut cut = str_cut(line, ' ');
    Interest *regime = &regimes->regimes[regimes->count];
    Series *series = &regimes->series[regimes->count++];
    if (!interest_parse(policy_read(arena, "interest", cut.head), arena, regime, err)) {
        return false;
    }
    post_by(regime, cut.tail);
    return str_is_empty(regime->series) ||
           series_parse(policy_read(arena, "series", regime->series), arena, series, err);
}

void regimes_add_usury(Regimes *regimes, InterestPosting posting, Arena *arena) {
    Str yaml = S("{id: usury, valid_from: 1900-01-01, rate: {yearly: 400}, day_basis: 365,"
                 " rounding: {point: once, mode: half_even}, compounding: none,"
                 " start: {without_due_days: 30, grace_days: 0}, post: never,"
                 " fixed_sum: [{currency: USD, from: 0, minor: 4000}]}");
    Err err = {0};
    CHECK(regimes->count < REGIMES_MAX);
    Interest *regime = &regimes->regimes[regimes->count++];
    CHECK(interest_parse(yaml, arena, regime, &err));
    regime->posting = posting;
}

void regimes_put(const Regimes *regimes, LedgerRules *rules) {
    rules->regimes = regimes->regimes;
    rules->regime_count = regimes->count;
    rules->series = regimes->series;
    rules->series_count = regimes->count;
}
