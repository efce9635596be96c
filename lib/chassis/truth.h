#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"
#include "chassis/service.h"
#include "chassis/task.h"

/* A service whose store can be lost: the truth is a compacted topic of its own, one of its outputs,
 * with one record for each account, and the store is rebuilt from it (tasks_redis.c).
 *
 * A state is the very bytes of its record: what the store holds, what the topic holds and what is
 * published again are the same. A state is kept by emitting it: there is no other way to store one.
 * It counts its own versions; among the records of a key the highest (epoch, version) is the truth,
 * wherever it stands. */
typedef enum TruthKind { TRUTH_STATE, TRUTH_CLAIM, TRUTH_CHECKPOINT } TruthKind;

typedef struct TruthRecord {
    TruthKind kind;
    int64_t epoch;
    int64_t commit_no;
    int64_t version;     /* TRUTH_STATE */
    Str nonce;           /* TRUTH_CLAIM */
    TaskNumbers numbers; /* TRUTH_CHECKPOINT; without outputs, which begin anew after a rebuild */
} TruthRecord;

typedef struct Truth {
    int output;
    /* False: not a record this program knows. Texts point into the arena. */
    bool (*read)(void *self, Str value, Arena *arena, TruthRecord *record);
    Str (*write)(void *self, const TruthRecord *record, Arena *arena); /* claims and checkpoints */
    /* What has to be said again of a state after a rebuild, beside the state itself. */
    int (*again)(void *self, Str state, Arena *arena, Emission **emissions);
} Truth;

/* The state of an account, as after the last commit; ptr NULL: none. Valid until the next commit.
 */
Str states_find(const States *states, Str key);
