/* The core of scoring: what the score looks at, points and bands, warnings, and that an event
 * counts once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scoring/core/decide.h"

static Arena arena;

/* 300 points each for a clean record and for nothing overdue, 100 for little debt. */
static const Scorecard CARD = {
    .id = {"test", 4},
    .base = 100,
    .rows = {{.characteristic = CHARACTERISTIC_LATE_SHARE,
              .unknown = 200,
              .best = 400,
              .ranges = {{0, 400}, {1, 200}, {51, 0}},
              .range_count = 3},
             {.characteristic = CHARACTERISTIC_OLDEST_OVERDUE,
              .unknown = 300,
              .best = 400,
              .ranges = {{0, 400}, {1, 200}, {31, 100}, {91, 0}},
              .range_count = 4},
             {.characteristic = CHARACTERISTIC_EXPOSURE_TO_PAID,
              .unknown = 50,
              .best = 100,
              .ranges = {{0, 100}, {101, 0}},
              .range_count = 2}},
    .row_count = 3,
    .band_from = {[BAND_A] = 900, [BAND_B] = 700, [BAND_C] = 500, [BAND_D] = 300, [BAND_E] = 0},
};

static Currency currency(const char *code) {
    Currency found = {0};
    assert_true(currency_find(str_of(code), &found));
    return found;
}

static Money usd(int64_t minor) {
    return money_of(minor, currency("USD"));
}

static int64_t next_seq;

static ScoringInput input_of(ScoringInputKind kind, const char *invoice, int64_t minor) {
    return (ScoringInput){.kind = kind,
                          .topic = S("t"),
                          .origin = {.service = S("ledger"), .task = 3, .seq = ++next_seq},
                          .key = {.number = str_of(invoice)},
                          .amount = usd(minor)};
}

static Desk give(Profile *profile, ScoringInput input) {
    Date day = {20000};
    Desk desk = {.arena = &arena, .profile = profile, .day = day, .card = &CARD};
    decide(&desk, &input);
    return desk;
}

static Desk enter_bucket(Profile *profile, const char *invoice, int64_t open, int32_t days) {
    ScoringInput input = input_of(SCORING_BUCKET_ENTERED, invoice, 0);
    input.open = usd(open);
    input.days = days;
    return give(profile, input);
}

static Profile customer(void) {
    return (Profile){.account = {S("ACME"), S("C-1")}, .day = DATE_NONE};
}

typedef struct ValueRow {
    Profile profile;
    Characteristic characteristic;
    int64_t value;
} ValueRow;

static void values_are_shares_rounded_up(void **state) {
    (void)state;
    OverdueItem overdue[] = {{{.number = S("A")}, usd(1), 12}, {{.number = S("B")}, usd(1), 7}};
    Exposure debt[] = {{usd(1000), usd(1), usd(0), usd(0)}};
    Exposure paid[] = {{usd(1000), usd(0), usd(0), usd(400)}};
    Exposure huge[] = {{usd(INT64_MAX), usd(INT64_MAX), usd(0), usd(1)}};
    const ValueRow rows[] = {
        {{.version = 0}, CHARACTERISTIC_LATE_SHARE, -1},
        {{.settled_count = 300, .settled_late_count = 1}, CHARACTERISTIC_LATE_SHARE, 1},
        {{.overdue = overdue, .overdue_count = 2}, CHARACTERISTIC_LATE_SHARE, 100},
        {{.settled_count = 2, .overdue = overdue, .overdue_count = 2},
         CHARACTERISTIC_LATE_SHARE,
         50},
        {{.version = 0}, CHARACTERISTIC_MEAN_DAYS_LATE, -1},
        {{.settled_count = 1, .mean_days_late_milli = 1500}, CHARACTERISTIC_MEAN_DAYS_LATE, 2},
        {{.settled_count = 1, .mean_days_late_milli = 1499}, CHARACTERISTIC_MEAN_DAYS_LATE, 1},
        {{.version = 0}, CHARACTERISTIC_OVERDUE_SHARE, -1},
        {{.exposures = debt, .exposure_count = 1}, CHARACTERISTIC_OVERDUE_SHARE, 1},
        {{.exposures = huge, .exposure_count = 1}, CHARACTERISTIC_OVERDUE_SHARE, 100},
        {{.version = 0}, CHARACTERISTIC_OLDEST_OVERDUE, -1},
        {{.settled_count = 1, .overdue = overdue, .overdue_count = 2},
         CHARACTERISTIC_OLDEST_OVERDUE,
         12},
        {{.exposures = debt, .exposure_count = 1}, CHARACTERISTIC_EXPOSURE_TO_PAID, -1},
        {{.exposures = paid, .exposure_count = 1}, CHARACTERISTIC_EXPOSURE_TO_PAID, 250},
        {{.exposures = huge, .exposure_count = 1},
         CHARACTERISTIC_EXPOSURE_TO_PAID,
         PROFILE_PERCENT_MAX},
        {{.settled_count = 1, .written_off_count = 3}, CHARACTERISTIC_WRITE_OFFS, 3},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t value = profile_value(&rows[i].profile, rows[i].characteristic);
        if (value != rows[i].value) {
            fail_msg("row %td: %lld", i, (long long)value);
        }
    }
}

