/* Messages and the core's structs: what is let through, what is refused and why, what is said. */
#include "ledger/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/content.h"
#include "contract/wire.h"
#include "tests/unit/ledger/messages.h"
#include "tests/unit/ledger/values.h"

/* ---- messages written as JSON */

static Str billing(const char *json) {
    return messages_bytes("arrears.billing.v1", json);
}

static Str approval(const char *json) {
    return messages_bytes("arrears.approvals.v1", json);
}

static LedgerInput read_good(Str value) {
    LedgerMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_billing(value, &messages_arena, &message, &refusal)) {
        fail_msg("%.*s", STR_ARGS(refusal.sentence));
    }
    assert_true(str_equals(message.account.creditor, S("ACME")));
    assert_true(str_equals(message.account.customer, S("C-1")));
    return message.input;
}

#define WHO      "\"creditor\":\"ACME\",\"customer\":\"C-1\""
#define AMOUNT   "\"amount\":{\"currency\":\"USD\",\"minor\":\"5594\"}"
#define INVOICE  WHO ",\"number\":\"INV-1\"," AMOUNT ",\"issued_on\":\"2013-01-02\","
#define ACTOR    "\"actor\":{\"id\":\"alice\"}"
#define SETTLED  WHO ",\"number\":\"S-1\",\"reminder_id\":\"R-3-17\"," ACTOR
#define PROPOSAL WHO ",\"number\":\"P-1\",\"reason\":\"gone\"," ACTOR ","

static void invoices_are_read(void **state) {
    (void)state;
    LedgerInput input =
        read_good(billing("{\"invoice_issued\":{" INVOICE "\"due_on\":\"2013-02-01\"}}"));
    assert_int_equal(input.kind, LEDGER_INVOICE);
    assert_int_equal(input.document.kind, DOCUMENT_INVOICE);
    assert_true(str_equals(input.document.number, S("INV-1")));
    assert_int_equal(input.document.hash.len, 32);
    assert_int_equal(money_compare(input.issued.amount, usd(5594)), 0);
    assert_int_equal(date_compare(input.issued.issued_on, day("2013-01-02")), 0);
    assert_int_equal(date_compare(input.issued.due_on, day("2013-02-01")), 0);
    assert_int_equal(input.invoice_count, 0);
}

static void credits_are_read(void **state) {
    (void)state;
    LedgerInput payment =
        read_good(billing("{\"payment_received\":{" WHO ",\"number\":\"PAY-1\"," AMOUNT
                          ",\"received_on\":\"2013-01-30\",\"invoice_number\":\"INV-1\"}}"));
    assert_int_equal(payment.kind, LEDGER_CREDIT);
    assert_int_equal(payment.credit.kind, CREDIT_PAYMENT);
    assert_int_equal(payment.invoice_count, 1);
    assert_true(str_equals(payment.invoices[0], S("INV-1")));
    LedgerInput note =
        read_good(billing("{\"credit_note_issued\":{" WHO ",\"number\":\"CN-1\"," AMOUNT
                          ",\"issued_on\":\"2013-01-30\"}}"));
    assert_int_equal(note.credit.kind, CREDIT_NOTE);
    assert_int_equal(note.document.kind, DOCUMENT_CREDIT_NOTE);
    assert_int_equal(note.invoice_count, 0);
}

static void requests_of_persons_are_read(void **state) {
    (void)state;
    LedgerInput proposal = read_good(billing("{\"write_off_proposed\":{" PROPOSAL
                                             "\"invoice_numbers\":[\"INV-1\",\"INV-2\"]}}"));
    assert_int_equal(proposal.kind, LEDGER_PROPOSAL);
    assert_int_equal(proposal.invoice_count, 2);
    assert_true(str_equals(proposal.proposal.actor, S("alice")));
    LedgerInput cancelled = read_good(
        billing("{\"invoice_cancelled\":{" WHO ",\"number\":\"CAN-1\",\"invoice_number\":\"INV-1\","
                "\"cancelled_on\":\"2013-01-30\",\"reason\":\"typing error\"}}"));
    assert_int_equal(cancelled.kind, LEDGER_CANCELLATION);
    assert_int_equal(cancelled.invoice_count, 1);
    LedgerInput cleared = read_good(
        billing("{\"hold_cleared\":{" WHO ",\"topic\":\"arrears.billing.v1\","
                "\"partition\":3,\"offset\":\"17\",\"reason\":\"sent again\"," ACTOR "}}"));
    assert_int_equal(cleared.kind, LEDGER_HOLD_CLEARED);
    assert_int_equal(cleared.document.kind, DOCUMENT_NONE);
    assert_int_equal(cleared.cleared.partition, 3);
    assert_int_equal(cleared.cleared.offset, 17);
    assert_false(cleared.cleared.elsewhere);
    LedgerInput other = read_good(
        billing("{\"hold_cleared\":{" WHO ",\"topic\":\"arrears.contacts.v1\","
                "\"partition\":3,\"offset\":\"17\",\"reason\":\"sent again\"," ACTOR "}}"));
    assert_true(other.cleared.elsewhere);
}

