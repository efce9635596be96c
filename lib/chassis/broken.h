#pragma once

#include <stdbool.h>

/* Safeguards that a test may leave out, in builds with ARREARS_CHAOS only.
 *
 * ARREARS_BROKEN="no_fence" (or several, with commas between) makes the program do without what a
 * promise rests on. The fault matrix plays each fault a second time that way and must see the
 * promise broken: a test that cannot fail says nothing. In every other build BROKEN is false and
 * costs nothing. */
#ifdef ARREARS_CHAOS
bool broken(const char *name);
#define BROKEN(name) broken(name)
#else
#define BROKEN(name) false
#endif

typedef struct Breakage {
    const char *name;
    const char *what; /* the program then does */
} Breakage;

/* A row without a name at the end. */
extern const Breakage BREAKAGES[];
