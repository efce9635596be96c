/* Money of others: what a platform may say of it, who may be named, and what goes from ledger to
 * ledger. */
#include "ledger/core/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/wire.h"
#include "ledger/wire.h"
#include "tests/unit/ledger/messages.h"
#include "tests/unit/ledger/values.h"

/* ---- names of transfers */

static Str repeated(char letter, int count) {
    char *text = arena_get(&messages_arena, 1, count);
    for (int i = 0; i < count; i++) {
        text[i] = letter;
    }
    return str_from(text, count);
}

static void a_transfer_is_named_by_account_and_entry(void **state) {
    (void)state;
    assert_true(str_equals(transfer_id(&messages_arena, S("C-0002"), 17), S("~C-0002/17")));
    assert_true(str_equals(transfer_id(&messages_arena, S("~suspense"), 1), S("~~suspense/1")));
    assert_true(transfer_is(S("~C-0002/17")));
    assert_false(transfer_is(S("C-0002/17")));
}

static void long_names_are_told_apart(void **state) {
    (void)state;
    Str whole = transfer_id(&messages_arena, repeated('a', 43), INT64_MAX);
    assert_int_equal(whole.len, ID_NUMBER_MAX);
    Str one = str_format(&messages_arena, "%.*sx", STR_ARGS(repeated('a', 63)));
    Str other = str_format(&messages_arena, "%.*sy", STR_ARGS(repeated('a', 63)));
    Str first = str_format(&messages_arena, "x%.*s", STR_ARGS(repeated('a', 63)));
    Str ids[] = {transfer_id(&messages_arena, one, 7), transfer_id(&messages_arena, other, 7),
                 transfer_id(&messages_arena, first, 7),
                 transfer_id(&messages_arena, repeated('a', 64), 7),
                 transfer_id(&messages_arena, one, 8)};
    for (ptrdiff_t i = 0; i < COUNT_OF(ids); i++) {
        assert_true(transfer_is(ids[i]) && id_is_number(ids[i]));
        for (ptrdiff_t k = 0; k < i; k++) {
            assert_false(str_equals(ids[i], ids[k]));
        }
    }
}

/* ---- what a platform says */

#define SUSPENSE            "\"creditor\":\"ACME\",\"customer\":\"~suspense\",\"number\":\"N-1\""
#define CUSTOMER            "\"creditor\":\"ACME\",\"customer\":\"C-1\",\"number\":\"N-1\""
#define USD_OF(cents)       "{\"currency\":\"USD\",\"minor\":\"" cents "\"}"
#define EURO                "{\"currency\":\"EUR\",\"minor\":\"1\"}"
#define TO(customer, money) "{\"customer\":\"" customer "\",\"amount\":" money "}"
#define PAYMENT(who, more)                                                                         \
    "{\"payment_received\":{" who                                                                  \
    ",\"amount\":" USD_OF("500") ",\"received_on\":\"2013-01-02\"" more "}}"
#define MOVE(who, shares)                                                                          \
    "{\"payment_moved\":{" who ",\"payment_number\":\"PAY-1\",\"reason\":\"his letter\","          \
    "\"shares\":[" shares "]}}"

static void money_in_suspense_is_read(void **state) {
    (void)state;
    LedgerMessage payment =
        messages_read_good(PAYMENT(SUSPENSE, ",\"payer\":\"someone\",\"way\":2"));
    assert_true(str_equals(payment.account.customer, S("~suspense")));
    assert_true(str_equals(payment.input.credit.payer, S("someone")));
    LedgerMessage move =
        messages_read_good(MOVE(SUSPENSE, TO("C-1", USD_OF("200")) "," TO("C-2", USD_OF("300"))));
    assert_int_equal(move.input.kind, LEDGER_MOVE);
    assert_true(str_equals(move.input.move.payment, S("PAY-1")));
    assert_int_equal(move.input.move.share_count, 2);
    assert_true(str_equals(move.input.move.shares[1].customer, S("C-2")));
    assert_int_equal(money_compare(move.input.move.whole, usd(500)), 0);
    assert_true(str_is_empty(move.input.move.actor));
}

