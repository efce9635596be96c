/* wire_unpack: never more memory than the cap; what is read has texts without hidden ends and can
 * be written. */
#include "base/check.h"
#include "contract/json.h"
#include "contract/messages.h"
#include "contract/topics.h"
#include "contract/wire.h"
#include "tests/fuzz/fuzz.h"

enum { CAP = 256 << 10, ROOM = 16 << 20 };

static void check_message(const ProtobufCMessage *message, Arena *arena) {
    Str bytes = wire_pack(message, arena);
    const ProtobufCMessage *again = wire_unpack(message->descriptor, bytes, arena, 2 * CAP);
    CHECK(again != NULL && str_equals(wire_pack(again, arena), bytes));
    Str json = {0};
    Err err = {0};
    if (!json_print(message, arena, &json, &err)) {
        CHECK(err.verdict == VERDICT_POISON);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    for (int i = 0; i < TOPIC_COUNT; i++) {
        Arena arena = arena_open("fuzz", ROOM);
        const ProtobufCMessage *message = wire_unpack(message_of_topic(str_of(TOPICS[i].name)),
                                                      str_from(data, (ptrdiff_t)size), &arena, CAP);
        CHECK(arena.used <= CAP);
        if (message != NULL) {
            check_message(message, &arena);
        }
        arena_close(&arena);
    }
    return 0;
}
