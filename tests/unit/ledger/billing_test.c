/* What platform teams send besides invoices, payments and credit notes: each event is read, and a
 * fault of each field has its code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/wire.h"
#include "ledger/handler.h"
#include "ledger/settings.h"
#include "ledger/wire.h"
#include "tests/unit/ledger/messages.h"
#include "tests/unit/ledger/values.h"

#define WHO         "\"creditor\":\"ACME\",\"customer\":\"C-1\",\"number\":\"N-1\""
#define MONEY       "{\"currency\":\"USD\",\"minor\":\"500\"}"
#define EURO        "{\"currency\":\"EUR\",\"minor\":\"500\"}"
#define SAID_REASON ",\"reason\":\"agreed\""
#define SAID        SAID_REASON ",\"actor\":{\"id\":\"alice\"}"
#define OF          ",\"invoice_number\":\"INV-1\""
#define PART        "{\"invoice_number\":\"INV-1\",\"instalment\":2,\"amount\":" MONEY "}"
#define PLAN        "{\"amount\":" MONEY ",\"due_on\":\"2013-02-01\"}"
#define PLAN_2      "{\"amount\":" MONEY ",\"due_on\":\"2013-03-01\"}"
#define EIGHTY      "{\"currency\":\"USD\",\"minor\":\"80\"}"
#define TAX         "{\"name\":\"VAT\",\"rate\":\"19\",\"amount\":" EIGHTY "}"

#define INVOICE(more)                                                                              \
    "{\"invoice_issued\":{" WHO ",\"amount\":" MONEY                                               \
    ",\"issued_on\":\"2013-01-02\",\"due_on\":\"2013-02-01\"" more "}}"
#define NOTE(more)                                                                                 \
    "{\"debit_note_issued\":{" WHO ",\"amount\":" MONEY                                            \
    ",\"issued_on\":\"2013-01-02\",\"due_on\":\"2013-02-01\"" more "}}"
#define FEE(more)      "{\"fee_charged\":{" WHO ",\"charged_on\":\"2013-01-02\"" more "}}"
#define REVERSAL(more) "{\"payment_reversed\":{" WHO ",\"reversed_on\":\"2013-01-02\"" more "}}"
#define REFUND(more)   "{\"refund_paid\":{" WHO ",\"paid_on\":\"2013-01-02\"" more "}}"
#define EXTENSION(more)                                                                            \
    "{\"due_date_extended\":{" WHO OF ",\"extended_on\":\"2013-01-02\"" more "}}"
#define PAUSE(more)     "{\"pause_started\":{" WHO OF ",\"starts_on\":\"2013-01-02\"" more "}}"
#define PAUSE_END(more) "{\"pause_ended\":{" WHO ",\"ends_on\":\"2013-01-02\"" more "}}"
#define MILESTONE(more)                                                                            \
    "{\"invoice_milestone_reached\":{" WHO ",\"reached_on\":\"2013-01-02\"" more "}}"
#define REDUCTION(more) "{\"debt_reduced\":{" WHO ",\"effective_on\":\"2013-01-02\"" more "}}"
#define RESTRUCTURING(more)                                                                        \
    "{\"debt_restructured\":{" WHO ",\"effective_on\":\"2013-01-02\"" more "}}"
#define BUY_BACK(more) "{\"debt_bought_back\":{" WHO ",\"bought_on\":\"2013-01-02\"" more "}}"
#define REINSTATEMENT(more)                                                                        \
    "{\"debt_reinstated\":{" WHO ",\"reinstated_on\":\"2013-01-02\"" more "}}"

#define SIGNED                                                                                     \
    ",\"agreed_on\":\"2013-04-03\",\"evidence\":\"letter 7\",\"actor\":{\"id\":\"alice\"}"
#define OWED      "{\"currency\":\"USD\",\"minor\":\"-500\"}"
#define STATEMENT ",\"statement_number\":\"~S/2013-03-31\",\"balances\":[" OWED "," EURO "]"
#define LINE                                                                                       \
    "{\"invoice_number\":\"INV-1\",\"charge\":2,\"instalment\":1,\"acknowledged\":{\"currency\":"  \
    "\"USD\"},\"reason\":\"never ordered\"}"
#define AGREED(more)   "{\"balance_agreed\":{" WHO more "}}"
#define DISPUTED(more) "{\"balance_disputed\":{" WHO STATEMENT SIGNED more "}}"

static void every_event_is_read(void **state) {
    (void)state;
    static const struct {
        const char *json;
        LedgerInputKind kind;
        DocumentKind document;
        int named;
    } rows[] = {
        {NOTE(",\"taxes\":[" TAX "]" SAID_REASON), LEDGER_DEBIT_NOTE, DOCUMENT_DEBIT_NOTE, 0},
        {FEE(OF ",\"amount\":" MONEY SAID_REASON), LEDGER_FEE, DOCUMENT_FEE, 1},
        {REVERSAL(",\"payment_number\":\"PAY-1\",\"kind\":2" SAID_REASON), LEDGER_REVERSAL,
         DOCUMENT_REVERSAL, 1},
        {REFUND(",\"amount\":" MONEY SAID_REASON), LEDGER_REFUND, DOCUMENT_REFUND, 1},
        {EXTENSION(",\"due_on\":\"2013-03-01\"" SAID), LEDGER_EXTENSION, DOCUMENT_EXTENSION, 1},
        {PAUSE(",\"kind\":1" SAID), LEDGER_PAUSE, DOCUMENT_PAUSE, 1},
        {PAUSE_END(",\"pause_number\":\"Z-1\"" SAID), LEDGER_PAUSE_END, DOCUMENT_PAUSE_END, 0},
        {MILESTONE(OF ",\"milestone\":4"), LEDGER_MILESTONE, DOCUMENT_MILESTONE, 1},
        {REDUCTION(",\"kind\":4,\"price\":" MONEY ",\"parts\":[" PART "]" SAID), LEDGER_REDUCTION,
         DOCUMENT_REDUCTION, 1},
        {RESTRUCTURING(",\"invoice_numbers\":[\"INV-1\",\"INV-2\"],\"instalments\":[" PLAN
                       "," PLAN_2 "]" SAID),
         LEDGER_RESTRUCTURING, DOCUMENT_RESTRUCTURING, 2},
        {BUY_BACK(",\"sale_number\":\"S-1\"" SAID), LEDGER_BUY_BACK, DOCUMENT_BUY_BACK, 0},
        {REINSTATEMENT(",\"parts\":[" PART "]" SAID), LEDGER_REINSTATEMENT, DOCUMENT_REINSTATEMENT,
         1},
        {AGREED(STATEMENT SIGNED), LEDGER_BALANCE_AGREED, DOCUMENT_BALANCE_AGREED, 0},
        {DISPUTED(",\"lines\":[" LINE "]"), LEDGER_BALANCE_DISPUTED, DOCUMENT_BALANCE_DISPUTED, 0},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        if (!messages_read(rows[i].json, &message, &refusal)) {
            fail_msg("%.*s: %s", STR_ARGS(refusal.sentence), rows[i].json);
        }
        assert_int_equal(message.input.kind, rows[i].kind);
        assert_int_equal(message.input.document.kind, rows[i].document);
        assert_int_equal(message.input.document.hash.len, 32);
        assert_true(str_equals(message.input.document.number, S("N-1")));
        assert_int_equal(message.input.invoice_count, rows[i].named);
    }
}

static LedgerInput read_good(const char *json) {
    return messages_read_good(json).input;
}

static void terms_of_an_invoice_are_read(void **state) {
    (void)state;
    LedgerInput input = read_good(INVOICE(
        ",\"taxes\":[" TAX "," TAX "],\"salesperson\":\"bob\",\"purchase_reference\":\"PO\","
        "\"discount\":{\"until\":\"2013-01-12\",\"amount\":{\"currency\":\"USD\","
        "\"minor\":\"10\"}}"));
    assert_int_equal(input.issued.tax.minor, 160);
    assert_int_equal(input.issued.discount.minor, 10);
    assert_int_equal(date_compare(input.issued.discount_until, day("2013-01-12")), 0);
    assert_true(str_equals(input.issued.salesperson, S("bob")));
    assert_true(str_equals(input.issued.purchase, S("PO")));
    assert_true(str_is_empty(input.issued.contract));
}

static void contract_terms_are_read(void **state) {
    (void)state;
    LedgerInput input = read_good("{\"invoice_issued\":{" WHO ",\"amount\":" MONEY
                                  ",\"issued_on\":\"2013-01-02\",\"net_days\":30,"
                                  "\"terms\":{\"dispute_days\":14,\"forum\":2,"
                                  "\"jurisdiction\":\"DE\",\"agencies\":2,"
                                  "\"ways\":[4,2]}}}");
    assert_int_equal(date_compare(input.issued.due_on, day("2013-02-01")), 0);
    const ContractTerms *terms = &input.issued.terms;
    assert_int_equal(terms->dispute_days, 14);
    assert_int_equal(terms->forum, FORUM_ARBITRATION);
    assert_int_equal(terms->agencies, AGENCIES_FORBIDDEN);
    assert_true(str_equals(terms->jurisdiction, S("DE")));
    assert_true(str_equals(terms->ways, S("transfer direct_debit")));
    assert_false(terms_are_said(&(ContractTerms){0}));
}

static void parts_of_debts_are_read(void **state) {
    (void)state;
    LedgerInput input = read_good(REDUCTION(",\"kind\":1,\"parts\":[" PART
                                            ",{\"invoice_number\":\"INV-2\",\"charge\":2}]" SAID));
    assert_int_equal(input.reduction.part_count, 2);
    const DebtPart *parts = input.reduction.parts;
    assert_int_equal(parts[0].item.instalment, 2);
    assert_int_equal(money_compare(parts[0].amount, usd(500)), 0);
    assert_int_equal(parts[1].item.charge, CHARGE_COSTS);
    assert_true(money_is_zero(parts[1].amount));
}

static void answers_to_statements_are_read(void **state) {
    (void)state;
    LedgerInput input = read_good(DISPUTED(",\"lines\":[" LINE "]"));
    const BalanceAnswer *answer = &input.answer;
    assert_true(str_equals(answer->statement, S("~S/2013-03-31")));
    assert_int_equal(date_compare(answer->agreed_on, day("2013-04-03")), 0);
    assert_int_equal(answer->balance_count, 2);
    assert_int_equal(money_compare(answer->balances[0], usd(-500)), 0);
    assert_string_equal(answer->balances[1].currency.code, "EUR");
    assert_true(str_equals(answer->evidence, S("letter 7")));
    assert_true(str_equals(answer->actor, S("alice")));
    assert_int_equal(answer->line_count, 1);
    assert_int_equal(answer->lines[0].item.charge, CHARGE_COSTS);
    assert_int_equal(answer->lines[0].item.instalment, 1);
    assert_int_equal(money_compare(answer->lines[0].acknowledged, usd(0)), 0);
    assert_true(str_equals(answer->lines[0].reason, S("never ordered")));
    assert_int_equal(read_good(AGREED(STATEMENT SIGNED)).answer.line_count, 0);
}

typedef struct Fault {
    const char *code;
    const char *json;
} Fault;

static void assert_faults(const Fault *faults, ptrdiff_t count) {
    for (ptrdiff_t i = 0; i < count; i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_false(messages_read(faults[i].json, &message, &refusal));
        if (!str_starts_with(refusal.code, str_of(faults[i].code))) {
            fail_msg("wanted %s, got %.*s: %.*s", faults[i].code, STR_ARGS(refusal.code),
                     STR_ARGS(refusal.sentence));
        }
    }
}

static void faults_have_their_code(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"TAX_SUM",
         INVOICE(",\"taxes\":[{\"name\":\"VAT\",\"rate\":\"19\",\"amount\":" MONEY "}]")},
        {"TAX_SUM", INVOICE(",\"taxes\":[{\"name\":\"VAT\",\"rate\":\"19\",\"amount\":" EURO "}]")},
        {"RATE", INVOICE(",\"taxes\":[{\"name\":\"VAT\",\"rate\":\"much\",\"amount\":{\"currency\":"
                         "\"USD\",\"minor\":\"1\"}}]")},
        {"DISCOUNT_TOO_LARGE",
         INVOICE(",\"discount\":{\"until\":\"2013-01-12\",\"amount\":" MONEY "}")},
        {"DISCOUNT_TOO_LATE", INVOICE(",\"discount\":{\"until\":\"2013-02-02\",\"amount\":{"
                                      "\"currency\":\"USD\",\"minor\":\"1\"}}")},
        {"DUE_TWICE", INVOICE(",\"net_days\":30")},
        {"DAYS", "{\"invoice_issued\":{" WHO ",\"amount\":" MONEY
                 ",\"issued_on\":\"2013-01-02\",\"net_days\":367}}"},
        {"DAYS", INVOICE(",\"terms\":{\"dispute_days\":-1}")},
        {"KIND_UNKNOWN", INVOICE(",\"terms\":{\"forum\":4}")},
        {"KIND_UNKNOWN", INVOICE(",\"terms\":{\"agencies\":3}")},
        {"WAY_UNKNOWN", INVOICE(",\"terms\":{\"ways\":[9]}")},
        {"LIST_REPEATS", INVOICE(",\"terms\":{\"ways\":[1,1]}")},
        {"LIST_REPEATS", INVOICE(",\"terms\":{\"ways\":[0]}")},
        {"REASON_MISSING", NOTE("")},
        {"REASON_MISSING", FEE(OF ",\"amount\":" MONEY)},
        {"NUMBER", FEE(",\"amount\":" MONEY SAID_REASON)},
        {"KIND_UNKNOWN", REVERSAL(",\"payment_number\":\"PAY-1\"" SAID_REASON)},
        {"KIND_UNKNOWN", REVERSAL(",\"payment_number\":\"PAY-1\",\"kind\":9" SAID_REASON)},
        {"DATE", EXTENSION(SAID)},
        {"ACTOR_MISSING", EXTENSION(",\"due_on\":\"2013-03-01\"" SAID_REASON)},
        {"KIND_UNKNOWN", PAUSE(SAID)},
        {"ENDS_BEFORE_START", PAUSE(",\"kind\":1,\"ends_on\":\"2013-01-02\"" SAID)},
        {"MILESTONE_UNKNOWN", MILESTONE(OF)},
        {"KIND_UNKNOWN", REDUCTION(",\"kind\":5,\"parts\":[" PART "]" SAID)},
        {"LIST_SIZE", REDUCTION(",\"kind\":1" SAID)},
        {"LIST_REPEATS", REDUCTION(",\"kind\":1,\"parts\":[" PART "," PART "]" SAID)},
        {"PRICE_WITHOUT_SALE",
         REDUCTION(",\"kind\":1,\"price\":" MONEY ",\"parts\":[" PART "]" SAID)},
        {"ITEM_UNKNOWN", REDUCTION(",\"kind\":1,\"parts\":[{\"invoice_number\":\"INV-1\","
                                   "\"instalment\":-1}]" SAID)},
        {"LIST_SIZE", RESTRUCTURING(",\"invoice_numbers\":[\"INV-1\"]" SAID)},
        {"INSTALMENT_ORDER", RESTRUCTURING(",\"invoice_numbers\":[\"INV-1\"],\"instalments\":[" PLAN
                                           "," PLAN "]" SAID)},
        {"NUMBER", BUY_BACK(SAID)},
    };
    assert_faults(faults, COUNT_OF(faults));
}

static void faults_of_answers_have_their_code(void **state) {
    (void)state;
    static const Fault faults[] = {
        {"NUMBER", AGREED(",\"balances\":[" OWED "]" SIGNED)},
        {"LIST_SIZE", AGREED(",\"statement_number\":\"~S/2013-03-31\"" SIGNED)},
        {"LIST_REPEATS", AGREED(",\"statement_number\":\"~S/2013-03-31\",\"balances\":[" OWED
                                "," MONEY "]" SIGNED)},
        {"AMOUNT_TOO_LARGE", AGREED(",\"statement_number\":\"S\",\"balances\":[{\"currency\":"
                                    "\"USD\",\"minor\":\"-9223372036854775808\"}]" SIGNED)},
        {"DATE", AGREED(STATEMENT ",\"evidence\":\"letter 7\",\"actor\":{\"id\":\"alice\"}")},
        {"EVIDENCE_MISSING",
         AGREED(STATEMENT ",\"agreed_on\":\"2013-04-03\",\"actor\":{\"id\":\"alice\"}")},
        {"ACTOR_MISSING",
         AGREED(STATEMENT ",\"agreed_on\":\"2013-04-03\",\"evidence\":\"letter 7\"")},
        {"SUSPENSE", "{\"balance_agreed\":{\"creditor\":\"ACME\",\"customer\":\"~suspense\","
                     "\"number\":\"N-1\"" STATEMENT SIGNED "}}"},
        {"LIST_SIZE", DISPUTED("")},
        {"LIST_REPEATS", DISPUTED(",\"lines\":[" LINE "," LINE "]")},
        {"AMOUNT_NEGATIVE",
         DISPUTED(",\"lines\":[{\"invoice_number\":\"INV-1\",\"acknowledged\":" OWED
                  ",\"reason\":\"x\"}]")},
        {"AMOUNT_MISSING",
         DISPUTED(",\"lines\":[{\"invoice_number\":\"INV-1\",\"reason\":\"x\"}]")},
        {"REASON_MISSING",
         DISPUTED(",\"lines\":[{\"invoice_number\":\"INV-1\",\"acknowledged\":" MONEY "}]")},
        {"ITEM_UNKNOWN", DISPUTED(",\"lines\":[{\"invoice_number\":\"INV-1\",\"instalment\":-1,"
                                  "\"acknowledged\":" MONEY ",\"reason\":\"x\"}]")},
    };
    assert_faults(faults, COUNT_OF(faults));
}

/* ---- periods: what was signed */

