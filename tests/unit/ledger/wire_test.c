/* Messages and the core's structs: what is let through, what is refused and why, what is said. */
#include "ledger/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/content.h"
#include "contract/json.h"
#include "contract/messages.h"
#include "contract/wire.h"
#include "tests/unit/ledger/values.h"

static Arena arena;

static int start(void **state) {
    (void)state;
    arena = arena_open("test", 4 << 20);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

/* ---- messages written as JSON */

static Str bytes_of(const char *topic, const char *json) {
    ProtobufCMessage *message = NULL;
    Str why = {0};
    if (!json_parse(message_of_topic(str_of(topic)), str_of(json), &arena, &message, &why)) {
        fail_msg("%.*s", STR_ARGS(why));
    }
    return wire_pack(message, &arena);
}

static Str billing(const char *json) {
    return bytes_of("arrears.billing.v1", json);
}

static Str approval(const char *json) {
    return bytes_of("arrears.approvals.v1", json);
}

static LedgerInput read_good(Str value) {
    LedgerMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_billing(value, &arena, &message, &refusal)) {
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
        assert_false(wire_read_billing(billing(rows[i].json), &arena, &message, &refusal));
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
        assert_false(wire_read_billing(rows[i], &arena, &message, &refusal));
        assert_true(str_equals(refusal.code, S("MESSAGE_UNREADABLE")));
        assert_false(wire_read_approval(rows[i], &arena, &message, &refusal));
        assert_true(str_equals(refusal.code, S("MESSAGE_UNREADABLE")));
    }
}

/* ---- identity */

static Str hash_hex_of(const char *json) {
    LedgerInput input = read_good(billing(json));
    return str_hex(&arena, input.document.hash);
}

/* The hash is in every installation's tables: these two may never change. */
static void assert_hash(const char *json, const char *expected) {
    assert_string_equal(str_terminated(&arena, hash_hex_of(json)), expected);
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
        ARENA_NEW(&arena, Arrears__Billing__V1__InvoiceIssued);
    arrears__billing__v1__invoice_issued__init(plain);
    plain->amount = wire_put_money(&arena, usd(5));
    Str amount = wire_pack(&plain->amount->base, &arena);
    Str more = str_format(&arena, "\x22%c%.*s%s%s", (char)(amount.len + 6), STR_ARGS(amount), later,
                          later);
    ProtobufCMessage *read =
        wire_unpack(&arrears__billing__v1__invoice_issued__descriptor, more, &arena, 4096);
    assert_non_null(read);
    assert_true(read->n_unknown_fields == 1);
    Hash known = content_hash(&plain->base, &arena);
    assert_true(hash_equals(content_hash(read, &arena), known));
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

static void approved_write_offs_are_read(void **state) {
    (void)state;
    LedgerMessage message;
    WireRefusal refusal = {0};
    Str value = approval(APPROVED "\"items\":[{\"invoice_number\":\"INV-1\",\"open\":"
                                  "{\"currency\":\"USD\",\"minor\":\"50\"}}]}}");
    assert_true(wire_read_approval(value, &arena, &message, &refusal));
    assert_int_equal(message.input.kind, LEDGER_APPROVAL);
    assert_int_equal(message.origin.seq, 4);
    assert_true(str_equals(message.account.customer, S("C-1")));
    assert_true(str_equals(message.input.approval.request, S("R-1")));
    assert_int_equal(money_compare(message.input.approval.open[0], usd(50)), 0);
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
        assert_true(wire_read_approval(approval(rows[i]), &arena, &message, &refusal));
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
        {"ACCOUNT_MISSING",
         "{" ORIGIN "\"approved\":{\"request_id\":\"R-1\",\"kind\":\"REQUEST_KIND_WRITE_OFF\","
         "\"items\":[{\"invoice_number\":\"INV-1\",\"open\":{\"currency\":\"USD\","
         "\"minor\":\"50\"}}]}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        LedgerMessage message;
        WireRefusal refusal = {0};
        assert_false(wire_read_approval(approval(rows[i].json), &arena, &message, &refusal));
        if (!str_equals(refusal.code, str_of(rows[i].code))) {
            fail_msg("row %td: %.*s", i, STR_ARGS(refusal.code));
        }
    }
}

/* ---- facts */

static void assert_said(const Fact *fact, const char *type, const char *expected) {
    Stamp stamp = {.origin = {S("ledger"), 3, 7, 9, 1},
                   .cause = {.kind = CAUSE_DAY, .day = day("2013-03-04")},
                   .day = day("2013-03-04")};
    Str bytes = wire_write_fact(fact, (Account){S("ACME"), S("C-1")}, &stamp, &arena);
    const ProtobufCMessageDescriptor *descriptor = message_of_topic(S("arrears.ledger.v1"));
    const ProtobufCMessage *message = wire_unpack(descriptor, bytes, &arena, 1 << 20);
    assert_non_null(message);
    Str json = {0};
    Err err = {0};
    assert_true(json_print(message, &arena, &json, &err));
    Str start_of_all =
        S("{\"origin\":{\"service\":\"ledger\",\"task\":3,\"seq\":\"7\",\"order\":\"9\","
          "\"hops\":1},\"cause\":{\"day\":\"2013-03-04\"},\"creditor\":\"ACME\","
          "\"customer\":\"C-1\",\"recordedOn\":\"2013-03-04\",");
    assert_true(str_starts_with(json, start_of_all));
    Str rest = str_slice(json, start_of_all.len, json.len);
    if (!str_equals(rest, str_of(expected))) {
        fail_msg("expected %s\n     got %.*s", expected, STR_ARGS(rest));
    }
    assert_string_equal(wire_fact_type(fact->kind), type);
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
        assert_false(wire_read_billing(billing(rows[i].json), &arena, &message, &refusal));
        if (!str_starts_with(refusal.code, str_of(rows[i].code))) {
            fail_msg("%s: %.*s: %.*s", rows[i].code, STR_ARGS(refusal.code),
                     STR_ARGS(refusal.sentence));
        }
    }
}

