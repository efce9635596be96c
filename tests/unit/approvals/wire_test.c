/* Messages of approvals: what is read, what is refused, and when signed bytes are believed. */
#include "approvals/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "approvals/core/rules.h"
#include "arrears/approvals/v1/approvals.pb-c.h"
#include "contract/wire.h"

typedef Arrears__Approvals__V1__ApprovalRequestEvent RequestMessage;

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

static Money euros(int64_t minor) {
    Currency currency = {0};
    assert_true(currency_find(S("EUR"), &currency));
    return money_of(minor, currency);
}

/* ---- requests */

/* A lawful request; a test breaks one thing of it. */
static RequestMessage *request_message(void) {
    RequestMessage *event = ARENA_NEW(&arena, RequestMessage);
    arrears__approvals__v1__approval_request_event__init(event);
    Origin origin = {.service = S("dunning"), .seq = 1, .order = 1};
    event->origin = wire_put_origin(&arena, &origin);
    event->event_case = ARREARS__APPROVALS__V1__APPROVAL_REQUEST_EVENT__EVENT_REQUESTED;
    event->requested = ARENA_NEW(&arena, Arrears__Approvals__V1__ApprovalRequested);
    arrears__approvals__v1__approval_requested__init(event->requested);
    event->requested->request_id = wire_put_text(&arena, S("R-1"));
    event->requested->kind = ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_WRITE_OFF;
    event->requested->creditor = wire_put_text(&arena, S("acme"));
    event->requested->customer = wire_put_text(&arena, S("c1"));
    event->requested->requester = wire_put_text(&arena, S("system"));
    event->requested->requested_on = wire_put_text(&arena, S("2024-01-02"));
    event->requested->amount = wire_put_money(&arena, euros(100));
    event->requested->n_items = 1;
    event->requested->items = ARENA_ARRAY(&arena, Arrears__Approvals__V1__RequestItem *, 1);
    event->requested->items[0] = ARENA_NEW(&arena, Arrears__Approvals__V1__RequestItem);
    arrears__approvals__v1__request_item__init(event->requested->items[0]);
    event->requested->items[0]->invoice_number = wire_put_text(&arena, S("I-1"));
    event->requested->items[0]->charge = ARREARS__ENVELOPE__V1__CHARGE__CHARGE_COSTS;
    event->requested->items[0]->instalment = 2;
    event->requested->items[0]->open = wire_put_money(&arena, euros(100));
    event->requested->items[0]->due_on = wire_put_text(&arena, S("2024-01-01"));
    return event;
}

static void the_hash_is_over_the_bytes_in_the_record(void **state) {
    (void)state;
    RequestMessage *event = request_message();
    ApprovalsMessage message;
    WireRefusal refusal;
    Hash wanted = hash_of(wire_pack(&event->requested->base, &arena));
    assert_true(wire_read_request(wire_pack(&event->base, &arena), &arena, &message, &refusal));
    assert_int_equal(message.input.kind, APPROVALS_REQUEST);
    assert_int_equal(message.input.request.hash.len, HASH_SIZE);
    assert_memory_equal(message.input.request.hash.ptr, wanted.bytes, HASH_SIZE);
    assert_int_equal(message.input.request.item_count, 1);
    const ItemKey key = {S("I-1"), CHARGE_COSTS, 2};
    assert_true(item_key_equals(message.input.request.items[0].key, key));
}

/* The sum may be more than any one document can be. */
static void a_large_sum_is_read(void **state) {
    (void)state;
    enum { ITEMS = 2 };
    const int64_t item = 900000000000000;
    RequestMessage *event = request_message();
    Arrears__Approvals__V1__RequestItem *one = event->requested->items[0];
    one->open->minor = item;
    event->requested->n_items = ITEMS;
    event->requested->items = ARENA_ARRAY(&arena, Arrears__Approvals__V1__RequestItem *, ITEMS);
    event->requested->items[0] = one;
    event->requested->items[1] = one;
    event->requested->amount->minor = ITEMS * item;
    ApprovalsMessage message;
    WireRefusal refusal;
    assert_true(wire_read_request(wire_pack(&event->base, &arena), &arena, &message, &refusal));
    assert_int_equal(message.input.request.amount.minor, ITEMS * item);
}

