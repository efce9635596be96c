#pragma once

#include "base/arena.h"
#include "chassis/http.h"
#include "chassis/process.h"
#include "scoring/core/profile.h"

/* GET /v1/credit/{creditor}/{customer}, /v1/credit?band=&top=, /v1/exposure?top=: read from Redis,
 * on a connection of their own. A list looks at every state there is: it is for people, not for the
 * path of an order. */
typedef bool (*ProfileReader)(Str state, Arena *arena, Profile *profile);

int query_routes(void *settings, QueryDoor *door, ProfileReader read, Arena *arena,
                 const HttpRoute **routes);