static void words_on_reminders_are_read(void **state) {
    (void)state;
    LedgerInput settled =
        read_good(billing("{\"reminder_settled\":{" SETTLED ",\"reason\":\"it came back\","
                          "\"outcome\":\"REMINDER_OUTCOME_NOT_SENT\"}}"));
    assert_int_equal(settled.kind, LEDGER_SETTLEMENT);
    assert_int_equal(settled.document.kind, DOCUMENT_SETTLEMENT);
    assert_true(str_equals(settled.document.number, S("S-1")));
    assert_true(str_equals(settled.reminder.reminder, S("R-3-17")));
    assert_int_equal(settled.reminder.outcome, REMINDER_NOT_SENT);
    assert_true(str_equals(settled.reminder.reason, S("it came back")));
    assert_true(str_equals(settled.reminder.actor, S("alice")));
    LedgerInput resend =
        read_good(billing("{\"reminder_resend_requested\":{" SETTLED ",\"reason\":\"mended\"}}"));
    assert_int_equal(resend.kind, LEDGER_RESEND);
    assert_int_equal(resend.document.kind, DOCUMENT_RESEND);
    assert_int_equal(resend.document.hash.len, 32);
    assert_true(str_equals(resend.reminder.reminder, S("R-3-17")));
}

static void faults_have_their_code(void **state) {
    (void)state;
    static const struct {
        const char *code;
        const char *json;
    } rows[] = {
        {"EVENT_UNKNOWN", "{}"},
        {"DATE_MISSING", "{\"invoice_issued\":{" INVOICE "\"due_on\":\"\"}}"},
        {"DATE_UNREAL", "{\"invoice_issued\":{" INVOICE "\"due_on\":\"2013-02-30\"}}"},
        {"NUMBER_MALFORMED", "{\"invoice_issued\":{" WHO "," AMOUNT
                             ",\"issued_on\":\"2013-01-02\",\"due_on\":\"2013-01-02\"}}"},
        {"AMOUNT_MISSING", "{\"invoice_issued\":{" WHO ",\"number\":\"INV-1\","
                           "\"issued_on\":\"2013-01-02\",\"due_on\":\"2013-01-02\"}}"},
        {"AMOUNT_NOT_POSITIVE",
         "{\"payment_received\":{" WHO ",\"number\":\"PAY-1\",\"received_on\":\"2013-01-02\","
         "\"amount\":{\"currency\":\"USD\",\"minor\":\"0\"}}}"},
        {"CURRENCY_UNKNOWN",
         "{\"payment_received\":{" WHO ",\"number\":\"PAY-1\",\"received_on\":\"2013-01-02\","
         "\"amount\":{\"currency\":\"usd\",\"minor\":\"1\"}}}"},
        {"NAME_RESERVED", "{\"hold_cleared\":{\"creditor\":\"ACME\",\"customer\":\"~other\","
                          "\"topic\":\"t\",\"offset\":\"1\"," ACTOR "}}"},
        {"NAME_RESERVED", "{\"hold_cleared\":{\"creditor\":\"~own\",\"customer\":\"C-1\","
                          "\"topic\":\"t\",\"offset\":\"1\"," ACTOR "}}"},
        {"ACTOR_MISSING",
         "{\"hold_cleared\":{" WHO ",\"topic\":\"t\",\"offset\":\"1\",\"reason\":\"x\"}}"},
        {"LIST_SIZE", "{\"write_off_proposed\":{" PROPOSAL "\"invoice_numbers\":[]}}"},
        {"INVOICES_AND_PARTS", "{\"write_off_proposed\":{" PROPOSAL
                               "\"invoice_numbers\":[\"INV-1\"],\"parts\":[{\"invoice_number\":"
                               "\"INV-1\"}]}}"},
        {"LIST_REPEATS", "{\"write_off_proposed\":{" PROPOSAL
                         "\"parts\":[{\"invoice_number\":\"INV-1\"},{\"invoice_number\":"
                         "\"INV-1\"}]}}"},
        {"CHARGE_PRINCIPAL",
         "{\"waiver_proposed\":{" PROPOSAL "\"parts\":[{\"invoice_number\":\"INV-1\"}]}}"},
        {"REASON_UNKNOWN", "{\"write_off_proposed\":{" PROPOSAL
                           "\"invoice_numbers\":[\"INV-1\"],\"reason_code\":9}}"},
        {"REASON_NOT_A_PERSONS", "{\"write_off_proposed\":{" PROPOSAL
                                 "\"invoice_numbers\":[\"INV-1\"],\"reason_code\":5}}"},
        {"LIST_REPEATS",
         "{\"write_off_proposed\":{" PROPOSAL "\"invoice_numbers\":[\"INV-1\",\"INV-1\"]}}"},
        {"NUMBER_MALFORMED", "{\"invoice_cancelled\":{" WHO ",\"number\":\"CAN-1\","
                             "\"cancelled_on\":\"2013-01-30\"}}"},
        {"SIGNATURE_MISSING", "{\"tick\":{}}"},
        {"OUTCOME_UNKNOWN", "{\"reminder_settled\":{" SETTLED ",\"reason\":\"x\"}}"},
        {"OUTCOME_UNKNOWN", "{\"reminder_settled\":{" SETTLED ",\"reason\":\"x\",\"outcome\":7}}"},
        {"REASON_MISSING",
         "{\"reminder_settled\":{" SETTLED ",\"outcome\":\"REMINDER_OUTCOME_SENT\"}}"},
        {"REASON_MISSING", "{\"reminder_resend_requested\":{" SETTLED "}}"},
        {"NUMBER_MALFORMED",
         "{\"reminder_resend_requested\":{" WHO ",\"number\":\"S-1\"," ACTOR ",\"reason\":\"x\"}}"},
        {"ACTOR_MISSING", "{\"reminder_resend_requested\":{" WHO ",\"number\":\"S-1\","
                          "\"reminder_id\":\"R-3-17\",\"reason\":\"x\"}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_false(wire_read_billing(billing(rows[i].json), &messages_arena, &message, &refusal));
        if (!str_equals(refusal.code, str_of(rows[i].code))) {
            fail_msg("row %td: %.*s: %.*s", i, STR_ARGS(refusal.code), STR_ARGS(refusal.sentence));
        }
        assert_true(str_ends_with(refusal.sentence, S(".")));
    }
}

static void other_bytes_are_refused(void **state) {
    (void)state;
    static const Str rows[] = {S("\xff\xff"), S("not protobuf at all"), S("\x00\x00\x00\x00\x07")};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_false(wire_read_billing(rows[i], &messages_arena, &message, &refusal));
        assert_true(str_equals(refusal.code, S("MESSAGE_UNREADABLE")));
        assert_false(wire_read_approval(rows[i], &messages_arena, &message, &refusal));
        assert_true(str_equals(refusal.code, S("MESSAGE_UNREADABLE")));
    }
}

