#include "ledger/core/standstill.h"

#include "ledger/core/desk.h"

static bool pause_is_of(const Pause *pause, const Item *item) {
    return str_equals(pause->invoice, item->key.number);
}

static int rows_wanted(const Book *book, const Item *item) {
    int wanted = 0;
    for (int i = 0; i < book->pause_count; i++) {
        wanted += pause_is_of(&book->pauses[i], item);
    }
    for (int i = 0; i < book->due_count; i++) {
        wanted += item_key_equals(book->dues[i].key, item->key);
    }
    return wanted;
}

/* Each names a later day than the one before it, so this is the order in which they were given. */
static int extensions_of(const Book *book, const Item *item, const DueChange **found) {
    int count = 0;
    for (int i = 0; i < book->due_count; i++) {
        const DueChange *due = &book->dues[i];
        if (!item_key_equals(due->key, item->key)) {
            continue;
        }
        int at = count++;
        while (at > 0 && date_compare(found[at - 1]->due_on, due->due_on) > 0) {
            found[at] = found[at - 1];
            at--;
        }
        found[at] = due;
    }
    return count;
}

static void add_extensions(const Book *book, const Item *item, Arena *arena, int wanted,
                           Standstills *still) {
    const DueChange **found = ARENA_ARRAY(arena, const DueChange *, wanted);
    int count = extensions_of(book, item, found);
    for (int i = 0; i < count; i++) {
        if (date_compare(found[i]->effective_on, still->due_on) <= 0) {
            still->due_on = found[i]->due_on;
        } else {
            still->rows[still->count++] =
                (InterestPause){found[i]->effective_on, date_add(found[i]->due_on, 1)};
        }
    }
}

Standstills standstills_of(const Book *book, const Item *item, Arena *arena) {
    Standstills still = {.due_on = item->first_due_on};
    int wanted = rows_wanted(book, item);
    if (wanted == 0) {
        return still;
    }
    still.rows = ARENA_ARRAY(arena, InterestPause, wanted);
    for (int i = 0; i < book->pause_count; i++) {
        const Pause *pause = &book->pauses[i];
        if (pause_is_of(pause, item)) {
            still.rows[still.count++] = (InterestPause){pause->starts_on, pause->ends_on};
        }
    }
    add_extensions(book, item, arena, wanted, &still);
    return still;
}
