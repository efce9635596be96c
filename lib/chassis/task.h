#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/str.h"
#include "contract/envelope.h"
#include "contract/seal.h"

/* What a task of a service is made of, as this process remembers it: its numbers.
 *
 * Task p is partition p of the service's keyed inputs. Its numbers live in the task tables
 * (sql/0001_tasks.sql) and move only by a commit that carries the task's epoch; what stands here is
 * a copy that was true after our last commit. Decide works on a copy of the copy (task_copy). */
enum { TASK_INPUTS_MAX = 8, TASK_OUTPUTS_MAX = 8 };

typedef enum TaskPhase {
    TASK_UNOPENED, /* no business day yet: everything waits for BusinessDayOpened */
    TASK_OPEN,
    TASK_CLOSING, /* the position stands on the tick until nothing is due */
} TaskPhase;

typedef struct TaskInput {
    int64_t next;   /* first offset not taken in yet */
    Hash last_hash; /* of record next - 1; all zero when next is 0 */
} TaskInput;

/* Last number applied of one writer in one input. */
typedef struct TaskMark {
    int input;
    Str service;
    int32_t source_task;
    int64_t seq;
} TaskMark;

/* Last number given in one output partition, and up to where the log is known to hold them all. */
typedef struct TaskOutput {
    int output; /* index in the service's outputs, then its dead-letter topics */
    int32_t partition;
    int64_t seq;
    int64_t acked;
} TaskOutput;

typedef struct TaskNumbers {
    Date day;
    TaskPhase phase;
    bool simulated;
    Hash policy_set;
    bool has_policy_set;
    int64_t order;
    TaskInput inputs[TASK_INPUTS_MAX];
    TaskMark *marks;
    int mark_count;
    TaskOutput *outputs;
    int output_count;
} TaskNumbers;

/* A deep copy whose arrays have room for the additions of one step. */
TaskNumbers task_copy(const TaskNumbers *numbers, Arena *arena, int more_marks, int more_outputs);

/* The log is known to hold that number. */
bool task_is_acked(const TaskNumbers *numbers, int output, int32_t partition, int64_t seq);

/* Found or added with number 0; there must be room. */
TaskMark *task_mark(TaskNumbers *numbers, int input, Str service, int32_t source_task);
TaskOutput *task_output(TaskNumbers *numbers, int output, int32_t partition);
