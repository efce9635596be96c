/* Messages and the core's structs: what is let through, what is refused and why, what is said. */
#include "dunning/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "chassis/kafka.h"
#include "chassis/service.h"
#include "contract/json.h"
#include "contract/messages.h"
#include "contract/seal.h"
#include "contract/wire.h"
#include "dunning/handler.h"

static Arena arena;

static int start(void **state) {
    (void)state;
    arena = arena_open("test", 8 << 20);
    return 0;
}

static int end(void **state) {
    (void)state;
    arena_close(&arena);
    return 0;
}

/* The seam of the step loop: decoding says and sends nothing. */
void turn_emit(Turn *turn, Emission emission) {
    (void)turn, (void)emission;
    fail_msg("decoding says nothing");
}

void turn_intend(Turn *turn, Intent intent) {
    (void)turn, (void)intent;
    fail_msg("decoding sends nothing");
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

typedef bool (*Reader)(Str value, Arena *arena, DunningMessage *message, WireRefusal *refusal);

static DunningMessage read_good(Reader read, const char *topic, const char *json) {
    DunningMessage message;
    WireRefusal refusal = {0};
    if (!read(bytes_of(topic, json), &arena, &message, &refusal)) {
        fail_msg("%.*s", STR_ARGS(refusal.sentence));
    }
    return message;
}

static void assert_refused(Reader read, Str value, const char *code) {
    DunningMessage message;
    WireRefusal refusal = {0};
    if (read(value, &arena, &message, &refusal)) {
        fail_msg("%s is wanted", code);
    }
    if (!str_equals(refusal.code, str_of(code))) {
        fail_msg("%s is wanted, not %.*s", code, STR_ARGS(refusal.code));
    }
    assert_true(refusal.sentence.len > 0);
}

static void assert_text(Str got, const char *expected) {
    if (!str_equals(got, str_of(expected))) {
        fail_msg("expected %s\n     got %.*s", expected, STR_ARGS(got));
    }
}

static void assert_money(Money money, const char *expected) {
    assert_text(money_print(&arena, money), expected);
}

static Date day_of(const char *text) {
    Date day = DATE_NONE;
    assert_true(date_parse(str_of(text), &day));
    return day;
}

static void assert_day(Date day, const char *expected) {
    assert_text(date_print(&arena, day), expected);
}

/* ---- the ledger */

#define ORIGIN  "\"origin\":{\"service\":\"ledger\",\"task\":3,\"seq\":\"7\",\"order\":\"9\"},"
#define ACME    "\"creditor\":\"ACME\",\"customer\":\"C-1\""
#define LEDGER  "{" ORIGIN ACME ","
#define EUR(n)  "{\"currency\":\"EUR\",\"minor\":\"" #n "\"}"
#define ACTOR   "\"actor\":{\"id\":\"alice\"}"
#define WORD    ACME ",\"number\":\"S-1\",\"reminder_id\":\"R-3-17\",\"reason\":\"why\"," ACTOR
#define SETTLED LEDGER "\"noted\":{\"reminder_settled\":{" WORD
#define CLEARED LEDGER "\"noted\":{\"hold_cleared\":{" ACME ",\"topic\":\"t.v1\",\"partition\":3,"

static const char LEDGER_TOPIC[] = "arrears.ledger.v1";

static DunningInput ledger_said(const char *json) {
    DunningMessage message = read_good(wire_read_ledger, LEDGER_TOPIC, json);
    assert_text(message.account.creditor, "ACME");
    assert_text(message.account.customer, "C-1");
    assert_int_equal(message.origin.seq, 7);
    assert_false(message.is_day);
    return message.input;
}

static void what_is_open_is_read(void **state) {
    (void)state;
    DunningInput posted =
        ledger_said(LEDGER "\"invoice_posted\":{\"number\":\"INV-1\",\"amount\":" EUR(
            1050) ","
                  "\"issued_on\":\"2013-01-02\",\"due_on\":\"2013-02-01\"}}");
    assert_int_equal(posted.kind, DUNNING_POSTED);
    assert_text(posted.invoice.key.number, "INV-1");
    assert_money(posted.invoice.open, "10.50 EUR");
    assert_day(posted.invoice.due_on, "2013-02-01");
    DunningInput applied = ledger_said(
        LEDGER "\"allocated\":{\"kind\":\"CREDIT_KIND_PAYMENT\",\"number\":\"PAY-1\","
               "\"invoice_number\":\"INV-1\",\"amount\":" EUR(1000) ",\"open\":" EUR(50) "}}");
    assert_int_equal(applied.kind, DUNNING_ALLOCATED);
    assert_money(applied.invoice.amount, "10.00 EUR");
    assert_money(applied.invoice.open, "0.50 EUR");
    DunningInput reversed =
        ledger_said(LEDGER "\"invoice_reversed\":{\"number\":\"INV-1\",\"amount\":" EUR(1050) "}}");
    assert_int_equal(reversed.kind, DUNNING_CANCELLED);
    assert_text(reversed.invoice.key.number, "INV-1");
    DunningInput written = ledger_said(
        LEDGER
        "\"written_off\":{\"number\":\"INV-1\",\"amount\":" EUR(50) ","
                                                                    "\"request_id\":\"WO-3-1\"}}");
    assert_int_equal(written.kind, DUNNING_WRITTEN_OFF);
    assert_money(written.invoice.open, "0.00 EUR");
    assert_text(written.invoice.request, "WO-3-1");
    DunningInput small = ledger_said(LEDGER "\"written_off\":{\"number\":\"INV-1\",\"amount\":" EUR(
        50) ",\"request_id\":\"WO-3-1\",\"standing\":true}}");
    assert_int_equal(small.kind, DUNNING_WRITTEN_OFF);
    assert_true(str_is_empty(small.invoice.request));
}

#define PART "\"invoice_number\":\"INV-1\",\"charge\":\"CHARGE_COSTS\",\"instalment\":2,"
#define PAUSE                                                                                      \
    LEDGER "\"noted\":{\"pause_started\":{\"number\":\"Z-1\",\"invoice_number\":\"INV-1\","

static void items_are_read_with_what_they_are(void **state) {
    (void)state;
    static const struct {
        const char *json;
        DunningInputKind kind;
    } rows[] = {
        {LEDGER "\"charge_posted\":{" PART "\"amount\":" EUR(50) ",\"due_on\":\"2013-02-01\"}}",
         DUNNING_POSTED},
        {LEDGER "\"allocated\":{" PART "\"amount\":" EUR(1) ",\"open\":" EUR(50) "}}",
         DUNNING_ALLOCATED},
        {LEDGER "\"discount_granted\":{" PART "\"open\":" EUR(50) "}}", DUNNING_REDUCED},
        {LEDGER "\"tolerance_used\":{" PART "\"open\":" EUR(50) "}}", DUNNING_REDUCED},
        {LEDGER "\"debt_reduced\":{" PART "\"open\":" EUR(50) "}}", DUNNING_REDUCED},
        {LEDGER "\"allocation_reversed\":{" PART "\"open\":" EUR(50) ",\"due_on\":\"2013-02-01\"}}",
         DUNNING_REOPENED},
        {LEDGER "\"debt_restored\":{" PART "\"open\":" EUR(50) ",\"due_on\":\"2013-02-01\"}}",
         DUNNING_REOPENED},
    };
    const ItemKey wanted = {S("INV-1"), CHARGE_COSTS, 2};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        DunningInput input = ledger_said(rows[i].json);
        assert_int_equal(input.kind, rows[i].kind);
        assert_true(item_key_equals(input.invoice.key, wanted));
        assert_money(input.invoice.open, "0.50 EUR");
    }
    DunningInput changed =
        ledger_said(LEDGER "\"due_date_changed\":{" PART "\"due_on\":\"2013-03-01\"}}");
    assert_int_equal(changed.kind, DUNNING_DUE_CHANGED);
    assert_true(item_key_equals(changed.invoice.key, wanted));
    assert_day(changed.invoice.due_on, "2013-03-01");
}

