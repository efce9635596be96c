#include "ledger/core/assigned.h"

#include "base/check.h"

static const char *const STATES[ASSIGNMENT_STATE_COUNT] = {
    [ASSIGNMENT_PENDING] = "pending",
    [ASSIGNMENT_ACTIVE] = "active",
    [ASSIGNMENT_DROPPED] = "dropped",
};

const char *assignment_state_name(AssignmentState state) {
    CHECK(state > ASSIGNMENT_NONE && state < ASSIGNMENT_STATE_COUNT);
    return STATES[state];
}

int assignment_compare(const Assignment *a, const Assignment *b) {
    int order = date_compare(a->settles_on, b->settles_on);
    order = order != 0 ? order : str_compare(a->sale, b->sale);
    return order != 0 ? order : item_key_compare(a->key, b->key);
}
