#include "chassis/clock.h"

#include <stdlib.h>

static int64_t read_us(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_monotonic_us(void) {
    return read_us(CLOCK_MONOTONIC);
}

int64_t clock_monotonic_ms(void) {
    return clock_monotonic_us() / 1000;
}

#ifdef ARREARS_CHAOS
static int64_t wrong_by_us(void) {
    const char *seconds = getenv("ARREARS_CLOCK_WRONG_S");
    return seconds ? strtoll(seconds, NULL, 10) * 1000000 : 0;
}
#else
static int64_t wrong_by_us(void) {
    return 0;
}
#endif

Instant clock_now(void) {
    return (Instant){read_us(CLOCK_REALTIME) + wrong_by_us()};
}
