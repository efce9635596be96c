#pragma once

#include "ledger/core/desk.h"

/* Giving up: a person proposes, somebody with authority approves, and money may come after all. */

/* Noted on the timeline when all that it names is open and of one currency; dunning takes it from
 * there. Moves no money. */
void note_proposal(Desk *desk, const LedgerInput *input);
/* All listed items or none: each must be open with exactly the approved amount, and the account not
 * on hold. Of an item that is given up in part the rest stays owed. */
void act_as_approved(Desk *desk, const LedgerInput *input);

/* By what something is given up. */
typedef struct GivingUp {
    Str document; /* the request, or the reference of a standing approval */
    WriteOffReason code;
    Str reason;
    bool standing;
} GivingUp;

/* So much of an open item, from the open day on. */
void write_off_item(Desk *desk, Item *item, Money amount, const GivingUp *by);
/* Said for reports: why, once for a document. */
void ground_keep(Desk *desk, const GivingUp *by);
/* Money that names a written-off invoice, up to what is written off; the rest stays unapplied. A
 * credit note or another currency recovers nothing; what a credit note does is in allocate.c. */
void recover(Desk *desk, Credit *credit, Item *item);
/* What the write-off took back of the tax within this part of what is written off: it is owed to
 * the authority again when the part comes back. Before `written_off` becomes less. */
Money written_off_tax_take(Item *item, Money part);