/* ---- identity */

static Str hash_hex_of(const char *json) {
    LedgerInput input = read_good(billing(json));
    return str_hex(&messages_arena, input.document.hash);
}

/* The hash is in every installation's tables: these two may never change. */
static void assert_hash(const char *json, const char *expected) {
    assert_string_equal(str_terminated(&messages_arena, hash_hex_of(json)), expected);
}

static void content_hashes_are_for_ever(void **state) {
    (void)state;
    assert_hash("{\"invoice_issued\":{" INVOICE "\"due_on\":\"2013-02-01\"}}",
                "6f49b13ffc184fa42df5e579d599fb7fcfbdb0662b534c4f53a37d07a9bf9e91");
    assert_hash("{\"write_off_proposed\":{" PROPOSAL "\"invoice_numbers\":[\"INV-1\",\"INV-2\"]}}",
                "6a2d3d67b400bdefd9ac8b9b5992c66666b88b4ad804a573ca85d9cd9903c142");
}

/* What a later contract adds, at any depth, is dropped: this program does not know what it means.
 */
static void unknown_fields_are_no_content(void **state) {
    (void)state;
    static const char later[] = "\xa2\x06\x03new"; /* field 100, a text */
    Arrears__Billing__V1__InvoiceIssued *plain =
        ARENA_NEW(&messages_arena, Arrears__Billing__V1__InvoiceIssued);
    arrears__billing__v1__invoice_issued__init(plain);
    plain->amount = wire_put_money(&messages_arena, usd(5));
    Str amount = wire_pack(&plain->amount->base, &messages_arena);
    Str more = str_format(&messages_arena, "\x22%c%.*s%s%s", (char)(amount.len + 6),
                          STR_ARGS(amount), later, later);
    ProtobufCMessage *read =
        wire_unpack(&arrears__billing__v1__invoice_issued__descriptor, more, &messages_arena, 4096);
    assert_non_null(read);
    assert_true(read->n_unknown_fields == 1);
    Hash known = content_hash(&plain->base, &messages_arena);
    assert_true(hash_equals(content_hash(read, &messages_arena), known));
}

