/* wire_read_decision and wire_prove: any bytes are refused with a code and a sentence, or are a
 * tick, or a decision that nobody signed: with an empty ring nothing is ever proven. */
#include "approvals/wire.h"
#include "base/check.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    ApprovalsMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_decision(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else if (!message.is_tick) {
        const SignedDecision *decision = &message.input.decision;
        KeyRing ring = {0};
        CHECK(message.input.kind == APPROVALS_DECISION);
        CHECK(str_is_empty(decision->request_hint) || id_is_number(decision->request_hint));
        CHECK(str_is_empty(decision->nonce_hint) || decision->nonce_hint.len == NONCE_SIZE);
        CHECK(decision->seal.signature.len == SIGNATURE_SIZE);
        CHECK(!wire_prove(decision, &ring, &arena).proven);
    }
    arena_close(&arena);
    return 0;
}
