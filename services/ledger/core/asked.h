#pragma once

#include "ledger/core/desk.h"

/* Requests that are not decided yet: what stands in one is not given up otherwise meanwhile, or the
 * request would fail as a whole when it is approved. */

/* Somebody asked, or was refused: noted where it changes what stands in a request, else nothing.
 * Only invoices that the account has stand in one. */
void note_request(Desk *desk, const LedgerInput *input);
/* It was approved, whatever came of it; the caller says a fact. */
void request_end(Desk *desk, Str request);
/* Known where a day ends, and where a request is noted or approved. */
bool invoice_is_asked(const Book *book, Str invoice);
