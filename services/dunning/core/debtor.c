#include "dunning/core/debtor.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"

enum { FIRST_ROOM = 4 };

/* The rows, moved to a larger place when there is no room for one more. */
static void *with_room(Debtor *debtor, void *rows, ptrdiff_t size, int count, int *room) {
    CHECK(debtor->extent >= DEBTOR_DUNNINGS);
    if (count < *room) {
        return rows;
    }
    *room = count < FIRST_ROOM ? FIRST_ROOM : 2 * count;
    void *moved = arena_get(debtor->arena, size, *room);
    if (count > 0) {
        memcpy(moved, rows, (size_t)(size * count));
    }
    return moved;
}

Item *debtor_add_item(Debtor *debtor, Item item) {
    debtor->items =
        with_room(debtor, debtor->items, sizeof item, debtor->item_count, &debtor->item_room);
    debtor->items[debtor->item_count] = item;
    return &debtor->items[debtor->item_count++];
}

Pause *debtor_add_pause(Debtor *debtor, Pause pause) {
    debtor->pauses =
        with_room(debtor, debtor->pauses, sizeof pause, debtor->pause_count, &debtor->pause_room);
    debtor->pauses[debtor->pause_count] = pause;
    return &debtor->pauses[debtor->pause_count++];
}

Hold *debtor_add_hold(Debtor *debtor, Hold hold) {
    debtor->holds =
        with_room(debtor, debtor->holds, sizeof hold, debtor->hold_count, &debtor->hold_room);
    debtor->holds[debtor->hold_count] = hold;
    return &debtor->holds[debtor->hold_count++];
}

Dunning *debtor_add_dunning(Debtor *debtor, Dunning dunning) {
    debtor->dunnings = with_room(debtor, debtor->dunnings, sizeof dunning, debtor->dunning_count,
                                 &debtor->dunning_room);
    debtor->dunnings[debtor->dunning_count] = dunning;
    return &debtor->dunnings[debtor->dunning_count++];
}

Reminder *debtor_add_reminder(Debtor *debtor, Reminder reminder) {
    debtor->reminders = with_room(debtor, debtor->reminders, sizeof reminder,
                                  debtor->reminder_count, &debtor->reminder_room);
    debtor->reminders[debtor->reminder_count] = reminder;
    return &debtor->reminders[debtor->reminder_count++];
}

void debtor_add_request(Debtor *debtor, Request request) {
    debtor->requests = with_room(debtor, debtor->requests, sizeof request, debtor->request_count,
                                 &debtor->request_room);
    debtor->requests[debtor->request_count++] = request;
}

void debtor_add_news(Debtor *debtor, RequestNews news) {
    debtor->news =
        with_room(debtor, debtor->news, sizeof news, debtor->news_count, &debtor->news_room);
    debtor->news[debtor->news_count++] = news;
}

Item *debtor_find_item(const Debtor *debtor, ItemKey key) {
    CHECK(debtor->extent == DEBTOR_WHOLE);
    for (int i = 0; i < debtor->item_count; i++) {
        Item *item = &debtor->items[i];
        if (!money_is_zero(item->open) && item_key_equals(item->key, key)) {
            return item;
        }
    }
    return NULL;
}

Pause *debtor_find_pause(const Debtor *debtor, Str number) {
    CHECK(debtor->extent == DEBTOR_WHOLE);
    for (int i = 0; i < debtor->pause_count; i++) {
        if (str_equals(debtor->pauses[i].number, number)) {
            return &debtor->pauses[i];
        }
    }
    return NULL;
}

const Pause *debtor_paused(const Debtor *debtor, Str invoice, Date day) {
    CHECK(debtor->extent == DEBTOR_WHOLE);
    for (int i = 0; i < debtor->pause_count; i++) {
        const Pause *pause = &debtor->pauses[i];
        bool begun = date_compare(pause->starts_on, day) <= 0;
        bool ended = !date_is_none(pause->ends_on) && date_compare(pause->ends_on, day) <= 0;
        if (begun && !ended && str_equals(pause->invoice, invoice)) {
            return pause;
        }
    }
    return NULL;
}

Hold *debtor_find_hold(const Debtor *debtor, Str topic, int32_t partition, int64_t offset) {
    CHECK(debtor->extent == DEBTOR_WHOLE);
    for (int i = 0; i < debtor->hold_count; i++) {
        Hold *hold = &debtor->holds[i];
        if (hold->partition == partition && hold->offset == offset &&
            str_equals(hold->topic, topic)) {
            return hold;
        }
    }
    return NULL;
}

Reminder *debtor_find_reminder(const Debtor *debtor, Str id) {
    CHECK(debtor->extent == DEBTOR_WHOLE);
    for (int i = 0; i < debtor->reminder_count; i++) {
        if (str_equals(debtor->reminders[i].id, id)) {
            return &debtor->reminders[i];
        }
    }
    return NULL;
}

Dunning *debtor_dunning(Debtor *debtor, Currency currency, Date day) {
    CHECK(debtor->extent >= DEBTOR_DUNNINGS);
    for (int i = 0; i < debtor->dunning_count; i++) {
        if (currency_equals(debtor->dunnings[i].currency, currency)) {
            return &debtor->dunnings[i];
        }
    }
    return debtor_add_dunning(debtor, (Dunning){.currency = currency,
                                                .since = day,
                                                .reminded_on = DATE_NONE,
                                                .unapplied = money_of(0, currency),
                                                .changed = true});
}

bool debtor_is_held(const Debtor *debtor) {
    CHECK(debtor->extent == DEBTOR_WHOLE);
    for (int i = 0; i < debtor->hold_count; i++) {
        if (!debtor->holds[i].cleared) {
            return true;
        }
    }
    return false;
}

const CreditState *debtor_credit(const Debtor *debtor, Date day) {
    static const CreditState unknown;
    if (debtor->credit.version > 0 && date_compare(debtor->credit.day, day) < 0) {
        return &debtor->credit;
    }
    bool earlier =
        debtor->credit_before.version > 0 && date_compare(debtor->credit_before.day, day) < 0;
    return earlier ? &debtor->credit_before : &unknown;
}

int item_compare(const Item *a, const Item *b) {
    int order = date_compare(a->due_on, b->due_on);
    return order != 0 ? order : item_key_compare(a->key, b->key);
}

static int by_age(const void *a, const void *b) {
    return item_compare(*(Item *const *)a, *(Item *const *)b);
}

void items_sort(Item **items, int count) {
    if (count > 1) {
        qsort(items, (size_t)count, sizeof(Item *), by_age);
    }
}
