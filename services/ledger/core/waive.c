#include "ledger/core/waive.h"

#include "base/check.h"
#include "ledger/core/late.h"
#include "ledger/core/reduce.h"

static const EntryKind WAIVED_BY[CHARGE_COUNT] = {
    [CHARGE_INTEREST] = ENTRY_INTEREST_WAIVER,
    [CHARGE_COSTS] = ENTRY_FEE_WAIVER,
};

void waive_item(Desk *desk, Item *item, Money amount, Str request) {
    CHECK(item->key.charge != CHARGE_PRINCIPAL); /* wire/ lets no other pass */
    Date on = later_of(desk->day, item->open_from);
    item_release(desk, item, entry_about(WAIVED_BY[item->key.charge], item, amount, on, request),
                 REDUCTION_WAIVED);
    late_charge_waived(desk, item, amount.minor);
}
