#pragma once

#include "ledger/core/desk.h"

/* A record of the account lies in the dead letters: its facts may be incomplete, so it is not
 * written off (nor reminded or placed, by others) until a person clears the hold. */
void put_on_hold(Desk *desk, const LedgerInput *input);
/* A hold of another service is noted as said. */
void clear_hold(Desk *desk, const LedgerInput *input);
