#pragma once

#include <stdbool.h>

#include "approvals/core/fact.h"
#include "approvals/core/input.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/id.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "contract/seal.h"

/* Between messages and the core's structs.
 *
 * wire/request.c reads arrears.approval-requests.v1, wire/decision.c arrears.decisions.v1,
 * wire/fact.c writes arrears.approvals.v1. */
typedef struct ApprovalsMessage {
    bool is_tick;
    Signed tick;
    Str creditor;  /* of a request */
    Origin origin; /* of our own services' messages */
    ApprovalsInput input;
} ApprovalsMessage;

typedef struct WireRefusal {
    Str code;     /* "DATE_UNREAL" */
    Str sentence; /* what is wrong and what to send instead */
} WireRefusal;

/* Texts point into the arena, never into `value`. */
bool wire_read_request(Str value, Arena *arena, ApprovalsMessage *message,
                       WireRefusal *refusal) MUST_USE;
/* Of the signed bytes only the hints are looked at; what cannot be found in them is left empty. */
bool wire_read_decision(Str value, Arena *arena, ApprovalsMessage *message,
                        WireRefusal *refusal) MUST_USE;

/* Verifies the signature over exactly the bytes that came, by the key the ring has under the key
 * id; only then reads them. A decision in another person's name is not proven. */
Decision wire_prove(const SignedDecision *signed_decision, const KeyRing *ring, Arena *arena);

/* "arrears.approvals.v1.RequestApproved" */
const char *wire_fact_type(FactKind kind);
/* An ApprovalEvent. The account is empty for days, its customer for requests that nobody knows. */
Str wire_write_fact(const Fact *fact, Account account, const Stamp *stamp, Arena *arena);
