/* Bytes to messages under a cap, and our structs into messages. */
#include "contract/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "tests/harness/trap.h"

static Arena arena;

typedef Arrears__Billing__V1__BillingEvent BillingEvent;

static const ProtobufCMessageDescriptor *const BILLING =
    &arrears__billing__v1__billing_event__descriptor;

static Str payment_bytes(void) {
    Arrears__Envelope__V1__Money amount = ARREARS__ENVELOPE__V1__MONEY__INIT;
    amount.currency = wire_put_text(&arena, S("USD"));
    amount.minor = 12345;
    Arrears__Billing__V1__PaymentReceived payment = ARREARS__BILLING__V1__PAYMENT_RECEIVED__INIT;
    payment.creditor = wire_put_text(&arena, S("ACME"));
    payment.number = wire_put_text(&arena, S("N\xc2\xb0 7"));
    payment.amount = &amount;
    BillingEvent event = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    event.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_RECEIVED;
    event.payment_received = &payment;
    return wire_pack(&event.base, &arena);
}

static void a_message_is_read_as_it_was_written(void **state) {
    (void)state;
    const BillingEvent *event =
        (const BillingEvent *)wire_unpack(BILLING, payment_bytes(), &arena, 1 << 16);
    assert_non_null(event);
    assert_int_equal(event->event_case,
                     ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_RECEIVED);
    assert_string_equal(event->payment_received->creditor, "ACME");
    assert_string_equal(event->payment_received->number, "N\xc2\xb0 7");
    assert_string_equal(event->payment_received->customer, "");
    assert_int_equal(event->payment_received->amount->minor, 12345);
}

static void no_bytes_are_an_empty_message(void **state) {
    (void)state;
    const BillingEvent *event = (const BillingEvent *)wire_unpack(BILLING, (Str){0}, &arena, 1024);
    assert_non_null(event);
    assert_int_equal(event->event_case, ARREARS__BILLING__V1__BILLING_EVENT__EVENT__NOT_SET);
    assert_int_equal(wire_pack(&event->base, &arena).len, 0);
}

static void a_cut_message_is_none(void **state) {
    (void)state;
    Str bytes = payment_bytes();
    for (ptrdiff_t len = 1; len < bytes.len; len++) {
        assert_null(wire_unpack(BILLING, str_slice(bytes, 0, len), &arena, 1 << 16));
    }
}

/* A field of a newer contract is passed over. */
static void unknown_fields_do_no_harm(void **state) {
    (void)state;
    Str bytes = S("\xfa\x01\x03\0\0\0\xc0\x02\x05");
    assert_non_null(wire_unpack(BILLING, bytes, &arena, 1 << 16));
}

/* One byte less than it takes, and it is refused: the cap counts what the arena hands out. */
static void the_cap_is_on_decoded_bytes(void **state) {
    (void)state;
    Str bytes = payment_bytes();
    ptrdiff_t needed = 0;
    while (wire_unpack(BILLING, bytes, &arena, needed) == NULL) {
        needed++;
    }
    assert_true(needed > bytes.len);
    for (ptrdiff_t limit = 0; limit < needed; limit++) {
        assert_null(wire_unpack(BILLING, bytes, &arena, limit));
    }
}

/* 600 empty invoices in one event: each replaces the one before, each takes memory. */
static void small_bytes_do_not_become_large_memory(void **state) {
    (void)state;
    StrBuilder bytes = str_builder(&arena, 1 << 12);
    for (int i = 0; i < 600; i++) {
        str_add(&bytes, S("\x12\0"));
    }
    ptrdiff_t before = arena.used;
    assert_null(wire_unpack(BILLING, str_built(&bytes), &arena, 8 << 10));
    assert_true(arena.used - before <= 8 << 10);
}

static void a_full_arena_refuses_too(void **state) {
    (void)state;
    Arena small = arena_open("small", 64);
    assert_null(wire_unpack(BILLING, payment_bytes(), &small, 1 << 16));
    arena_close(&small);
}

/* protobuf-c ends a text at its NUL; "A" must not be read where "A\0B" was written. */
static void a_text_with_a_nul_is_no_message(void **state) {
    (void)state;
    static const Str rows[] = {
        S("\x12\x03\x0a\x01\0"), /* creditor of an invoice */
        S("\x12\x07\x1a\x05"     /* its number: A NUL B C D */
          "A\0BCD"),
        S("\x0a\x03\x12\x01\0"),               /* key id of a tick */
        S("\x3a\x06\x3a\x04\x0a\x02\0A"),      /* inside of an actor */
        S("\x0a\x02\x0a\0\x0a\x03\x12\x01\0"), /* in the second of two ticks */
        S("\x32\x06\x22\x01"                   /* one of several */
          "A\x22\x01\0"),
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (wire_unpack(BILLING, rows[i], &arena, 1 << 16) != NULL) {
            fail_msg("row %td", i);
        }
    }
}

