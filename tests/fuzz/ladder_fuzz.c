/* ladder_parse: what is let through rises, names each day once, and can be cut at its placeholders
 * with one table in each text; what is refused says why. */
#include "base/check.h"
#include "policy/ladder.h"
#include "policy/placeholder.h"
#include "tests/fuzz/fuzz.h"

static int tables_in(Str text) {
    int tables = 0;
    PlaceholderCut cut = placeholder_cut(text);
    for (; cut.placeholder != PLACEHOLDER_NONE; cut = placeholder_cut(cut.after)) {
        CHECK(str_is_text(cut.before) && placeholder_name(cut.placeholder)[0] != '\0');
        tables += cut.placeholder == PLACEHOLDER_ITEMS;
    }
    return tables;
}

static void check_level(const Ladder *ladder, int i) {
    const LadderLevel *level = &ladder->levels[i];
    int32_t next = i + 1 == ladder->level_count ? ladder->write_off_days : level[1].days_past_due;
    CHECK(level->days_past_due >= 1 && level->days_past_due < next);
    CHECK(level->pay_within_days >= 1 && level->pay_within_days <= ladder->days_between);
    CHECK(str_is_line(level->subject) && tables_in(level->subject) == 0);
    for (int tone = 0; tone < TONE_COUNT; tone++) {
        CHECK(tables_in(level->texts[tone]) == 1);
    }
}

static void check_ladder(const Ladder *ladder) {
    CHECK(date_is_valid(ladder->valid_from) && ladder->write_off_days <= LADDER_DAYS_MAX);
    CHECK(ladder->level_count >= 1 && ladder->level_count <= LADDER_LEVELS_MAX);
    CHECK(tone_of_band(ladder, BAND_NONE) == TONE_PLAIN);
    for (int i = 0; i < ladder->level_count; i++) {
        check_level(ladder, i);
    }
    for (int i = 0; i < ladder->minimum_count; i++) {
        const Money *minimum = &ladder->minimums[i];
        CHECK(minimum->minor > 0 && ladder_minimum(ladder, minimum->currency) == minimum);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Ladder ladder = {0};
    Err err = {0};
    if (ladder_parse(str_from(data, (ptrdiff_t)size), &arena, &ladder, &err)) {
        check_ladder(&ladder);
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
