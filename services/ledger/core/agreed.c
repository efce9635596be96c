#include "ledger/core/agreed.h"

#include "base/check.h"

static const char *const PAUSES[PAUSE_KIND_COUNT] = {
    [PAUSE_NONE] = "",     [PAUSE_DISPUTE] = "dispute", [PAUSE_PROMISE] = "promise",
    [PAUSE_PLAN] = "plan", [PAUSE_HOLD] = "hold",
};

static const char *const MILESTONES[MILESTONE_COUNT] = {
    [MILESTONE_DELIVERED] = "delivered",
    [MILESTONE_SENT] = "sent",
    [MILESTONE_RECEIVED] = "received",
    [MILESTONE_APPROVED] = "approved",
};

static const char *const WAYS[WAY_COUNT] = {
    [WAY_UNKNOWN] = "",
    [WAY_CASH] = "cash",
    [WAY_TRANSFER] = "transfer",
    [WAY_CARD] = "card",
    [WAY_DIRECT_DEBIT] = "direct_debit",
    [WAY_THIRD_PARTY] = "third_party",
};

const char *pause_kind_name(PauseKind kind) {
    CHECK(kind > PAUSE_NONE && kind < PAUSE_KIND_COUNT);
    return PAUSES[kind];
}

bool pause_kind_parse(Str name, PauseKind *kind) {
    for (PauseKind i = PAUSE_NONE + 1; i < PAUSE_KIND_COUNT; i++) {
        if (str_equals(str_of(PAUSES[i]), name)) {
            *kind = i;
            return true;
        }
    }
    return false;
}

const char *milestone_name(Milestone milestone) {
    CHECK(milestone < MILESTONE_COUNT);
    return MILESTONES[milestone];
}

const char *way_name(PaymentWay way) {
    CHECK(way < WAY_COUNT);
    return WAYS[way];
}

bool way_parse(Str name, PaymentWay *way) {
    for (PaymentWay i = WAY_UNKNOWN; i < WAY_COUNT; i++) {
        if (str_equals(str_of(WAYS[i]), name)) {
            *way = i;
            return true;
        }
    }
    return false;
}
