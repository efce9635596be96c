#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/service.h"
#include "chassis/task.h"

/* The numbers of a task as text, for a store that has no columns: a line each, words separated by
 * blanks, topics by name.
 *
 *     day 2013-06-30 1 0 64-hex-digits     phase, simulated, rule set; "-" for none
 *     order 17
 *     in TOPIC next 64-hex-digits
 *     mark TOPIC SERVICE task seq
 *     out TOPIC partition seq acked */
Str numbers_print(const Service *service, const TaskNumbers *numbers, Arena *arena);
/* VERDICT_STOP for a text this program has not written. */
bool numbers_parse(const Service *service, Str text, Arena *arena, TaskNumbers *numbers,
                   Err *err) MUST_USE;