static void assert_refused(const RequestMessage *event, const char *code) {
    ApprovalsMessage message;
    WireRefusal refusal = {0};
    assert_false(wire_read_request(wire_pack(&event->base, &arena), &arena, &message, &refusal));
    if (!str_equals(refusal.code, str_of(code))) {
        fail_msg("wanted %s, got %.*s", code, STR_ARGS(refusal.code));
    }
}

static void a_faulty_request_is_refused(void **state) {
    (void)state;
    RequestMessage *event = request_message();
    event->requested->items[0]->instalment = -1;
    assert_refused(event, "ITEM_UNKNOWN");
    event = request_message();
    event->requested->amount->minor = 99;
    assert_refused(event, "AMOUNT_UNLIKE_ITEMS");
    event = request_message();
    event->requested->items[0]->amount = wire_put_money(&arena, euros(40));
    assert_refused(event, "AMOUNT_UNLIKE_ITEMS"); /* the sum is of what is given up */
    event = request_message();
    event->requested->items[0]->amount = wire_put_money(&arena, euros(101));
    event->requested->amount = wire_put_money(&arena, euros(101));
    assert_refused(event, "AMOUNT_UNLIKE_ITEMS"); /* more than is open */
    event = request_message();
    event->requested->amount->currency = wire_put_text(&arena, S("USD"));
    assert_refused(event, "AMOUNT_UNLIKE_ITEMS");
    event = request_message();
    event->requested->kind = ARREARS__APPROVALS__V1__REQUEST_KIND__REQUEST_KIND_UNSPECIFIED;
    assert_refused(event, "KIND_UNKNOWN");
    event = request_message();
    event->requested->n_items = 0;
    assert_refused(event, "LIST_SIZE");
    event = request_message();
    event->origin = NULL;
    assert_refused(event, "ORIGIN_MISSING");
    event = request_message();
    event->requested->requested_on = wire_put_text(&arena, S("2024-02-30"));
    assert_refused(event, "DATE_UNREAL");
}

/* Protobuf would merge the two, and no hash were that of what was read. */
static void a_request_that_stands_twice_is_refused(void **state) {
    (void)state;
    RequestMessage *event = request_message();
    Str once = wire_pack(&event->base, &arena);
    Str twice = str_format(&arena, "%.*s%.*s", STR_ARGS(once), STR_ARGS(once));
    ApprovalsMessage message;
    WireRefusal refusal = {0};
    assert_false(wire_read_request(twice, &arena, &message, &refusal));
    assert_true(str_equals(refusal.code, S("MESSAGE_UNREADABLE")));
}

/* ---- decisions */

static ProtobufCBinaryData bytes_of(Str bytes) {
    return (ProtobufCBinaryData){.len = (size_t)bytes.len, .data = (uint8_t *)bytes.ptr};
}

static Str payload_of(const char *actor, const char *last) {
    Arrears__Approvals__V1__Decision decision = ARREARS__APPROVALS__V1__DECISION__INIT;
    Hash hash = hash_of(S("request"));
    decision.request_id = wire_put_text(&arena, S("R-1"));
    decision.verdict = ARREARS__APPROVALS__V1__VERDICT__VERDICT_APPROVE;
    decision.request_hash = bytes_of(str_copy(&arena, str_from(hash.bytes, HASH_SIZE)));
    decision.creditor = wire_put_text(&arena, S("acme"));
    decision.customer = wire_put_text(&arena, S("c1"));
    decision.amount = wire_put_money(&arena, euros(100));
    decision.actor = wire_put_text(&arena, str_of(actor));
    decision.not_before = wire_put_text(&arena, S("2024-01-02"));
    decision.expires_on = wire_put_text(&arena, str_of(last));
    decision.nonce = bytes_of(nonce_new(&arena));
    return wire_pack(&decision.base, &arena);
}

