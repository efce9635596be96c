#pragma once

#include "ledger/core/desk.h"

/* Charged too much: a payment turned out to have come earlier, a pause was backdated.
 *
 * What is still open of such charges becomes less, the latest first. What the customer has paid
 * beyond what is owed after all comes back as a credit note of the ledger's own, "~interest-17"
 * with the number of its entry, which counts from today and pays what else is open. What had been
 * given up, waived or written off, was never paid and is not given back. */
void overcharge_return(Desk *desk, Accrued *accrued, Charge charge, Money amount, Date from);
