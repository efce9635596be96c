/* wire_read_ledger: any bytes are refused with a code and a sentence, or become an input that
 * scoring can decide on, and whose state comes back from the record it is kept in. */
#include "base/check.h"
#include "scoring/core/decide.h"
#include "scoring/wire.h"
#include "tests/fuzz/fuzz.h"

static const Scorecard CARD = {
    .id = {"c", 1},
    .rows = {{.characteristic = CHARACTERISTIC_OVERDUE_SHARE,
              .best = 900,
              .ranges = {{0, 900}, {1, 0}},
              .range_count = 2}},
    .row_count = 1,
    .band_from = {[BAND_A] = 800, [BAND_B] = 600, [BAND_C] = 400, [BAND_D] = 200},
};

static void decide_and_keep(Arena *arena, ScoringMessage *message) {
    Profile profile = {.account = message->account, .day = DATE_NONE};
    Desk desk = {.arena = arena, .profile = &profile, .day = {15000}, .card = &CARD};
    message->input.topic = S("t");
    message->input.origin = (Origin){.service = S("ledger"), .seq = 1};
    decide(&desk, &message->input);
    CHECK(desk.changed == (message->input.kind != SCORING_NOTHING));
    if (!desk.changed) {
        return;
    }
    CreditMessage kept = {.kind = CREDIT_STATE, .profile = profile};
    CreditMessage again;
    Str bytes = wire_write_credit(&kept, arena);
    CHECK(wire_read_credit(bytes, arena, &again));
    CHECK(str_equals(wire_write_credit(&again, arena), bytes));
    desk.changed = false;
    decide(&desk, &message->input);
    CHECK(!desk.changed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 16 << 20);
    ScoringMessage message;
    WireRefusal refusal = {0};
    if (!wire_read_ledger(str_from(data, (ptrdiff_t)size), &arena, &message, &refusal)) {
        CHECK(refusal.code.len > 0 && refusal.sentence.len > 0);
    } else if (!message.is_day && !str_is_empty(message.account.customer)) {
        decide_and_keep(&arena, &message);
    }
    arena_close(&arena);
    return 0;
}
