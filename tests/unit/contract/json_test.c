/* Protobuf's JSON form: rows a person can compare with what protobuf's documentation says. */
#include "contract/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/messages.h"
#include "contract/wire.h"

static Arena arena;

static const char BILLING[] = "arrears.billing.v1.BillingEvent";
static const char LEDGER[] = "arrears.ledger.v1.LedgerEvent";
static const char REQUESTS[] = "arrears.approvals.v1.ApprovalRequestEvent";
static const char TICK[] = "arrears.envelope.v1.Tick";
static const char SET[] = "arrears.policies.v1.PolicySet";
static const char DECISION[] = "arrears.approvals.v1.Decision";

static const ProtobufCMessageDescriptor *descriptor_of(const char *name) {
    const ProtobufCMessageDescriptor *descriptor = message_find(str_of(name));
    assert_non_null(descriptor);
    return descriptor;
}

static ProtobufCMessage *parse(const char *message, Str json) {
    ProtobufCMessage *parsed = NULL;
    Str why = {0};
    if (!json_parse(descriptor_of(message), json, &arena, &parsed, &why)) {
        fail_msg("%.*s\n%.*s", STR_ARGS(json), STR_ARGS(why));
    }
    return parsed;
}

static void check_printed(const ProtobufCMessage *message, const char *expected) {
    Str printed = {0};
    Err err = {0};
    assert_true(json_print(message, &arena, &printed, &err));
    assert_string_equal(str_terminated(&arena, printed), expected);
}

