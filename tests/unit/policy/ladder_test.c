/* The ladder document: the shipped one, and every fault with its place. */
#include "policy/ladder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "policy/placeholder.h"
#include "tests/harness/file.h"

static Currency currency(const char *code) {
    Currency found = {0};
    assert_true(currency_find(str_of(code), &found));
    return found;
}

static Ladder shipped(Arena *arena) {
    Ladder ladder;
    Err err = {0};
    if (!ladder_parse(file_read(arena, "policies/ladder/standard.yaml"), arena, &ladder, &err)) {
        fail_msg("%s", err.text);
    }
    return ladder;
}

static void the_shipped_document_has_three_levels(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int32_t days_past_due;
    } rows[] = {{"payment-reminder", 1}, {"first-notice", 15}, {"final-notice", 30}};
    Arena arena = arena_open("test", 1 << 20);
    Ladder ladder = shipped(&arena);
    assert_true(str_equals(ladder.id, S("standard")));
    assert_int_equal(ladder.days_between, 7);
    assert_int_equal(ladder.write_off_days, 91);
    assert_int_equal(ladder.level_count, COUNT_OF(rows));
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(str_equals(ladder.levels[i].name, str_of(rows[i].name)));
        assert_int_equal(ladder.levels[i].days_past_due, rows[i].days_past_due);
        assert_int_equal(ladder.levels[i].pay_within_days, 7);
    }
    assert_int_equal(ladder_minimum(&ladder, currency("EUR"))->minor, 500);
    assert_null(ladder_minimum(&ladder, currency("JPY")));
    arena_close(&arena);
}

static void the_band_picks_the_tone(void **state) {
    (void)state;
    static const Tone tones[BAND_COUNT] = {
        [BAND_NONE] = TONE_PLAIN, [BAND_A] = TONE_COURTEOUS, [BAND_B] = TONE_COURTEOUS,
        [BAND_C] = TONE_PLAIN,    [BAND_D] = TONE_FIRM,      [BAND_E] = TONE_FIRM};
    Arena arena = arena_open("test", 1 << 20);
    Ladder ladder = shipped(&arena);
    for (int band = 0; band < BAND_COUNT; band++) {
        assert_int_equal(tone_of_band(&ladder, (Band)band), tones[band]);
    }
    arena_close(&arena);
}

/* A letter must not sound the same to all, and none may go out without a way to answer. */
static void shipped_texts_differ_and_say_whom_to_call(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Ladder ladder = shipped(&arena);
    for (int i = 0; i < ladder.level_count; i++) {
        const Str *texts = ladder.levels[i].texts;
        assert_false(str_equals(texts[TONE_PLAIN], texts[TONE_COURTEOUS]));
        assert_false(str_equals(texts[TONE_PLAIN], texts[TONE_FIRM]));
        for (int tone = 0; tone < TONE_COUNT; tone++) {
            bool found[PLACEHOLDER_COUNT] = {false};
            PlaceholderCut cut = placeholder_cut(texts[tone]);
            for (; cut.placeholder != PLACEHOLDER_NONE; cut = placeholder_cut(cut.after)) {
                found[cut.placeholder] = true;
            }
            assert_true(found[PLACEHOLDER_CUSTOMER_NAME] && found[PLACEHOLDER_PHONE]);
            assert_true(found[PLACEHOLDER_TOTAL] && found[PLACEHOLDER_PAY_UNTIL]);
        }
    }
    arena_close(&arena);
}

static void tones_are_found_by_name(void **state) {
    (void)state;
    for (int i = 0; i < TONE_COUNT; i++) {
        Tone tone = TONE_COUNT;
        assert_true(tone_find(str_of(tone_name((Tone)i)), &tone));
        assert_int_equal(tone, i);
    }
    Tone untouched = TONE_FIRM;
    assert_false(tone_find(S("rude"), &untouched));
    assert_int_equal(untouched, TONE_FIRM);
}

/* ---- faults. A document is put together from pieces, one of which is wrong. */

