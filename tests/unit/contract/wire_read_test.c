/* Checked fields: what is taken, and the code and sentence of what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrears/ledger/v1/ledger.pb-c.h"
#include "base/check.h"
#include "contract/wire.h"

#define TEN   "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN
#define HEX   SIXTY "abcd"

static Arena arena;

static void check_fault(const WireReader *reader, const char *code, const char *sentence) {
    assert_non_null(reader->code);
    assert_string_equal(reader->code, code);
    assert_string_equal(str_terminated(&arena, reader->sentence), sentence);
}

static void good_fields_are_read(void **state) {
    (void)state;
    WireReader reader = wire_reader(&arena);
    assert_true(str_equals(wire_part(&reader, "creditor", "ACME"), S("ACME")));
    assert_true(str_equals(wire_number(&reader, "number", "RE 2013/4711"), S("RE 2013/4711")));
    assert_int_equal(wire_number_or_empty(&reader, "number", "").len, 0);
    assert_int_equal(wire_number_or_empty(&reader, "number", NULL).len, 0);
    assert_true(
        str_equals(wire_text(&reader, "reason", "gr\xc3\xbc\xc3\x9f", 6), S("gr\xc3\xbc\xc3\x9f")));
    assert_int_equal(wire_text(&reader, "reason", "", 0).len, 0);
    assert_int_equal(wire_date(&reader, "due_on", "1970-01-02").days, 1);
    assert_true(date_is_none(wire_date_or_none(&reader, "due_on", "")));
    assert_int_equal(wire_hash(&reader, "hash", HEX).len, 64);
    assert_true(wire_is_good(&reader));
}

typedef enum Field { PART, NUMBER, TEXT, DAY, HASH } Field;

static void read_field(WireReader *reader, Field field, const char *text) {
    switch (field) {
    case PART:
        assert_int_equal(wire_part(reader, "customer", text).len, 0);
        break;
    case NUMBER:
        assert_int_equal(wire_number(reader, "number", text).len, 0);
        break;
    case TEXT:
        assert_int_equal(wire_text(reader, "reason", text, 8).len, 0);
        break;
    case DAY:
        assert_true(date_is_none(wire_date(reader, "due_on", text)));
        break;
    case HASH:
        assert_int_equal(wire_hash(reader, "policy_set", text).len, 0);
        break;
    }
}

/* Names and numbers are not repeated: somebody's mail address may be in the wrong field. */
static void faults_say_what_to_send_instead(void **state) {
    (void)state;
    static const struct {
        Field field;
        const char *text;
        const char *code;
        const char *sentence;
    } rows[] = {
        {PART, "", "ID_MALFORMED",
         "customer is missing; send 1 to 64 characters of [A-Za-z0-9._~-]."},
        {PART, "anna@acme.com", "ID_MALFORMED",
         "customer is not made of the characters an id may have; send 1 to 64 characters of "
         "[A-Za-z0-9._~-]."},
        {PART, HEX "e", "ID_MALFORMED",
         "customer is longer than 64 characters; send 1 to 64 characters of [A-Za-z0-9._~-]."},
        {NUMBER, "", "NUMBER_MALFORMED",
         "number is missing; send 1 to 64 bytes of text without control characters and without "
         "blanks at its ends."},
        {NUMBER, " 7", "NUMBER_MALFORMED",
         "number has control characters or blanks at its ends; send 1 to 64 bytes of text without "
         "control characters and without blanks at its ends."},
        {NUMBER, HEX "e", "TEXT_TOO_LONG", "number has 65 bytes; send at most 64."},
        {NUMBER, "7\xff", "TEXT_NOT_UTF8", "number is not UTF-8 text; send it in UTF-8."},
        {TEXT, "123456789", "TEXT_TOO_LONG", "reason has 9 bytes; send at most 8."},
        {TEXT, "M\xfcller", "TEXT_NOT_UTF8", "reason is not UTF-8 text; send it in UTF-8."},
        {DAY, "", "DATE_MISSING", "due_on is missing; send a day as YYYY-MM-DD."},
        {DAY, "2013-02-30", "DATE_UNREAL",
         "due_on is \"2013-02-30\", which is no day of the calendar; send YYYY-MM-DD between "
         "1900-01-01 and 2199-12-31."},
        {DAY, "30.06.2013\n", "DATE_UNREAL",
         "due_on is a text of 11 bytes, which is no day of the calendar; send YYYY-MM-DD between "
         "1900-01-01 and 2199-12-31."},
        {DAY, "2013-06-30T00:00:00.000000Z", "DATE_UNREAL",
         "due_on is a text of 27 bytes, which is no day of the calendar; send YYYY-MM-DD between "
         "1900-01-01 and 2199-12-31."},
        {HASH, "0123", "HASH_MALFORMED",
         "policy_set is no content hash; send its 64 hex digits in lower case."},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        WireReader reader = wire_reader(&arena);
        read_field(&reader, rows[i].field, rows[i].text);
        check_fault(&reader, rows[i].code, rows[i].sentence);
    }
}

