/* splitmix64: one multiplication chain, good enough to look for bugs with. */
#include "tests/harness/chance.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"

Chance chance_start(void) {
    const char *wanted = getenv("ARREARS_SEED");
    uint64_t seed = (uint64_t)time(NULL) * 1000003 + (uint64_t)getpid();
    if (wanted != NULL) {
        seed = strtoull(wanted, NULL, 10);
    }
    printf("ARREARS_SEED=%" PRIu64 "\n", seed);
    return (Chance){seed};
}

uint64_t chance_next(Chance *chance) {
    uint64_t mixed = chance->state += UINT64_C(0x9e3779b97f4a7c15);
    mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
    return mixed ^ (mixed >> 31);
}

int64_t chance_between(Chance *chance, int64_t low, int64_t high) {
    CHECK(low <= high);
    uint64_t span = (uint64_t)high - (uint64_t)low + 1; /* 0 for all of int64 */
    uint64_t drawn = chance_next(chance);
    return (int64_t)((uint64_t)low + (span == 0 ? drawn : drawn % span));
}

static uint64_t power(uint64_t base, int exponent) {
    uint64_t product = 1;
    for (int i = 0; i < exponent; i++) {
        product *= base;
    }
    return product;
}

static uint64_t landmark(Chance *chance) {
    switch (chance_next(chance) % 4) {
    case 0:
        return power(2, (int)chance_between(chance, 0, 63));
    case 1:
        return power(10, (int)chance_between(chance, 0, 18));
    case 2:
        return (uint64_t)INT64_MAX;
    default:
        return 0;
    }
}

int64_t chance_edge(Chance *chance) {
    uint64_t drawn = chance_next(chance);
    if (drawn % 2 == 0) {
        return (int64_t)(chance_next(chance) >> (drawn >> 1) % 64); /* of any length */
    }
    uint64_t near = landmark(chance) + (uint64_t)chance_between(chance, -3, 3);
    return (int64_t)(drawn % 4 == 1 ? near : -near);
}