static void other_content_has_another_hash(void **state) {
    (void)state;
    static const char *const rows[] = {
        "{\"invoice_issued\":{" INVOICE "\"due_on\":\"2013-02-01\"}}",
        "{\"invoice_issued\":{" INVOICE "\"due_on\":\"2013-02-02\"}}",
        "{\"payment_received\":{" WHO ",\"number\":\"INV-1\"," AMOUNT
        ",\"received_on\":\"2013-01-02\"}}",
        "{\"payment_received\":{" WHO ",\"number\":\"INV-1\"," AMOUNT
        ",\"received_on\":\"2013-01-02\",\"invoice_number\":\"INV-1\"}}",
        "{\"payment_received\":{" WHO ",\"number\":\"INV-1\",\"received_on\":\"2013-01-02\","
        "\"amount\":{\"currency\":\"EUR\",\"minor\":\"5594\"}}}",
        "{\"write_off_proposed\":{" PROPOSAL "\"invoice_numbers\":[\"INV-1\",\"INV-2\"]}}",
        "{\"write_off_proposed\":{" PROPOSAL "\"invoice_numbers\":[\"INV-2\",\"INV-1\"]}}",
        "{\"reminder_settled\":{" SETTLED ",\"reason\":\"x\",\"outcome\":1}}",
        "{\"reminder_settled\":{" SETTLED ",\"reason\":\"x\",\"outcome\":2}}",
        "{\"reminder_settled\":{" SETTLED ",\"reason\":\"y\",\"outcome\":2}}",
        "{\"reminder_resend_requested\":{" SETTLED ",\"reason\":\"x\"}}",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        for (ptrdiff_t k = 0; k < COUNT_OF(rows); k++) {
            assert_int_equal(str_equals(hash_hex_of(rows[i]), hash_hex_of(rows[k])), i == k);
        }
    }
}

/* ---- approvals */

#define ORIGIN                                                                                     \
    "\"origin\":{\"service\":\"approvals\",\"task\":1,\"seq\":\"4\",\"order\":\"9\",\"hops\":2},"
#define APPROVED                                                                                   \
    "{" ORIGIN WHO ",\"approved\":{\"request_id\":\"R-1\",\"kind\":\"REQUEST_KIND_WRITE_OFF\","

#define PART_OF(minor)                                                                             \
    "\"items\":[{\"invoice_number\":\"INV-1\",\"open\":{\"currency\":\"USD\",\"minor\":\"50\"},"   \
    "\"amount\":{\"currency\":\"USD\",\"minor\":\"" minor "\"}}]"

static void approved_write_offs_are_read(void **state) {
    (void)state;
    LedgerMessage message;
    WireRefusal refusal = {0};
    Str value = approval(APPROVED "\"items\":[{\"invoice_number\":\"INV-1\",\"open\":"
                                  "{\"currency\":\"USD\",\"minor\":\"50\"}}]}}");
    assert_true(wire_read_approval(value, &messages_arena, &message, &refusal));
    assert_int_equal(message.input.kind, LEDGER_APPROVAL);
    assert_int_equal(message.origin.seq, 4);
    assert_true(str_equals(message.account.customer, S("C-1")));
    assert_true(str_equals(message.input.approval.request, S("R-1")));
    assert_int_equal(money_compare(message.input.approval.open[0], usd(50)), 0);
    assert_true(money_is_zero(message.input.approval.amounts[0]));
}

