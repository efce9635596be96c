#pragma once

/* Named points of a step where a test may kill or stop the process, in builds with ARREARS_CHAOS
 * only.
 *
 * ARREARS_CRASH_POINT="after_commit" kills at the first pass, "after_commit:7" at the seventh, with
 * SIGKILL: nothing is flushed, nothing is closed. "after_commit:7:stop" stops it there with
 * SIGSTOP, until somebody continues it. CRASH_POINTS lists the names, for the test that walks them.
 */
#ifdef ARREARS_CHAOS
void crash_point(const char *name);
#define CRASH_POINT(name) crash_point(name)
#else
#define CRASH_POINT(name) ((void)0)
#endif

/* NULL at the end. */
extern const char *const CRASH_POINTS[];
