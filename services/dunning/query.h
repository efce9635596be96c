#pragma once

#include "base/arena.h"
#include "chassis/http.h"
#include "chassis/process.h"

/* The answers to questions about reminders and about what persons have to do; README.md lists them.
 * settings: const DunningSettings *. */
int dunning_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes);
