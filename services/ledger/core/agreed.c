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

static const char *const FORUMS[FORUM_COUNT] = {
    [FORUM_UNSAID] = "",
    [FORUM_MEDIATION] = "mediation",
    [FORUM_ARBITRATION] = "arbitration",
    [FORUM_COURT] = "court",
};

static const char *const AGENCIES[AGENCY_PERMISSION_COUNT] = {
    [AGENCIES_UNSAID] = "",
    [AGENCIES_ALLOWED] = "allowed",
    [AGENCIES_FORBIDDEN] = "forbidden",
};

const char *pause_kind_name(PauseKind kind) {
    CHECK(kind > PAUSE_NONE && kind < PAUSE_KIND_COUNT);
    return PAUSES[kind];
}

const char *milestone_name(Milestone milestone) {
    CHECK(milestone < MILESTONE_COUNT);
    return MILESTONES[milestone];
}

const char *way_name(PaymentWay way) {
    CHECK(way < WAY_COUNT);
    return WAYS[way];
}

/* The place of a name in a list, from `first` on; -1: it is none of them. */
static int place_of(Str name, const char *const *names, int first, int count) {
    for (int i = first; i < count; i++) {
        if (str_equals(str_of(names[i]), name)) {
            return i;
        }
    }
    return -1;
}

bool pause_kind_parse(Str name, PauseKind *kind) {
    int found = place_of(name, PAUSES, PAUSE_NONE + 1, PAUSE_KIND_COUNT);
    *kind = found < 0 ? PAUSE_NONE : (PauseKind)found;
    return found >= 0;
}

bool way_parse(Str name, PaymentWay *way) {
    int found = place_of(name, WAYS, WAY_UNKNOWN, WAY_COUNT);
    *way = found < 0 ? WAY_UNKNOWN : (PaymentWay)found;
    return found >= 0;
}

const char *forum_name(Forum forum) {
    CHECK(forum < FORUM_COUNT);
    return FORUMS[forum];
}

bool forum_parse(Str name, Forum *forum) {
    int found = place_of(name, FORUMS, FORUM_UNSAID, FORUM_COUNT);
    *forum = found < 0 ? FORUM_UNSAID : (Forum)found;
    return found >= 0;
}

const char *agency_permission_name(AgencyPermission permission) {
    CHECK(permission < AGENCY_PERMISSION_COUNT);
    return AGENCIES[permission];
}

bool agency_permission_parse(Str name, AgencyPermission *permission) {
    int found = place_of(name, AGENCIES, AGENCIES_UNSAID, AGENCY_PERMISSION_COUNT);
    *permission = found < 0 ? AGENCIES_UNSAID : (AgencyPermission)found;
    return found >= 0;
}

bool terms_are_said(const ContractTerms *terms) {
    return terms->dispute_days > 0 || terms->forum != FORUM_UNSAID ||
           !str_is_empty(terms->jurisdiction) || terms->agencies != AGENCIES_UNSAID ||
           !str_is_empty(terms->ways);
}
