#pragma once

#include <stdint.h>

#include "base/str.h"

/* The broker of a benchmark: answers kafka.h from memory, chosen when the program is linked.
 *
 * Records come from one file, made before anything is timed (records.py has its form): those of the
 * rules and, partition by partition, those of the first input. Each is copied into the caller's
 * arena, as the real consumer does; all other inputs are empty. What is produced is acknowledged by
 * the next call that serves reports, and forgotten. */
enum { MEMORY_PARTITIONS = 8 };

/* Takes the bytes of that file, which stay the caller's. */
void memory_broker_load(Str records);
/* From now on records below this offset may be taken, in every partition. */
void memory_broker_allow(int64_t end);
/* Allowed and not taken yet. */
int64_t memory_broker_left(void);
/* Messages acknowledged so far. */
int64_t memory_broker_acked(void);
