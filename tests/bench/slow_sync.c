/* A disk that takes its time: each fsync and fdatasync of the named program waits a millisecond
 * first.
 *
 *     LD_PRELOAD=libslow_sync.so postgres ...
 *
 * SLOW_SYNC_NAME names another program than postgres. Everything else that inherits the library is
 * left alone. */
#include <dlfcn.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DELAY_MS = 1 };

/* What the linker knows as fsync and fdatasync. */
int slow_fsync(int file) __asm__("fsync");
int slow_fdatasync(int file) __asm__("fdatasync");

typedef int (*Sync)(int file);

static bool is_slow(void) {
    static int known; /* 0: not looked, 1: slow, 2: not */
    if (known == 0) {
        char name[64] = "";
        const char *wanted = getenv("SLOW_SYNC_NAME");
        FILE *file = fopen("/proc/self/comm", "r");
        if (file) {
            name[fread(name, 1, sizeof name - 1, file)] = '\0';
            name[strcspn(name, "\n")] = '\0';
            fclose(file);
        }
        known = strcmp(name, wanted ? wanted : "postgres") == 0 ? 1 : 2;
    }
    return known == 1;
}

static int slowly(const char *name, int file) {
    void *symbol = dlsym(RTLD_NEXT, name);
    Sync sync;
    memcpy(&sync, &symbol, sizeof sync);
    if (is_slow()) {
        (void)poll(NULL, 0, DELAY_MS);
    }
    return sync(file);
}

int slow_fsync(int file) {
    return slowly("fsync", file);
}

int slow_fdatasync(int file) {
    return slowly("fdatasync", file);
}