static void instalments_are_read(void **state) {
    (void)state;
    DunningInput posted =
        ledger_said(LEDGER "\"invoice_posted\":{\"number\":\"INV-1\",\"amount\":" EUR(
            70) ",\"due_on\":\"2013-03-01\","
                "\"instalments\":[{\"amount\":" EUR(20) ",\"due_on\":\"2013-02-01\"},"
                                                        "{\"amount\":" EUR(
                                                            50) ",\"due_on\":\"2013-03-01\"}]}}");
    assert_int_equal(posted.invoice.instalment_count, 2);
    assert_day(posted.invoice.due_on, "2013-02-01"); /* the first one's */
    assert_money(posted.invoice.instalments[1].amount, "0.50 EUR");
    assert_day(posted.invoice.instalments[1].due_on, "2013-03-01");
}

static void pauses_are_read(void **state) {
    (void)state;
    DunningInput started = ledger_said(PAUSE "\"starts_on\":\"2013-02-01\"}}}");
    assert_int_equal(started.kind, DUNNING_PAUSED);
    assert_text(started.pause.number, "Z-1");
    assert_text(started.pause.invoice, "INV-1");
    assert_day(started.pause.starts_on, "2013-02-01");
    assert_true(date_is_none(started.pause.ends_on));
    started = ledger_said(PAUSE "\"starts_on\":\"2013-02-01\",\"ends_on\":\"2013-03-01\"}}}");
    assert_day(started.pause.ends_on, "2013-03-01");
    DunningInput ended = ledger_said(LEDGER "\"noted\":{\"pause_ended\":{"
                                            "\"pause_number\":\"Z-1\","
                                            "\"ends_on\":\"2013-03-01\"}}}");
    assert_int_equal(ended.kind, DUNNING_PAUSE_ENDED);
    assert_text(ended.pause.number, "Z-1");
    assert_day(ended.pause.ends_on, "2013-03-01");
}

