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

typedef struct Line {
    Cli *cli;
    KafkaClient *client;
} Line;

bool line_open(Cli *cli, Line *line, Err *err) MUST_USE;
void line_close(Line *line);

/* Waits until the line is quiet; with a day, until every task's open day is later than it.
 * VERDICT_RETRY with what is still going on when timeout_ms is over. */
bool line_wait(Line *line, Date closed, int timeout_ms, Err *err) MUST_USE;
/* Waits until the ledger (and dunning, when there is one) has closed the day. */
bool line_wait_closed(Line *line, Date day, int timeout_ms, Err *err) MUST_USE;
/* The earliest open day among the ledger's tasks; DATE_NONE while one of them has none. */
bool line_open_day(Line *line, Date *day, Err *err) MUST_USE;
