#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"

/* What a service has said and the log is not known to hold, as both stores keep it.
 *
 * What one commit says on one output partition is one bundle: a row costs a store more than the
 * bytes in it. */
typedef struct OutboxRow {
    int32_t task;
    int output;
    int32_t partition;
    int64_t seq;
    int64_t ordinal; /* order over all outputs of the task */
    Instant at;
    Str type;
    Str key;     /* ptr NULL: none */
    Str value;   /* ptr NULL: tombstone */
    Str headers; /* packed: see headers.h; ptr NULL: none */
} OutboxRow;

/* The rows of a commit, bundle by bundle, in each by number. */
OutboxRow *outbox_sort(const OutboxRow *rows, int count, Arena *arena);
/* Where the bundle ends that begins at `from` of what is so sorted. */
int outbox_bundle_end(const OutboxRow *rows, int count, int from);
