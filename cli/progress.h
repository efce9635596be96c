#pragma once

#include <stdint.h>

/* A bar on stderr for work that takes a while; nothing when stderr is no terminal or NO_COLOR-like
 * quiet is wanted by redirecting it. Redrawn at most every tenth of a second. */
typedef struct Progress {
    const char *what;
    int64_t total;
    int64_t drawn_ms;
    int is_terminal;
} Progress;

Progress progress_start(const char *what, int64_t total);
void progress_show(Progress *progress, int64_t done, const char *note);
void progress_end(Progress *progress);
