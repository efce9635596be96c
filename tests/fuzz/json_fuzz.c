/* json_parse: what is read is printed in one form, and that form is read as the same message. */
#include "base/check.h"
#include "contract/json.h"
#include "contract/messages.h"
#include "contract/topics.h"
#include "contract/wire.h"
#include "tests/fuzz/fuzz.h"

static void check_message(const ProtobufCMessage *message, Arena *arena) {
    Str printed = {0};
    Str why = {0};
    Err err = {0};
    ProtobufCMessage *again = NULL;
    CHECK(json_print(message, arena, &printed, &err));
    CHECK(json_parse(message->descriptor, printed, arena, &again, &why));
    CHECK(str_equals(wire_pack(message, arena), wire_pack(again, arena)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str text = str_from(data, (ptrdiff_t)size);
    for (int i = 0; i < TOPIC_COUNT; i++) {
        Arena arena = arena_open("fuzz", 16 << 20);
        ProtobufCMessage *message = NULL;
        Str why = {0};
        if (json_parse(message_of_topic(str_of(TOPICS[i].name)), text, &arena, &message, &why)) {
            check_message(message, &arena);
        } else {
            CHECK(!str_is_empty(why));
        }
        arena_close(&arena);
    }
    return 0;
}