/* What was unapplied and is gone; what had paid something follows item by item. */
static void credit_that_is_gone_is_read(void **state) {
    (void)state;
    static const char *const spent[] = {
        LEDGER "\"payment_reversed\":{\"amount\":" EUR(1000) ",\"unapplied\":" EUR(700) "}}",
        LEDGER "\"refunded\":{\"amount\":" EUR(1000) ",\"unapplied\":" EUR(700) "}}",
        LEDGER "\"money_sent\":{\"amount\":" EUR(700) ",\"unapplied\":" EUR(100) "}}",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(spent); i++) {
        DunningInput input = ledger_said(spent[i]);
        assert_int_equal(input.kind, DUNNING_SPENT);
        assert_money(input.invoice.amount, "7.00 EUR");
    }
    DunningInput applied = ledger_said(
        LEDGER "\"payment_reversed\":{\"amount\":" EUR(1000) ",\"unapplied\":" EUR(0) "}}");
    assert_int_equal(applied.kind, DUNNING_NOTHING);
}

static void money_is_read(void **state) {
    (void)state;
    DunningInput credited = ledger_said(LEDGER "\"credit_posted\":{\"number\":\"PAY-1\","
                                               "\"amount\":" EUR(1000) "}}");
    assert_int_equal(credited.kind, DUNNING_CREDITED);
    assert_money(credited.invoice.amount, "10.00 EUR");
    DunningInput recovered =
        ledger_said(LEDGER "\"recovered\":{\"payment_number\":\"PAY-1\",\"amount\":" EUR(700) "}}");
    assert_int_equal(recovered.kind, DUNNING_SPENT);
    assert_money(recovered.invoice.amount, "7.00 EUR");
    DunningInput refused = ledger_said(LEDGER "\"write_off_refused\":{\"request_id\":\"WO-3-1\"}}");
    assert_int_equal(refused.kind, DUNNING_REQUEST_NEWS);
    assert_int_equal(refused.request.state, REQUEST_REFUSED);
    assert_text(refused.request.request, "WO-3-1");
}

static void what_persons_say_is_read(void **state) {
    (void)state;
    DunningInput settled = ledger_said(SETTLED ",\"outcome\":\"REMINDER_OUTCOME_SENT\"}}}");
    assert_int_equal(settled.kind, DUNNING_SETTLED);
    assert_text(settled.word.number, "S-1");
    assert_text(settled.word.reminder, "R-3-17");
    assert_text(settled.word.reason, "why");
    assert_text(settled.word.actor, "alice");
    assert_true(settled.word.went_out);
    settled = ledger_said(SETTLED ",\"outcome\":\"REMINDER_OUTCOME_NOT_SENT\"}}}");
    assert_false(settled.word.went_out);
    DunningInput resend =
        ledger_said(LEDGER "\"noted\":{\"reminder_resend_requested\":{" WORD "}}}");
    assert_int_equal(resend.kind, DUNNING_RESEND);
    assert_text(resend.word.reminder, "R-3-17");
    DunningInput proposed = ledger_said(
        LEDGER "\"noted\":{\"write_off_proposed\":{" ACME ",\"number\":\"P-1\","
               "\"invoice_numbers\":[\"INV-1\",\"INV-2\"],\"reason\":\"gone\"," ACTOR "}}}");
    assert_int_equal(proposed.kind, DUNNING_PROPOSED);
    assert_int_equal(proposed.proposal.invoice_count, 2);
    assert_text(proposed.proposal.invoices[1], "INV-2");
    assert_text(proposed.proposal.actor, "alice");
    DunningInput parts =
        ledger_said(LEDGER "\"noted\":{\"write_off_proposed\":{" ACME ",\"number\":\"P-1\","
                           "\"parts\":[{\"invoice_number\":\"INV-1\",\"charge\":1,\"instalment\":2,"
                           "\"amount\":{\"currency\":\"EUR\",\"minor\":7}}],\"reason\":\"gone\","
                           "\"reason_code\":6," ACTOR "}}}");
    assert_int_equal(parts.proposal.part_count, 1);
    assert_int_equal(parts.proposal.parts[0].item.charge, CHARGE_INTEREST);
    assert_int_equal(parts.proposal.parts[0].amount.minor, 7);
    assert_int_equal(parts.proposal.code, WRITE_OFF_UNECONOMIC);
    DunningInput waiver =
        ledger_said(LEDGER "\"noted\":{\"waiver_proposed\":{" ACME ",\"number\":\"P-1\","
                           "\"invoice_numbers\":[\"INV-1\"],\"reason\":\"goodwill\"," ACTOR "}}}");
    assert_int_equal(waiver.proposal.act, ACT_WAIVER);
    DunningInput waived = ledger_said(
        LEDGER "\"debt_reduced\":{\"invoice_number\":\"INV-1\",\"charge\":1,\"instalment\":1,"
               "\"kind\":7,\"number\":\"WO-3-1\",\"open\":{\"currency\":\"EUR\",\"minor\":5}}}");
    assert_int_equal(waived.kind, DUNNING_WRITTEN_OFF);
    assert_text(waived.invoice.request, "WO-3-1");
    assert_int_equal(waived.invoice.open.minor, 5);
}

