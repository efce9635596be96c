#pragma once

#include <stdint.h>

#include "base/date.h"

/* The only place that reads clocks. Business decisions never do: their day comes with the ticks. */

/* Never goes back; for time-outs and durations. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
/* The wall clock; for logs, ce_time and timestamps people read. ARREARS_CLOCK_WRONG_S, in builds
 * with ARREARS_CHAOS only, says by how much it is wrong. */
Instant clock_now(void);
