#include "contract/item_key.h"

#include "base/check.h"

static const char *const CHARGES[CHARGE_COUNT] = {
    [CHARGE_PRINCIPAL] = "principal",
    [CHARGE_INTEREST] = "interest",
    [CHARGE_COSTS] = "costs",
};

const char *charge_name(Charge charge) {
    CHECK(charge < CHARGE_COUNT);
    return CHARGES[charge];
}

bool item_key_equals(ItemKey a, ItemKey b) {
    return item_key_compare(a, b) == 0;
}

int item_key_compare(ItemKey a, ItemKey b) {
    int order = str_compare(a.number, b.number);
    order = order != 0 ? order : (a.charge > b.charge) - (a.charge < b.charge);
    return order != 0 ? order : (a.instalment > b.instalment) - (a.instalment < b.instalment);
}

Str item_key_print(Arena *arena, ItemKey key) {
    bool about = key.charge != CHARGE_PRINCIPAL;
    Str what = about
                   ? str_format(arena, "%s on %.*s", charge_name(key.charge), STR_ARGS(key.number))
                   : key.number;
    return key.instalment == 0
               ? what
               : str_format(arena, "%.*s instalment %d", STR_ARGS(what), key.instalment);
}
