#pragma once

#include <stdint.h>
#include <stdio.h>

/* Beside memory_broker.h for a service whose truth is a topic of its own: what it publishes there
 * is kept, and comes back to its readers. Stands before the broker in memory by the linker's
 * --wrap, so that everything else stays that broker's. The topic is output 0 of the service. */

/* States published so far: all records but claims and checkpoints. */
int64_t memory_truth_states(void);
/* Every state as commands in Redis's own form: SET of the state by its account, and for each
 * `bundle` of them SET of the rows that the outbox holds of them and DEL of those once they are
 * published. */
enum { MEMORY_BUNDLE_MAX = 1000 };
void memory_truth_print_writes(FILE *out, int bundle);
