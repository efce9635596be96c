/* Scoring, whatever the ledger says: a customer lives on from its record alone; events that come
 * again change nothing; the highest of the records is the live state, in whatever order they are
 * found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scoring/core/decide.h"
#include "scoring/wire.h"
#include "tests/harness/chance.h"

enum { ROUNDS = 60, EVENTS = 120, INVOICES = 12 };

static const Scorecard CARD = {
    .id = {"test", 4},
    .rows = {{.characteristic = CHARACTERISTIC_LATE_SHARE,
              .unknown = 200,
              .best = 300,
              .ranges = {{0, 300}, {30, 100}, {60, 0}},
              .range_count = 3},
             {.characteristic = CHARACTERISTIC_MEAN_DAYS_LATE,
              .unknown = 200,
              .best = 300,
              .ranges = {{0, 300}, {5, 150}, {30, 0}},
              .range_count = 3},
             {.characteristic = CHARACTERISTIC_OLDEST_OVERDUE,
              .unknown = 300,
              .best = 400,
              .ranges = {{0, 400}, {1, 250}, {31, 100}, {91, 0}},
              .range_count = 4}},
    .row_count = 3,
    .band_from = {[BAND_A] = 850, [BAND_B] = 700, [BAND_C] = 500, [BAND_D] = 300},
};

static ScoringInput any_input(Chance *chance, Arena *arena, int64_t seq) {
    static const char *const codes[] = {"USD", "EUR", "JPY"};
    Currency currency = {0};
    assert_true(currency_find(str_of(codes[chance_between(chance, 0, 2)]), &currency));
    int64_t amount = chance_edge(chance);
    int64_t open = chance_between(chance, 0, 1) ? 0 : chance_edge(chance);
    amount = amount < 1 ? 1 : amount;
    open = open < 0 ? 0 : open;
    return (ScoringInput){
        .kind = (ScoringInputKind)chance_between(chance, 0, SCORING_WRITTEN_OFF),
        .topic = S("arrears.ledger.v1"),
        .origin = {.service = S("ledger"), .task = 2, .seq = seq},
        .key = {str_format(arena, "I-%d", (int)chance_between(chance, 1, INVOICES)),
                (Charge)chance_between(chance, 0, CHARGE_COUNT - 1),
                (int32_t)chance_between(chance, 0, 2)},
        .due_on = {20000 + (int32_t)chance_between(chance, 0, 400)},
        .paid = chance_between(chance, 0, 1) == 1,
        .amount = money_of(amount, currency),
        .open = money_of(open, currency),
        .days = (int32_t)chance_between(chance, 0, 400)};
}

static Desk give(Arena *arena, Profile *profile, const ScoringInput *input) {
    Desk desk = {.arena = arena,
                 .profile = profile,
                 .day = {20000 + (int32_t)input->origin.seq},
                 .card = &CARD};
    decide(&desk, input);
    return desk;
}

static Str record_of(const Profile *profile, int64_t epoch, Arena *arena) {
    CreditMessage message = {.kind = CREDIT_STATE, .epoch = epoch, .profile = *profile};
    return wire_write_credit(&message, arena);
}

static Profile profile_of(Str record, Arena *arena) {
    CreditMessage message;
    assert_true(wire_read_credit(record, arena, &message));
    return message.profile;
}

static void check_profile(const Profile *profile) {
    assert_in_range(profile->score, 0, SCORE_MOST);
    for (int i = 0; i < profile->warning_count; i++) {
        assert_true(profile->warnings[i].to <= profile->band);
        assert_true(profile->warnings[i].from < profile->warnings[i].to);
    }
    for (int i = 0; i < profile->exposure_count; i++) {
        assert_true(profile->exposures[i].open.minor >= 0);
        assert_true(profile->exposures[i].overdue.minor >= 0);
    }
}

/* Two lives of the same customer: one in memory, one written and read back after every event. */
static void a_customer_lives_on_from_its_record(void **state) {
    (void)state;
    Chance chance = chance_start();
    for (int round = 0; round < ROUNDS; round++) {
        Arena arena = arena_open("round", 256 << 20);
        Profile live = {.account = {S("ACME"), S("C-1")}, .day = DATE_NONE};
        Profile kept = live;
        for (int64_t seq = 1; seq <= EVENTS; seq++) {
            ScoringInput input = any_input(&chance, &arena, seq);
            Desk one = give(&arena, &live, &input);
            Desk two = give(&arena, &kept, &input);
            assert_int_equal(one.changed, two.changed);
            assert_int_equal(one.warned, two.warned);
            check_profile(&live);
            if (one.changed) {
                Str record = record_of(&kept, 1, &arena);
                assert_true(str_equals(record, record_of(&live, 1, &arena)));
                kept = profile_of(record, &arena);
            }
        }
        arena_close(&arena);
    }
}

/* An owner dies at any event; the next one resumes earlier, from the newest record it finds. */
static void what_comes_again_changes_nothing(void **state) {
    (void)state;
    Chance chance = chance_start();
    for (int round = 0; round < ROUNDS; round++) {
        Arena arena = arena_open("round", 256 << 20);
        ScoringInput inputs[EVENTS];
        Profile live = {.account = {S("ACME"), S("C-1")}, .day = DATE_NONE};
        Str records[EVENTS + 1];
        int count = 0;
        for (int i = 0; i < EVENTS; i++) {
            inputs[i] = any_input(&chance, &arena, i + 1);
            if (give(&arena, &live, &inputs[i]).changed) {
                records[count++] = record_of(&live, 1, &arena);
            }
        }
        int found = count ? (int)chance_between(&chance, 0, count - 1) : -1;
        Profile again = found < 0 ? (Profile){.account = live.account, .day = DATE_NONE}
                                  : profile_of(records[found], &arena);
        for (int i = 0; i < EVENTS; i++) {
            give(&arena, &again, &inputs[i]);
        }
        assert_true(str_equals(record_of(&again, 1, &arena), record_of(&live, 1, &arena)));
        arena_close(&arena);
    }
}

/* Records of two owners, found in any order: the highest (epoch, version) is the live state. */
static void the_highest_record_is_the_live_state(void **state) {
    (void)state;
    Chance chance = chance_start();
    for (int round = 0; round < ROUNDS; round++) {
        Arena arena = arena_open("round", 256 << 20);
        Profile live = {.account = {S("ACME"), S("C-1")}, .day = DATE_NONE};
        Str records[EVENTS];
        int count = 0;
        int64_t epoch = 1;
        for (int64_t seq = 1; seq <= EVENTS; seq++) {
            ScoringInput input = any_input(&chance, &arena, seq);
            epoch += chance_between(&chance, 0, 9) == 0;
            if (give(&arena, &live, &input).changed) {
                records[count++] = record_of(&live, epoch, &arena);
            }
        }
        Str newest = count ? records[count - 1] : S("");
        CreditMessage best = {.epoch = -1};
        Str fold = S("");
        for (int left = count; left > 0; left--) {
            int64_t at = chance_between(&chance, 0, left - 1);
            CreditMessage message;
            assert_true(wire_read_credit(records[at], &arena, &message));
            bool higher =
                message.epoch > best.epoch ||
                (message.epoch == best.epoch && message.profile.version > best.profile.version);
            best = higher ? message : best;
            fold = higher ? records[at] : fold;
            records[at] = records[left - 1];
        }
        assert_true(str_equals(fold, newest));
        arena_close(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_customer_lives_on_from_its_record),
        cmocka_unit_test(what_comes_again_changes_nothing),
        cmocka_unit_test(the_highest_record_is_the_live_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
