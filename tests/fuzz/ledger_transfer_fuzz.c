/* wire_read_transfer: any bytes are refused with a code and a sentence, or become money that
 * arrives or is called back, with an amount above zero and a number. */
#include "base/check.h"
#include "ledger/wire.h"
#include "tests/fuzz/fuzz.h"

static void check_input(const LedgerInput *input) {
    bool comes = input->kind == LEDGER_CREDIT;
    CHECK(comes || input->kind == LEDGER_REVERSAL);
    Money amount = comes ? input->credit.amount : input->reversal.amount;
    CHECK(amount.minor > 0 && id_is_number(input->document.number));
    CHECK(comes ? id_is_part(input->credit.from) : input->reversal.recalled);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    LedgerMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_transfer(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else {
        CHECK(id_is_part(message.account.creditor) && id_is_part(message.account.customer));
        CHECK(message.origin.seq > 0);
        check_input(&message.input);
    }
    arena_close(&arena);
    return 0;
}
