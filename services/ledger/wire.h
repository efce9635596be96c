#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/id.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "ledger/core/fact.h"
#include "ledger/core/input.h"

/* Between messages and the core's structs. Decoding checks everything that does not need the books;
 * what it lets through is text without surprises, real days, known currencies, amounts above zero.
 *
 * wire/billing.c reads arrears.billing.v1, wire/approval.c arrears.approvals.v1, wire/dunning.c
 * arrears.dunning.v1; wire/fact.c writes arrears.ledger.v1, wire/transfer.c reads and writes
 * arrears.transfers.v1. */
typedef struct LedgerMessage {
    bool is_tick;
    bool is_notice;    /* of a period */
    Signed tick;       /* or the notice: what was signed */
    Account account;   /* empty on messages about a task */
    Origin origin;     /* of our own services' messages */
    LedgerInput input; /* LEDGER_NOTHING: of no business to the ledger */
} LedgerMessage;

typedef struct WireRefusal {
    Str code;     /* "DATE_UNREAL" */
    Str sentence; /* what is wrong and what to send instead */
} WireRefusal;

/* Texts point into the arena, never into `value`. */
bool wire_read_billing(Str value, Arena *arena, LedgerMessage *message,
                       WireRefusal *refusal) MUST_USE;
/* The payload of a notice, after its signature was verified. */
bool wire_read_period(Str payload, Arena *arena, PeriodNotice *notice,
                      WireRefusal *refusal) MUST_USE;
bool wire_read_approval(Str value, Arena *arena, LedgerMessage *message,
                        WireRefusal *refusal) MUST_USE;
bool wire_read_dunning(Str value, Arena *arena, LedgerMessage *message,
                       WireRefusal *refusal) MUST_USE;

bool wire_read_transfer(Str value, Arena *arena, LedgerMessage *message,
                        WireRefusal *refusal) MUST_USE;

/* "arrears.ledger.v1.InvoicePosted" */
const char *wire_fact_type(FactKind kind);
/* A LedgerEvent. The account is empty for days. */
Str wire_write_fact(const Fact *fact, Account account, const Stamp *stamp, Arena *arena);

/* Of facts that go to another account (fact_receiver): a TransferEvent to it. */
const char *wire_transfer_type(const Fact *fact);
Str wire_write_transfer(const Fact *fact, Account account, const Stamp *stamp, Arena *arena);
