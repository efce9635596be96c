#pragma once

#include "arrears/ledger/v1/ledger.pb-c.h"
#include "contract/wire.h"
#include "ledger/wire.h"

/* Inside wire/fact.c and wire/fact/ only: one function for each fact, which fills its place in the
 * event. */
typedef Arrears__Ledger__V1__LedgerEvent LedgerEvent;

/* What of the invoice, where a message has the two fields for it. */
#define PUT_PART(message, key)                                                                     \
    ((message)->charge = wire_put_charge((key).charge), (message)->instalment = (key).instalment)

/* ---- debt.c: what is owed, and what becomes of it */
void fact_posted(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_settled(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_reversed(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_entered(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_written_off(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_write_off_refused(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_charge(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_accrued(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_due_changed(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_debt_reduced(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_assignment_pending(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_assignment_dropped(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_debt_restored(Arena *arena, const Fact *fact, LedgerEvent *event);

/* ---- money.c: what came in, what it did, and what is gone again */
void fact_credit(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_allocated(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_recovered(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_discount(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_tolerance(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_payment_reversed(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_reopened(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_recovery_reversed(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_refunded(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_sent(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_recalled(Arena *arena, const Fact *fact, LedgerEvent *event);

/* ---- statement.c: comparing books with customers */
void fact_statement(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_balance_agreed(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_balance_disputed(Arena *arena, const Fact *fact, LedgerEvent *event);

/* ---- note.c: the input, once more, without what the event says already */
Arrears__Envelope__V1__Actor *fact_actor(Arena *arena, Str id);
void fact_proposal(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_cleared(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_settlement(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_reminder(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_request(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_resend(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_pause(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_pause_end(Arena *arena, const Fact *fact, LedgerEvent *event);
void fact_milestone(Arena *arena, const Fact *fact, LedgerEvent *event);