#define HEAD      "id: x\nvalid_from: 2020-01-01\n"
#define BETWEEN   "days_between: 7\n"
#define TONES     "tones: {courteous: [A], firm: [E]}\n"
#define WORDS(w)  "    text: {plain: " w ", courteous: " GOOD ", firm: " GOOD "}\n"
#define GOOD      "\"{items}\""
#define DAYS(d)   "    days_past_due: " d "\n    pay_within_days: 7\n"
#define SUBJECT   "    subject: due\n"
#define ONE       "  - name: one\n" DAYS("1") SUBJECT WORDS(GOOD)
#define TWO(d)    "  - name: two\n" DAYS(d) SUBJECT WORDS(GOOD)
#define LAST(d)   "write_off_request: {days_past_due: " d "}\n"
#define START     HEAD BETWEEN TONES "levels:\n"
#define TEXT(w)   START "  - name: one\n" DAYS("1") SUBJECT WORDS("\"" w "\"") LAST("91")
#define SUBJ(s)   "    subject: \"" s "\"\n"
#define TITLE(s)  START "  - name: one\n" DAYS("1") SUBJ(s) WORDS(GOOD) LAST("91")
#define MINIMA(m) HEAD "minimum: " m "\n" BETWEEN TONES "levels:\n" ONE LAST("91")
#define BANDS(t)  HEAD BETWEEN "tones: " t "\nlevels:\n" ONE LAST("91")
#define TERM(d)                                                                                    \
    START "  - name: one\n    days_past_due: 1\n    pay_within_days: " d "\n" SUBJECT WORDS(GOOD)  \
        LAST("91")

typedef struct FaultRow {
    const char *fault; /* how the message begins */
    const char *yaml;
} FaultRow;

static const FaultRow DOCUMENT_FAULTS[] = {
    {"there is nothing", ""},
    {"near line 1: Unexpected key: name", "name: x\n"},
    {"near line", START ONE},
    {"id: ", "id: a/b\nvalid_from: 2020-01-01\n" BETWEEN TONES "levels:\n" ONE LAST("91")},
    {"valid_from: \"2020-02-30\"",
     "id: x\nvalid_from: 2020-02-30\n" BETWEEN TONES "levels:\n" ONE LAST("91")},
    {"days_between: 0; 1 to 3650", HEAD "days_between: 0\n" TONES "levels:\n" ONE LAST("91")},
    {"days_between: 3651", HEAD "days_between: 3651\n" TONES "levels:\n" ONE LAST("91")},
    {"minimum[0].currency: \"EUX\"", MINIMA("[{currency: EUX, minor: 1}]")},
    {"minimum[0].minor: a minimum is above zero", MINIMA("[{currency: EUR, minor: 0}]")},
    {"minimum[1].currency: EUR stands here twice",
     MINIMA("[{currency: EUR, minor: 1}, {currency: EUR, minor: 2}]")},
    {"tones.firm[1]: \"F\" is no band", BANDS("{firm: [E, F]}")},
    {"tones.firm[0]: band A stands under courteous before", BANDS("{courteous: [A], firm: [A]}")},
    {"tones.courteous[1]: band A stands under courteous before", BANDS("{courteous: [A, A]}")},
    {"near line 4: Unexpected key: rude", BANDS("{rude: [A]}")},
    {"near line", START LAST("91")},
    {"levels[0].name: characters", START "  - name: a b\n" DAYS("1") SUBJECT WORDS(GOOD) LAST("9")},
    {"levels[1].name: \"one\" is the name of levels[0] too",
     START ONE "  - name: one\n" DAYS("2") SUBJECT WORDS(GOOD) LAST("91")},
    {"levels[0].days_past_due: 0; 1 to 3650",
     START "  - name: one\n" DAYS("0") SUBJECT WORDS(GOOD) LAST("91")},
    {"levels[1].days_past_due: 1; 2 to 3650", START ONE TWO("1") LAST("91")},
    {"levels[1].days_past_due: 3651", START ONE TWO("3651") LAST("91")},
    {"levels[0].pay_within_days: 0; from 1 to the 7 of days_between", TERM("0")},
    {"levels[0].pay_within_days: 8; from 1 to the 7 of days_between", TERM("8")},
    {"write_off_request.days_past_due: 30; above the 30 of the last level",
     START ONE TWO("30") LAST("30")},
    {"write_off_request.days_past_due: 3651", START ONE LAST("3651")},
};

