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
    item_take(desk, item, entry_about(WAIVED_BY[item->key.charge], item, amount, on, request));
    item->state = item_step(item, ITEM_IS_AGREED, amount).to;
    late_charge_waived(desk, item, amount.minor);
    desk_say(desk, (Fact){.kind = FACT_DEBT_REDUCED,
                          .reduced = {.item = item->key,
                                      .kind = REDUCTION_WAIVED,
                                      .number = request,
                                      .amount = amount,
                                      .effective_on = on,
                                      .open = item->open}});
}
