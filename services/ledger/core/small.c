#include "ledger/core/small.h"

#include <stdlib.h>

#include "ledger/core/asked.h"
#include "ledger/core/assignment.h"
#include "ledger/core/write_off.h"

static const SmallBalances *rule_of(const Desk *desk) {
    return &desk->keeping->small;
}

static Date due_day(const Desk *desk, const Item *item) {
    return date_add(item->due_on, rule_of(desk)->days_past_due);
}

/* ---- the open items, invoice by invoice */

static int by_key(const void *a, const void *b) {
    return item_key_compare((*(Item *const *)a)->key, (*(Item *const *)b)->key);
}

typedef struct Residues {
    Item **items; /* open ones, in the order of their keys */
    int count;
} Residues;

static Residues residues_of(const Desk *desk) {
    const Book *book = desk->book;
    Residues found = {ARENA_ARRAY(desk->arena, Item *, book->item_count + 1), 0};
    for (int i = 0; i < book->item_count; i++) {
        if (book->items[i].state == ITEM_OPEN) {
            found.items[found.count++] = &book->items[i];
        }
    }
    qsort(found.items, (size_t)found.count, sizeof(Item *), by_key);
    return found;
}

static bool is_paused(const Desk *desk, Str invoice) {
    for (int i = 0; i < desk->book->pause_count; i++) {
        const Pause *pause = &desk->book->pauses[i];
        bool ended = !date_is_none(pause->ends_on) && date_compare(pause->ends_on, desk->day) <= 0;
        if (str_equals(pause->invoice, invoice) && !ended &&
            date_compare(pause->starts_on, desk->day) <= 0) {
            return true;
        }
    }
    return false;
}

/* How many open items the invoice has whose first one stands at a place. */
static int size_of_invoice(const Residues *residues, int at) {
    int end = at;
    while (end < residues->count &&
           str_equals(residues->items[end]->key.number, residues->items[at]->key.number)) {
        end++;
    }
    return end - at;
}

/* Of all its open items, no more than the limit; false where it is none that may be given up. */
static bool residue_of(const Desk *desk, Item *const *items, int count, Money most, Money *sum) {
    *sum = money_of(0, most.currency);
    for (int i = 0; i < count; i++) {
        bool good = currency_equals(items[i]->open.currency, most.currency) &&
                    date_compare(due_day(desk, items[i]), desk->day) <= 0 &&
                    assignment_pending(desk->book, items[i]->key) == NULL &&
                    money_add(*sum, items[i]->open, sum) && money_compare(*sum, most) <= 0;
        if (!good) {
            return false;
        }
    }
    Str invoice = items[0]->key.number;
    return !is_paused(desk, invoice) && !invoice_is_asked(desk->book, invoice);
}

/* ---- giving up */

/* All residues of the customer in the currency of the limit; false: together they are above it. */
static bool all_fit(const Desk *desk, const Residues *residues, Money most) {
    Money all = money_of(0, most.currency);
    for (int i = 0, size = 0; i < residues->count; i += size) {
        Money sum;
        size = size_of_invoice(residues, i);
        if (residue_of(desk, &residues->items[i], size, most, &sum) &&
            (!money_add(all, sum, &all) || money_compare(all, most) > 0)) {
            return false;
        }
    }
    return !money_is_zero(all);
}

static void give_up(Desk *desk, const Residues *residues, Money most, const GivingUp *by) {
    for (int i = 0, size = 0; i < residues->count; i += size) {
        Money sum;
        size = size_of_invoice(residues, i);
        bool small = residue_of(desk, &residues->items[i], size, most, &sum);
        for (int k = i; small && k < i + size; k++) {
            write_off_item(desk, residues->items[k], residues->items[k]->open, by);
        }
    }
    ground_keep(desk, by);
}

/* Those that were just given up are not open any more. */
void write_off_small(Desk *desk) {
    const SmallBalances *small = rule_of(desk);
    if (!small_balance_holds(small, desk->day) || book_is_held(desk->book)) {
        return;
    }
    const StandingApproval *approval = &small->approval;
    const GivingUp by = {.document = approval->reference,
                         .code = WRITE_OFF_SMALL_BALANCE,
                         .reason = str_format(desk->arena, "a small balance, as approved by %.*s",
                                              STR_ARGS(approval->by)),
                         .standing = true};
    for (int i = 0; i < small->most_count; i++) {
        Residues residues = residues_of(desk);
        if (all_fit(desk, &residues, small->most[i])) {
            give_up(desk, &residues, small->most[i], &by);
        }
    }
}

/* What stands in the way may be gone any day: a pause that ends, another residue that was paid. */
Date small_next_due(const Desk *desk, int from, Date day) {
    const SmallBalances *small = rule_of(desk);
    const Book *book = desk->book;
    Date next = DATE_NONE;
    if (small->most_count == 0 || str_is_empty(small->approval.reference)) {
        return next;
    }
    for (int i = from; i < book->item_count; i++) {
        const Item *item = &book->items[i];
        const Money *most = small_balance_most(small, item->open.currency);
        if (item->state == ITEM_OPEN && most != NULL && money_compare(item->open, *most) <= 0) {
            Date due = later_of(due_day(desk, item), small->approval.on);
            next = sooner_of(next, later_of(due, day));
        }
    }
    bool over = !date_is_none(next) && date_compare(next, small->approval.until) > 0;
    return over ? DATE_NONE : next;
}
