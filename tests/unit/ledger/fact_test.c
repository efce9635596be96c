/* What the ledger says, as it stands on the topic. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/json.h"
#include "contract/messages.h"
#include "contract/wire.h"
#include "ledger/wire.h"
#include "tests/unit/ledger/messages.h"
#include "tests/unit/ledger/values.h"

static void assert_said(const Fact *fact, const char *type, const char *expected) {
    Stamp stamp = {.origin = {S("ledger"), 3, 7, 9, 1},
                   .cause = {.kind = CAUSE_DAY, .day = day("2013-03-04")},
                   .day = day("2013-03-04")};
    Str bytes = wire_write_fact(fact, (Account){S("ACME"), S("C-1")}, &stamp, &messages_arena);
    const ProtobufCMessageDescriptor *descriptor = message_of_topic(S("arrears.ledger.v1"));
    const ProtobufCMessage *message = wire_unpack(descriptor, bytes, &messages_arena, 1 << 20);
    assert_non_null(message);
    Str json = {0};
    Err err = {0};
    assert_true(json_print(message, &messages_arena, &json, &err));
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
        {{.kind = FACT_WRITTEN_OFF,
          .written_off = {whole, usd(5), S("R-1"), due, usd(7), WRITE_OFF_TIME_BARRED, S("old")}},
         "arrears.ledger.v1.WrittenOff",
         "\"writtenOff\":{\"number\":\"INV-1\",\"amount\":{\"currency\":\"USD\",\"minor\":\"5\"},"
         "\"requestId\":\"R-1\",\"effectiveOn\":\"2013-02-01\",\"open\":{\"currency\":\"USD\","
         "\"minor\":\"7\"},\"reasonCode\":\"WRITE_OFF_REASON_TIME_BARRED\",\"reason\":\"old\"}}"},
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

static void a_small_balance_is_said_to_be_one(void **state) {
    (void)state;
    Fact written = {.kind = FACT_WRITTEN_OFF,
                    .written_off = {.item = {S("INV-1")},
                                    .amount = usd(5),
                                    .request = S("SB-1"),
                                    .effective_on = day("2013-02-01"),
                                    .open = usd(7),
                                    .code = WRITE_OFF_SMALL_BALANCE,
                                    .reason = S("small"),
                                    .standing = true}};
    assert_said(&written, "arrears.ledger.v1.WrittenOff",
                "\"writtenOff\":{\"number\":\"INV-1\",\"amount\":{\"currency\":\"USD\","
                "\"minor\":\"5\"},\"requestId\":\"SB-1\",\"effectiveOn\":\"2013-02-01\","
                "\"open\":{\"currency\":\"USD\",\"minor\":\"7\"},"
                "\"reasonCode\":\"WRITE_OFF_REASON_SMALL_BALANCE\",\"reason\":\"small\","
                "\"standing\":true}}");
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
        {{.kind = FACT_ASSIGNMENT_PENDING, .assignment = {key, S("S-1"), usd(5), usd(4), on}},
         "arrears.ledger.v1.AssignmentPending",
         "\"assignmentPending\":{" ITEM "\"number\":\"S-1\",\"open\":" USD(5) ",\"price\":" USD(
             4) ",\"settlesOn\":\"2013-02-01\"}}"},
        {{.kind = FACT_ASSIGNMENT_DROPPED,
          .assignment = {.item = key, .number = S("S-1"), .settles_on = on, .why = "it is paid"}},
         "arrears.ledger.v1.AssignmentDropped",
         "\"assignmentDropped\":{" ITEM "\"number\":\"S-1\",\"settlesOn\":\"2013-02-01\","
         "\"reason\":\"it is paid\"}}"},
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

#define WHO      "\"creditor\":\"ACME\",\"customer\":\"C-1\""
#define ACTOR    "\"actor\":{\"id\":\"alice\"}"
#define SETTLED  WHO ",\"number\":\"S-1\",\"reminder_id\":\"R-3-17\"," ACTOR
#define PROPOSAL WHO ",\"number\":\"P-1\",\"reason\":\"gone\"," ACTOR ","

/* A note is the input as it came in, in the ledger's order. */
static void notes_repeat_the_input(void **state) {
    (void)state;
    LedgerInput proposal = messages_read_good("{\"write_off_proposed\":{" PROPOSAL
                                              "\"invoice_numbers\":[\"INV-1\",\"INV-2\"]}}")
                               .input;
    Fact noted = {.kind = FACT_PROPOSAL_NOTED, .noted = &proposal};
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"writeOffProposed\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
                "\"number\":\"P-1\",\"invoiceNumbers\":[\"INV-1\",\"INV-2\"],"
                "\"reason\":\"gone\",\"actor\":{\"id\":\"alice\"}}}}");
    LedgerInput parts =
        messages_read_good("{\"write_off_proposed\":{" PROPOSAL
                           "\"parts\":[{\"invoice_number\":\"INV-1\",\"instalment\":2,\"amount\":"
                           "{\"currency\":\"USD\",\"minor\":5}},{\"invoice_number\":\"INV-1\","
                           "\"charge\":2}],\"reason_code\":2}}")
            .input;
    noted = (Fact){.kind = FACT_PROPOSAL_NOTED, .noted = &parts};
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"writeOffProposed\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
                "\"number\":\"P-1\",\"reason\":\"gone\",\"actor\":{\"id\":\"alice\"},"
                "\"parts\":[{\"invoiceNumber\":\"INV-1\",\"instalment\":2,\"amount\":{"
                "\"currency\":\"USD\",\"minor\":\"5\"}},{\"invoiceNumber\":\"INV-1\","
                "\"charge\":\"CHARGE_COSTS\"}],\"reasonCode\":\"WRITE_OFF_REASON_INSOLVENT\"}}}");
    LedgerInput cleared =
        messages_read_good("{\"hold_cleared\":{" WHO ",\"topic\":\"t\",\"partition\":3,"
                           "\"offset\":\"17\",\"reason\":\"sent again\"," ACTOR "}}")
            .input;
    noted = (Fact){.kind = FACT_HOLD_CLEARED_NOTED, .noted = &cleared};
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"holdCleared\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
                "\"topic\":\"t\",\"partition\":3,\"offset\":\"17\",\"reason\":\"sent again\","
                "\"actor\":{\"id\":\"alice\"}}}}");
}

