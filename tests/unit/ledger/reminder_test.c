/* What dunning says of reminders, as the ledger reads it and says it once more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/wire.h"
#include "tests/unit/ledger/messages.h"
#include "tests/unit/ledger/values.h"

#define ORIGIN                                                                                     \
    "{\"origin\":{\"service\":\"dunning\",\"task\":1,\"seq\":\"4\",\"order\":\"9\",\"hops\":3},"   \
    "\"recorded_on\":\"2013-05-12\","
#define WHO   "\"creditor\":\"ACME\",\"customer\":\"C-1\","
#define TOTAL "\"total\":{\"currency\":\"USD\",\"minor\":\"5000\"}"

static bool heard(const char *json, LedgerMessage *message, WireRefusal *refusal) {
    Str value = messages_bytes("arrears.dunning.v1", json);
    return wire_read_dunning(value, &messages_arena, message, refusal);
}

static LedgerMessage read_good(const char *json) {
    LedgerMessage message;
    WireRefusal refusal = {0};
    assert_true(heard(json, &message, &refusal));
    return message;
}

/* An invoice that is listed with two of its debts is named once. */
static void an_issued_reminder_names_its_invoices(void **state) {
    (void)state;
    LedgerMessage message =
        read_good(ORIGIN WHO
                  "\"reminder_issued\":{\"reminder_id\":\"R-1-7\",\"level\":2,"
                  "\"level_name\":\"final-notice\"," TOTAL
                  ",\"items\":[{\"invoice_number\":\"INV-2\"},{\"invoice_number\":\"INV-1\"},"
                  "{\"invoice_number\":\"INV-2\",\"charge\":\"CHARGE_COSTS\",\"instalment\":1}]}}");
    const LedgerInput *input = &message.input;
    assert_int_equal(input->kind, LEDGER_REMINDER);
    assert_true(str_equals(message.account.creditor, S("ACME")));
    assert_true(str_equals(message.account.customer, S("C-1")));
    assert_int_equal(message.origin.hops, 3);
    assert_int_equal(input->document.kind, DOCUMENT_NONE);
    assert_int_equal(input->step.news, REMINDER_NEWS_ISSUED);
    assert_true(str_equals(input->step.reminder, S("R-1-7")));
    assert_true(str_equals(input->step.level, S("final-notice")));
    assert_int_equal(money_compare(input->step.total, usd(5000)), 0);
    assert_int_equal(input->step.attempt, 0);
    assert_int_equal(input->invoice_count, 2);
    assert_true(str_equals(input->invoices[0], S("INV-2")));
    assert_true(str_equals(input->invoices[1], S("INV-1")));
}

/* More than any one document may be. */
static void a_total_is_a_sum(void **state) {
    (void)state;
    LedgerMessage message =
        read_good(ORIGIN WHO "\"reminder_issued\":{\"reminder_id\":\"R-1-7\",\"level_name\":\"x\","
                             "\"total\":{\"currency\":\"USD\",\"minor\":\"9000000000000000000\"},"
                             "\"items\":[{\"invoice_number\":\"INV-2\"}]}}");
    assert_int_equal(message.input.step.total.minor, 9000000000000000000);
}

static void what_became_of_it_is_read(void **state) {
    (void)state;
    static const struct {
        const char *event;
        ReminderNews news;
    } rows[] = {
        {"reminder_sent", REMINDER_NEWS_SENT},
        {"reminder_failed", REMINDER_NEWS_FAILED},
        {"reminder_uncertain", REMINDER_NEWS_UNCERTAIN},
        {"reminder_withdrawn", REMINDER_NEWS_WITHDRAWN},
        {"reminder_resent", REMINDER_NEWS_RESENT},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str json = str_format(&messages_arena,
                              ORIGIN WHO "\"%s\":{\"reminder_id\":\"R-1-7\",\"attempt\":2}}",
                              rows[i].event);
        LedgerInput input = read_good(str_terminated(&messages_arena, json)).input;
        assert_int_equal(input.kind, LEDGER_REMINDER);
        assert_int_equal(input.step.news, rows[i].news);
        assert_int_equal(input.step.attempt, 2);
        assert_true(str_equals(input.step.reminder, S("R-1-7")));
        assert_int_equal(input.invoice_count, 0);
    }
}

static void the_rest_is_none_of_the_ledgers_business(void **state) {
    (void)state;
    static const char *const rows[] = {
        ORIGIN "\"day_opened\":{\"day\":\"2013-05-12\"}}",
        ORIGIN "\"day_closed\":{\"day\":\"2013-05-12\"}}",
        ORIGIN WHO "\"held\":{\"topic\":\"arrears.contacts.v1\"}}",
        ORIGIN WHO "\"input_refused\":{\"number\":\"S-1\"}}",
        ORIGIN WHO "\"person_needed\":{\"days_past_due\":3}}",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(read_good(rows[i]).input.kind, LEDGER_NOTHING);
    }
}

/* Dunning is one of us: such a record stops the task. */
static void what_dunning_may_not_say_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *code;
        const char *json;
    } rows[] = {
        {"EVENT_UNKNOWN", ORIGIN "\"creditor\":\"ACME\"}"},
        {"NUMBER_MALFORMED", ORIGIN WHO "\"reminder_sent\":{\"attempt\":1}}"},
        {"ID_MALFORMED", ORIGIN "\"reminder_sent\":{\"reminder_id\":\"R-1\",\"attempt\":1}}"},
        {"LIST_SIZE", ORIGIN WHO "\"reminder_issued\":{\"reminder_id\":\"R-1\","
                                 "\"level_name\":\"x\"," TOTAL "}}"},
        {"AMOUNT_MISSING", ORIGIN WHO "\"reminder_issued\":{\"reminder_id\":\"R-1\","
                                      "\"level_name\":\"x\",\"items\":"
                                      "[{\"invoice_number\":\"INV-2\"}]}}"},
        {"NUMBER_MALFORMED", ORIGIN WHO "\"reminder_issued\":{\"reminder_id\":\"R-1\"," TOTAL
                                        ",\"items\":[{\"invoice_number\":\"INV-2\"}]}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_false(heard(rows[i].json, &message, &refusal));
        assert_string_equal(str_terminated(&messages_arena, refusal.code), rows[i].code);
    }
    LedgerMessage message;
    WireRefusal refusal = {0};
    assert_false(wire_read_dunning(S("\x01\x02"), &messages_arena, &message, &refusal));
    assert_true(str_equals(refusal.code, S("MESSAGE_UNREADABLE")));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_issued_reminder_names_its_invoices),
        cmocka_unit_test(a_total_is_a_sum),
        cmocka_unit_test(what_became_of_it_is_read),
        cmocka_unit_test(the_rest_is_none_of_the_ledgers_business),
        cmocka_unit_test(what_dunning_may_not_say_is_refused),
    };
    return cmocka_run_group_tests(tests, messages_start, messages_end);
}
