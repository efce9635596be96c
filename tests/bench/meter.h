#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* What every program of the benchmarks needs. */

/* Ends the program with what failed. */
void must(bool done, const Err *err);
/* A prepared file, of any size. */
Str file_of(Arena *arena, const char *path);
/* Processor time of this process, all threads. */
int64_t cpu_us(void);
/* So that the median is values[count / 2]. */
void sort_us(int64_t *values, int64_t count);
