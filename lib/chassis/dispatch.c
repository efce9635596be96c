#include "chassis/dispatch.h"

#include "base/check.h"

static const char *const NAMES[OUTCOME_KIND_COUNT] = {
    [OUTCOME_NONE] = "",
    [OUTCOME_DONE] = "done",
    [OUTCOME_REFUSED] = "refused",
    [OUTCOME_GAVE_UP] = "gave_up",
    [OUTCOME_WITHDRAWN] = "withdrawn",
    [OUTCOME_UNCERTAIN] = "uncertain",
    [OUTCOME_PUT_OFF] = "put_off",
};

const char *outcome_name(OutcomeKind kind) {
    CHECK(kind > OUTCOME_NONE && kind < OUTCOME_KIND_COUNT);
    return NAMES[kind];
}

bool outcome_parse(Str name, OutcomeKind *kind) {
    for (int i = OUTCOME_NONE + 1; i < OUTCOME_KIND_COUNT; i++) {
        if (str_equals(str_of(NAMES[i]), name)) {
            *kind = (OutcomeKind)i;
            return true;
        }
    }
    return false;
}