static void holds_are_read(void **state) {
    (void)state;
    DunningInput held =
        ledger_said(LEDGER "\"held\":{\"topic\":\"t.v1\",\"partition\":3,\"offset\":\"17\","
                           "\"reason\":\"DATE_UNREAL\",\"sentence\":\"No such day.\"}}");
    assert_int_equal(held.kind, DUNNING_HELD);
    assert_text(held.held.topic, "t.v1");
    assert_int_equal(held.held.partition, 3);
    assert_int_equal(held.held.offset, 17);
    DunningInput cleared =
        ledger_said(CLEARED "\"offset\":\"17\",\"reason\":\"sent again\"," ACTOR "}}}");
    assert_int_equal(cleared.kind, DUNNING_HOLD_CLEARED);
    assert_text(cleared.held.topic, "t.v1");
    assert_int_equal(cleared.held.offset, 17);
}

/* What follows from what was said before, or is about a task. */
static void the_rest_is_passed_over(void **state) {
    (void)state;
    static const char *const rest[] = {
        LEDGER "\"invoice_settled\":{\"number\":\"INV-1\"}}",
        LEDGER "\"bucket_entered\":{\"number\":\"INV-1\"}}",
        LEDGER "\"recovery_reversed\":{\"invoice_number\":\"INV-1\"}}",
        LEDGER "\"noted\":{\"invoice_milestone_reached\":{\"number\":\"M-1\"}}}",
        LEDGER "\"input_refused\":{\"number\":\"INV-1\"}}",
        LEDGER "\"money_recalled\":{\"amount\":" EUR(700) "}}",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rest); i++) {
        assert_int_equal(ledger_said(rest[i]).kind, DUNNING_NOTHING);
    }
    DunningMessage day = read_good(wire_read_ledger, LEDGER_TOPIC,
                                   "{" ORIGIN "\"day_closed\":{\"day\":\"2013-01-02\","
                                   "\"policy_set\":\"0123456789abcdef0123456789abcdef"
                                   "0123456789abcdef0123456789abcdef\"}}");
    assert_true(day.is_day && !day.day.opened);
    assert_day(day.day.day, "2013-01-02");
    assert_true(str_is_empty(day.account.customer));
}

/* Nobody is reminded of money that is nobody's yet. */
static void suspense_is_passed_over(void **state) {
    (void)state;
    DunningMessage message =
        read_good(wire_read_ledger, LEDGER_TOPIC,
                  "{" ORIGIN "\"creditor\":\"ACME\",\"customer\":\"~suspense\","
                  "\"credit_posted\":{\"number\":\"P\",\"amount\":" EUR(5) "}}");
    assert_int_equal(message.input.kind, DUNNING_NOTHING);
    assert_true(str_is_empty(message.account.customer));
    assert_int_equal(message.origin.seq, 7);
}

static void what_the_ledger_cannot_say_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *json;
        const char *code;
    } rows[] = {
        {"{" ACME ",\"invoice_settled\":{\"number\":\"INV-1\"}}", "ORIGIN_MISSING"},
        {LEDGER "\"recorded_on\":\"2013-01-02\"}", "EVENT_UNKNOWN"},
        {LEDGER "\"noted\":{}}", "EVENT_UNKNOWN"},
        {SETTLED "}}}", "OUTCOME_UNKNOWN"},
        {LEDGER "\"noted\":{\"write_off_proposed\":{" ACME ",\"number\":\"P-1\"," ACTOR "}}}",
         "LIST_SIZE"},
        {"{" ORIGIN "\"credit_posted\":{\"number\":\"P\",\"amount\":" EUR(1) "}}",
         "ACCOUNT_MISSING"},
        {LEDGER "\"credit_posted\":{\"number\":\"P\",\"amount\":" EUR(0) "}}",
         "AMOUNT_NOT_POSITIVE"},
        {LEDGER
         "\"invoice_posted\":{\"number\":\"I\",\"amount\":" EUR(1) ","
                                                                   "\"due_on\":\"2013-02-30\"}}",
         "DATE_UNREAL"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_refused(wire_read_ledger, bytes_of(LEDGER_TOPIC, rows[i].json), rows[i].code);
    }
    assert_refused(wire_read_ledger, S("\xff\xff"), "MESSAGE_UNREADABLE");
}

