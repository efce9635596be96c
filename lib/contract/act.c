#include "contract/act.h"

#include "base/check.h"

static const char *const ACTS[ACT_COUNT] = {
    [ACT_NONE] = "",
    [ACT_WRITE_OFF] = "write_off",
    [ACT_WAIVER] = "waiver",
};

static const char *const REASONS[WRITE_OFF_REASON_COUNT] = {
    [WRITE_OFF_NOT_SAID] = "",
    [WRITE_OFF_UNCOLLECTIBLE] = "uncollectible",
    [WRITE_OFF_INSOLVENT] = "insolvent",
    [WRITE_OFF_DECEASED] = "deceased",
    [WRITE_OFF_TIME_BARRED] = "time_barred",
    [WRITE_OFF_SMALL_BALANCE] = "small_balance",
    [WRITE_OFF_UNECONOMIC] = "uneconomic",
    [WRITE_OFF_OTHER] = "other",
};

/* The place of a name after the first, which is none; 0: there is no such name. */
static int place_of(const char *const *names, int count, Str name) {
    for (int i = 1; i < count; i++) {
        if (str_equals(name, str_of(names[i]))) {
            return i;
        }
    }
    return 0;
}

const char *act_name(Act act) {
    CHECK(act < ACT_COUNT);
    return ACTS[act];
}

bool act_parse(Str name, Act *act) {
    *act = (Act)place_of(ACTS, ACT_COUNT, name);
    return *act != ACT_NONE;
}

const char *write_off_reason_name(WriteOffReason reason) {
    CHECK(reason < WRITE_OFF_REASON_COUNT);
    return REASONS[reason];
}

bool write_off_reason_parse(Str name, WriteOffReason *reason) {
    *reason = (WriteOffReason)place_of(REASONS, WRITE_OFF_REASON_COUNT, name);
    return *reason != WRITE_OFF_NOT_SAID;
}
