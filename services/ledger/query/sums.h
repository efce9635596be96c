#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* Inside query/ only: what entries move on the accounts of the chart, summed up. What does not fit
 * one sum of 64 bits becomes two. */
enum { SUMS_ROOM = 1 << 14 }; /* places; a chunk with more accounts than half of it is refused */

typedef struct Sum {
    Str creditor;
    Str gl;
    Str currency;
    int64_t minor;
} Sum;

typedef struct Sums {
    Arena *arena;
    Sum *places;
    int count;
} Sums;

Sums sums_new(Arena *arena);
/* False when there is no room for one more account. */
bool sums_add(Sums *sums, Sum moved);
/* [{"creditor", "account", "currency", "minor"}] */
json_t *sums_json(const Sums *sums);