static void facts_are_said(void **state) {
    (void)state;
    Date due = day("2013-02-01");
    const ItemKey second = {S("INV-1"), CHARGE_INTEREST, 2};
    const ItemKey whole = {S("INV-1"), CHARGE_PRINCIPAL, 0};
    const struct {
        Fact fact;
        const char *type;
        const char *json;
    } rows[] = {
        {{.kind = FACT_INVOICE_POSTED,
          .posted = {S("INV-1"), usd(5594), day("2013-01-02"), due, NULL, 0}},
         "arrears.ledger.v1.InvoicePosted",
         "\"invoicePosted\":{\"number\":\"INV-1\",\"amount\":{\"currency\":\"USD\",\"minor\":"
         "\"5594\"},"
         "\"issuedOn\":\"2013-01-02\",\"dueOn\":\"2013-02-01\"}}"},
        {{.kind = FACT_CREDIT_POSTED,
          .credit = {CREDIT_PAYMENT, S("PAY-1"), usd(5), due, S("INV-1")}},
         "arrears.ledger.v1.CreditPosted",
         "\"creditPosted\":{\"kind\":\"CREDIT_KIND_PAYMENT\",\"number\":\"PAY-1\","
         "\"amount\":{\"currency\":\"USD\",\"minor\":\"5\"},\"effectiveOn\":\"2013-02-01\","
         "\"invoiceNumber\":\"INV-1\"}}"},
        {{.kind = FACT_ALLOCATED,
          .allocated = {CREDIT_NOTE, S("CN-1"), second, usd(5), due, usd(3), usd(0),
                        ALLOCATION_BY_INSTALMENT}},
         "arrears.ledger.v1.Allocated",
         "\"allocated\":{\"kind\":\"CREDIT_KIND_CREDIT_NOTE\",\"number\":\"CN-1\","
         "\"invoiceNumber\":\"INV-1\",\"amount\":{\"currency\":\"USD\",\"minor\":\"5\"},"
         "\"effectiveOn\":\"2013-02-01\",\"open\":{\"currency\":\"USD\",\"minor\":\"3\"},"
         "\"unapplied\":{\"currency\":\"USD\"},\"charge\":\"CHARGE_INTEREST\",\"instalment\":2,"
         "\"policy\":\"by_instalment\"}}"},
        {{.kind = FACT_INVOICE_SETTLED,
          .settled = {whole, usd(5), day("2013-01-02"), due, day("2013-02-03"), 2}},
         "arrears.ledger.v1.InvoiceSettled",
         "\"invoiceSettled\":{\"number\":\"INV-1\",\"amount\":{\"currency\":\"USD\",\"minor\":"
         "\"5\"},"
         "\"issuedOn\":\"2013-01-02\",\"dueOn\":\"2013-02-01\",\"settledOn\":\"2013-02-03\","
         "\"daysLate\":2}}"},
        {{.kind = FACT_INVOICE_REVERSED, .reversed = {S("INV-1"), usd(5), S("CAN-1"), due}},
         "arrears.ledger.v1.InvoiceReversed",
         "\"invoiceReversed\":{\"number\":\"INV-1\",\"amount\":{\"currency\":\"USD\",\"minor\":"
         "\"5\"},"
         "\"cancellationNumber\":\"CAN-1\",\"effectiveOn\":\"2013-02-01\"}}"},
        {{.kind = FACT_BUCKET_ENTERED, .entered = {second, S("1-30"), 1, due, usd(5)}},
         "arrears.ledger.v1.BucketEntered",
         "\"bucketEntered\":{\"number\":\"INV-1\",\"bucket\":\"1-30\",\"daysPastDue\":1,"
         "\"dueOn\":\"2013-02-01\",\"open\":{\"currency\":\"USD\",\"minor\":\"5\"},"
         "\"charge\":\"CHARGE_INTEREST\",\"instalment\":2}}"},
        {{.kind = FACT_WRITTEN_OFF, .written_off = {whole, usd(5), S("R-1"), due}},
         "arrears.ledger.v1.WrittenOff",
         "\"writtenOff\":{\"number\":\"INV-1\",\"amount\":{\"currency\":\"USD\",\"minor\":\"5\"},"
         "\"requestId\":\"R-1\",\"effectiveOn\":\"2013-02-01\"}}"},
        {{.kind = FACT_WRITE_OFF_REFUSED,
          .write_off_refused = {S("R-1"), REFUSED_ON_HOLD, S("On hold.")}},
         "arrears.ledger.v1.WriteOffRefused",
         "\"writeOffRefused\":{\"requestId\":\"R-1\",\"reason\":\"WRITE_OFF_REFUSAL_ON_HOLD\","
         "\"sentence\":\"On hold.\"}}"},
        {{.kind = FACT_RECOVERED, .recovered = {S("PAY-1"), whole, usd(5), due, usd(0)}},
         "arrears.ledger.v1.Recovered",
         "\"recovered\":{\"paymentNumber\":\"PAY-1\",\"invoiceNumber\":\"INV-1\","
         "\"amount\":{\"currency\":\"USD\",\"minor\":\"5\"},\"effectiveOn\":\"2013-02-01\","
         "\"writtenOff\":{\"currency\":\"USD\"}}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_said(&rows[i].fact, rows[i].type, rows[i].json);
    }
}

static void refusals_and_holds_are_said(void **state) {
    (void)state;
    const struct {
        Fact fact;
        const char *type;
        const char *json;
    } rows[] = {
        {{.kind = FACT_INPUT_REFUSED,
          .refused = {REFUSED_OVERFLOW, S("Too much."), "invoice", S("INV-1")}},
         "arrears.ledger.v1.InputRefused",
         "\"inputRefused\":{\"reason\":\"REFUSAL_REASON_OVERFLOW\",\"sentence\":\"Too much.\","
         "\"kind\":\"invoice\",\"number\":\"INV-1\"}}"},
        {{.kind = FACT_HELD, .held = {S("t"), 3, 17, S("DATE_UNREAL"), S("No day.")}},
         "arrears.ledger.v1.Held",
         "\"held\":{\"topic\":\"t\",\"partition\":3,\"offset\":\"17\",\"reason\":\"DATE_UNREAL\","
         "\"sentence\":\"No day.\"}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_said(&rows[i].fact, rows[i].type, rows[i].json);
    }
}

static void instalments_are_said(void **state) {
    (void)state;
    const Instalment parts[] = {{usd(5000), day("2013-01-15")}, {usd(594), day("2013-02-01")}};
    Fact fact = {.kind = FACT_INVOICE_POSTED,
                 .posted = {S("INV-1"), usd(5594), day("2013-01-02"), day("2013-02-01"), parts,
                            COUNT_OF(parts)}};
    assert_said(
        &fact, "arrears.ledger.v1.InvoicePosted",
        "\"invoicePosted\":{\"number\":\"INV-1\",\"amount\":{\"currency\":\"USD\","
        "\"minor\":\"5594\"},\"issuedOn\":\"2013-01-02\",\"dueOn\":\"2013-02-01\","
        "\"instalments\":["
        "{\"amount\":{\"currency\":\"USD\",\"minor\":\"5000\"},\"dueOn\":\"2013-01-15\"},"
        "{\"amount\":{\"currency\":\"USD\",\"minor\":\"594\"},\"dueOn\":\"2013-02-01\"}]}}");
}

static void terms_of_an_invoice_are_said(void **state) {
    (void)state;
    Fact posted = {.kind = FACT_INVOICE_POSTED,
                   .posted = {.number = S("INV-1"),
                              .amount = usd(5),
                              .issued_on = day("2013-01-02"),
                              .due_on = day("2013-02-01"),
                              .tax = usd(0),
                              .terms = {.dispute_days = 14,
                                        .forum = FORUM_COURT,
                                        .jurisdiction = S("DE"),
                                        .agencies = AGENCIES_ALLOWED,
                                        .ways = S("transfer card")}}};
    assert_said(&posted, "arrears.ledger.v1.InvoicePosted",
                "\"invoicePosted\":{\"number\":\"INV-1\","
                "\"amount\":{\"currency\":\"USD\",\"minor\":\"5\"},"
                "\"issuedOn\":\"2013-01-02\",\"dueOn\":\"2013-02-01\","
                "\"terms\":{\"disputeDays\":14,\"forum\":\"FORUM_COURT\","
                "\"jurisdiction\":\"DE\",\"agencies\":\"AGENCY_PERMISSION_ALLOWED\","
                "\"ways\":[\"PAYMENT_WAY_TRANSFER\",\"PAYMENT_WAY_CARD\"]}}}");
}

/* What a fact becomes on the topic. */
typedef struct Said {
    Fact fact;
    const char *type;
    const char *json;
} Said;

#define ITEM       "\"invoiceNumber\":\"INV-1\",\"charge\":\"CHARGE_COSTS\",\"instalment\":2,"
#define USD(minor) "{\"currency\":\"USD\",\"minor\":\"" #minor "\"}"
#define ON         "\"effectiveOn\":\"2013-02-01\""

static void what_is_charged_is_said(void **state) {
    (void)state;
    const ItemKey key = {S("INV-1"), CHARGE_COSTS, 2};
    Date on = day("2013-02-01");
    const Said rows[] = {
        {{.kind = FACT_CHARGE_POSTED, .charge = {key, S("F-1"), usd(5), on, on, {0}, DATE_NONE}},
         "arrears.ledger.v1.ChargePosted",
         "\"chargePosted\":{" ITEM
         "\"number\":\"F-1\",\"amount\":" USD(5) "," ON ",\"dueOn\":\"2013-02-01\"}}"},
        {{.kind = FACT_CHARGE_POSTED, .charge = {key, {0}, usd(5), on, on, S("ireland"), on}},
         "arrears.ledger.v1.ChargePosted",
         "\"chargePosted\":{" ITEM
         "\"amount\":" USD(5) "," ON ",\"dueOn\":\"2013-02-01\",\"regime\":\"ireland\","
                              "\"accruedUntil\":\"2013-02-01\"}}"},
        {{.kind = FACT_INTEREST_ACCRUED, .accrued = {key, S("ireland"), usd(5), usd(1), on}},
         "arrears.ledger.v1.InterestAccrued",
         "\"interestAccrued\":{\"invoiceNumber\":\"INV-1\",\"instalment\":2,\"regime\":\"ireland\","
         "\"amount\":" USD(5) ",\"posted\":" USD(1) ",\"accruedUntil\":\"2013-02-01\"}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_said(&rows[i].fact, rows[i].type, rows[i].json);
    }
}

/* What takes back, forgives or restores: the item, the document, the amount and what is open now.
 */
static void what_is_open_again_or_less_is_said(void **state) {
    (void)state;
    const ItemKey key = {S("INV-1"), CHARGE_COSTS, 2};
    Date on = day("2013-02-01");
    const Said rows[] = {
        {{.kind = FACT_DISCOUNT_GRANTED, .forgiven = {key, S("PAY-1"), usd(5), on, usd(1)}},
         "arrears.ledger.v1.DiscountGranted",
         "\"discountGranted\":{" ITEM
         "\"paymentNumber\":\"PAY-1\",\"amount\":" USD(5) "," ON ",\"open\":" USD(1) "}}"},
        {{.kind = FACT_TOLERANCE_USED, .forgiven = {key, S("PAY-1"), usd(5), on, usd(1)}},
         "arrears.ledger.v1.ToleranceUsed",
         "\"toleranceUsed\":{" ITEM
         "\"paymentNumber\":\"PAY-1\",\"amount\":" USD(5) "," ON ",\"open\":" USD(1) "}}"},
        {{.kind = FACT_PAYMENT_REVERSED,
          .payment_reversed = {S("RV-1"), S("PAY-1"), REVERSAL_CHARGEBACK, usd(5), on, usd(3)}},
         "arrears.ledger.v1.PaymentReversed",
         "\"paymentReversed\":{\"number\":\"RV-1\",\"paymentNumber\":\"PAY-1\",\"kind\":"
         "\"REVERSAL_KIND_CHARGEBACK\",\"amount\":" USD(5) "," ON ",\"unapplied\":" USD(3) "}}"},
        {{.kind = FACT_ALLOCATION_REVERSED,
          .reopened = {CREDIT_PAYMENT, S("PAY-1"), key, usd(5), on, usd(7), on, on, true}},
         "arrears.ledger.v1.AllocationReversed",
         "\"allocationReversed\":{" ITEM "\"kind\":\"CREDIT_KIND_PAYMENT\",\"number\":\"PAY-1\","
         "\"amount\":" USD(5) "," ON ",\"open\":" USD(
             7) ",\"issuedOn\":\"2013-02-01\",\"dueOn\":\"2013-02-01\",\"forgiven\":true}}"},
        {{.kind = FACT_RECOVERY_REVERSED, .recovered = {S("PAY-1"), key, usd(5), on, usd(9)}},
         "arrears.ledger.v1.RecoveryReversed",
         "\"recoveryReversed\":{" ITEM
         "\"paymentNumber\":\"PAY-1\",\"amount\":" USD(5) "," ON ",\"writtenOff\":" USD(9) "}}"},
        {{.kind = FACT_REFUNDED, .refunded = {S("RF-1"), usd(5), on, usd(4)}},
         "arrears.ledger.v1.Refunded",
         "\"refunded\":{\"number\":\"RF-1\",\"amount\":" USD(5) "," ON
                                                                ",\"unapplied\":" USD(4) "}}"},
        {{.kind = FACT_DUE_DATE_EXTENDED, .extended = {key, on, on, on, S("E-1")}},
         "arrears.ledger.v1.DueDateChanged",
         "\"dueDateChanged\":{" ITEM "\"dueOn\":\"2013-02-01\",\"firstDueOn\":\"2013-02-01\"," ON
         ",\"number\":\"E-1\"}}"},
        {{.kind = FACT_DEBT_REDUCED,
          .reduced = {key, REDUCTION_SALE, S("S-1"), usd(5), on, usd(1)}},
         "arrears.ledger.v1.DebtReduced",
         "\"debtReduced\":{" ITEM "\"kind\":\"REDUCTION_KIND_SALE\",\"number\":\"S-1\","
         "\"amount\":" USD(5) "," ON ",\"open\":" USD(1) "}}"},
        {{.kind = FACT_DEBT_RESTORED,
          .restored = {key, RESTORED_REINSTATED, S("RI-1"), usd(5), on, usd(5), usd(2), on, on}},
         "arrears.ledger.v1.DebtRestored",
         "\"debtRestored\":{" ITEM "\"kind\":\"RESTORED_KIND_REINSTATED\",\"number\":\"RI-1\","
         "\"amount\":" USD(5) "," ON ",\"open\":" USD(5) ",\"writtenOff\":" USD(
             2) ",\"issuedOn\":\"2013-02-01\",\"dueOn\":\"2013-02-01\"}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_said(&rows[i].fact, rows[i].type, rows[i].json);
    }
}

/* A note is the input as it came in, in the ledger's order. */
static void notes_repeat_the_input(void **state) {
    (void)state;
    LedgerInput proposal = read_good(billing("{\"write_off_proposed\":{" PROPOSAL
                                             "\"invoice_numbers\":[\"INV-1\",\"INV-2\"]}}"));
    Fact noted = {.kind = FACT_PROPOSAL_NOTED, .noted = &proposal};
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"writeOffProposed\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
                "\"number\":\"P-1\",\"invoiceNumbers\":[\"INV-1\",\"INV-2\"],"
                "\"reason\":\"gone\",\"actor\":{\"id\":\"alice\"}}}}");
    LedgerInput cleared =
        read_good(billing("{\"hold_cleared\":{" WHO ",\"topic\":\"t\",\"partition\":3,"
                          "\"offset\":\"17\",\"reason\":\"sent again\"," ACTOR "}}"));
    noted = (Fact){.kind = FACT_HOLD_CLEARED_NOTED, .noted = &cleared};
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"holdCleared\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
                "\"topic\":\"t\",\"partition\":3,\"offset\":\"17\",\"reason\":\"sent again\","
                "\"actor\":{\"id\":\"alice\"}}}}");
}

static void notes_on_reminders_repeat_the_input(void **state) {
    (void)state;
    LedgerInput settled =
        read_good(billing("{\"reminder_settled\":{" SETTLED ",\"reason\":\"in the log\","
                          "\"outcome\":\"REMINDER_OUTCOME_SENT\"}}"));
    Fact noted = {.kind = FACT_SETTLEMENT_NOTED, .noted = &settled};
    assert_said(
        &noted, "arrears.ledger.v1.Noted",
        "\"noted\":{\"reminderSettled\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
        "\"number\":\"S-1\",\"reminderId\":\"R-3-17\",\"outcome\":"
        "\"REMINDER_OUTCOME_SENT\",\"reason\":\"in the log\",\"actor\":{\"id\":\"alice\"}}}}");
    LedgerInput resend =
        read_good(billing("{\"reminder_resend_requested\":{" SETTLED ",\"reason\":\"mended\"}}"));
    noted = (Fact){.kind = FACT_RESEND_NOTED, .noted = &resend};
    assert_said(
        &noted, "arrears.ledger.v1.Noted",
        "\"noted\":{\"reminderResendRequested\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
        "\"number\":\"S-1\",\"reminderId\":\"R-3-17\",\"reason\":\"mended\","
        "\"actor\":{\"id\":\"alice\"}}}}");
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
        cmocka_unit_test(other_approvals_are_none_of_the_ledgers_business),
        cmocka_unit_test(what_approvals_may_not_say_is_refused),
        cmocka_unit_test(instalments_are_read),
        cmocka_unit_test(instalments_that_are_no_plan_are_refused),
        cmocka_unit_test(facts_are_said),
        cmocka_unit_test(refusals_and_holds_are_said),
        cmocka_unit_test(instalments_are_said),
        cmocka_unit_test(terms_of_an_invoice_are_said),
        cmocka_unit_test(what_is_charged_is_said),
        cmocka_unit_test(what_is_open_again_or_less_is_said),
        cmocka_unit_test(notes_repeat_the_input),
        cmocka_unit_test(notes_on_reminders_repeat_the_input),
    };
    return cmocka_run_group_tests(tests, start, end);
}
