#pragma once

#include "dunning/core/desk.h"
#include "dunning/core/input.h"
#include "dunning/core/pursuit.h"

/* Requests for what needs approval: raised by age or by a person, and what comes of them. */

/* For the items that are old enough when the open day ends. */
void ask_write_off(Desk *desk, const Pursuit *pursuit);
/* A person's proposal: raised with what stands open now, or refused. */
void propose_act(Desk *desk, const Proposal *proposal);
/* What approvals, or the ledger, says of a request. */
void hear_of_request(Desk *desk, const RequestNews *news);
