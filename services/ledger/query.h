#pragma once

#include "base/arena.h"
#include "chassis/http.h"
#include "chassis/process.h"

/* What anybody may ask the ledger over HTTP; read-only, JSON.
 *
 *     GET /v1/aging?as_of=D&known_on=K&from=due|invoice&by=customer|salesperson
 *     GET /v1/exposure?top=N&as_of=D&known_on=K
 *     GET /v1/kpi?as_of=D&days=N                 /v1/roll-rates, too
 *     GET /v1/trial-balance?as_of=D&known_on=K   /v1/tie-out and /v1/cut-off, too
 *     GET /v1/journal?from=D&to=D&after=ID       /v1/recovery, too
 *     GET /v1/allowance?as_of=D&known_on=K&from=D
 *     GET /v1/loss-rates?as_of=D&known_on=K&months=N
 *     GET /v1/statement?customer=C&from=D&to=D
 *     GET /v1/accounts/{creditor}/{customer}
 *     GET /v1/holds
 *     GET /v1/audit/...                          query/audit.h
 *
 * as_of is the open day when left out, creditor the only one there is; known_on leaves out what was
 * recorded later. A report is answered when all tasks have closed the day, or have it open; else
 * 409 with those that have not. A day that is closed keeps its answer: what is recorded later
 * counts from its own effective date, and known_on tells apart what was not known.
 *
 * One file in query/ for each question; README.md shows the answers. */
int ledger_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes);
