#pragma once

#include "ledger/core/desk.h"

/* What a person says of a reminder, a settlement or the wish to send it once more: noted on the
 * timeline and acted on by dunning. Moves no money. */
void note_reminder(Desk *desk, const LedgerInput *input);

/* What dunning says of one: noted, and kept for who wants to take an invoice back.
 *
 * One that went out costs what the fees that the creditor's bookkeeping names say of its level, on
 * the open day, as costs of the oldest invoice it lists, under the number "~", its id, "." and the
 * attempt; nothing where that invoice was taken back, sold, released or given up meanwhile. When it
 * turns out not to have reached anybody, what is still open of that is taken back. It is charged
 * again only when it was taken back as a whole: who has paid some of it pays once for a reminder.
 */
void hear_reminder(Desk *desk, const LedgerInput *input);
