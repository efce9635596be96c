#include "approvals/core/desk.h"

#include "base/check.h"

void desk_say(Desk *desk, Fact fact) {
    CHECK(fact.kind > FACT_NONE && fact.kind < FACT_KIND_COUNT);
    CHECK(desk->fact_count < DESK_FACTS_MAX);
    desk->facts[desk->fact_count++] = fact;
}