static SignedDecision signed_by(const KeyPair *pair, const char *key_id, Str payload) {
    return (SignedDecision){
        .seal = {.payload = payload,
                 .key_id = str_of(key_id),
                 .signature = seal_sign(&arena, pair, str_of(DECISION_PAYLOAD_TYPE), payload)}};
}

static KeyRing ring_of(const KeyPair *pair, const char *id) {
    PublicKey *key = ARENA_NEW(&arena, PublicKey);
    key->id = str_of(id);
    memcpy(key->bytes, pair->public_key, PUBLIC_KEY_SIZE);
    return (KeyRing){.keys = key, .count = 1};
}

static void a_signature_is_proven_before_the_bytes_are_read(void **state) {
    (void)state;
    KeyPair mia = key_pair_new();
    KeyPair eve = key_pair_new();
    KeyRing ring = ring_of(&mia, "mia");
    SignedDecision good = signed_by(&mia, "mia", payload_of("mia", "2024-01-09"));
    Decision decision = wire_prove(&good, &ring, &arena);
    assert_true(decision.proven && decision.readable);
    assert_int_equal(decision.choice, CHOICE_APPROVE);
    assert_true(str_equals(decision.actor, S("mia")) && str_equals(decision.request, S("R-1")));

    SignedDecision forged = signed_by(&eve, "mia", good.seal.payload);
    assert_false(wire_prove(&forged, &ring, &arena).proven);
    SignedDecision unknown = signed_by(&mia, "carl", good.seal.payload);
    assert_false(wire_prove(&unknown, &ring, &arena).proven);
    SignedDecision other_name = signed_by(&mia, "mia", payload_of("bea", "2024-01-09"));
    assert_false(wire_prove(&other_name, &ring, &arena).proven);
}

static void every_altered_byte_is_noticed(void **state) {
    (void)state;
    KeyPair mia = key_pair_new();
    KeyRing ring = ring_of(&mia, "mia");
    SignedDecision good = signed_by(&mia, "mia", payload_of("mia", "2024-01-09"));
    for (ptrdiff_t i = 0; i < good.seal.payload.len; i++) {
        SignedDecision altered = good;
        char *bytes = arena_get(&arena, 1, good.seal.payload.len);
        memcpy(bytes, good.seal.payload.ptr, (size_t)good.seal.payload.len);
        bytes[i] = (char)(bytes[i] ^ 1);
        altered.seal.payload.ptr = bytes;
        assert_false(wire_prove(&altered, &ring, &arena).proven);
    }
}

static void signed_nonsense_is_proven_and_not_readable(void **state) {
    (void)state;
    KeyPair mia = key_pair_new();
    KeyRing ring = ring_of(&mia, "mia");
    SignedDecision nonsense = signed_by(&mia, "mia", S("\xff\xff"));
    Decision decision = wire_prove(&nonsense, &ring, &arena);
    assert_true(decision.proven && !decision.readable);
    SignedDecision no_day = signed_by(&mia, "mia", payload_of("mia", "2024-02-30"));
    decision = wire_prove(&no_day, &ring, &arena);
    assert_true(decision.proven && !decision.readable);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_hash_is_over_the_bytes_in_the_record),
        cmocka_unit_test(a_large_sum_is_read),
        cmocka_unit_test(a_faulty_request_is_refused),
        cmocka_unit_test(a_request_that_stands_twice_is_refused),
        cmocka_unit_test(a_signature_is_proven_before_the_bytes_are_read),
        cmocka_unit_test(every_altered_byte_is_noticed),
        cmocka_unit_test(signed_nonsense_is_proven_and_not_readable),
    };
    return cmocka_run_group_tests(tests, start, end);
}
