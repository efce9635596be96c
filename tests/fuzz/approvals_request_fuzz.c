/* wire_read_request: any bytes are refused with a code and a sentence, or are a request whose items
 * sum to its amount, with a number of its writer and a hash. */
#include "approvals/wire.h"
#include "base/check.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    ApprovalsMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_request(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else {
        const Request *request = &message.input.request;
        int64_t sum = 0;
        CHECK(message.input.kind == APPROVALS_REQUEST && message.origin.seq > 0);
        CHECK(id_is_part(request->account.creditor) && id_is_part(request->account.customer));
        CHECK(id_is_number(request->id) && request->hash.len == HASH_SIZE);
        CHECK(request->item_count > 0);
        for (int i = 0; i < request->item_count; i++) {
            CHECK(!__builtin_add_overflow(sum, request->items[i].open.minor, &sum));
        }
        CHECK(sum == request->amount.minor);
    }
    arena_close(&arena);
    return 0;
}
