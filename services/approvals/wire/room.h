#pragma once

#include "approvals/wire.h"
#include "base/attr.h"
#include "contract/wire.h"

/* Inside wire/ only: the end of every decoder. Fills the refusal when the reader met a fault. */
bool room_is_good(const WireReader *reader, WireRefusal *refusal) MUST_USE;