static Str notice_of(const char *month, bool reopened, const char *request, int64_t signed_us) {
    Arrears__Billing__V1__PeriodNotice notice = ARREARS__BILLING__V1__PERIOD_NOTICE__INIT;
    notice.creditor = wire_put_text(&messages_arena, S("ACME"));
    notice.month = wire_put_text(&messages_arena, str_of(month));
    notice.reopened = reopened;
    notice.request_id = wire_put_text(&messages_arena, str_of(request));
    notice.signed_us = signed_us;
    return wire_pack(&notice.base, &messages_arena);
}

static void a_month_is_read(void **state) {
    (void)state;
    PeriodNotice notice;
    WireRefusal refusal = {0};
    Str good = notice_of("2012-02", false, "", 1700000000000000);
    assert_true(wire_read_period(good, &messages_arena, &notice, &refusal));
    assert_int_equal(notice.signed_at.us, 1700000000000000);
    assert_int_equal(date_compare(notice.from, day("2012-02-01")), 0);
    assert_int_equal(date_compare(notice.to, day("2012-02-29")), 0);
    assert_false(notice.reopened);
    static const struct {
        const char *month;
        bool reopened;
        int64_t signed_us;
        const char *code;
    } rows[] = {{"2012-13", false, 1, "MONTH_UNREAL"},    {"2012-2", false, 1, "MONTH_UNREAL"},
                {"2012-02-01", false, 1, "MONTH_UNREAL"}, {"2012-02", false, 0, "SIGNED_MISSING"},
                {"2012-02", false, -1, "SIGNED_MISSING"}, {"2012-02", true, 1, "REQUEST_MISSING"}};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Str payload = notice_of(rows[i].month, rows[i].reopened, "", rows[i].signed_us);
        assert_false(wire_read_period(payload, &messages_arena, &notice, &refusal));
        assert_true(str_equals(refusal.code, str_of(rows[i].code)));
    }
    assert_false(wire_read_period(S("\xff"), &messages_arena, &notice, &refusal));
}

