#include "chassis/crash.h"

#include <signal.h>
#include <unistd.h>

#include "base/check.h"
#include "base/str.h"

const char *const CRASH_POINTS[] = {
    "after_take",           "after_decode",    "after_load",   "after_decide",      "after_claim",
    "after_store",          "before_commit",   "after_commit", "before_publish",    "after_publish",
    "after_takeover",       "before_takeover", "in_day_close", "after_acks_stored", "in_revoke",
    "after_dispatch_claim", "before_send",     "after_send",   "after_outcome",     NULL,
};

#ifdef ARREARS_CHAOS
static bool is_known(const char *name) {
    for (int i = 0; CRASH_POINTS[i]; i++) {
        if (strcmp(CRASH_POINTS[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_armed(void) {
    const char *file = getenv("ARREARS_CRASH_ARMED");
    return !file || access(file, F_OK) == 0;
}

void crash_point(const char *name) {
    static int64_t passes;
    CHECK(is_known(name));
    const char *wanted = getenv("ARREARS_CRASH_POINT");
    if (!wanted || !is_armed()) {
        return;
    }
    StrCut cut = str_cut(str_of(wanted), ':');
    StrCut pass = str_cut(cut.tail, ':');
    int64_t at = 1;
    if ((cut.found && !str_parse_i64(pass.head, &at)) ||
        (pass.found && !str_equals(pass.tail, S("stop")))) {
        CHECK(!"ARREARS_CRASH_POINT is NAME, NAME:PASS or NAME:PASS:stop");
    }
    if (str_equals(cut.head, str_of(name)) && ++passes == at) {
        kill(getpid(), pass.found ? SIGSTOP : SIGKILL);
    }
}

void crash_on(Str bytes) {
    const char *wanted = getenv("ARREARS_CRASH_ON");
    for (ptrdiff_t at = 0; wanted && at < bytes.len; at++) {
        if (str_starts_with(str_slice(bytes, at, bytes.len), str_of(wanted))) {
            kill(getpid(), SIGKILL);
        }
    }
}
#endif