static Arrears__Envelope__V1__Money money_message(const char *currency, int64_t minor) {
    Arrears__Envelope__V1__Money message = ARREARS__ENVELOPE__V1__MONEY__INIT;
    message.currency = wire_put_text(&arena, str_of(currency));
    message.minor = minor;
    return message;
}

static void amounts_are_checked(void **state) {
    (void)state;
    static const struct {
        const char *currency;
        int64_t minor;
        const char *code; /* of wire_amount */
        const char *sentence;
        bool or_zero; /* wire_money takes it */
    } rows[] = {
        {"USD", 1, NULL, NULL, true},
        {"KWD", INT64_C(1000000000000000), NULL, NULL, true},
        {"KWD", INT64_C(1000000000000001), "AMOUNT_TOO_LARGE",
         "open.minor is above 1000000000000000; no single document is that large.", true},
        {"USD", 0, "AMOUNT_NOT_POSITIVE",
         "open.minor is 0; send an amount above zero, in minor units.", true},
        {"USD", -1, "AMOUNT_NOT_POSITIVE",
         "open.minor is -1; send an amount above zero, in minor units.", false},
        {"usd", 1, "CURRENCY_UNKNOWN",
         "open.currency is \"usd\"; send an ISO 4217 code that is in force, in upper case: "
         "\"USD\".",
         false},
        {"", 1, "CURRENCY_UNKNOWN",
         "open.currency is \"\"; send an ISO 4217 code that is in force, in upper case: \"USD\".",
         false},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Arrears__Envelope__V1__Money message = money_message(rows[i].currency, rows[i].minor);
        WireReader reader = wire_reader(&arena);
        Money amount = wire_amount(&reader, "open", &message);
        assert_int_equal(amount.minor, rows[i].code == NULL ? rows[i].minor : 0);
        if (rows[i].code != NULL) {
            check_fault(&reader, rows[i].code, rows[i].sentence);
        }
        reader = wire_reader(&arena);
        Money money = wire_money(&reader, "open", &message);
        assert_int_equal(wire_is_good(&reader), rows[i].or_zero);
        assert_int_equal(money.minor, rows[i].or_zero ? rows[i].minor : 0);
    }
}

static void a_missing_amount_is_a_fault(void **state) {
    (void)state;
    WireReader reader = wire_reader(&arena);
    assert_int_equal(wire_amount(&reader, "amount", NULL).minor, 0);
    check_fault(&reader, "AMOUNT_MISSING",
                "amount is missing; send its currency and its amount in minor units.");
    reader = wire_reader(&arena);
    Arrears__Envelope__V1__Money message = money_message("USD", -5);
    assert_int_equal(wire_money(&reader, "open", &message).minor, 0);
    check_fault(&reader, "AMOUNT_NEGATIVE", "open.minor is -5; send zero or more, in minor units.");
}

static void the_first_fault_is_kept(void **state) {
    (void)state;
    WireReader reader = wire_reader(&arena);
    (void)wire_part(&reader, "creditor", "");
    (void)wire_date(&reader, "due_on", "never");
    wire_fault(&reader, "LATER", "later");
    assert_false(wire_is_good(&reader));
    check_fault(&reader, "ID_MALFORMED",
                "creditor is missing; send 1 to 64 characters of [A-Za-z0-9._~-].");
}

