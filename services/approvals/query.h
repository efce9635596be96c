#pragma once

#include "base/arena.h"
#include "chassis/http.h"
#include "chassis/process.h"

/* What anybody may ask approvals over HTTP; read-only, JSON.
 *
 *     GET /v1/approvals?state=waiting|decided&creditor=C
 *     GET /v1/approvals/{creditor}/{request}
 *
 * One file in query/ for each question; README.md shows the answers. */
int approvals_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes);
