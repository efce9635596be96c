#pragma once

#include "ledger/core/desk.h"

/* What a person says of a reminder, a settlement or the wish to send it once more: noted on the
 * timeline and acted on by dunning. Moves no money, and the ledger does not know whether there is
 * such a reminder. */
void note_reminder(Desk *desk, const LedgerInput *input);
