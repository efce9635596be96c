#pragma once

#include <stdint.h>

#include "base/date.h"
#include "base/str.h"
#include "contract/merkle.h"

/* The tree over a task's entries, as a batch carries it from load to store. Its leaves are the
 * entries in the order of the task's events, and of each event in the order it posted them:
 * whatever batches they came in. */
typedef struct TaskTree {
    int32_t task;
    MerkleTree tree;
    int64_t loaded_size;
    bool has_head;
    Hash last_head; /* of the note of the head before, where there is one */
    Str sealed;     /* the note of a head that this batch made; empty: none */
    Date sealed_on; /* the day that it is of */
    Hash sealed_root;
} TaskTree;