static const FaultRow TEXT_FAULTS[] = {
    {"levels[0].text.plain: \"{totl}\" is no placeholder; known are {customer_name} "
     "{creditor_name} {total} {items} {oldest_days} {pay_until} {phone}",
     TEXT("pay {totl}\\n{items}")},
    {"levels[0].text.plain: \"{}\" is no placeholder", TEXT("{}\\n{items}")},
    {"levels[0].text.plain: \"{ total }\" is no placeholder", TEXT("{ total }\\n{items}")},
    {"levels[0].text.plain: \"{total\" has no \"}\" after it", TEXT("{items}\\n{total")},
    {"levels[0].text.plain: \"{total\" has no \"}\" after it", TEXT("{total\\n}\\n{items}")},
    {"levels[0].text.plain: \"{pay \" has no \"}\" after it", TEXT("{pay {total}\\n{items}")},
    {"levels[0].text.plain: a \"}\" has no \"{\" before it", TEXT("total}\\n{items}")},
    {"levels[0].text.plain: \"{items}\" is missing", TEXT("pay {total}")},
    {"levels[0].text.plain: \"{items}\" stands here twice", TEXT("{items}\\n{items}")},
    {"levels[0].text.plain: \"{items}\" stands on a line of its own", TEXT("for {items}")},
    {"levels[0].text.plain: \"{items}\" stands on a line of its own", TEXT("{items} {items}")},
    {"levels[0].text.plain: it has a control character", TEXT("a\\rb\\n{items}")},
    {"levels[0].text.plain: it has a control character", TEXT("a\\tb\\n{items}")},
    {"levels[0].subject: \"{items}\" has no room in a subject", TITLE("{items}")},
    {"levels[0].subject: \"{name}\" is no placeholder", TITLE("for {name}")},
    {"levels[0].subject: it has a control character", TITLE("due\\r\\nBcc: all@acme.test")},
    {"levels[0].subject: there is nothing in it", TITLE("  ")},
    {"levels[1].text.firm: \"{totl}\" is no placeholder; known are ",
     START ONE "  - name: two\n" DAYS("2") SUBJECT "    text: {plain: " GOOD ", courteous: " GOOD
                                                   ", firm: \"{items}\\n{totl}\"}\n" LAST("91")},
};

static void faults_assert(const FaultRow *rows, ptrdiff_t count) {
    Arena arena = arena_open("test", 1 << 20);
    for (ptrdiff_t i = 0; i < count; i++) {
        Ladder ladder;
        Err err = {0};
        bool good = ladder_parse(str_of(rows[i].yaml), &arena, &ladder, &err);
        if (good || !str_starts_with(str_of(err.text), str_of(rows[i].fault))) {
            fail_msg("row %td: wanted \"%s\", got \"%s\"", i, rows[i].fault, err.text);
        }
        assert_int_equal(err.verdict, VERDICT_STOP);
    }
    arena_close(&arena);
}

static void faults_of_the_document_have_their_place(void **state) {
    (void)state;
    faults_assert(DOCUMENT_FAULTS, COUNT_OF(DOCUMENT_FAULTS));
}

static void faults_of_a_text_have_their_place(void **state) {
    (void)state;
    faults_assert(TEXT_FAULTS, COUNT_OF(TEXT_FAULTS));
}

static void the_smallest_ladder_is_read(void **state) {
    (void)state;
    Arena arena = arena_open("test", 1 << 20);
    Ladder ladder;
    Err err = {0};
    assert_true(ladder_parse(S(BANDS("{}")), &arena, &ladder, &err));
    assert_int_equal(ladder.minimum_count, 0);
    assert_int_equal(tone_of_band(&ladder, BAND_A), TONE_PLAIN);
    assert_int_equal(tone_of_band(&ladder, BAND_E), TONE_PLAIN);
    assert_true(ladder_parse(S(TEXT("a {total}\\n {items} \\n{phone}.")), &arena, &ladder, &err));
    arena_close(&arena);
}

static void a_text_is_cut_at_its_placeholders(void **state) {
    (void)state;
    PlaceholderCut cut = placeholder_cut(S("pay {total} by {pay_until}"));
    assert_true(str_equals(cut.before, S("pay ")));
    assert_int_equal(cut.placeholder, PLACEHOLDER_TOTAL);
    cut = placeholder_cut(cut.after);
    assert_true(str_equals(cut.before, S(" by ")));
    assert_int_equal(cut.placeholder, PLACEHOLDER_PAY_UNTIL);
    cut = placeholder_cut(cut.after);
    assert_int_equal(cut.placeholder, PLACEHOLDER_NONE);
    assert_true(str_is_empty(cut.before));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_document_has_three_levels),
        cmocka_unit_test(the_band_picks_the_tone),
        cmocka_unit_test(shipped_texts_differ_and_say_whom_to_call),
        cmocka_unit_test(tones_are_found_by_name),
        cmocka_unit_test(faults_of_the_document_have_their_place),
        cmocka_unit_test(faults_of_a_text_have_their_place),
        cmocka_unit_test(the_smallest_ladder_is_read),
        cmocka_unit_test(a_text_is_cut_at_its_placeholders),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
