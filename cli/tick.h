#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/send.h"
#include "contract/envelope.h"

/* Day ticks: made, signed, and put into every partition of billing.v1 and decisions.v1.
 *
 * All partitions get the same bytes. A tick that was half sent is finished with the very bytes that
 * are found in one of them. */
typedef struct TickLine {
    Cli *cli;
    Sender *sender;
    int32_t partitions;
    Str policy_set; /* newest published, 64 hex digits */
    KeyPair key;
    Str key_id;
} TickLine;

/* Reads the newest rule set, the operator's key and the number of partitions. */
bool tick_line_open(Cli *cli, TickLine *line, Err *err) MUST_USE;
void tick_line_close(TickLine *line);

/* Puts the tick into every partition of one of the topics that does not hold it yet. `search`: a
 * half-sent one may be there; without it the tick is known to be new. */
typedef enum TickTopic { TICK_BILLING, TICK_DECISIONS } TickTopic;
bool tick_send(TickLine *line, TickTopic topic, const DayMark *mark, bool search,
               Err *err) MUST_USE;

/* Puts a signed PeriodNotice into every partition of billing.v1. Sent again it has no effect. */
bool period_send(TickLine *line, Str payload, Err *err) MUST_USE;
