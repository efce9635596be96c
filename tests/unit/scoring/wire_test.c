/* Messages and the core's structs: what of the ledger counts, what is refused, and that a credit
 * record comes back as it was written. */
#include "scoring/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contract/json.h"
#include "contract/messages.h"
#include "contract/wire.h"

static Arena arena;

static int start(void **state) {
    (void)state;
    arena = arena_open("test", 64 << 20);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

static Str bytes_of(const char *topic, const char *json) {
    ProtobufCMessage *message = NULL;
    Str why = {0};
    if (!json_parse(message_of_topic(str_of(topic)), str_of(json), &arena, &message, &why)) {
        fail_msg("%.*s", STR_ARGS(why));
    }
    return wire_pack(message, &arena);
}

#define ORIGIN "\"origin\":{\"service\":\"ledger\",\"task\":3,\"seq\":7,\"order\":7}"
#define WHO    "\"creditor\":\"ACME\",\"customer\":\"C-1\","
#define EUR(n) "{\"currency\":\"EUR\",\"minor\":" #n "}"

#define PART "\"invoiceNumber\":\"I\",\"charge\":\"CHARGE_COSTS\",\"instalment\":2,"
#define DUE  "\"dueOn\":\"2024-01-31\""

typedef struct LedgerRow {
    const char *event;
    ScoringInputKind kind;
    int64_t amount;
    int64_t open;
    int32_t days;
} LedgerRow;

static const LedgerRow LEDGER_ROWS[] = {
    {"\"invoicePosted\":{\"number\":\"I\",\"amount\":" EUR(5) "}", SCORING_POSTED, 5, 0, 0},
    {"\"creditPosted\":{\"number\":\"P\",\"amount\":" EUR(6) "}", SCORING_CREDIT_POSTED, 6, 0, 0},
    {"\"allocated\":{\"invoiceNumber\":\"I\",\"amount\":" EUR(2) ",\"open\":" EUR(3) "}",
     SCORING_ALLOCATED, 2, 3, 0},
    {"\"invoiceSettled\":{\"number\":\"I\",\"daysLate\":4}", SCORING_SETTLED, 0, 0, 4},
    {"\"invoiceReversed\":{\"number\":\"I\",\"amount\":" EUR(5) "}", SCORING_REVERSED, 5, 0, 0},
    {"\"bucketEntered\":{\"number\":\"I\",\"daysPastDue\":31,\"open\":" EUR(9) "}",
     SCORING_BUCKET_ENTERED, 0, 9, 31},
    {"\"writtenOff\":{\"number\":\"I\",\"amount\":" EUR(5) "}", SCORING_WRITTEN_OFF, 5, 0, 0},
    {"\"writtenOff\":{\"number\":\"I\",\"amount\":" EUR(5) ",\"reasonCode\":5}",
     SCORING_WRITTEN_OFF, 5, 0, 0},
    {"\"writtenOff\":{\"number\":\"I\",\"amount\":" EUR(5) ",\"standing\":true}", SCORING_REDUCED,
     5, 0, 0},
    {"\"recovered\":{\"paymentNumber\":\"P\",\"invoiceNumber\":\"I\",\"amount\":" EUR(4) "}",
     SCORING_SPENT, 4, 0, 0},
    {"\"bucketEntered\":{\"number\":\"I\",\"daysPastDue\":-24,\"open\":" EUR(9) "}",
     SCORING_BUCKET_ENTERED, 0, 9, -24},
    {"\"chargePosted\":{" PART "\"amount\":" EUR(5) "}", SCORING_POSTED, 5, 0, 0},
    {"\"discountGranted\":{" PART "\"amount\":" EUR(2) ",\"open\":" EUR(3) "}", SCORING_FORGIVEN, 2,
     3, 0},
    {"\"toleranceUsed\":{" PART "\"amount\":" EUR(2) ",\"open\":" EUR(3) "}", SCORING_FORGIVEN, 2,
     3, 0},
    {"\"debtReduced\":{" PART "\"amount\":" EUR(2) ",\"open\":" EUR(3) "}", SCORING_REDUCED, 2, 3,
     0},
    {"\"allocationReversed\":{" PART "\"amount\":" EUR(2) ",\"open\":" EUR(3) "," DUE "}",
     SCORING_REOPENED, 2, 3, 0},
    {"\"debtRestored\":{" PART "\"amount\":" EUR(2) ",\"open\":" EUR(3) "," DUE "}",
     SCORING_REOPENED, 2, 3, 0},
    {"\"dueDateChanged\":{" PART DUE "}", SCORING_DUE_CHANGED, 0, 0, 0},
    {"\"paymentReversed\":{\"amount\":" EUR(9) ",\"unapplied\":" EUR(4) "}", SCORING_SPENT, 4, 0,
     0},
    {"\"refunded\":{\"amount\":" EUR(9) ",\"unapplied\":" EUR(0) "}", SCORING_SPENT, 0, 0, 0},
    {"\"moneySent\":{\"amount\":" EUR(9) "}", SCORING_SPENT, 9, 0, 0},
    {"\"moneyRecalled\":{\"amount\":" EUR(9) "}", SCORING_NOTHING, 0, 0, 0},
    {"\"recoveryReversed\":{}", SCORING_NOTHING, 0, 0, 0},
    {"\"noted\":{}", SCORING_NOTHING, 0, 0, 0},
    {"\"held\":{}", SCORING_NOTHING, 0, 0, 0},
    {"\"inputRefused\":{}", SCORING_NOTHING, 0, 0, 0},
    {"\"writeOffRefused\":{}", SCORING_NOTHING, 0, 0, 0},
};

static void what_counts_is_read(void **state) {
    (void)state;
    for (ptrdiff_t i = 0; i < COUNT_OF(LEDGER_ROWS); i++) {
        const LedgerRow *row = &LEDGER_ROWS[i];
        Str json = str_format(&arena, "{" ORIGIN "," WHO "%s}", row->event);
        ScoringMessage message;
        WireRefusal refusal = {0};
        Str value = bytes_of("arrears.ledger.v1", str_terminated(&arena, json));
        if (!wire_read_ledger(value, &arena, &message, &refusal)) {
            fail_msg("row %td: %.*s", i, STR_ARGS(refusal.sentence));
        }
        assert_int_equal(message.input.kind, row->kind);
        assert_int_equal(message.input.amount.minor, row->amount);
        assert_int_equal(message.input.open.minor, row->open);
        assert_int_equal(message.input.days, row->days);
        assert_int_equal(message.origin.seq, 7);
        assert_true(str_equals(message.account.customer, S("C-1")));
        assert_false(message.is_day);
    }
}

/* Nobody is scored for money that is nobody's yet. */
static void suspense_is_passed_over(void **state) {
    (void)state;
    ScoringMessage message;
    WireRefusal refusal = {0};
    Str value = bytes_of("arrears.ledger.v1",
                         "{" ORIGIN ",\"creditor\":\"ACME\",\"customer\":\"~suspense\","
                         "\"creditPosted\":{\"number\":\"P\",\"amount\":" EUR(5) "}}");
    assert_true(wire_read_ledger(value, &arena, &message, &refusal));
    assert_int_equal(message.input.kind, SCORING_NOTHING);
    assert_true(str_is_empty(message.account.customer));
    assert_int_equal(message.origin.seq, 7);
}

static void days_are_read(void **state) {
    (void)state;
    Str hash = str_format(&arena, "%064d", 7);
    Str json = str_format(
        &arena, "{" ORIGIN ",\"dayClosed\":{\"day\":\"2024-01-31\",\"policySet\":\"%.*s\"}}",
        STR_ARGS(hash));
    ScoringMessage message;
    WireRefusal refusal = {0};
    Str value = bytes_of("arrears.ledger.v1", str_terminated(&arena, json));
    assert_true(wire_read_ledger(value, &arena, &message, &refusal));
    assert_true(message.is_day);
    assert_false(message.day.opened);
    assert_true(str_equals(message.day.policy_set, hash));
}

typedef struct RefusedRow {
    const char *json;
    const char *code;
} RefusedRow;

static const RefusedRow REFUSED_ROWS[] = {
    {"{" ORIGIN "," WHO "\"recordedOn\":\"2024-01-01\"}", "EVENT_UNKNOWN"},
    {"{" ORIGIN ",\"writtenOff\":{\"number\":\"I\",\"amount\":" EUR(5) "}}", "ACCOUNT_MISSING"},
    {"{" ORIGIN "," WHO "\"recovered\":{\"invoiceNumber\":\"I\",\"amount\":" EUR(0) "}}",
     "AMOUNT_NOT_POSITIVE"},
    {"{" ORIGIN "," WHO "\"invoiceSettled\":{\"number\":\"I\",\"daysLate\":-1}}", "DAYS_NEGATIVE"},
    {"{" ORIGIN "," WHO "\"dueDateChanged\":{\"invoiceNumber\":\"I\",\"charge\":7," DUE "}}",
     "ITEM_UNKNOWN"},
    {"{" ORIGIN "," WHO "\"dayClosed\":{\"day\":\"2024-02-30\"}}", "DATE_UNREAL"},
};

static void what_cannot_be_read_is_named(void **state) {
    (void)state;
    for (ptrdiff_t i = 0; i < COUNT_OF(REFUSED_ROWS); i++) {
        ScoringMessage message;
        WireRefusal refusal = {0};
        Str value = bytes_of("arrears.ledger.v1", REFUSED_ROWS[i].json);
        assert_false(wire_read_ledger(value, &arena, &message, &refusal));
        if (!str_equals(refusal.code, str_of(REFUSED_ROWS[i].code))) {
            fail_msg("row %td: %.*s", i, STR_ARGS(refusal.code));
        }
    }
    ScoringMessage message;
    WireRefusal refusal = {0};
    assert_false(wire_read_ledger(S("\xff\xff"), &arena, &message, &refusal));
    assert_true(str_equals(refusal.code, S("VALUE_UNREADABLE")));
}

/* ---- credit records */

static Money eur(int64_t minor) {
    Currency currency = {0};
    assert_true(currency_find(S("EUR"), &currency));
    return money_of(minor, currency);
}

static Profile full_profile(void) {
    static Exposure exposures[1];
    static OverdueItem overdue[2];
    static AppliedMark applied[] = {{{"t", 1}, {"ledger", 6}, 3, 99}};
    exposures[0] = (Exposure){eur(10), eur(5), eur(0), eur(INT64_MAX)};
    overdue[0] = (OverdueItem){{S("A"), CHARGE_COSTS, 2}, eur(5), 31};
    overdue[1] = (OverdueItem){{.number = S("B")}, eur(0), 1};
    return (Profile){
        .account = {S("ACME"), S("C-1")},
        .version = 12,
        .day = {20000},
        .score = 321,
        .band = BAND_E,
        .reasons = {{{CHARACTERISTIC_LATE_SHARE, -1, 100, 150}}, 1},
        .scorecard = S("standard"),
        .exposures = exposures,
        .exposure_count = 1,
        .settled_count = 9,
        .settled_late_count = 4,
        .mean_days_late_milli = 12345,
        .written_off_count = 1,
        .overdue = overdue,
        .overdue_count = 2,
        .warnings = {{S("id"),
                      BAND_B,
                      BAND_E,
                      321,
                      {20000},
                      {{{CHARACTERISTIC_WRITE_OFFS, 1, 0, 200}}, 1}}},
        .warning_count = 1,
        .applied = applied,
        .applied_count = 1,
    };
}

static void a_state_comes_back_as_it_was(void **state) {
    (void)state;
    CreditMessage written = {
        .kind = CREDIT_STATE, .epoch = 5, .commit_no = 77, .profile = full_profile()};
    Str bytes = wire_write_credit(&written, &arena);
    CreditMessage read;
    assert_true(wire_read_credit(bytes, &arena, &read));
    assert_int_equal(read.epoch, 5);
    assert_int_equal(read.commit_no, 77);
    assert_int_equal(read.profile.warnings[0].to, BAND_E);
    assert_int_equal(read.profile.overdue[0].days_past_due, 31);
    assert_int_equal(read.profile.reasons.rows[0].value, -1);
    assert_int_equal(read.profile.applied[0].seq, 99);
    assert_true(str_equals(wire_write_credit(&read, &arena), bytes));
}

static void the_largest_state_fits_a_call(void **state) {
    (void)state;
    Profile profile = full_profile();
    profile.overdue = ARENA_ARRAY(&arena, OverdueItem, PROFILE_OVERDUE_MAX);
    profile.overdue_count = PROFILE_OVERDUE_MAX;
    for (int i = 0; i < PROFILE_OVERDUE_MAX; i++) {
        profile.overdue[i] =
            (OverdueItem){{str_format(&arena, "%064d", i), CHARGE_COSTS, ITEM_ORDINAL_MAX},
                          eur(INT64_MAX),
                          INT32_MAX};
    }
    CreditMessage written = {.kind = CREDIT_STATE, .profile = profile};
    Str bytes = wire_write_credit(&written, &arena);
    CreditMessage read;
    assert_in_range(bytes.len, 64 << 10, 128 << 10); /* twice of it is what one event may cost */
    assert_true(wire_read_credit(bytes, &arena, &read));
    assert_int_equal(read.profile.overdue_count, PROFILE_OVERDUE_MAX);
}

static void claims_and_checkpoints_come_back(void **state) {
    (void)state;
    CreditMessage read;
    CreditMessage claim = {.kind = CREDIT_CLAIM, .nonce = S("abc")};
    assert_true(wire_read_credit(wire_write_credit(&claim, &arena), &arena, &read));
    assert_int_equal(read.kind, CREDIT_CLAIM);
    assert_true(str_equals(read.nonce, S("abc")));
    CreditPosition position = {S("t"), 8, {{1, 2, 3}}};
    AppliedMark mark = {S("t"), S("ledger"), 3, 8};
    Str set = str_format(&arena, "%064d", 7);
    CreditMessage written = {.kind = CREDIT_CHECKPOINT,
                             .epoch = 4,
                             .commit_no = 9,
                             .checkpoint = {.positions = &position,
                                            .position_count = 1,
                                            .marks = &mark,
                                            .mark_count = 1,
                                            .day = {20000},
                                            .closing = true,
                                            .simulated = true,
                                            .policy_set = set}};
    assert_true(wire_read_credit(wire_write_credit(&written, &arena), &arena, &read));
    assert_int_equal(read.checkpoint.positions[0].next, 8);
    assert_true(hash_equals(read.checkpoint.positions[0].last_hash, position.last_hash));
    assert_int_equal(read.checkpoint.marks[0].seq, 8);
    assert_true(read.checkpoint.closing && read.checkpoint.simulated);
    assert_true(str_equals(read.checkpoint.policy_set, set));
    written.checkpoint = (CreditCheckpoint){.day = DATE_NONE};
    assert_true(wire_read_credit(wire_write_credit(&written, &arena), &arena, &read));
    assert_true(date_is_none(read.checkpoint.day) && str_is_empty(read.checkpoint.policy_set));
}

static void other_records_are_not_read(void **state) {
    (void)state;
    static const char *const rows[] = {
        "{\"epoch\":1}",
        "{\"epoch\":-1,\"claim\":{\"nonce\":\"a\"}}",
        "{\"state\":{\"creditor\":\"a\",\"customer\":\"b\",\"version\":0,\"day\":\"2024-01-01\"}}",
        "{\"state\":{\"creditor\":\"a\",\"customer\":\"b\",\"version\":1,\"day\":\"2024-01-01\","
        "\"score\":1001}}",
        "{\"state\":{\"creditor\":\"a\",\"customer\":\"b\",\"version\":1,\"day\":\"2024-01-01\","
        "\"settledLateCount\":1}}",
        "{\"checkpoint\":{\"positions\":[{\"topic\":\"t\",\"next\":3}]}}",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        CreditMessage read;
        if (wire_read_credit(bytes_of("arrears.credit.v1", rows[i]), &arena, &read)) {
            fail_msg("row %td was read", i);
        }
    }
}

static void a_warning_says_which_it_is(void **state) {
    (void)state;
    Profile profile = full_profile();
    Str bytes = wire_write_warning(&profile.warnings[0], profile.account, &arena);
    Str json = {0};
    Err err = {0};
    const ProtobufCMessage *message =
        wire_unpack(message_of_topic(S("arrears.warnings.v1")), bytes, &arena, 1 << 16);
    assert_non_null(message);
    assert_true(json_print(message, &arena, &json, &err));
    assert_non_null(strstr(str_terminated(&arena, json), "\"id\":\"id\""));
    assert_non_null(strstr(str_terminated(&arena, json), "\"to\":\"BAND_E\""));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_counts_is_read),
        cmocka_unit_test(suspense_is_passed_over),
        cmocka_unit_test(days_are_read),
        cmocka_unit_test(what_cannot_be_read_is_named),
        cmocka_unit_test(a_state_comes_back_as_it_was),
        cmocka_unit_test(the_largest_state_fits_a_call),
        cmocka_unit_test(claims_and_checkpoints_come_back),
        cmocka_unit_test(other_records_are_not_read),
        cmocka_unit_test(a_warning_says_which_it_is),
    };
    return cmocka_run_group_tests(tests, start, end);
}
