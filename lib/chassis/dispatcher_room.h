#pragma once

#include "chassis/dispatcher.h"

/* Inside dispatcher*.c only: the rows of sql/dispatch, as the dispatcher reads and writes them. */
typedef struct Attempted {
    int32_t task;
    Intent intent;
    int32_t tries_left;
} Attempted;

/* The attempts of these tasks that may begin now, the oldest first. */
bool dispatch_find(Pg *pg, const int32_t *tasks, int count, int limit, Arena *arena,
                   Attempted *found, int *found_count, Err *err) MUST_USE;
/* `ours` false: somebody else claimed it, or the task is not ours any more. After any failure it is
 * not known whether the claim stands, so nothing may be sent. */
bool dispatch_claim(Pg *pg, const Attempted *attempt, int64_t epoch, Arena *arena, bool *ours,
                    Err *err) MUST_USE;
/* Writes down what became of it. OUTCOME_PUT_OFF makes the next attempt, `wait_ms` from now, which
 * costs a try or not. */
bool dispatch_note(Pg *pg, const Attempted *attempt, const Outcome *outcome, int64_t wait_ms,
                   bool costs_a_try, Arena *arena, Err *err) MUST_USE;
/* Claims of these tasks older than that have no outcome any more; returns how many. */
bool dispatch_give_up_waiting(Pg *pg, const int32_t *tasks, int count, int64_t age_ms, Arena *arena,
                              int64_t *given_up, Err *err) MUST_USE;
