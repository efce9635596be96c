#include "ledger/core/fact.h"

#include "base/check.h"

static const char *const NAMES[REFUSED_COUNT] = {
    [REFUSED_NONE] = "none",
    [REFUSED_CONFLICT] = "conflict",
    [REFUSED_UNKNOWN_DOCUMENT] = "unknown document",
    [REFUSED_CLOSED_DOCUMENT] = "closed document",
    [REFUSED_DOCUMENT_IN_USE] = "document in use",
    [REFUSED_CURRENCY_DIFFERS] = "currency differs",
    [REFUSED_UNKNOWN_HOLD] = "unknown hold",
    [REFUSED_OVERFLOW] = "overflow",
    [REFUSED_AMOUNT] = "amount",
    [REFUSED_OVERLAP] = "overlap",
    [REFUSED_NO_PAUSE] = "no pause",
    [REFUSED_NOT_LATER] = "not later",
    [REFUSED_PLAN_SUM] = "plan sum",
    [REFUSED_SEALED_PERIOD] = "sealed period",
    [REFUSED_MOVED] = "moved",
    [REFUSED_UNKNOWN_POLICY] = "unknown policy",
    [REFUSED_TOO_LATE] = "too late",
    [REFUSED_FACTS_CHANGED] = "facts changed",
    [REFUSED_ON_HOLD] = "on hold",
};

const char *refused_name(RefusedFor reason) {
    CHECK(reason < REFUSED_COUNT);
    return NAMES[reason];
}

Str fact_receiver(const Fact *fact) {
    return fact->kind == FACT_MONEY_SENT       ? fact->sent.to
           : fact->kind == FACT_MONEY_RECALLED ? fact->recalled.from
                                               : (Str){0};
}