/* protobuf-c knows this number only in its shortest spelling. */
static void field_number_zero_is_no_message(void **state) {
    (void)state;
    static const Str rows[] = {S("\x00\x01"), S("\x80\x00\x01"),
                               S("\x81\0"
                                 "12345678"),
                               S("\x12\x03\x80\x00\x01"), S("\x80\x80\x80\x80\x00\x01")};
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (wire_unpack(BILLING, rows[i], &arena, 1 << 16) != NULL) {
            fail_msg("row %td", i);
        }
    }
}

static void bytes_with_a_nul_are_welcome(void **state) {
    (void)state;
    const BillingEvent *event = (const BillingEvent *)wire_unpack(
        BILLING, S("\x0a\x07\x0a\x02\0\0\x1a\x01\0"), &arena, 1 << 16);
    assert_non_null(event);
    assert_int_equal(event->tick->payload.len, 2);
    assert_int_equal(event->tick->signature.len, 1);
    assert_non_null(wire_unpack(BILLING, S("\x3a\x02\x20\0"), &arena, 1 << 16)); /* a zero */
}

static void a_text_of_ours_has_no_nul(void **state) {
    (void)state;
    assert_string_equal(wire_put_text(&arena, (Str){0}), "");
    assert_true(TRAPPED(wire_put_text(&arena, S("A\0B"))));
}

static void our_structs_become_messages(void **state) {
    (void)state;
    Origin origin = {S("ledger"), 3, 70, 500, 2};
    const Arrears__Envelope__V1__Origin *made = wire_put_origin(&arena, &origin);
    WireReader reader = wire_reader(&arena);
    Origin read = wire_origin(&reader, made);
    assert_true(wire_is_good(&reader));
    assert_true(str_equals(read.service, origin.service));
    assert_int_equal(read.task, 3);
    assert_int_equal(read.seq, 70);
    assert_int_equal(read.order, 500);
    assert_int_equal(read.hops, 2);

    Held held = {S("arrears.billing.v1"), 1, 99, S("DATE_UNREAL"), S("No such day.")};
    const Arrears__Envelope__V1__Held *message = wire_put_held(&arena, &held);
    assert_string_equal(message->topic, "arrears.billing.v1");
    assert_int_equal(message->partition, 1);
    assert_int_equal(message->offset, 99);
    assert_string_equal(message->reason, "DATE_UNREAL");
    assert_string_equal(message->sentence, "No such day.");
    assert_string_equal(wire_put_date(&arena, DATE_NONE), "");
    assert_string_equal(wire_put_date(&arena, (Date){0}), "1970-01-01");
}

static void causes_become_messages(void **state) {
    (void)state;
    Cause none = {0};
    assert_int_equal(wire_put_cause(&arena, &none)->cause_case,
                     ARREARS__ENVELOPE__V1__CAUSE__CAUSE__NOT_SET);
    Cause record = {.kind = CAUSE_RECORD, .topic = S("t"), .partition = 4, .offset = 5};
    const Arrears__Envelope__V1__Cause *message = wire_put_cause(&arena, &record);
    assert_int_equal(message->cause_case, ARREARS__ENVELOPE__V1__CAUSE__CAUSE_RECORD);
    assert_string_equal(message->record->topic, "t");
    assert_int_equal(message->record->partition, 4);
    assert_int_equal(message->record->offset, 5);
    Cause day = {.kind = CAUSE_DAY, .day = {15886}};
    message = wire_put_cause(&arena, &day);
    assert_int_equal(message->cause_case, ARREARS__ENVELOPE__V1__CAUSE__CAUSE_DAY);
    assert_string_equal(message->day, "2013-06-30");
    Cause dispatch = {.kind = CAUSE_DISPATCH, .intent = S("i7"), .attempt = 2};
    message = wire_put_cause(&arena, &dispatch);
    assert_int_equal(message->cause_case, ARREARS__ENVELOPE__V1__CAUSE__CAUSE_DISPATCH);
    assert_string_equal(message->dispatch->intent, "i7");
    assert_int_equal(message->dispatch->attempt, 2);
}

int main(void) {
    arena = arena_open("test", 64 << 20);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_read_as_it_was_written),
        cmocka_unit_test(no_bytes_are_an_empty_message),
        cmocka_unit_test(a_cut_message_is_none),
        cmocka_unit_test(unknown_fields_do_no_harm),
        cmocka_unit_test(the_cap_is_on_decoded_bytes),
        cmocka_unit_test(small_bytes_do_not_become_large_memory),
        cmocka_unit_test(a_full_arena_refuses_too),
        cmocka_unit_test(a_text_with_a_nul_is_no_message),
        cmocka_unit_test(field_number_zero_is_no_message),
        cmocka_unit_test(bytes_with_a_nul_are_welcome),
        cmocka_unit_test(a_text_of_ours_has_no_nul),
        cmocka_unit_test(our_structs_become_messages),
        cmocka_unit_test(causes_become_messages),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_close(&arena);
    return failed;
}
