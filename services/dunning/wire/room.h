#pragma once

#include "base/attr.h"
#include "contract/wire.h"
#include "dunning/wire.h"

/* Inside wire/ only. */

/* The end of every decoder: fills the refusal when the reader met a fault. */
bool room_is_good(const WireReader *reader, WireRefusal *refusal) MUST_USE;
/* An event of a service of ours about an account, or about a task. */
Account room_account(WireReader *reader, const char *creditor, const char *customer);
/* A fault when the event says something about an account and names none. */
void room_need_account(WireReader *reader, const DunningMessage *message);

enum { WIRE_REASON_MAX = 1000 };
