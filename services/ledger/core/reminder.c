#include "ledger/core/reminder.h"

void note_reminder(Desk *desk, const LedgerInput *input) {
    bool settled = input->kind == LEDGER_SETTLEMENT;
    desk_accept(desk, &input->document);
    desk_say(desk,
             (Fact){.kind = settled ? FACT_SETTLEMENT_NOTED : FACT_RESEND_NOTED, .noted = input});
}