/* ---- contacts */

#define CONTACT "{\"contact\":{" ACME ",\"name\":"

static const char CONTACTS_TOPIC[] = "arrears.contacts.v1";

static void a_contact_is_read_with_the_hash_of_its_record(void **state) {
    (void)state;
    const char *json = CONTACT "\"Zoë & Co\",\"email\":\"zoe@example.test\"}}";
    Str value = bytes_of(CONTACTS_TOPIC, json);
    DunningMessage message = read_good(wire_read_contact, CONTACTS_TOPIC, json);
    assert_int_equal(message.input.kind, DUNNING_CONTACT);
    assert_text(message.account.customer, "C-1");
    assert_text(message.input.contact.name, "Zoë & Co");
    assert_text(message.input.contact.mail, "zoe@example.test");
    assert_true(str_equals(message.input.contact.hash, hash_hex(&arena, hash_of(value))));
    assert_false(message.input.contact.refused);
    message = read_good(wire_read_contact, CONTACTS_TOPIC, CONTACT "\"Zoë\"}}");
    assert_true(str_is_empty(message.input.contact.mail)); /* known, and not by mail */
    assert_false(str_is_empty(message.input.contact.hash));
}

/* Nothing of a contact may end a line of a mail's header, or name two addresses. */
static void a_faulty_contact_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *json;
        const char *code;
    } rows[] = {
        {CONTACT "\"Zoe\",\"email\":\"zoe\"}}", "MAIL_UNLAWFUL"},
        {CONTACT "\"Zoe\",\"email\":\"zoe@localhost\"}}", "MAIL_UNLAWFUL"},
        {CONTACT "\"Zoe\",\"email\":\"a@example.test,b@example.test\"}}", "MAIL_UNLAWFUL"},
        {CONTACT "\"Zoe\",\"email\":\"a@example.test\\r\\nBcc: b@example.test\"}}",
         "MAIL_UNLAWFUL"},
        {CONTACT "\"Zoe\",\"email\":\"zo\\u00eb@example.test\"}}", "MAIL_UNLAWFUL"},
        {CONTACT "\"Zoe\",\"email\":\" zoe@example.test\"}}", "MAIL_UNLAWFUL"},
        {CONTACT "\"Zoe\\r\\nBcc: b@example.test\"}}", "TEXT_UNLAWFUL"},
        {CONTACT "\"Zoe\\tEx\"}}", "TEXT_UNLAWFUL"},
        {CONTACT "\"Zoe\\u0085Ex\"}}", "TEXT_UNLAWFUL"},
        {"{\"contact\":{\"customer\":\"C-1\",\"name\":\"Zoe\"}}", "ID_MALFORMED"},
        {"{\"contact\":{\"creditor\":\"ACME\",\"customer\":\"C/1\"}}", "ID_MALFORMED"},
        {"{}", "EVENT_UNKNOWN"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_refused(wire_read_contact, bytes_of(CONTACTS_TOPIC, rows[i].json), rows[i].code);
    }
    assert_refused(wire_read_contact, S("\xff\xff"), "MESSAGE_UNREADABLE");
}

static void a_name_ends_at_a_hundred_bytes(void **state) {
    (void)state;
    static const char bytes[] = "{\"contact\":{" ACME ",\"name\":\"%.*s%s\"}}";
    static const char tens[] = "1234567890123456789012345678901234567890123456789012345678901234567"
                               "890123456789012345678901234567890";
    Str longest = str_format(&arena, bytes, 100, tens, "");
    Str longer = str_format(&arena, bytes, 100, tens, "1");
    DunningMessage message =
        read_good(wire_read_contact, CONTACTS_TOPIC, str_terminated(&arena, longest));
    assert_int_equal(message.input.contact.name.len, 100);
    assert_refused(wire_read_contact, bytes_of(CONTACTS_TOPIC, str_terminated(&arena, longer)),
                   "TEXT_TOO_LONG");
}

/* ---- no value */

enum { AT_LEDGER, AT_CONTACTS, AT_CREDIT, AT_APPROVALS };

static bool decode(int input, const Record *record, Event *event, Refusal *refusal) {
    Service service = dunning_service(NULL, &arena);
    return service.decode(service.self, input, record, &arena, event, refusal);
}

