#include "tests/harness/item.h"

#include <inttypes.h>

static bool charge_find(Str name, Charge *charge) {
    for (*charge = CHARGE_PRINCIPAL; *charge < CHARGE_COUNT; (*charge)++) {
        if (str_equals(str_of(charge_name(*charge)), name)) {
            return true;
        }
    }
    return false;
}

bool item_parse(Str text, ItemKey *key) {
    StrCut part = str_cut(text, '/');
    StrCut about = str_cut(part.head, '+');
    int64_t instalment = 0;
    *key = (ItemKey){.number = about.head};
    bool known = !about.found || charge_find(about.tail, &key->charge);
    known = known && (!part.found || str_parse_i64(part.tail, &instalment));
    key->instalment = (int32_t)instalment;
    return known && !str_is_empty(key->number);
}

Str item_short(Arena *arena, ItemKey key) {
    Str name = key.number;
    if (key.charge != CHARGE_PRINCIPAL) {
        name = str_format(arena, "%.*s+%s", STR_ARGS(name), charge_name(key.charge));
    }
    return key.instalment == 0 ? name
                               : str_format(arena, "%.*s/%" PRId32, STR_ARGS(name), key.instalment);
}
