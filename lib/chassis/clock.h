#pragma once

#include <stdint.h>

#include "base/date.h"

/* The only place that reads clocks. Business decisions never do: their day comes with the ticks. */

/* Never goes back; for time-outs and durations. */
int64_t clock_monotonic_ms(void);
int64_t clock_monotonic_us(void);
/* The wall clock; for logs, ce_time and timestamps people read. */
Instant clock_now(void);
