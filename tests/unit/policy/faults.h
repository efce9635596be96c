#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Documents that are refused, each with how the fault begins.
 *
 *     static const Fault faults[] = {{"id: 1 to 64", "id: a/b\n"}, ...};
 *     faults_assert(faults, COUNT_OF(faults), parse);
 *
 * `parse` is a parser for documents of one kind; it looks itself that what is refused changes
 * nothing. Called in a cmocka test; the arena it hands on lives until its end. */
typedef struct Fault {
    const char *place;
    const char *yaml;
} Fault;

void faults_assert(const Fault *faults, ptrdiff_t count,
                   bool (*parse)(Str yaml, Arena *arena, Err *err));
