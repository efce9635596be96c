#pragma once

#include "base/arena.h"
#include "chassis/http.h"
#include "chassis/process.h"

/* What anybody may ask the ledger over HTTP; read-only, JSON.
 *
 *     GET /v1/aging?as_of=D&creditor=C
 *     GET /v1/exposure?top=N&as_of=D&creditor=C
 *     GET /v1/accounts/{creditor}/{customer}
 *     GET /v1/holds
 *     GET /v1/audit/...     for auditors: query/audit.h
 *
 * as_of is the open day when left out, creditor the only one there is. A report is answered when
 * all tasks have closed the day, or have it open; else 409 with those that have not. A day that is
 * closed keeps its answer: what is recorded later counts from its own effective date.
 *
 * One file in query/ for each question; README.md shows the answers. */
int ledger_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes);
