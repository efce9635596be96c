/* wire_read_credit: any bytes are refused with a code and a sentence, or are a state that dunning
 * can pick a tone by, or nobody's. */
#include "base/check.h"
#include "dunning/wire.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    DunningMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_credit(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else if (message.input.kind == DUNNING_CREDIT) {
        const CreditState *credit = &message.input.credit;
        CHECK(id_is_part(message.account.creditor) && id_is_part(message.account.customer));
        CHECK(credit->band >= BAND_NONE && credit->band <= BAND_E && credit->version > 0);
        CHECK(credit->score >= 0 && credit->score <= SCORE_MOST && date_is_valid(credit->day));
    } else {
        CHECK(message.input.kind == DUNNING_NOTHING && str_is_empty(message.account.customer));
    }
    arena_close(&arena);
    return 0;
}
