/* What json.h and wire.h take for granted about the contract holds for all of its messages. */
#include "contract/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "contract/json.h"

static const Str STANDING_ALONE[] = {
    S("arrears.approvals.v1.ApprovalEvent"),     S("arrears.approvals.v1.ApprovalRequestEvent"),
    S("arrears.approvals.v1.ApprovalRequested"), S("arrears.approvals.v1.Decision"),
    S("arrears.approvals.v1.DecisionEvent"),     S("arrears.billing.v1.BillingEvent"),
    S("arrears.credit.v1.CreditRecord"),         S("arrears.envelope.v1.Tick"),
    S("arrears.ledger.v1.LedgerEvent"),          S("arrears.policies.v1.PolicyRecord"),
    S("arrears.policies.v1.PolicySet"),          S("arrears.warnings.v1.WarningEvent"),
    S("arrears.transfers.v1.TransferEvent"),
};

static void messages_that_stand_alone_are_found(void **state) {
    (void)state;
    for (ptrdiff_t i = 0; i < COUNT_OF(STANDING_ALONE); i++) {
        const ProtobufCMessageDescriptor *message = message_find(STANDING_ALONE[i]);
        assert_non_null(message);
        assert_true(str_equals(str_of(message->name), STANDING_ALONE[i]));
    }
    assert_null(message_find(S("")));
    assert_null(message_find(S("arrears.envelope.v1.Money")));
}

static bool type_is_known(ProtobufCType type) {
    return type == PROTOBUF_C_TYPE_INT32 || type == PROTOBUF_C_TYPE_INT64 ||
           type == PROTOBUF_C_TYPE_BOOL || type == PROTOBUF_C_TYPE_ENUM ||
           type == PROTOBUF_C_TYPE_STRING || type == PROTOBUF_C_TYPE_BYTES ||
           type == PROTOBUF_C_TYPE_MESSAGE;
}

static void check_message(const ProtobufCMessageDescriptor *message, int depth) {
    assert_true(depth < JSON_DEPTH_MAX); /* so none holds itself */
    assert_true(message->n_fields <= 64);
    for (unsigned i = 0; i < message->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->fields[i];
        if (!type_is_known(field->type) || strlen(field->name) >= 64) {
            fail_msg("%s.%s: json_print.c does not know its type", message->name, field->name);
        }
        bool known_label =
            field->label == PROTOBUF_C_LABEL_NONE || field->label == PROTOBUF_C_LABEL_REPEATED;
        if (!known_label) {
            fail_msg("%s.%s: the word optional stands before it", message->name, field->name);
        }
        if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
            check_message(field->descriptor, depth + 1);
        }
    }
}

static void no_message_has_what_json_cannot_say(void **state) {
    (void)state;
    for (ptrdiff_t i = 0; i < COUNT_OF(STANDING_ALONE); i++) {
        check_message(message_find(STANDING_ALONE[i]), 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_that_stand_alone_are_found),
        cmocka_unit_test(no_message_has_what_json_cannot_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
