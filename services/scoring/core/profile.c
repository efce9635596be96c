#include "scoring/core/profile.h"

#include <string.h>

#include "base/check.h"

/* ---- amounts */

Money exposure_plus(Money sum, Money more) {
    Money result;
    return money_add(sum, more, &result) ? result : money_of(INT64_MAX, sum.currency);
}

Money exposure_minus(Money sum, Money less) {
    Money result;
    bool fits = money_subtract(sum, less, &result) && result.minor >= 0;
    return fits ? result : money_of(0, sum.currency);
}

/* Copies an array into one that has room for one more at `at`. */
static void *array_with_gap(const void *items, int count, int at, ptrdiff_t size, Arena *arena) {
    char *copy = arena_get(arena, size, count + 1);
    if (at > 0) {
        memcpy(copy, items, (size_t)(at * size));
    }
    if (count > at) {
        memcpy(copy + (at + 1) * size, (const char *)items + at * size,
               (size_t)((count - at) * size));
    }
    return copy;
}

Exposure *profile_exposure(Profile *profile, Currency currency, Arena *arena) {
    int at = 0;
    while (at < profile->exposure_count &&
           strcmp(profile->exposures[at].open.currency.code, currency.code) < 0) {
        at++;
    }
    bool found = at < profile->exposure_count &&
                 currency_equals(profile->exposures[at].open.currency, currency);
    if (!found) {
        Money none = money_of(0, currency);
        profile->exposures = array_with_gap(profile->exposures, profile->exposure_count, at,
                                            (ptrdiff_t)sizeof(Exposure), arena);
        profile->exposures[at] = (Exposure){none, none, none, none};
        profile->exposure_count++;
    }
    return &profile->exposures[at];
}

/* ---- overdue items */

/* Where it stands or belongs. */
static int overdue_place(const Profile *profile, ItemKey key, bool *found) {
    int low = 0;
    int high = profile->overdue_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (item_key_compare(profile->overdue[middle].key, key) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    *found = low < profile->overdue_count && item_key_equals(profile->overdue[low].key, key);
    return low;
}

OverdueItem *profile_overdue_find(Profile *profile, ItemKey key) {
    bool found;
    int at = overdue_place(profile, key, &found);
    return found ? &profile->overdue[at] : NULL;
}

void profile_overdue_put(Profile *profile, OverdueItem item, Arena *arena) {
    profile_overdue_remove(profile, item.key);
    if (profile->overdue_count == PROFILE_OVERDUE_MAX) {
        return;
    }
    bool found;
    int at = overdue_place(profile, item.key, &found);
    profile->overdue = array_with_gap(profile->overdue, profile->overdue_count, at,
                                      (ptrdiff_t)sizeof(OverdueItem), arena);
    profile->overdue[at] = item;
    profile->overdue_count++;
    Exposure *exposure = profile_exposure(profile, item.open.currency, arena);
    exposure->overdue = exposure_plus(exposure->overdue, item.open);
}

void profile_overdue_remove(Profile *profile, ItemKey key) {
    bool found;
    int at = overdue_place(profile, key, &found);
    if (!found) {
        return;
    }
    Money open = profile->overdue[at].open;
    for (int i = 0; i < profile->exposure_count; i++) {
        Exposure *exposure = &profile->exposures[i];
        if (currency_equals(exposure->overdue.currency, open.currency)) {
            exposure->overdue = exposure_minus(exposure->overdue, open);
        }
    }
    profile->overdue_count--;
    memmove(&profile->overdue[at], &profile->overdue[at + 1],
            (size_t)(profile->overdue_count - at) * sizeof(OverdueItem));
}

void profile_overdue_remove_all(Profile *profile, Str number) {
    for (int i = profile->overdue_count - 1; i >= 0; i--) {
        if (str_equals(profile->overdue[i].key.number, number)) {
            profile_overdue_remove(profile, profile->overdue[i].key);
        }
    }
}

/* ---- numbers */

static AppliedMark *mark_find(const Profile *profile, Str topic, const Origin *origin) {
    for (int i = 0; i < profile->applied_count; i++) {
        AppliedMark *mark = &profile->applied[i];
        if (mark->task == origin->task && str_equals(mark->service, origin->service) &&
            str_equals(mark->topic, topic)) {
            return mark;
        }
    }
    return NULL;
}

bool profile_has_applied(const Profile *profile, Str topic, const Origin *origin) {
    const AppliedMark *mark = mark_find(profile, topic, origin);
    return mark != NULL && origin->seq <= mark->seq;
}

void profile_apply(Profile *profile, Str topic, const Origin *origin, Arena *arena) {
    AppliedMark *mark = mark_find(profile, topic, origin);
    if (mark == NULL) {
        int count = profile->applied_count++;
        profile->applied =
            array_with_gap(profile->applied, count, count, (ptrdiff_t)sizeof(AppliedMark), arena);
        mark = &profile->applied[count];
        *mark = (AppliedMark){.topic = topic, .service = origin->service, .task = origin->task};
    }
    mark->seq = origin->seq;
}

/* ---- what the score looks at */

/* Rounded up, so that a little is more than nothing; stands still at PROFILE_PERCENT_MAX. */
static int64_t percent_of(int64_t part, int64_t whole) {
    CHECK(part >= 0 && whole > 0);
    if (part > INT64_MAX / 100) {
        part /= 100;
        whole /= 100;
    }
    if (whole == 0) {
        return PROFILE_PERCENT_MAX;
    }
    int64_t percent = part * 100 / whole + (part * 100 % whole != 0);
    return percent < PROFILE_PERCENT_MAX ? percent : PROFILE_PERCENT_MAX;
}

static bool has_invoices(const Profile *profile) {
    bool any = profile->settled_count > 0 || profile->written_off_count > 0;
    for (int i = 0; i < profile->exposure_count; i++) {
        any |= !money_is_zero(profile->exposures[i].open);
    }
    return any;
}

/* What was written off was not paid in time either. */
static int64_t late_share(const Profile *profile) {
    int64_t unpaid = profile->overdue_count + profile->written_off_count;
    int64_t all = profile->settled_count + unpaid;
    return all == 0 ? -1 : percent_of(profile->settled_late_count + unpaid, all);
}

static int64_t overdue_share(const Profile *profile) {
    int64_t worst = 0;
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        if (exposure->open.minor > 0) {
            int64_t percent = percent_of(exposure->overdue.minor, exposure->open.minor);
            worst = percent > worst ? percent : worst;
        }
    }
    return worst;
}