/* A clock that is far ahead would make every notice after it an old one. */
static void a_notice_is_not_signed_ahead_of_the_broker(void **state) {
    (void)state;
    static const int64_t now_us = 1700000000000000;
    enum { MINUTE_US = 60000000 };
    static const struct {
        int64_t ahead_us;
        bool good;
    } rows[] = {
        {-30 * MINUTE_US, true}, {0, true}, {5 * MINUTE_US, true}, {5 * MINUTE_US + 1, false}};
    LedgerSettings settings = {
        .journal_key = S("journal 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
                         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")};
    const Service service = ledger_service(&settings, &messages_arena);
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Event event = {0};
        Refusal refusal = {0};
        Str payload = notice_of("2012-02", false, "", now_us + rows[i].ahead_us);
        assert_int_equal(service.notice(service.self, payload, (Instant){now_us}, &messages_arena,
                                        &event, &refusal),
                         rows[i].good);
        assert_int_equal(str_equals(refusal.code, S("SIGNED_AHEAD")), !rows[i].good);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_read),
        cmocka_unit_test(terms_of_an_invoice_are_read),
        cmocka_unit_test(contract_terms_are_read),
        cmocka_unit_test(parts_of_debts_are_read),
        cmocka_unit_test(answers_to_statements_are_read),
        cmocka_unit_test(faults_have_their_code),
        cmocka_unit_test(faults_of_answers_have_their_code),
        cmocka_unit_test(a_month_is_read),
        cmocka_unit_test(a_notice_is_not_signed_ahead_of_the_broker),
    };
    return cmocka_run_group_tests(tests, messages_start, messages_end);
}