static void notes_on_reminders_repeat_the_input(void **state) {
    (void)state;
    LedgerInput settled =
        messages_read_good("{\"reminder_settled\":{" SETTLED ",\"reason\":\"in the log\","
                           "\"outcome\":\"REMINDER_OUTCOME_SENT\"}}")
            .input;
    Fact noted = {.kind = FACT_SETTLEMENT_NOTED, .noted = &settled};
    assert_said(
        &noted, "arrears.ledger.v1.Noted",
        "\"noted\":{\"reminderSettled\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
        "\"number\":\"S-1\",\"reminderId\":\"R-3-17\",\"outcome\":"
        "\"REMINDER_OUTCOME_SENT\",\"reason\":\"in the log\",\"actor\":{\"id\":\"alice\"}}}}");
    LedgerInput resend =
        messages_read_good("{\"reminder_resend_requested\":{" SETTLED ",\"reason\":\"mended\"}}")
            .input;
    noted = (Fact){.kind = FACT_RESEND_NOTED, .noted = &resend};
    assert_said(
        &noted, "arrears.ledger.v1.Noted",
        "\"noted\":{\"reminderResendRequested\":{\"creditor\":\"ACME\",\"customer\":\"C-1\","
        "\"number\":\"S-1\",\"reminderId\":\"R-3-17\",\"reason\":\"mended\","
        "\"actor\":{\"id\":\"alice\"}}}}");
}

/* Of one that is issued all, of the others what became of it. */
static void reminders_are_noted(void **state) {
    (void)state;
    Str invoices[] = {S("INV-2"), S("INV-1")};
    LedgerInput input = {.kind = LEDGER_REMINDER,
                         .invoices = invoices,
                         .invoice_count = 2,
                         .step = {.reminder = S("R-1-7"),
                                  .news = REMINDER_NEWS_ISSUED,
                                  .level = S("final-notice"),
                                  .total = usd(5000)}};
    Fact noted = {.kind = FACT_REMINDER_NOTED, .noted = &input};
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"reminder\":{\"reminderId\":\"R-1-7\","
                "\"news\":\"REMINDER_NEWS_ISSUED\",\"levelName\":\"final-notice\","
                "\"total\":{\"currency\":\"USD\",\"minor\":\"5000\"},"
                "\"invoiceNumbers\":[\"INV-2\",\"INV-1\"]}}}");
    input.step.news = REMINDER_NEWS_RESENT;
    input.step.attempt = 2;
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"reminder\":{\"reminderId\":\"R-1-7\","
                "\"news\":\"REMINDER_NEWS_RESENT\",\"attempt\":2}}}");
}

