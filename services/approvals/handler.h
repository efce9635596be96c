#pragma once

#include <stdio.h>

#include "base/arena.h"
#include "chassis/service.h"

/* The meeting place: messages, requests, decisions and answers become one Service for the step
 * loop.
 *
 * Nothing is remembered between steps. What a batch needs lives in the batch's arena. */
Service approvals_service(void *settings, Arena *arena);

/* The life of a request, as mermaid. */
void approvals_diagram(FILE *to);
