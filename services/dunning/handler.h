#pragma once

#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "chassis/service.h"

/* The meeting place: from records to inputs, from inputs to what is said, kept and sent. */

/* The mail server's settings can work; nothing is connected. settings: const DunningSettings *. */
bool dunning_settings_check(const void *settings, Err *err) MUST_USE;
/* settings: const DunningSettings *. */
Service dunning_service(void *settings, Arena *arena);
/* How dunning goes, and the life of a reminder, as mermaid. */
void dunning_diagrams(FILE *to);