/* What is written in this form is read and printed again without a change. */
static void the_canonical_form(void **state) {
    (void)state;
    static const struct {
        const char *message;
        const char *json;
    } rows[] = {
        {BILLING, "{}"},
        {BILLING, "{\"paymentReceived\":{}}"},
        {BILLING,
         "{\"invoiceIssued\":{\"creditor\":\"ACME\",\"customer\":\"4711\",\"number\":\"R 1\","
         "\"amount\":{\"currency\":\"USD\",\"minor\":\"12345\"},"
         "\"issuedOn\":\"2013-06-30\",\"dueOn\":\"2013-07-30\"}}"},
        {BILLING, "{\"writeOffProposed\":{\"invoiceNumbers\":[\"1\",\"\",\"3\"],"
                  "\"actor\":{\"id\":\"anna\"}}}"},
        {BILLING, "{\"holdCleared\":{\"partition\":-7,\"offset\":\"9223372036854775807\"}}"},
        {BILLING, "{\"holdCleared\":{\"reason\":\"gr\xc3\xbc\xc3\x9f \\\"\\\\\\n\\u0001\"}}"},
        {BILLING, "{\"tick\":{\"payload\":\"AAH/\",\"keyId\":\"k\",\"signature\":\"+/8=\"}}"},
        {LEDGER, "{\"origin\":{\"service\":\"ledger\",\"seq\":\"1\",\"order\":\"2\"},"
                 "\"cause\":{\"day\":\"2013-06-30\"},\"recordedOn\":\"2013-06-30\","
                 "\"creditPosted\":{\"kind\":\"CREDIT_KIND_PAYMENT\"}}"},
        {LEDGER, "{\"cause\":{\"day\":\"\"}}"},       /* a member of a oneof is printed even so */
        {LEDGER, "{\"creditPosted\":{\"kind\":99}}"}, /* a newer writer's */
        {REQUESTS, "{\"requested\":{\"items\":[{},{\"invoiceNumber\":\"7\"}],"
                   "\"evidence\":{\"daysPastDue\":-2147483648}}}"},
        {TICK, "{\"opened\":{\"day\":\"2013-06-30\",\"simulated\":true}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        check_printed(parse(rows[i].message, str_of(rows[i].json)), rows[i].json);
    }
}

/* What people and other programs write, and the form it has when printed. */
static void other_forms_are_read(void **state) {
    (void)state;
    static const struct {
        const char *message;
        Str json;
        const char *canonical;
    } rows[] = {
        {BILLING, S(" {\n\t\"invoice_issued\" : { \"due_on\" : \"2013-07-30\" } }\r\n"),
         "{\"invoiceIssued\":{\"dueOn\":\"2013-07-30\"}}"},
        {BILLING, S("{\"invoiceIssued\":{\"amount\":{\"minor\":12345}}}"),
         "{\"invoiceIssued\":{\"amount\":{\"minor\":\"12345\"}}}"},
        {BILLING, S("{\"holdCleared\":{\"partition\":\"7\",\"offset\":0}}"),
         "{\"holdCleared\":{\"partition\":7}}"},
        {BILLING, S("{\"tick\":{\"payload\":\"-_8\"}}"), "{\"tick\":{\"payload\":\"+/8=\"}}"},
        {LEDGER, S("{\"creditPosted\":{\"kind\":2}}"),
         "{\"creditPosted\":{\"kind\":\"CREDIT_KIND_CREDIT_NOTE\"}}"},
        {LEDGER, S("{\"creditPosted\":{\"kind\":\"CREDIT_KIND_UNSPECIFIED\"}}"),
         "{\"creditPosted\":{}}"},
        {BILLING, S("{\"tick\":null,\"invoiceIssued\":{\"number\":null,\"amount\":null}}"),
         "{\"invoiceIssued\":{}}"},
        {BILLING, S("{\"writeOffProposed\":{\"invoiceNumbers\":[]}}"), "{\"writeOffProposed\":{}}"},
        {BILLING, S("{\"writeOffProposed\":{\"invoiceNumbers\":null}}"),
         "{\"writeOffProposed\":{}}"},
        {TICK, S("{\"opened\":{\"simulated\":false}}"), "{\"opened\":{}}"},
        {SET, S("{\"entries\":[{\"path\":\"\\u00fc\"}]}"),
         "{\"entries\":[{\"path\":\"\xc3\xbc\"}]}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        check_printed(parse(rows[i].message, rows[i].json), rows[i].canonical);
    }
}

static void faults_name_their_path(void **state) {
    (void)state;
    static const struct {
        const char *message;
        Str json;
        const char *why;
    } rows[] = {
        {BILLING, S("{\"invoiceIssued\":{\"amount\":{\"minor\":\"12.5\"}}}"),
         "invoiceIssued.amount.minor: \"12.5\" is not a whole number of 64 bits; send digits, as "
         "\"12345\"."},
        {BILLING, S("{\"invoiceIssued\":{\"amount\":{\"minor\":12.5}}}"),
         "invoiceIssued.amount.minor: a number with a point or exponent is not a whole number of "
         "64 bits; send digits, as \"12345\"."},
        {BILLING, S("{\"invoiceIssued\":{\"amount\":{\"minor\":\"9223372036854775808\"}}}"),
         "invoiceIssued.amount.minor: \"9223372036854775808\" is not a whole number of 64 bits; "
         "send digits, as \"12345\"."},
        {BILLING, S("{\"invoiceIssued\":{\"amount\":{\"minor\":true}}}"),
         "invoiceIssued.amount.minor: true or false is not a whole number of 64 bits; send "
         "digits, as \"12345\"."},
        {BILLING, S("{\"holdCleared\":{\"partition\":2147483648}}"),
         "holdCleared.partition: this number is not a whole number of 32 bits; send digits, as "
         "123."},
        {BILLING, S("{\"invoiceIssued\":{\"amont\":{}}}"),
         "invoiceIssued: there is no field \"amont\"; InvoiceIssued has: creditor, customer, "
         "number, amount, issuedOn, dueOn, instalments, discount, taxes, purchaseReference, "
         "contractReference, salesperson, interest, netDays, terms."},
        {TICK, S("{\"Opened\":{}}"),
         "message: there is no field \"Opened\"; Tick has: opened, closed."},
        {BILLING, S("{\"invoiceIssued\":{},\"payment_received\":{}}"),
         "message: has both \"invoiceIssued\" and \"paymentReceived\"; set one of them."},
        {BILLING, S("{\"invoiceIssued\":{\"dueOn\":\"a\",\"due_on\":\"a\"}}"),
         "invoiceIssued: \"due_on\" is given under two names; send it once."},
        {REQUESTS, S("{\"requested\":{\"items\":[{},{\"open\":7}]}}"),
         "requested.items[1].open: send an object in braces (Money)."},
        {BILLING, S("{\"writeOffProposed\":{\"invoiceNumbers\":[\"1\",2]}}"),
         "writeOffProposed.invoiceNumbers[1]: send a text in quotes."},
        {BILLING, S("{\"writeOffProposed\":{\"invoiceNumbers\":[null]}}"),
         "writeOffProposed.invoiceNumbers[0]: send a text in quotes."},
        {BILLING, S("{\"writeOffProposed\":{\"invoiceNumbers\":\"1\"}}"),
         "writeOffProposed.invoiceNumbers: send a list in brackets."},
        {BILLING, S("{\"tick\":{\"payload\":\"*\"}}"),
         "tick.payload: send bytes as a text in base64."},
        {BILLING, S("{\"tick\":{\"payload\":[1]}}"),
         "tick.payload: send bytes as a text in base64."},
        {TICK, S("{\"opened\":{\"simulated\":\"true\"}}"), "opened.simulated: send true or false."},
        {DECISION, S("{\"verdict\":\"APPROVE\"}"),
         "verdict: \"APPROVE\" is none of VERDICT_UNSPECIFIED, VERDICT_APPROVE, VERDICT_REJECT."},
        {DECISION, S("{\"verdict\":true}"),
         "verdict: true or false is none of VERDICT_UNSPECIFIED, VERDICT_APPROVE, "
         "VERDICT_REJECT."},
        {TICK, S("[]"), "message: send an object in braces (Tick)."},
        {TICK, S("{\"opened\":{},\"opened\":{}}"),
         "message: line 1, column 21: duplicate object key near '\"opened\"'."},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        ProtobufCMessage *message = NULL;
        Str why = {0};
        assert_false(
            json_parse(descriptor_of(rows[i].message), rows[i].json, &arena, &message, &why));
        assert_null(message);
        assert_string_equal(str_terminated(&arena, why), rows[i].why);
    }
}

static void what_is_no_json_is_refused(void **state) {
    (void)state;
    static const Str rows[] = {
        {NULL, 0},
        S(""),
        S("null"),
        S("{"),
        S("{}{}"),
        S("{} x"),
        S("{'opened':{}}"),
        S("{\"opened\":{\"day\":\"\\u0000\"}}"),
        S("{\"a\0\":1}"),
        S("{}\0"),
        S("{\"opened\":{\"day\":\"\xff\"}}"),
        S("{\"opened\":{\"day\":\"\\ud800\"}}"),
        S("{\"opened\":{\"day\":99999999999999999999}}"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        ProtobufCMessage *message = NULL;
        Str why = {0};
        if (json_parse(descriptor_of(TICK), rows[i], &arena, &message, &why)) {
            fail_msg("row %td", i);
        }
        assert_true(str_starts_with(why, S("message: ")));
        assert_true(str_is_text(why));
    }
}

static void depth_ends_somewhere(void **state) {
    (void)state;
    StrBuilder text = str_builder(&arena, 1 << 20);
    for (int i = 0; i < 100000; i++) {
        str_add(&text, S("["));
    }
    ProtobufCMessage *message = NULL;
    Str why = {0};
    assert_false(json_parse(descriptor_of(TICK), str_built(&text), &arena, &message, &why));
    assert_true(str_starts_with(why, S("message: line 1, column")));
}

static void a_message_that_does_not_fit_is_refused(void **state) {
    (void)state;
    StrBuilder text = str_builder(&arena, 1 << 20);
    str_add(&text, S("{\"entries\":["));
    for (int i = 0; i < 4000; i++) {
        str_addf(&text, "%s{}", i == 0 ? "" : ",");
    }
    str_add(&text, S("]}"));
    Arena small = arena_open("small", 64 << 10);
    ProtobufCMessage *message = NULL;
    Str why = {0};
    assert_false(json_parse(descriptor_of(SET), str_built(&text), &small, &message, &why));
    assert_true(str_ends_with(why, S(": the message is larger than there is memory for it.")));
    arena_close(&small);
}

static void a_text_that_is_no_utf8_is_not_printed(void **state) {
    (void)state;
    const ProtobufCMessage *message =
        wire_unpack(descriptor_of(BILLING), S("\x12\x03\x0a\x01\xff"), &arena, 1 << 16);
    assert_non_null(message);
    Str json = {0};
    Err err = {0};
    assert_false(json_print(message, &arena, &json, &err));
    assert_string_equal(err.text, "invoiceIssued.creditor: is no UTF-8 text");
    assert_int_equal(err.verdict, VERDICT_POISON);
}

int main(void) {
    arena = arena_open("test", 32 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_canonical_form),
        cmocka_unit_test(other_forms_are_read),
        cmocka_unit_test(faults_name_their_path),
        cmocka_unit_test(what_is_no_json_is_refused),
        cmocka_unit_test(depth_ends_somewhere),
        cmocka_unit_test(a_message_that_does_not_fit_is_refused),
        cmocka_unit_test(a_text_that_is_no_utf8_is_not_printed),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
