/* What answers of scoring have besides those of every service. */
#include "scoring/query/room.h"

json_t *json_money(Money money) {
    return json_amount(str_of(money.currency.code), money.minor);
}

json_t *json_exposures(const Profile *profile) {
    json_t *list = json_array();
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", //
                                              "open", json_money(exposure->open), "overdue",
                                              json_money(exposure->overdue), "unapplied",
                                              json_money(exposure->unapplied), "paid",
                                              json_money(exposure->paid)));
    }
    return list;
}

json_t *json_reasons(const Reasons *reasons) {
    json_t *list = json_array();
    for (int i = 0; i < reasons->count; i++) {
        const Reason *reason = &reasons->rows[i];
        json_t *value = reason->value < 0 ? json_null() : json_integer((json_int_t)reason->value);
        json_array_append_new(
            list, json_pack("{s:s, s:o, s:i, s:i}", //
                            "characteristic", characteristic_name(reason->characteristic), "value",
                            value, "points", (int)reason->points, "missing", (int)reason->missing));
    }
    return list;
}

Str profile_name(const Profile *profile, Arena *arena) {
    return account_key(arena, profile->account);
}
