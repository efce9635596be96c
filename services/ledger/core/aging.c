#include "ledger/core/aging.h"

#include "base/check.h"

int aging_bucket(const Aging *aging, int32_t days_past_due) {
    int bucket = aging->count - 1;
    while (bucket > 0 && aging->buckets[bucket].from_day > days_past_due) {
        bucket--;
    }
    return bucket;
}

static Date item_next_due(const Item *item, const Aging *aging, Date day) {
    int bucket = aging_bucket(aging, date_days_between(item->due_on, day));
    if (!str_equals(aging->buckets[bucket].name, item->bucket)) {
        return day;
    }
    bool last = bucket + 1 == aging->count;
    return last ? DATE_NONE : date_add(item->due_on, aging->buckets[bucket + 1].from_day);
}

static Date open_next_due(const Item *item, const Aging *aging, Date day) {
    return item->state == ITEM_OPEN ? item_next_due(item, aging, day) : DATE_NONE;
}

Date aging_next_due(const Book *book, int from, const Aging *aging, Date day) {
    Date next = DATE_NONE;
    for (int i = from; i < book->item_count; i++) {
        next = sooner_of(next, open_next_due(&book->items[i], aging, day));
    }
    return next;
}

static Str standing_bucket(const Desk *desk, const Item *item) {
    int32_t days = date_days_between(item->due_on, desk->day);
    return desk->aging->buckets[aging_bucket(desk->aging, days)].name;
}

static void enter_bucket(Desk *desk, Item *item) {
    item->bucket = standing_bucket(desk, item);
    item->changed = true;
    desk_say(desk, (Fact){.kind = FACT_BUCKET_ENTERED,
                          .entered = {.item = item->key,
                                      .bucket = item->bucket,
                                      .days_past_due = date_days_between(item->due_on, desk->day),
                                      .due_on = item->due_on,
                                      .open = item->open}});
}

static bool has_moved(const Desk *desk, const Item *item) {
    return item->state == ITEM_OPEN && !str_equals(item->bucket, standing_bucket(desk, item));
}

/* The oldest first. Collected and sorted once: a customer may have very many. */
void end_day(Desk *desk) {
    Book *book = desk->book;
    Item **moved = ARENA_ARRAY(desk->arena, Item *, book->item_count + 1);
    int count = 0;
    for (int i = 0; i < book->item_count; i++) {
        if (has_moved(desk, &book->items[i])) {
            moved[count++] = &book->items[i];
        }
    }
    items_sort(moved, count);
    for (int i = 0; i < count; i++) {
        enter_bucket(desk, moved[i]);
    }
}