static void a_score_is_the_sum_of_its_points(void **state) {
    (void)state;
    Profile profile = customer();
    Score score = score_of(&profile, &CARD);
    assert_int_equal(score.score, 100 + 200 + 300 + 50);
    assert_int_equal(score.band, BAND_C);
    assert_int_equal(score.reasons.count, 3);
    assert_int_equal(score.reasons.rows[0].characteristic, CHARACTERISTIC_LATE_SHARE);
    assert_int_equal(score.reasons.rows[0].missing, 200);
    assert_int_equal(score.reasons.rows[1].characteristic, CHARACTERISTIC_OLDEST_OVERDUE);
    assert_int_equal(score.reasons.rows[2].missing, 50);
}

static void bands_begin_at_their_limit(void **state) {
    (void)state;
    Scorecard card = {
        .band_from = {[BAND_A] = 900, [BAND_B] = 700, [BAND_C] = 500, [BAND_D] = 300}};
    const struct {
        int32_t score;
        Band band;
    } rows[] = {{1000, BAND_A}, {900, BAND_A}, {899, BAND_B}, {700, BAND_B}, {699, BAND_C},
                {499, BAND_D},  {300, BAND_D}, {299, BAND_E}, {0, BAND_E}};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        card.base = rows[i].score;
        assert_int_equal(score_of(&(Profile){0}, &card).band, rows[i].band);
    }
}

static void the_latest_valid_card_counts(void **state) {
    (void)state;
    Scorecard cards[] = {{.valid_from = {200}}, {.valid_from = {100}}, {.valid_from = {300}}};
    assert_ptr_equal(scorecard_on(cards, 3, (Date){250}), &cards[0]);
    assert_ptr_equal(scorecard_on(cards, 3, (Date){300}), &cards[2]);
    assert_ptr_equal(scorecard_on(cards, 3, (Date){100}), &cards[1]);
    assert_ptr_equal(scorecard_on(cards, 3, (Date){99}), &cards[1]);
}

static void an_event_counts_once(void **state) {
    (void)state;
    Profile profile = customer();
    ScoringInput input = input_of(SCORING_POSTED, "INV-1", 1000);
    assert_true(give(&profile, input).changed);
    assert_false(give(&profile, input).changed);
    assert_int_equal(profile.version, 1);
    assert_int_equal(profile.exposures[0].open.minor, 1000);
    ScoringInput nothing = input_of(SCORING_NOTHING, "", 0);
    assert_false(give(&profile, nothing).changed);
}

