/* wire_read_approval: any bytes are refused with a code and a sentence, or say what was decided
 * about a request that can be named, or nothing. */
#include "base/check.h"
#include "dunning/wire.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    DunningMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_approval(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else if (message.input.kind == DUNNING_REQUEST_NEWS) {
        RequestState state = message.input.request.state;
        CHECK(id_is_part(message.account.creditor) && id_is_part(message.account.customer));
        CHECK(id_is_number(message.input.request.request) && message.origin.seq > 0);
        CHECK(state == REQUEST_APPROVED || state == REQUEST_REJECTED);
    } else {
        CHECK(message.input.kind == DUNNING_NOTHING && message.origin.seq > 0);
    }
    arena_close(&arena);
    return 0;
}