static void shares_are_read(void **state) {
    (void)state;
    LedgerMessage payment = messages_read_good(PAYMENT(
        CUSTOMER, ",\"shares\":[" TO("C-2", USD_OF("200")) "," TO("~suspense", USD_OF("300")) "]"));
    assert_int_equal(payment.input.credit.share_count, 2);
    assert_true(str_equals(payment.input.credit.shares[1].customer, S("~suspense")));
    LedgerMessage all =
        messages_read_good(MOVE(CUSTOMER, "{\"customer\":\"C-2\",\"invoice_number\":\"7\"}"));
    assert_true(money_is_zero(all.input.move.whole));
    assert_true(str_equals(all.input.move.shares[0].invoice, S("7")));
}

static void faults_have_their_code(void **state) {
    (void)state;
    static const struct {
        const char *code;
        const char *json;
    } rows[] = {
        {"SUSPENSE", "{\"invoice_issued\":{" SUSPENSE ",\"amount\":" USD_OF(
                         "1") ",\"issued_on\":\"2013-01-02\",\"due_on\":\"2013-01-02\"}}"},
        {"SUSPENSE", "{\"refund_paid\":{" SUSPENSE ",\"amount\":" USD_OF(
                         "1") ",\"paid_on\":\"2013-01-02\",\"reason\":\"asked\"}}"},
        {"NAME_RESERVED",
         PAYMENT("\"creditor\":\"ACME\",\"customer\":\"~c\",\"number\":\"N\"", "")},
        {"NAME_RESERVED",
         PAYMENT("\"creditor\":\"~suspense\",\"customer\":\"c\",\"number\":\"N\"", "")},
        {"NUMBER_RESERVED",
         PAYMENT("\"creditor\":\"ACME\",\"customer\":\"C-1\",\"number\":\"~C-2/7\"", "")},
        {"SHARE_SUM", PAYMENT(CUSTOMER, ",\"shares\":[" TO("C-2", USD_OF("501")) "]")},
        {"SHARE_SUM", PAYMENT(CUSTOMER, ",\"shares\":[" TO("C-2", EURO) "]")},
        {"AMOUNT_TOO_LARGE",
         MOVE(CUSTOMER, TO("C-2", USD_OF("9223372036854775807")) "," TO("C-3", USD_OF("1")))},
        {"AMOUNT", PAYMENT(CUSTOMER, ",\"shares\":[{\"customer\":\"C-2\"}]")},
        {"AMOUNT", MOVE(CUSTOMER, "{\"customer\":\"C-2\"},{\"customer\":\"C-3\"}")},
        {"SHARE_OWN", MOVE(CUSTOMER, TO("C-1", USD_OF("1")))},
        {"CURRENCY_DIFFERS", MOVE(CUSTOMER, TO("C-2", USD_OF("1")) "," TO("C-3", EURO))},
        {"LIST_SIZE", MOVE(CUSTOMER, "")},
        {"NAME_RESERVED", MOVE(CUSTOMER, TO("~other", USD_OF("1")))},
        {"REASON_MISSING", "{\"payment_moved\":{" CUSTOMER ",\"payment_number\":\"PAY-1\"}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {S("read"), {0}};
        (void)messages_read(rows[i].json, &message, &refusal);
        if (!str_starts_with(refusal.code, str_of(rows[i].code))) {
            fail_msg("wanted %s, got %.*s: %.*s", rows[i].code, STR_ARGS(refusal.code),
                     STR_ARGS(refusal.sentence));
        }
    }
}

/* ---- from ledger to ledger */

static const Stamp STAMP = {.origin = {.service = {"ledger", 6}, .task = 3, .seq = 9, .order = 12}};

static LedgerMessage sent_and_read(const Fact *fact) {
    LedgerMessage message;
    WireRefusal refusal = {0};
    Stamp stamp = STAMP;
    stamp.day = day("2013-02-01");
    Str value = wire_write_transfer(fact, (Account){S("ACME"), fact_receiver(fact)}, &stamp,
                                    &messages_arena);
    if (!wire_read_transfer(value, &messages_arena, &message, &refusal)) {
        fail_msg("%.*s", STR_ARGS(refusal.sentence));
    }
    assert_true(str_equals(message.account.creditor, S("ACME")));
    assert_int_equal(message.origin.seq, 9);
    return message;
}

static void money_arrives_as_it_was_sent(void **state) {
    (void)state;
    Fact fact = {.kind = FACT_MONEY_SENT,
                 .sent = {.transfer = S("~~suspense/17"),
                          .payment = S("PAY-1"),
                          .from = S("~suspense"),
                          .to = S("C-1"),
                          .amount = usd(500),
                          .unapplied = usd(0),
                          .effective_on = day("2013-01-20"),
                          .invoice = S("INV-1"),
                          .way = WAY_DIRECT_DEBIT,
                          .payer = S("someone"),
                          .moves = 2,
                          .number = S("M-1")}};
    assert_string_equal(wire_transfer_type(&fact), "arrears.transfers.v1.MoneySent");
    LedgerMessage message = sent_and_read(&fact);
    const LedgerInput *input = &message.input;
    assert_true(str_equals(message.account.customer, S("C-1")));
    assert_int_equal(input->kind, LEDGER_CREDIT);
    assert_int_equal(input->document.kind, DOCUMENT_PAYMENT);
    assert_true(str_equals(input->document.number, S("~~suspense/17")));
    assert_int_equal(input->document.hash.len, 32);
    assert_true(str_equals(input->invoices[0], S("INV-1")));
    assert_int_equal(money_compare(input->credit.amount, usd(500)), 0);
    assert_int_equal(date_compare(input->credit.effective_on, day("2013-01-20")), 0);
    assert_int_equal(input->credit.way, WAY_DIRECT_DEBIT);
    assert_true(str_equals(input->credit.payer, S("someone")));
    assert_true(str_equals(input->credit.from, S("~suspense")));
    assert_true(str_equals(input->credit.from_number, S("PAY-1")));
    assert_int_equal(input->credit.moves, 2);
}

static void a_recall_arrives_as_it_was_sent(void **state) {
    (void)state;
    Fact fact = {.kind = FACT_MONEY_RECALLED,
                 .recalled = {.recall = S("~C-1/20"),
                              .transfer = S("~C-1/17"),
                              .payment = S("PAY-1"),
                              .from = S("C-2"),
                              .to = S("C-1"),
                              .kind = REVERSAL_CHARGEBACK,
                              .amount = usd(300),
                              .effective_on = day("2013-01-20"),
                              .number = S("RV-1")}};
    assert_string_equal(wire_transfer_type(&fact), "arrears.transfers.v1.MoneyRecalled");
    LedgerMessage message = sent_and_read(&fact);
    const LedgerInput *input = &message.input;
    assert_true(str_equals(message.account.customer, S("C-2")));
    assert_int_equal(input->kind, LEDGER_REVERSAL);
    assert_int_equal(input->document.kind, DOCUMENT_REVERSAL);
    assert_true(str_equals(input->document.number, S("~C-1/20")));
    assert_true(str_equals(input->invoices[0], S("~C-1/20")));
    assert_true(input->reversal.recalled);
    assert_true(str_equals(input->reversal.payment, S("~C-1/17")));
    assert_int_equal(input->reversal.kind, REVERSAL_CHARGEBACK);
    assert_int_equal(money_compare(input->reversal.amount, usd(300)), 0);
}

static void other_bytes_are_refused(void **state) {
    (void)state;
    LedgerMessage message;
    WireRefusal refusal = {0};
    assert_false(wire_read_transfer(S("\xff"), &messages_arena, &message, &refusal));
    assert_true(str_equals(refusal.code, S("MESSAGE_UNREADABLE")));
    assert_false(wire_read_transfer(S(""), &messages_arena, &message, &refusal));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_transfer_is_named_by_account_and_entry),
        cmocka_unit_test(long_names_are_told_apart),
        cmocka_unit_test(money_in_suspense_is_read),
        cmocka_unit_test(shares_are_read),
        cmocka_unit_test(faults_have_their_code),
        cmocka_unit_test(money_arrives_as_it_was_sent),
        cmocka_unit_test(a_recall_arrives_as_it_was_sent),
        cmocka_unit_test(other_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, messages_start, messages_end);
}