static void requests_are_noted(void **state) {
    (void)state;
    Str invoices[] = {S("INV-2"), S("INV-1")};
    LedgerInput input = {.kind = LEDGER_REQUEST,
                         .invoices = invoices,
                         .invoice_count = 2,
                         .request = {.request = S("WO-1")}};
    Fact noted = {.kind = FACT_REQUEST_NOTED, .noted = &input};
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"request\":{\"requestId\":\"WO-1\","
                "\"state\":\"REQUEST_STATE_RECEIVED\","
                "\"invoiceNumbers\":[\"INV-2\",\"INV-1\"]}}}");
    input.invoice_count = 0;
    input.request.over = true;
    assert_said(&noted, "arrears.ledger.v1.Noted",
                "\"noted\":{\"request\":{\"requestId\":\"WO-1\","
                "\"state\":\"REQUEST_STATE_REJECTED\"}}}");
}

/* ---- statements, and what customers say of them */

static void statements_are_said(void **state) {
    (void)state;
    static const char balances[] =
        "{\"open\":{\"currency\":\"USD\",\"minor\":\"5\"},\"unapplied\":{\"currency\":\"USD\","
        "\"minor\":\"7\"},\"balance\":{\"currency\":\"USD\",\"minor\":\"-2\"},\"items\":1}";
    const StatementBalance stated = {.open = usd(5), .unapplied = usd(7), .items = 1};
    const Fact fact = {.kind = FACT_STATEMENT_DUE,
                       .statement = {S("~S/2013-03-31"), day("2013-03-31"), &stated, 1}};
    Str wanted = str_format(&messages_arena,
                            "\"statementDue\":{\"number\":\"~S/2013-03-31\",\"asOf\":"
                            "\"2013-03-31\",\"balances\":[%s]}}",
                            balances);
    assert_said(&fact, "arrears.ledger.v1.StatementDue", str_terminated(&messages_arena, wanted));
}

#define ANSWER                                                                                     \
    WHO ",\"number\":\"BA-1\",\"statement_number\":\"~S/2013-03-31\",\"balances\":[{\"currency\":" \
        "\"USD\",\"minor\":\"-2\"}],\"agreed_on\":\"2013-04-03\",\"evidence\":\"letter 7\"," ACTOR
#define ANSWERED                                                                                   \
    "{\"number\":\"BA-1\",\"statementNumber\":\"~S/2013-03-31\",\"asOf\":\"2013-03-31\","          \
    "\"balances\":[{\"currency\":\"USD\",\"minor\":\"-2\"}],\"agreedOn\":\"2013-04-03\","          \
    "\"evidence\":\"letter 7\",\"actor\":{\"id\":\"alice\"}"

static void answers_to_statements_are_said(void **state) {
    (void)state;
    LedgerInput input = messages_read_good("{\"balance_agreed\":{" ANSWER "}}").input;
    Fact fact = {.kind = FACT_BALANCE_AGREED, .answered = {&input, day("2013-03-31")}};
    assert_said(&fact, "arrears.ledger.v1.BalanceAgreed", "\"balanceAgreed\":" ANSWERED "}}");
    input = messages_read_good("{\"balance_disputed\":{" ANSWER
                               ",\"lines\":[{\"invoice_number\":\"INV-1\",\"charge\":2,"
                               "\"instalment\":1,\"acknowledged\":{\"currency\":\"USD\"},"
                               "\"reason\":\"never ordered\"}]}}")
                .input;
    fact.kind = FACT_BALANCE_DISPUTED;
    assert_said(&fact, "arrears.ledger.v1.BalanceDisputed",
                "\"balanceDisputed\":" ANSWERED
                ",\"lines\":[{\"invoiceNumber\":\"INV-1\",\"charge\":\"CHARGE_COSTS\","
                "\"instalment\":1,\"acknowledged\":{\"currency\":\"USD\"},"
                "\"reason\":\"never ordered\"}]}}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(facts_are_said),
        cmocka_unit_test(a_small_balance_is_said_to_be_one),
        cmocka_unit_test(refusals_and_holds_are_said),
        cmocka_unit_test(instalments_are_said),
        cmocka_unit_test(terms_of_an_invoice_are_said),
        cmocka_unit_test(what_is_charged_is_said),
        cmocka_unit_test(what_is_open_again_or_less_is_said),
        cmocka_unit_test(notes_repeat_the_input),
        cmocka_unit_test(notes_on_reminders_repeat_the_input),
        cmocka_unit_test(reminders_are_noted),
        cmocka_unit_test(requests_are_noted),
        cmocka_unit_test(statements_are_said),
        cmocka_unit_test(answers_to_statements_are_said),
    };
    return cmocka_run_group_tests(tests, messages_start, messages_end);
}
