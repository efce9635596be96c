/* Which billing events move money between accounts: those, and not every event of the topic. */
#include "cli/movement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arrears/billing/v1/billing.pb-c.h"
#include "contract/wire.h"

#define EVENT(name) ARREARS__BILLING__V1__BILLING_EVENT__EVENT_##name

typedef Arrears__Billing__V1__BillingEvent Event;

static Movement movement(const Event *event) {
    Arena arena = arena_open("movement", 4 << 20);
    Movement found = movement_of(wire_pack(&event->base, &arena), &arena);
    arena_close(&arena);
    return found;
}

static void every_other_event_moves_nothing(void **state) {
    (void)state;
    const ProtobufCMessageDescriptor *all = &arrears__billing__v1__billing_event__descriptor;
    int seen = 0;
    for (unsigned i = 0; i < all->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &all->fields[i];
        bool moves = field->id == EVENT(PAYMENT_MOVED) || field->id == EVENT(PAYMENT_REVERSED);
        if (!(field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) || moves) {
            continue;
        }
        Arena arena = arena_open("event", 64 << 10);
        const ProtobufCMessageDescriptor *kind = field->descriptor;
        ProtobufCMessage *body =
            (ProtobufCMessage *)ARENA_ARRAY(&arena, char, (ptrdiff_t)kind->sizeof_message);
        kind->message_init(body);
        Event event = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
        event.event_case = (Arrears__Billing__V1__BillingEvent__EventCase)field->id;
        event.payment_moved = (Arrears__Billing__V1__PaymentMoved *)body; /* all share its place */
        assert_int_equal(movement(&event), MOVEMENT_NONE);
        arena_close(&arena);
        seen++;
    }
    assert_true(seen > 5);
}

static void a_payment_with_shares_and_a_moved_one_send(void **state) {
    (void)state;
    Arrears__Billing__V1__PaymentShare share = ARREARS__BILLING__V1__PAYMENT_SHARE__INIT;
    Arrears__Billing__V1__PaymentShare *shares[] = {&share};
    Arrears__Billing__V1__PaymentReceived received = ARREARS__BILLING__V1__PAYMENT_RECEIVED__INIT;
    received.shares = shares;
    received.n_shares = 1;
    Event event = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    event.event_case = EVENT(PAYMENT_RECEIVED);
    event.payment_received = &received;
    assert_int_equal(movement(&event), MOVEMENT_SENT);
    Arrears__Billing__V1__PaymentMoved moved = ARREARS__BILLING__V1__PAYMENT_MOVED__INIT;
    event.event_case = EVENT(PAYMENT_MOVED);
    event.payment_moved = &moved;
    assert_int_equal(movement(&event), MOVEMENT_SENT);
}

static void a_reversal_may_call_back(void **state) {
    (void)state;
    Arrears__Billing__V1__PaymentReversed reversed = ARREARS__BILLING__V1__PAYMENT_REVERSED__INIT;
    Event event = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    event.event_case = EVENT(PAYMENT_REVERSED);
    event.payment_reversed = &reversed;
    assert_int_equal(movement(&event), MOVEMENT_CALLED_BACK);
}

static void what_is_no_event_moves_nothing(void **state) {
    (void)state;
    Arena arena = arena_open("movement", 4 << 20);
    assert_int_equal(movement_of(S("\xff\xff no message"), &arena), MOVEMENT_NONE);
    arena_close(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_other_event_moves_nothing),
        cmocka_unit_test(a_payment_with_shares_and_a_moved_one_send),
        cmocka_unit_test(a_reversal_may_call_back),
        cmocka_unit_test(what_is_no_event_moves_nothing),
    };
    return cmocka_run_group_tests_name("movement", tests, NULL, NULL);
}