static void no_value_erases_the_contact_that_the_key_names(void **state) {
    (void)state;
    Event event = {0};
    Refusal refusal = {0};
    Record record = {.has_key = true, .key = S("ACME/C-1")};
    assert_true(decode(AT_CONTACTS, &record, &event, &refusal));
    const DunningInput *input = event.body;
    assert_int_equal(event.kind, EVENT_INPUT);
    assert_text(event.account.customer, "C-1");
    assert_int_equal(input->kind, DUNNING_CONTACT);
    assert_true(str_is_empty(input->contact.hash) && str_is_empty(input->contact.mail));
    record.key = S("nobody");
    assert_false(decode(AT_CONTACTS, &record, &event, &refusal));
    assert_text(refusal.code, "KEY_MALFORMED");
    record.has_key = false;
    assert_false(decode(AT_CONTACTS, &record, &event, &refusal));
}

/* A customer's credit may be erased; the timelines have no empty records. */
static void no_value_elsewhere_says_nothing_or_is_refused(void **state) {
    (void)state;
    Event event = {0};
    Refusal refusal = {0};
    Record record = {.has_key = true, .key = S("ACME/C-1")};
    assert_true(decode(AT_CREDIT, &record, &event, &refusal));
    assert_true(str_is_empty(event.account.customer));
    assert_false(decode(AT_LEDGER, &record, &event, &refusal));
    assert_text(refusal.code, "VALUE_MISSING");
    assert_false(decode(AT_APPROVALS, &record, &event, &refusal));
    assert_text(refusal.code, "VALUE_MISSING");
}

/* ---- credit */

#define STATE(more)                                                                                \
    "{\"epoch\":\"4\",\"commit_no\":\"9\",\"state\":{" ACME                                        \
    ",\"version\":\"5\",\"day\":\"2013-01-02\"" more "}}"

static const char CREDIT_TOPIC[] = "arrears.credit.v1";

static void a_credit_state_is_read(void **state) {
    (void)state;
    DunningMessage message =
        read_good(wire_read_credit, CREDIT_TOPIC, STATE(",\"score\":455,\"band\":\"BAND_D\""));
    assert_int_equal(message.input.kind, DUNNING_CREDIT);
    assert_text(message.account.customer, "C-1");
    assert_int_equal(message.input.credit.band, BAND_D);
    assert_int_equal(message.input.credit.score, 455);
    assert_int_equal(message.input.credit.epoch, 4);
    assert_int_equal(message.input.credit.version, 5);
    assert_day(message.input.credit.day, "2013-01-02");
}

static void claims_and_checkpoints_are_nobodys_credit(void **state) {
    (void)state;
    static const char *const rows[] = {
        "{\"epoch\":\"4\",\"claim\":{\"nonce\":\"abc\"}}",
        "{\"epoch\":\"4\",\"commit_no\":\"9\",\"checkpoint\":{\"day\":\"2013-01-02\"}}",
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        DunningMessage message = read_good(wire_read_credit, CREDIT_TOPIC, rows[i]);
        assert_int_equal(message.input.kind, DUNNING_NOTHING);
        assert_true(str_is_empty(message.account.customer));
    }
}

