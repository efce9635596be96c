#pragma once

#include "ledger/core/desk.h"

/* What is agreed about a debt after it was issued, and the steps that an invoice takes to its
 * customer. None of it moves money. */

/* An item may be paid later: refused when it is not open or the day is not later. Reports of days
 * before the extension counts go by the day before it. */
void extend_due_date(Desk *desk, const LedgerInput *input);

/* The clock of an invoice stands still from a day on, and runs again from another. Both may be in
 * the past and before the invoice is known; pauses of an invoice may not overlap, and only one
 * without an end can be ended. */
void start_pause(Desk *desk, const LedgerInput *input);
void end_pause(Desk *desk, const LedgerInput *input);
/* Days from the due day to the end of `day`, without those of pauses and without the grace. In a
 * pause it stands at the value of its first day. */
int32_t days_delinquent(const Book *book, const Item *item, int32_t grace_days, Date day);

/* Delivered, sent, received, approved: each once. */
void reach_milestone(Desk *desk, const LedgerInput *input);
/* What an invoice says of itself besides its debt: who sold it, which order it is for. */
void note_details(Desk *desk, const LedgerInput *input);
bool details_are_said(const IssuedInvoice *issued);
