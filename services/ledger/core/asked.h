#pragma once

#include "ledger/core/desk.h"

/* Requests that are not decided yet: what stands in one is not given up otherwise meanwhile, or the
 * request would fail as a whole when it is approved. */

/* Somebody asked, or was refused. */
void note_request(Desk *desk, const LedgerInput *input);
/* It was decided, whatever came of it. */
void request_end(Desk *desk, Str request);
/* Known where a day ends. */
bool invoice_is_asked(const Book *book, Str invoice);
