#pragma once

#include <stdint.h>

/* Numbers for property tests: random, biased to the edges, and repeatable.
 *
 * The seed is printed when the test starts; ARREARS_SEED=<number> in the environment repeats a run.
 */
typedef struct Chance {
    uint64_t state;
} Chance;

Chance chance_start(void);
uint64_t chance_next(Chance *chance);
/* low..high, both included. */
int64_t chance_between(Chance *chance, int64_t low, int64_t high);
/* Any int64; half of them within a few steps of zero, a power of two or ten, or the ends. */
int64_t chance_edge(Chance *chance);
