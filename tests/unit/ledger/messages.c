#include "tests/unit/ledger/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "contract/json.h"
#include "contract/messages.h"
#include "contract/wire.h"

Arena messages_arena;

int messages_start(void **state) {
    (void)state;
    messages_arena = arena_open("test", 4 << 20);
    return 0;
}

int messages_end(void **state) {
    (void)state;
    arena_close(&messages_arena);
    return 0;
}

Str messages_bytes(const char *topic, const char *json) {
    ProtobufCMessage *message = NULL;
    Str why = {0};
    if (!json_parse(message_of_topic(str_of(topic)), str_of(json), &messages_arena, &message,
                    &why)) {
        fail_msg("%.*s: %s", STR_ARGS(why), json);
    }
    return wire_pack(message, &messages_arena);
}

bool messages_read(const char *json, LedgerMessage *message, WireRefusal *refusal) {
    Str bytes = messages_bytes("arrears.billing.v1", json);
    return wire_read_billing(bytes, &messages_arena, message, refusal);
}

LedgerMessage messages_read_good(const char *json) {
    LedgerMessage message;
    WireRefusal refusal = {0};
    if (!messages_read(json, &message, &refusal)) {
        fail_msg("%.*s: %s", STR_ARGS(refusal.sentence), json);
    }
    return message;
}