static void a_fall_warns_once_and_a_rise_closes(void **state) {
    (void)state;
    Profile profile = customer();
    assert_false(give(&profile, input_of(SCORING_POSTED, "INV-1", 1000)).warned);
    assert_int_equal(profile.band, BAND_B); /* 100 + 200 + 400 + 50 */
    Desk desk = enter_bucket(&profile, "INV-1", 1000, 1);
    assert_true(desk.warned); /* 100 + 0 + 200 + 50 */
    assert_int_equal(profile.warnings[0].from, BAND_B);
    assert_int_equal(profile.warnings[0].to, BAND_D);
    assert_true(str_starts_with(profile.warnings[0].id, S("ACME/C-1/t/ledger.3.")));
    assert_true(enter_bucket(&profile, "INV-1", 1000, 31).warned);
    assert_false(enter_bucket(&profile, "INV-1", 1000, 91).warned);
    assert_int_equal(profile.band, BAND_E);
    assert_int_equal(profile.warning_count, 2);
    give(&profile, input_of(SCORING_REVERSED, "INV-1", 1000));
    assert_int_equal(profile.warning_count, 0);
}

static void between_payment_and_settlement_nothing_improves(void **state) {
    (void)state;
    Profile profile = customer();
    give(&profile, input_of(SCORING_POSTED, "INV-1", 1000));
    enter_bucket(&profile, "INV-1", 1000, 40);
    ScoringInput paid = input_of(SCORING_ALLOCATED, "INV-1", 1000);
    paid.open = usd(0);
    give(&profile, paid);
    assert_int_equal(profile.overdue_count, 0);
    assert_int_equal(profile.exposures[0].overdue.minor, 0);
    ScoringInput settled = input_of(SCORING_SETTLED, "INV-1", 0);
    settled.days = 40;
    Desk desk = give(&profile, settled);
    assert_false(desk.warned);
    assert_int_equal(profile.overdue_count, 0);
    assert_int_equal(profile.settled_late_count, 1);
    assert_int_equal(profile.mean_days_late_milli, 40000);
}

static void a_recovery_is_not_left_over_and_pays_no_invoice(void **state) {
    (void)state;
    Profile profile = customer();
    give(&profile, input_of(SCORING_POSTED, "INV-1", 1000));
    give(&profile, input_of(SCORING_WRITTEN_OFF, "INV-1", 1000));
    give(&profile, input_of(SCORING_CREDIT_POSTED, "", 700));
    Desk desk = give(&profile, input_of(SCORING_SPENT, "INV-1", 600));
    assert_true(desk.changed && !desk.warned);
    assert_int_equal(profile.version, 4);
    assert_int_equal(profile.exposures[0].unapplied.minor, 100);
    assert_int_equal(profile.exposures[0].paid.minor, 0);
    assert_int_equal(profile.exposures[0].open.minor, 0);
    assert_int_equal(profile.written_off_count, 1);
}

static void sums_stand_still_at_their_ends(void **state) {
    (void)state;
    Profile profile = customer();
    give(&profile, input_of(SCORING_POSTED, "A", INT64_MAX));
    give(&profile, input_of(SCORING_POSTED, "B", INT64_MAX));
    assert_int_equal(profile.exposures[0].open.minor, INT64_MAX);
    give(&profile, input_of(SCORING_REVERSED, "A", INT64_MAX));
    give(&profile, input_of(SCORING_REVERSED, "B", INT64_MAX));
    assert_int_equal(profile.exposures[0].open.minor, 0);
}

