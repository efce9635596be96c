#include "cli/progress.h"

#include "chassis/clock.h"

enum { BAR_WIDTH = 32, REDRAW_MS = 100 };

Progress progress_start(const char *what, int64_t total) {
    return (Progress){
        .what = what, .total = total > 0 ? total : 1, .is_terminal = isatty(STDERR_FILENO)};
}

void progress_show(Progress *progress, int64_t done, const char *note) {
    int64_t now_ms = clock_monotonic_ms();
    if (!progress->is_terminal ||
        (done < progress->total && now_ms - progress->drawn_ms < REDRAW_MS)) {
        return;
    }
    progress->drawn_ms = now_ms;
    char bar[BAR_WIDTH + 1];
    int filled = (int)(done * BAR_WIDTH / progress->total);
    for (int i = 0; i < BAR_WIDTH; i++) {
        bar[i] = i < filled ? '#' : '.';
    }
    bar[BAR_WIDTH] = 0;
    fprintf(stderr, "\r%s [%s] %3d %% %s ", progress->what, bar,
            (int)(100 * done / progress->total), note);
}

void progress_end(Progress *progress) {
    if (progress->is_terminal) {
        fputc('\n', stderr);
    }
}
