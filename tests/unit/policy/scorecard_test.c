/* The scorecard document: one that is shipped, and one row for each fault of meaning. */
#include "policy/scorecard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static Arena arena;

static Str file_read(const char *path) {
    enum { ROOM = 64 << 10 };
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    char *bytes = arena_get(&arena, 1, ROOM);
    size_t size = fread(bytes, 1, ROOM, file);
    fclose(file);
    return str_from(bytes, (ptrdiff_t)size);
}

static void the_shipped_card_is_read(void **state) {
    (void)state;
    Scorecard card;
    Err err = {0};
    bool good = scorecard_parse(file_read("policies/scorecard/standard.yaml"), &arena, &card, &err);
    if (!good) {
        fail_msg("%s", err.text);
    }
    assert_true(str_equals(card.id, S("standard")));
    assert_int_equal(card.row_count, CHARACTERISTIC_COUNT - 1);
    assert_int_equal(card.band_from[BAND_A], 850);
    assert_int_equal(card.band_from[BAND_E], 0);
    int32_t best = card.base;
    for (int i = 0; i < card.row_count; i++) {
        best += card.rows[i].best;
    }
    assert_int_equal(best, SCORE_MOST);
}

#define HEAD "id: x\nvalid_from: 2020-01-01\nbase: 100\n"
#define ROW  "characteristics:\n  - name: late_share\n    unknown: 5\n    ranges:\n"
#define ONE  ROW "      - {from: 0, points: 10}\n"
#define BANDS                                                                                      \
    "bands:\n  - {name: A, from: 800}\n  - {name: B, from: 600}\n  - {name: C, from: 400}\n"
#define ENDS "  - {name: D, from: 200}\n  - {name: E, from: 0}\n"

typedef struct FaultRow {
    const char *yaml;
    const char *fault; /* how the message begins */
} FaultRow;

static const FaultRow FAULTS[] = {
    {"id: x\n", "near line"},
    {"id: 'a b'\nvalid_from: 2020-01-01\nbase: 0\n" ONE BANDS ENDS, "id: "},
    {"id: x\nvalid_from: 2020-02-30\nbase: 0\n" ONE BANDS ENDS, "valid_from: "},
    {"id: x\nvalid_from: 2020-01-01\nbase: -1\n" ONE BANDS ENDS, "base: -1 points"},
    {HEAD "characteristics:\n  - name: mood\n    unknown: 0\n    ranges:\n"
          "      - {from: 0, points: 1}\n" BANDS ENDS,
     "characteristics[0].name: \"mood\""},
    {HEAD ONE "  - name: late_share\n    unknown: 0\n    ranges:\n"
              "      - {from: 0, points: 1}\n" BANDS ENDS,
     "characteristics[1].name: \"late_share\" stands there twice"},
    {HEAD ROW "      - {from: 1, points: 10}\n" BANDS ENDS,
     "characteristics[0].ranges[0].from: gap"},
    {HEAD ROW "      - {points: 10}\n" BANDS ENDS, "characteristics[0].ranges[0].from: missing"},
    {HEAD ROW "      - {from: 0, to: 9, points: 10}\n" BANDS ENDS,
     "characteristics[0].ranges[0].to: the last range has no end"},
    {HEAD ROW "      - {from: 0, points: 10}\n      - {from: 1, points: 9}\n" BANDS ENDS,
     "characteristics[0].ranges[0].to: missing"},
    {HEAD ROW "      - {from: 0, to: 5, points: 10}\n      - {from: 7, points: 9}\n" BANDS ENDS,
     "characteristics[0].ranges[1].from: gap: 6"},
    {HEAD ROW "      - {from: 0, to: 5, points: 10}\n      - {from: 5, points: 9}\n" BANDS ENDS,
     "characteristics[0].ranges[1].from: overlap: 6"},
    {HEAD ROW "      - {from: 0, to: -1, points: 10}\n      - {from: 0, points: 9}\n" BANDS ENDS,
     "characteristics[0].ranges[0].to: -1"},
    {HEAD ROW "      - {from: 0, points: 1001}\n" BANDS ENDS,
     "characteristics[0].ranges[0].points: 1001"},
    {HEAD ROW "      - {from: 0, points: 901}\n" BANDS ENDS, "characteristics: the best customer"},
    {HEAD ONE BANDS "  - {name: E, from: 200}\n  - {name: D, from: 0}\n", "bands[3].name: \"D\""},
    {HEAD ONE BANDS "  - {name: D, from: 400}\n  - {name: E, from: 0}\n", "bands[3].from: 400"},
    {HEAD ONE BANDS "  - {name: D, from: 200}\n  - {name: E, from: 1}\n", "bands[4].from: 1"},
    {HEAD ONE BANDS "  - {name: D, from: 200}\n", "near line"},
};

static void each_fault_names_its_place(void **state) {
    (void)state;
    for (ptrdiff_t i = 0; i < COUNT_OF(FAULTS); i++) {
        Scorecard card;
        Err err = {0};
        bool good = scorecard_parse(str_of(FAULTS[i].yaml), &arena, &card, &err);
        if (good || !str_starts_with(str_of(err.text), str_of(FAULTS[i].fault))) {
            fail_msg("row %td: \"%s\" is not \"%s...\"", i, err.text, FAULTS[i].fault);
        }
        assert_int_equal(err.verdict, VERDICT_STOP);
    }
}

static void the_smallest_card_is_read(void **state) {
    (void)state;
    Scorecard card;
    Err err = {0};
    assert_true(scorecard_parse(S(HEAD ONE BANDS ENDS), &arena, &card, &err));
    assert_int_equal(card.rows[0].best, 10);
    assert_int_equal(card.rows[0].range_count, 1);
}

static void names_are_found_again(void **state) {
    (void)state;
    for (int i = 1; i < CHARACTERISTIC_COUNT; i++) {
        Characteristic characteristic = (Characteristic)i;
        assert_int_equal(characteristic_find(str_of(characteristic_name(characteristic))), i);
    }
    for (int i = 1; i < BAND_COUNT; i++) {
        assert_int_equal(band_find(str_of(band_name((Band)i))), i);
    }
    assert_int_equal(band_find(S("F")), BAND_NONE);
    assert_int_equal(characteristic_find(S("")), CHARACTERISTIC_NONE);
}

int main(void) {
    arena = arena_open("test", 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_card_is_read),
        cmocka_unit_test(each_fault_names_its_place),
        cmocka_unit_test(the_smallest_card_is_read),
        cmocka_unit_test(names_are_found_again),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
