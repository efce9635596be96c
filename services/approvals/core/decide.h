#pragma once

#include "approvals/core/desk.h"
#include "approvals/core/input.h"

/* What approvals does with a request and with a decision: changes the desk's file and says what
 * became of it.
 *
 * Pure: it depends on the file, the open day, the authority in force and the input, and on nothing
 * else. Whether the signature is proven comes with the decision. */

/* A request of our own services. One that was raised before is nothing; the same id with other
 * content marks the file as conflicted. */
void receive(Desk *desk, const Request *request);
/* Somebody's decision: it counts, or it is refused and kept all the same. */
void judge(Desk *desk, const SignedDecision *signed_decision, const Decision *decision);
