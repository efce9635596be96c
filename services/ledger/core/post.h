#pragma once

#include "ledger/core/desk.h"

/* Documents that are put on the books: invoices, payments, credit notes. What is posted is offered
 * to the other side at once (allocate.h). */

/* An invoice or debit note; refused when the open total of the customer would not fit 64 bits. */
void post_invoice(Desk *desk, const LedgerInput *input);
/* Money is never refused: credits are kept one by one, so there is no total that could overflow. A
 * credit note in another currency than the invoice it names is. Shares of a payment that belong to
 * others are moved first. */
void post_credit(Desk *desk, const LedgerInput *input);