static void a_request_names_its_invoices_until_it_is_rejected(void **state) {
    (void)state;
    LedgerMessage message;
    WireRefusal refusal = {0};
    Str value =
        approval("{" ORIGIN WHO ",\"received\":{\"request_id\":\"R-1\",\"kind\":1,\"items\":["
                 "{\"invoice_number\":\"INV-1\",\"instalment\":1},{\"invoice_number\":"
                 "\"INV-1\",\"instalment\":2},{\"invoice_number\":\"INV-2\"}]}}");
    assert_true(wire_read_approval(value, &messages_arena, &message, &refusal));
    assert_int_equal(message.input.kind, LEDGER_REQUEST);
    assert_int_equal(message.input.invoice_count, 2);
    assert_false(message.input.request.over);
    value = approval("{" ORIGIN WHO ",\"rejected\":{\"request_id\":\"R-1\",\"kind\":2}}");
    assert_true(wire_read_approval(value, &messages_arena, &message, &refusal));
    assert_int_equal(message.input.kind, LEDGER_REQUEST);
    assert_true(message.input.request.over);
}

static void an_approved_part_is_read_with_its_reason(void **state) {
    (void)state;
    LedgerMessage message;
    WireRefusal refusal = {0};
    Str value = approval(APPROVED "\"reason\":\"dead\",\"reason_code\":3," PART_OF("20") "}}");
    assert_true(wire_read_approval(value, &messages_arena, &message, &refusal));
    const ActApproval *approved = &message.input.approval;
    assert_int_equal(approved->act, ACT_WRITE_OFF);
    assert_int_equal(approved->code, WRITE_OFF_DECEASED);
    assert_true(str_equals(approved->reason, S("dead")));
    assert_int_equal(money_compare(approved->open[0], usd(50)), 0);
    assert_int_equal(money_compare(approved->amounts[0], usd(20)), 0);
}

static void other_approvals_are_none_of_the_ledgers_business(void **state) {
    (void)state;
    static const char *const rows[] = {
        "{" ORIGIN WHO ",\"rejected\":{\"request_id\":\"R-1\"}}",
        "{" ORIGIN WHO ",\"received\":{\"request_id\":\"R-1\"}}",
        "{" ORIGIN WHO ",\"routed\":{\"request_id\":\"R-1\"}}",
        "{" ORIGIN WHO ",\"decision_refused\":{\"request_id\":\"R-1\"}}",
        "{" ORIGIN WHO ",\"approved\":{\"request_id\":\"R-1\"}}", /* of another kind */
        "{" ORIGIN "\"day_closed\":{\"day\":\"2013-01-02\"}}",
        "{" ORIGIN "\"day_opened\":{\"day\":\"2013-01-02\"}}",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_true(wire_read_approval(approval(rows[i]), &messages_arena, &message, &refusal));
        assert_int_equal(message.input.kind, LEDGER_NOTHING);
    }
}

static void what_approvals_may_not_say_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *code;
        const char *json;
    } rows[] = {
        {"EVENT_UNKNOWN", "{" ORIGIN WHO "}"},
        {"ORIGIN_MISSING", "{" WHO ",\"rejected\":{}}"},
        {"LIST_SIZE", APPROVED "\"items\":[]}}"},
        {"AMOUNT_ABOVE_OPEN", APPROVED PART_OF("51") "}}"},
        {"REASON_UNKNOWN", APPROVED "\"reason_code\":8," PART_OF("5") "}}"},
        {"CHARGE_PRINCIPAL", "{" ORIGIN WHO ",\"approved\":{\"request_id\":\"R-1\","
                             "\"kind\":\"REQUEST_KIND_WAIVER\"," PART_OF("5") "}}"},
        {"ACCOUNT_MISSING",
         "{" ORIGIN "\"approved\":{\"request_id\":\"R-1\",\"kind\":\"REQUEST_KIND_WRITE_OFF\","
         "\"items\":[{\"invoice_number\":\"INV-1\",\"open\":{\"currency\":\"USD\","
         "\"minor\":\"50\"}}]}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_false(
            wire_read_approval(approval(rows[i].json), &messages_arena, &message, &refusal));
        if (!str_equals(refusal.code, str_of(rows[i].code))) {
            fail_msg("row %td: %.*s", i, STR_ARGS(refusal.code));
        }
    }
}

