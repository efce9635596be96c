/* A scorecard that is read keeps what its header promises: ranges from 0 on, scores in bounds. */
#include "base/check.h"
#include "policy/scorecard.h"
#include "tests/fuzz/fuzz.h"

static void check_card(const Scorecard *card) {
    int64_t most = card->base;
    CHECK(card->base >= 0 && card->row_count > 0);
    for (int i = 0; i < card->row_count; i++) {
        const ScoreRow *row = &card->rows[i];
        CHECK(row->range_count > 0 && row->ranges[0].from == 0 && row->unknown >= 0);
        for (int r = 0; r < row->range_count; r++) {
            CHECK(row->ranges[r].points >= 0 && row->ranges[r].points <= row->best);
            CHECK(r == 0 || row->ranges[r].from > row->ranges[r - 1].from);
        }
        most += row->best;
    }
    CHECK(most <= SCORE_MOST && card->band_from[BAND_E] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Scorecard card;
    Err err = {0};
    if (scorecard_parse(str_from(data, (ptrdiff_t)size), &arena, &card, &err)) {
        check_card(&card);
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
