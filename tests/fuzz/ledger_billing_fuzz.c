/* wire_read_billing: any bytes are refused with a code and a sentence, or become an input that the
 * ledger can decide on an empty book and talk about. */
#include "base/check.h"
#include "ledger/core/decide.h"
#include "ledger/wire.h"
#include "tests/fuzz/fuzz.h"

static Aging two_buckets(void) {
    return (Aging){.count = 2, .buckets = {{S("current"), INT32_MIN}, {S("1+"), 1}}};
}

static void decide_and_say(Arena *arena, const LedgerMessage *message) {
    Aging aging = two_buckets();
    Book book = {.arena = arena, .account = message->account, .next_due = DATE_NONE};
    Bookkeeping keeping = {.id = S(BOOKKEEPING_DEFAULT), .roll_overpayment = true};
    Desk desk = {.arena = arena,
                 .book = &book,
                 .day = {15000},
                 .aging = &aging,
                 .keeping = &keeping,
                 .sealed_until = DATE_NONE};
    decide(&desk, &message->input);
    CHECK(desk.fact_count > 0 || message->input.kind == LEDGER_NOTHING);
    Stamp stamp = {.origin = {.service = S("ledger"), .seq = 1, .order = 1}, .day = desk.day};
    for (int i = 0; i < desk.fact_count; i++) {
        CHECK(wire_write_fact(&desk.facts[i], message->account, &stamp, arena).len > 0);
    }
    for (int i = 0; i < book.entry_count; i++) {
        CHECK(book.entries[i].amount.minor > 0);
    }
    desk.fact_count = 0;
    decide(&desk, &message->input); /* once more */
    CHECK(desk.fact_count == 0 || message->input.document.kind == DOCUMENT_NONE ||
          desk.facts[0].kind == FACT_INPUT_REFUSED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 4 << 20);
    LedgerMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_billing(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else if (!message.is_tick) {
        CHECK(id_is_part(message.account.creditor) && id_is_part(message.account.customer));
        decide_and_say(&arena, &message);
    }
    arena_close(&arena);
    return 0;
}