static void assert_part(const Instalment *part, int64_t minor, const char *due_on) {
    assert_int_equal(money_compare(part->amount, usd(minor)), 0);
    assert_int_equal(date_compare(part->due_on, day(due_on)), 0);
}

#define PART(minor, due_on)                                                                        \
    "{\"amount\":{\"currency\":\"USD\",\"minor\":\"" minor "\"},\"due_on\":\"" due_on "\"}"
#define PARTS(parts) "{\"invoice_issued\":{" INVOICE "\"instalments\":[" parts "]}}"

static void instalments_are_read(void **state) {
    (void)state;
    LedgerInput input =
        read_good(billing(PARTS(PART("5000", "2013-02-01") "," PART("594", "2013-03-01"))));
    assert_int_equal(input.issued.instalment_count, 2);
    assert_part(&input.issued.instalments[0], 5000, "2013-02-01");
    assert_part(&input.issued.instalments[1], 594, "2013-03-01");
    assert_int_equal(date_compare(input.issued.due_on, day("2013-03-01")), 0);
    LedgerInput other =
        read_good(billing(PARTS(PART("5000", "2013-02-01") "," PART("594", "2013-03-02"))));
    assert_false(str_equals(input.document.hash, other.document.hash));
}

static void instalments_that_are_no_plan_are_refused(void **state) {
    (void)state;
    const struct {
        const char *json;
        const char *code;
    } rows[] = {
        {PARTS(PART("5594", "2013-02-01")), "LIST_SIZE"},
        {PARTS(PART("5000", "2013-02-01") "," PART("595", "2013-03-01")), "INSTALMENT_SUM"},
        {PARTS(PART("5000", "2013-02-01") "," PART("594", "2013-02-01")), "INSTALMENT_ORDER"},
        {PARTS(PART("5594", "2013-02-01") "," PART("0", "2013-03-01")), "AMOUNT"},
        {PARTS(PART("9223372036854775807", "2013-02-01") "," PART("9223372036854775807",
                                                                  "2013-03-01")),
         "AMOUNT"},
        {"{\"invoice_issued\":{" INVOICE "\"due_on\":\"2013-02-01\",\"instalments\":[" PART(
             "5000", "2013-02-01") "," PART("594", "2013-03-01") "]}}",
         "DUE_TWICE"},
        {"{\"invoice_issued\":{" INVOICE "\"instalments\":[" PART(
             "5000", "2013-02-01") ",{\"amount\":{\"currency\":\"EUR\",\"minor\":\"594\"},\"due_"
                                   "on\":\"2013-03-01\"}]}}",
         "CURRENCY_DIFFERS"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_false(wire_read_billing(billing(rows[i].json), &messages_arena, &message, &refusal));
        if (!str_starts_with(refusal.code, str_of(rows[i].code))) {
            fail_msg("%s: %.*s: %.*s", rows[i].code, STR_ARGS(refusal.code),
                     STR_ARGS(refusal.sentence));
        }
    }
}
int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invoices_are_read),
        cmocka_unit_test(credits_are_read),
        cmocka_unit_test(requests_of_persons_are_read),
        cmocka_unit_test(words_on_reminders_are_read),
        cmocka_unit_test(faults_have_their_code),
        cmocka_unit_test(other_bytes_are_refused),
        cmocka_unit_test(content_hashes_are_for_ever),
        cmocka_unit_test(unknown_fields_are_no_content),
        cmocka_unit_test(other_content_has_another_hash),
        cmocka_unit_test(approved_write_offs_are_read),
        cmocka_unit_test(an_approved_part_is_read_with_its_reason),
        cmocka_unit_test(a_request_names_its_invoices_until_it_is_rejected),
        cmocka_unit_test(other_approvals_are_none_of_the_ledgers_business),
        cmocka_unit_test(what_approvals_may_not_say_is_refused),
        cmocka_unit_test(instalments_are_read),
        cmocka_unit_test(instalments_that_are_no_plan_are_refused),
    };
    return cmocka_run_group_tests(tests, messages_start, messages_end);
}