static void a_faulty_credit_record_is_refused(void **state) {
    (void)state;
    static const struct {
        const char *json;
        const char *code;
    } rows[] = {
        {STATE(",\"band\":17"), "STATE_UNLAWFUL"},
        {STATE(",\"score\":-1"), "STATE_UNLAWFUL"},
        {STATE(",\"score\":1001"), "STATE_UNLAWFUL"},
        {"{\"epoch\":\"4\",\"state\":{" ACME ",\"day\":\"2013-01-02\"}}", "STATE_UNLAWFUL"},
        {"{\"epoch\":\"-1\",\"state\":{" ACME ",\"version\":\"1\",\"day\":\"2013-01-02\"}}",
         "STATE_UNLAWFUL"},
        {"{\"epoch\":\"4\",\"state\":{" ACME ",\"version\":\"1\",\"day\":\"2013-02-30\"}}",
         "DATE_UNREAL"},
        {"{\"epoch\":\"4\",\"state\":{\"version\":\"1\",\"day\":\"2013-01-02\"}}",
         "ACCOUNT_MISSING"},
        {"{\"epoch\":\"4\"}", "EVENT_UNKNOWN"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_refused(wire_read_credit, bytes_of(CREDIT_TOPIC, rows[i].json), rows[i].code);
    }
    assert_refused(wire_read_credit, S("\xff\xff"), "MESSAGE_UNREADABLE");
}

/* ---- approvals */

#define APPROVALS                                                                                  \
    "{\"origin\":{\"service\":\"approvals\",\"task\":3,\"seq\":\"7\",\"order\":\"9\"}," ACME ","
#define REQUEST "\"request_id\":\"WO-3-1\",\"kind\":\"REQUEST_KIND_WRITE_OFF\""

static const char APPROVALS_TOPIC[] = "arrears.approvals.v1";

static DunningInput approvals_said(const char *json) {
    return read_good(wire_read_approval, APPROVALS_TOPIC, json).input;
}

static void what_was_decided_is_read(void **state) {
    (void)state;
    DunningInput approved = approvals_said(APPROVALS "\"approved\":{" REQUEST "}}");
    assert_int_equal(approved.kind, DUNNING_REQUEST_NEWS);
    assert_int_equal(approved.request.state, REQUEST_APPROVED);
    assert_text(approved.request.request, "WO-3-1");
    DunningInput rejected = approvals_said(APPROVALS "\"rejected\":{" REQUEST "}}");
    assert_int_equal(rejected.request.state, REQUEST_REJECTED);
}

static void what_decides_nothing_is_passed_over(void **state) {
    (void)state;
    static const char *const rows[] = {
        APPROVALS "\"received\":{" REQUEST "}}",
        APPROVALS "\"routed\":{\"request_id\":\"WO-3-1\"}}",
        APPROVALS "\"decision_refused\":{\"request_id\":\"WO-3-1\"}}",
        APPROVALS "\"approved\":{\"request_id\":\"X-1\"}}", /* another kind of request */
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(approvals_said(rows[i]).kind, DUNNING_NOTHING);
    }
    assert_refused(wire_read_approval,
                   bytes_of(APPROVALS_TOPIC, APPROVALS "\"recorded_on\":\"2013-01-02\"}"),
                   "EVENT_UNKNOWN");
    assert_refused(wire_read_approval, S("\xff\xff"), "MESSAGE_UNREADABLE");
}

/* ---- what is said */

static void assert_said(const Fact *fact, const char *type, const char *expected) {
    Stamp stamp = {.origin = {S("dunning"), 3, 7, 9, 1},
                   .cause = {.kind = CAUSE_DAY, .day = day_of("2013-03-04")},
                   .day = day_of("2013-03-04")};
    Str bytes = wire_write_fact(fact, (Account){S("ACME"), S("C-1")}, &stamp, &arena);
    const ProtobufCMessageDescriptor *descriptor = message_of_topic(S("arrears.dunning.v1"));
    const ProtobufCMessage *message = wire_unpack(descriptor, bytes, &arena, 1 << 20);
    assert_non_null(message);
    Str json = {0};
    Err err = {0};
    assert_true(json_print(message, &arena, &json, &err));
    Str start_of_all =
        S("{\"origin\":{\"service\":\"dunning\",\"task\":3,\"seq\":\"7\",\"order\":\"9\","
          "\"hops\":1},\"cause\":{\"day\":\"2013-03-04\"},\"creditor\":\"ACME\","
          "\"customer\":\"C-1\",\"recordedOn\":\"2013-03-04\",");
    assert_true(str_starts_with(json, start_of_all));
    assert_text(str_slice(json, start_of_all.len, json.len), expected);
    assert_string_equal(wire_fact_type(fact->kind), type);
}

static Money euros(int64_t minor) {
    Currency currency = {0};
    assert_true(currency_find(S("EUR"), &currency));
    return money_of(minor, currency);
}

static void an_issued_reminder_is_said_without_names(void **state) {
    (void)state;
    ReminderItem item = {
        .key = {S("INV-1"), CHARGE_COSTS, 2}, .open = euros(1050), .due_on = {15706}};
    Reminder reminder = {.id = S("R-3-17"),
                         .level = 2,
                         .level_name = S("first-notice"),
                         .tone = TONE_FIRM,
                         .total = euros(1050),
                         .items = &item,
                         .item_count = 1,
                         .ladder_hash = S("aa"),
                         .band = BAND_D,
                         .score = 455,
                         .credit_epoch = 4,
                         .credit_version = 5,
                         .contact_hash = S("bb"),
                         .to_name = S("Zoe"),
                         .to = S("zoe@example.test"),
                         .body = S("Dear Zoe")};
    Fact fact = {.kind = FACT_ISSUED, .issued = &reminder};
    assert_said(&fact, "arrears.dunning.v1.ReminderIssued",
                "\"reminderIssued\":{\"reminderId\":\"R-3-17\",\"level\":2,"
                "\"levelName\":\"first-notice\",\"tone\":\"firm\","
                "\"total\":{\"currency\":\"EUR\",\"minor\":\"1050\"},\"items\":["
                "{\"invoiceNumber\":\"INV-1\",\"open\":{\"currency\":\"EUR\",\"minor\":\"1050\"},"
                "\"dueOn\":\"2013-01-01\",\"charge\":\"CHARGE_COSTS\",\"instalment\":2}],"
                "\"ladderHash\":\"aa\",\"creditBand\":\"BAND_D\","
                "\"creditScore\":455,\"creditEpoch\":\"4\",\"creditVersion\":\"5\","
                "\"contactHash\":\"bb\"}}");
}

static void what_became_of_it_is_said(void **state) {
    (void)state;
    Ended ended = {.reminder = S("R-3-17"),
                   .attempt = 2,
                   .failed = FAILED_SAID_BY_HAND,
                   .withdrawn = WITHDRAWN_ON_HOLD,
                   .sentence = S("it came back"),
                   .said_by = S("alice")};
#define ENDED "\"reminderId\":\"R-3-17\",\"attempt\":2"
    static const struct {
        FactKind kind;
        const char *type;
        const char *json;
    } rows[] = {
        {FACT_SENT, "arrears.dunning.v1.ReminderSent",
         "\"reminderSent\":{" ENDED ",\"saidBy\":\"alice\"}}"},
        {FACT_FAILED, "arrears.dunning.v1.ReminderFailed",
         "\"reminderFailed\":{" ENDED ",\"reason\":\"FAILURE_REASON_SAID_BY_HAND\","
         "\"sentence\":\"it came back\",\"saidBy\":\"alice\"}}"},
        {FACT_UNCERTAIN, "arrears.dunning.v1.ReminderUncertain",
         "\"reminderUncertain\":{" ENDED "}}"},
        {FACT_WITHDRAWN, "arrears.dunning.v1.ReminderWithdrawn",
         "\"reminderWithdrawn\":{" ENDED ",\"reason\":\"WITHDRAWAL_REASON_ON_HOLD\"}}"},
        {FACT_RESENT, "arrears.dunning.v1.ReminderResent",
         "\"reminderResent\":{" ENDED ",\"saidBy\":\"alice\"}}"},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        Fact fact = {.kind = rows[i].kind, .ended = ended};
        assert_said(&fact, rows[i].type, rows[i].json);
    }
}

static void persons_and_refusals_are_said(void **state) {
    (void)state;
    Fact person = {.kind = FACT_PERSON_NEEDED, .person = {PERSON_ADDRESS_REFUSED, euros(1050), 15}};
    assert_said(&person, "arrears.dunning.v1.PersonNeeded",
                "\"personNeeded\":{\"reason\":\"PERSON_NEEDED_REASON_ADDRESS_REFUSED\","
                "\"overdue\":{\"currency\":\"EUR\",\"minor\":\"1050\"},\"daysPastDue\":15}}");
    Fact refused = {.kind = FACT_INPUT_REFUSED,
                    .refused = {REFUSED_IN_USE, S("No."), "write_off_proposal", S("P-1")}};
    assert_said(&refused, "arrears.dunning.v1.InputRefused",
                "\"inputRefused\":{\"reason\":\"REFUSAL_REASON_DOCUMENT_IN_USE\","
                "\"sentence\":\"No.\",\"kind\":\"write_off_proposal\",\"number\":\"P-1\"}}");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_open_is_read),
        cmocka_unit_test(items_are_read_with_what_they_are),
        cmocka_unit_test(instalments_are_read),
        cmocka_unit_test(pauses_are_read),
        cmocka_unit_test(credit_that_is_gone_is_read),
        cmocka_unit_test(money_is_read),
        cmocka_unit_test(what_persons_say_is_read),
        cmocka_unit_test(holds_are_read),
        cmocka_unit_test(the_rest_is_passed_over),
        cmocka_unit_test(suspense_is_passed_over),
        cmocka_unit_test(what_the_ledger_cannot_say_is_refused),
        cmocka_unit_test(a_contact_is_read_with_the_hash_of_its_record),
        cmocka_unit_test(a_faulty_contact_is_refused),
        cmocka_unit_test(a_name_ends_at_a_hundred_bytes),
        cmocka_unit_test(no_value_erases_the_contact_that_the_key_names),
        cmocka_unit_test(no_value_elsewhere_says_nothing_or_is_refused),
        cmocka_unit_test(a_credit_state_is_read),
        cmocka_unit_test(claims_and_checkpoints_are_nobodys_credit),
        cmocka_unit_test(a_faulty_credit_record_is_refused),
        cmocka_unit_test(what_was_decided_is_read),
        cmocka_unit_test(what_decides_nothing_is_passed_over),
        cmocka_unit_test(an_issued_reminder_is_said_without_names),
        cmocka_unit_test(what_became_of_it_is_said),
        cmocka_unit_test(persons_and_refusals_are_said),
    };
    return cmocka_run_group_tests(tests, start, end);
}