static void an_origin_counts_from_its_first_numbers(void **state) {
    (void)state;
    static const struct {
        Origin origin;
        const char *code;
    } rows[] = {
        {{S("ledger"), 0, 1, 1, 0}, NULL},
        {{S("ledger"), 63, INT64_MAX, INT64_MAX, 17}, NULL}, /* hops are the step loop's matter */
        {{S("ledger"), -1, 1, 1, 0}, "ORIGIN_MALFORMED"},
        {{S("ledger"), 0, 0, 1, 0}, "ORIGIN_MALFORMED"},
        {{S("ledger"), 0, 1, 0, 0}, "ORIGIN_MALFORMED"},
        {{S("ledger"), 0, 1, 1, -1}, "ORIGIN_MALFORMED"},
        {{S(""), 0, 1, 1, 0}, "ID_MALFORMED"},
        {{S("the ledger"), 0, 1, 1, 0}, "ID_MALFORMED"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        WireReader reader = wire_reader(&arena);
        (void)wire_origin(&reader, wire_put_origin(&arena, &rows[i].origin));
        assert_int_equal(wire_is_good(&reader), rows[i].code == NULL);
        if (rows[i].code != NULL) {
            assert_string_equal(reader.code, rows[i].code);
        }
    }
    WireReader reader = wire_reader(&arena);
    (void)wire_origin(&reader, NULL);
    assert_string_equal(reader.code, "ORIGIN_MISSING");
}

static void a_signed_statement_is_whole(void **state) {
    (void)state;
    static const struct {
        ptrdiff_t payload;
        const char *key_id;
        ptrdiff_t signature;
        const char *code;
    } rows[] = {
        {1, "anna", 64, NULL},
        {0, "anna", 64, "SIGNATURE_MISSING"},
        {1, "anna", 0, "SIGNATURE_MISSING"},
        {1, "anna", 63, "SIGNATURE_MALFORMED"},
        {1, "anna", 65, "SIGNATURE_MALFORMED"},
        {1, "", 64, "NUMBER_MALFORMED"},
        {1, HEX "e", 64, "TEXT_TOO_LONG"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Arrears__Envelope__V1__Signed message = ARREARS__ENVELOPE__V1__SIGNED__INIT;
        uint8_t bytes[65] = {0};
        message.payload = (ProtobufCBinaryData){(size_t)rows[i].payload, bytes};
        message.signature = (ProtobufCBinaryData){(size_t)rows[i].signature, bytes};
        message.key_id = wire_put_text(&arena, str_of(rows[i].key_id));
        WireReader reader = wire_reader(&arena);
        Signed read = wire_signed(&reader, &message);
        assert_int_equal(wire_is_good(&reader), rows[i].code == NULL);
        if (rows[i].code != NULL) {
            assert_string_equal(reader.code, rows[i].code);
        } else {
            assert_int_equal(read.payload.len, 1);
            assert_int_equal(read.signature.len, 64);
        }
    }
    WireReader reader = wire_reader(&arena);
    (void)wire_signed(&reader, NULL);
    assert_string_equal(reader.code, "SIGNATURE_MISSING");
}

static void days_come_back(void **state) {
    (void)state;
    DayMark opened = {.opened = true, .simulated = true, .day = {15886}, .policy_set = S(HEX)};
    DayMark closed = {.day = {15886}, .policy_set = S(HEX)};
    WireReader reader = wire_reader(&arena);
    DayMark read = wire_day_opened(&reader, wire_put_day_opened(&arena, &opened));
    assert_true(read.opened && read.simulated && read.day.days == 15886);
    assert_true(str_equals(read.policy_set, S(HEX)));
    read = wire_day_closed(&reader, wire_put_day_closed(&arena, &closed));
    assert_true(!read.opened && !read.simulated && read.day.days == 15886);
    assert_true(wire_is_good(&reader));
}

/* ---- what any event of ours begins with */

static Str event_bytes(const Origin *origin, const Cause *cause) {
    Arrears__Ledger__V1__LedgerEvent event = ARREARS__LEDGER__V1__LEDGER_EVENT__INIT;
    event.origin = origin ? wire_put_origin(&arena, origin) : NULL;
    event.cause = cause ? wire_put_cause(&arena, cause) : NULL;
    event.creditor = wire_put_text(&arena, S("acme"));
    return wire_pack(&event.base, &arena);
}

static void an_envelope_is_read_of_any_event(void **state) {
    (void)state;
    const Origin from = {S("ledger"), 3, 17, 21, 2};
    const Cause causes[] = {
        {.kind = CAUSE_RECORD, .topic = S("arrears.billing.v1"), .partition = 3, .offset = 99},
        {.kind = CAUSE_DAY, .day = {15886}},
        {.kind = CAUSE_DISPATCH, .intent = S("R-3-17"), .attempt = 2},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(causes); i++) {
        Origin origin;
        Cause cause;
        assert_true(envelope_decode(event_bytes(&from, &causes[i]), &arena, &origin, &cause));
        assert_true(str_equals(origin.service, from.service) && origin.task == 3);
        assert_true(origin.seq == 17 && origin.order == 21 && origin.hops == 2);
        assert_true(cause.kind == causes[i].kind && str_equals(cause.topic, causes[i].topic));
        assert_true(cause.partition == causes[i].partition && cause.offset == causes[i].offset);
        assert_true(cause.day.days == causes[i].day.days && cause.attempt == causes[i].attempt);
        assert_true(str_equals(cause.intent, causes[i].intent));
    }
}

static void what_lacks_an_envelope_is_no_event_of_ours(void **state) {
    (void)state;
    const Origin from = {S("ledger"), 3, 17, 21, 2};
    const Origin none = {S("ledger"), 3, 0, 21, 2};
    const Cause why = {.kind = CAUSE_RECORD, .topic = S("arrears.billing.v1")};
    Origin origin;
    Cause cause;
    assert_false(envelope_decode(event_bytes(NULL, &why), &arena, &origin, &cause));
    assert_false(envelope_decode(event_bytes(&from, NULL), &arena, &origin, &cause));
    assert_false(envelope_decode(event_bytes(&none, &why), &arena, &origin, &cause));
    assert_false(envelope_decode(S("\xff\xff"), &arena, &origin, &cause));
    assert_false(envelope_decode(S(""), &arena, &origin, &cause));
}

int main(void) {
    arena = arena_open("test", 1 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_fields_are_read),
        cmocka_unit_test(faults_say_what_to_send_instead),
        cmocka_unit_test(amounts_are_checked),
        cmocka_unit_test(a_missing_amount_is_a_fault),
        cmocka_unit_test(the_first_fault_is_kept),
        cmocka_unit_test(an_origin_counts_from_its_first_numbers),
        cmocka_unit_test(a_signed_statement_is_whole),
        cmocka_unit_test(days_come_back),
        cmocka_unit_test(an_envelope_is_read_of_any_event),
        cmocka_unit_test(what_lacks_an_envelope_is_no_event_of_ours),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
