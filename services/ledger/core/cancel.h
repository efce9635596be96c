#pragma once

#include "ledger/core/desk.h"

/* Takes an invoice back as a whole, while nothing was applied to it. */
void cancel_invoice(Desk *desk, const LedgerInput *input);
