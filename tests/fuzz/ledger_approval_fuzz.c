/* wire_read_approval: any bytes are refused with a code and a sentence, or are no business of the
 * ledger, or a write-off with an amount above zero for each invoice. */
#include "base/check.h"
#include "ledger/wire.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    LedgerMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_approval(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else if (message.input.kind != LEDGER_NOTHING) {
        CHECK(message.input.kind == LEDGER_APPROVAL && message.origin.seq > 0);
        CHECK(id_is_part(message.account.creditor) && id_is_part(message.account.customer));
        CHECK(message.input.invoice_count > 0);
        for (int i = 0; i < message.input.invoice_count; i++) {
            CHECK(message.input.approval.open[i].minor > 0);
            CHECK(id_is_number(message.input.invoices[i]));
        }
    }
    arena_close(&arena);
    return 0;
}
