#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "cli/cli.h"

/* Is the line quiet? What every service says of its tasks in /v1/progress, read together.
 *
 * Quiet means: every task of every service of the settings is owned, has read its inputs to their
 * ends, has nothing unacknowledged, is not closing, and two readings in a row say the same. */

/* Waits until the line is quiet; with a day, until every task's open day is later than it.
 * VERDICT_RETRY with what is still going on when timeout_ms is over. */
bool line_wait(Cli *cli, Date closed, int timeout_ms, Err *err) MUST_USE;
/* Waits until the ledger (and dunning, when there is one) has closed the day. */
bool line_wait_closed(Cli *cli, Date day, int timeout_ms, Err *err) MUST_USE;