/* What was paid is owed again: late at once, and paid less; what was forgiven had not been paid. */
static void what_is_open_again_is_late_again(void **state) {
    (void)state;
    Profile profile = customer();
    give(&profile, input_of(SCORING_POSTED, "INV-1", 1000));
    give(&profile, input_of(SCORING_ALLOCATED, "INV-1", 980));
    give(&profile, input_of(SCORING_FORGIVEN, "INV-1", 20));
    ScoringInput again = input_of(SCORING_REOPENED, "INV-1", 20);
    again.open = usd(20);
    again.due_on = date_add((Date){20000}, -3);
    give(&profile, again);
    assert_int_equal(profile.exposures[0].paid.minor, 980);
    again.origin.seq = ++next_seq;
    again.amount = usd(980);
    again.open = usd(1000);
    again.paid = true;
    give(&profile, again);
    assert_int_equal(profile.exposures[0].paid.minor, 0);
    assert_int_equal(profile.exposures[0].open.minor, 1000);
    assert_int_equal(profile.exposures[0].overdue.minor, 1000);
    assert_int_equal(profile.overdue[0].days_past_due, 3);
    ScoringInput extended = input_of(SCORING_DUE_CHANGED, "INV-1", 0);
    extended.due_on = date_add((Date){20000}, -1);
    give(&profile, extended);
    assert_int_equal(profile.overdue[0].days_past_due, 1);
    extended.origin.seq = ++next_seq;
    extended.due_on = (Date){20000};
    give(&profile, extended);
    assert_int_equal(profile.overdue_count, 0);
    assert_int_equal(profile.exposures[0].overdue.minor, 0);
}

/* Each instalment by itself; a cancellation takes them all. */
static void parts_of_an_invoice_are_apart(void **state) {
    (void)state;
    Profile profile = customer();
    give(&profile, input_of(SCORING_POSTED, "INV-1", 900));
    for (int32_t i = 3; i > 0; i--) {
        ScoringInput late = input_of(SCORING_BUCKET_ENTERED, "INV-1", 0);
        late.key.instalment = i;
        late.open = usd(300);
        late.days = i;
        give(&profile, late);
    }
    assert_int_equal(profile.overdue_count, 3);
    ScoringInput current = input_of(SCORING_BUCKET_ENTERED, "INV-1", 0);
    current.key.instalment = 2;
    current.open = usd(300);
    current.days = -24; /* it may be paid later */
    give(&profile, current);
    assert_int_equal(profile.overdue_count, 2);
    assert_int_equal(profile.overdue[1].key.instalment, 3);
    give(&profile, input_of(SCORING_REVERSED, "INV-1", 900));
    assert_int_equal(profile.overdue_count, 0);
    assert_int_equal(profile.exposures[0].overdue.minor, 0);
}

static void the_list_of_overdue_invoices_is_bounded(void **state) {
    (void)state;
    Profile profile = customer();
    for (int i = 0; i < PROFILE_OVERDUE_MAX + 5; i++) {
        Str number = str_format(&arena, "INV-%d", i);
        profile_overdue_put(&profile, (OverdueItem){{.number = number}, usd(1), 1}, &arena);
    }
    assert_int_equal(profile.overdue_count, PROFILE_OVERDUE_MAX);
    assert_int_equal(profile.exposures[0].overdue.minor, PROFILE_OVERDUE_MAX);
    for (int i = 1; i < profile.overdue_count; i++) {
        assert_true(item_key_compare(profile.overdue[i - 1].key, profile.overdue[i].key) < 0);
    }
    assert_null(profile_overdue_find(&profile, (ItemKey){.number = S("INV-1004")}));
    profile_overdue_remove(&profile, (ItemKey){.number = S("INV-7")});
    assert_null(profile_overdue_find(&profile, (ItemKey){.number = S("INV-7")}));
    assert_int_equal(profile.exposures[0].overdue.minor, PROFILE_OVERDUE_MAX - 1);
}

int main(void) {
    arena = arena_open("test", 256 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_shares_rounded_up),
        cmocka_unit_test(a_score_is_the_sum_of_its_points),
        cmocka_unit_test(bands_begin_at_their_limit),
        cmocka_unit_test(the_latest_valid_card_counts),
        cmocka_unit_test(an_event_counts_once),
        cmocka_unit_test(a_fall_warns_once_and_a_rise_closes),
        cmocka_unit_test(between_payment_and_settlement_nothing_improves),
        cmocka_unit_test(a_recovery_is_not_left_over_and_pays_no_invoice),
        cmocka_unit_test(sums_stand_still_at_their_ends),
        cmocka_unit_test(what_is_open_again_is_late_again),
        cmocka_unit_test(parts_of_an_invoice_are_apart),
        cmocka_unit_test(the_list_of_overdue_invoices_is_bounded),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
