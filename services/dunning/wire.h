#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/id.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "dunning/core/fact.h"
#include "dunning/core/input.h"

/* Between messages and the core's structs.
 *
 * wire/ledger.c, wire/approval.c and wire/credit.c read what our own services say; what cannot be
 * read there was written by a newer one. wire/contact.c reads what anybody may send. wire/fact.c
 * writes arrears.dunning.v1, wire/request.c arrears.approval-requests.v1. Texts point into the
 * arena, never into `value`. */
typedef struct WireRefusal {
    Str code;     /* "DATE_UNREAL" */
    Str sentence; /* what is wrong and what to do */
} WireRefusal;

typedef struct DunningMessage {
    Account account; /* empty on messages about a task */
    Origin origin;   /* empty where there are no numbers */
    bool is_day;
    DayMark day;
    DunningInput input;
} DunningMessage;

bool wire_read_ledger(Str value, Arena *arena, DunningMessage *message,
                      WireRefusal *refusal) MUST_USE;
bool wire_read_approval(Str value, Arena *arena, DunningMessage *message,
                        WireRefusal *refusal) MUST_USE;
/* Claims and checkpoints come without an account. */
bool wire_read_credit(Str value, Arena *arena, DunningMessage *message,
                      WireRefusal *refusal) MUST_USE;
bool wire_read_contact(Str value, Arena *arena, DunningMessage *message,
                       WireRefusal *refusal) MUST_USE;

/* "arrears.dunning.v1.ReminderIssued" */
const char *wire_fact_type(FactKind kind);
Str wire_write_fact(const Fact *fact, Account account, const Stamp *stamp, Arena *arena);
extern const char WIRE_REQUEST_TYPE[];
Str wire_write_request(const Request *request, Account account, const Stamp *stamp, Arena *arena);
