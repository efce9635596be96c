#pragma once

#include "base/arena.h"
#include "chassis/http.h"
#include "chassis/process.h"
#include "chassis/service.h"

/* The meeting place: messages, profiles, decisions and answers become one Service for the step
 * loop, and the routes of the query room.
 *
 * Nothing is remembered between steps. What a batch needs lives in the batch's arena. */
Service scoring_service(void *settings, Arena *arena);
int scoring_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes);
