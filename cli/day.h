#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "cli/line.h"
#include "cli/tick.h"

/* Opening and closing days, for the command and for an import that plays them. */
typedef struct DayDoor {
    TickLine ticks;
    Line line;
    int timeout_ms;
} DayDoor;

bool day_door_open(Cli *cli, int timeout_ms, DayDoor *door, Err *err) MUST_USE;
void day_door_close(DayDoor *door);

/* Sends the tick and waits until the ledger has the day open. */
bool day_open(DayDoor *door, Date day, bool simulated, Err *err) MUST_USE;
/* Sends the tick to the ledger's side, waits until it (and dunning) has closed the day, then to
 * approvals' side. `search`: the tick may have been half sent before. */
bool day_close(DayDoor *door, Date day, bool search, Err *err) MUST_USE;
