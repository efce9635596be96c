#pragma once

#include "base/str.h"

/* Named points of a step where a test may kill or stop the process, in builds with ARREARS_CHAOS
 * only.
 *
 * ARREARS_CRASH_POINT="after_commit" kills at the first pass, "after_commit:7" at the seventh, with
 * SIGKILL: nothing is flushed, nothing is closed. "after_commit:7:stop" stops it there with
 * SIGSTOP, until somebody continues it. CRASH_POINTS lists the names, for the test that walks them.
 * ARREARS_CRASH_ARMED="file": passes count from the moment when there is such a file.
 *
 * ARREARS_CRASH_ON="text" kills whoever decodes a record with that text in its value, as a record
 * does that the decoder has no answer to. */
#ifdef ARREARS_CHAOS
void crash_point(const char *name);
void crash_on(Str bytes);
#define CRASH_POINT(name) crash_point(name)
#define CRASH_ON(bytes)   crash_on(bytes)
#else
#define CRASH_POINT(name) ((void)0)
#define CRASH_ON(bytes)   ((void)0)
#endif

/* NULL at the end. */
extern const char *const CRASH_POINTS[];