static int64_t oldest_overdue(const Profile *profile) {
    int64_t oldest = 0;
    for (int i = 0; i < profile->overdue_count; i++) {
        int64_t days = profile->overdue[i].days_past_due;
        oldest = days > oldest ? days : oldest;
    }
    return oldest;
}

/* A currency in which nothing was paid yet says nothing about paying. */
static int64_t exposure_to_paid(const Profile *profile) {
    int64_t worst = -1;
    for (int i = 0; i < profile->exposure_count; i++) {
        const Exposure *exposure = &profile->exposures[i];
        if (exposure->paid.minor > 0) {
            int64_t percent = percent_of(exposure->open.minor, exposure->paid.minor);
            worst = percent > worst ? percent : worst;
        }
    }
    return worst;
}

int64_t profile_value(const Profile *profile, Characteristic characteristic) {
    switch (characteristic) {
    case CHARACTERISTIC_LATE_SHARE:
        return late_share(profile);
    case CHARACTERISTIC_MEAN_DAYS_LATE:
        return profile->settled_count == 0 ? -1 : (profile->mean_days_late_milli + 500) / 1000;
    case CHARACTERISTIC_OVERDUE_SHARE:
        return has_invoices(profile) ? overdue_share(profile) : -1;
    case CHARACTERISTIC_OLDEST_OVERDUE:
        return has_invoices(profile) ? oldest_overdue(profile) : -1;
    case CHARACTERISTIC_EXPOSURE_TO_PAID:
        return exposure_to_paid(profile);
    case CHARACTERISTIC_WRITE_OFFS:
        return has_invoices(profile) ? profile->written_off_count : -1;
    case CHARACTERISTIC_NONE:
    case CHARACTERISTIC_COUNT:
        break;
    }
    CHECK(!"a characteristic");
}
