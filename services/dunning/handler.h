#pragma once

#include <stdio.h>

#include "base/arena.h"
#include "chassis/service.h"

/* The meeting place: from records to inputs, from inputs to what is said, kept and sent. */

/* settings: const DunningSettings *. */
Service dunning_service(void *settings, Arena *arena);
/* How dunning goes, and the life of a reminder, as mermaid. */
void dunning_diagrams(FILE *to);
