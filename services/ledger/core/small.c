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

/* Of the items from place `from` on. */
static Residues residues_of(const Desk *desk, int from) {
    const Book *book = desk->book;
    Residues found = {ARENA_ARRAY(desk->arena, Item *, book->item_count - from + 1), 0};
    for (int i = from; i < book->item_count; i++) {
        if (book->items[i].state == ITEM_OPEN) {
            found.items[found.count++] = &book->items[i];
        }
    }
    qsort(found.items, (size_t)found.count, sizeof(Item *), by_key);
    return found;
}

/* Together one invoice. */
typedef struct Invoice {
    Item **items;
    int count;
} Invoice;

/* The open items of the invoice whose first one stands at a place. */
static Invoice invoice_at(const Residues *residues, int at) {
    int end = at;
    while (end < residues->count &&
           str_equals(residues->items[end]->key.number, residues->items[at]->key.number)) {
        end++;
    }
    return (Invoice){&residues->items[at], end - at};
}

/* False where it is above the limit, or something forbids it that no day ends by itself. */
static bool residue_of(const Desk *desk, Invoice invoice, Money most, Money *sum) {
    *sum = money_of(0, most.currency);
    for (int i = 0; i < invoice.count; i++) {
        const Item *item = invoice.items[i];
        bool good = currency_equals(item->open.currency, most.currency) &&
                    assignment_pending(desk->book, item->key) == NULL &&
                    money_add(*sum, item->open, sum) && money_compare(*sum, most) <= 0;
        if (!good) {
            return false;
        }
    }
    return !invoice_is_asked(desk->book, invoice.items[0]->key.number);
}

/* ---- when it may be given up */

static bool is_over(const Pause *pause, Date day) {
    return !date_is_none(pause->ends_on) && date_compare(pause->ends_on, day) <= 0;
}

/* One in force on that day; NULL: there is none. */
static const Pause *pause_on(const Book *book, Str invoice, Date day) {
    for (int i = 0; i < book->pause_count; i++) {
        const Pause *pause = &book->pauses[i];
        if (str_equals(pause->invoice, invoice) && !is_over(pause, day) &&
            date_compare(pause->starts_on, day) <= 0) {
            return pause;
        }
    }
    return NULL;
}

/* The first day from `from` on; DATE_NONE: as long as a pause without an end is in force, none. */
static Date first_day(const Desk *desk, Invoice invoice, Date from) {
    Date day = from;
    for (int i = 0; i < invoice.count; i++) {
        day = later_of(day, due_day(desk, invoice.items[i]));
    }
    const Pause *pause = NULL;
    while (!date_is_none(day) &&
           (pause = pause_on(desk->book, invoice.items[0]->key.number, day)) != NULL) {
        day = pause->ends_on; /* later than the day: no loop without an end */
    }
    return day;
}

static bool has_credit_in(const Book *book, Currency currency) {
    for (int i = 0; i < book->credit_count; i++) {
        Money unapplied = book->credits[i].unapplied;
        if (!money_is_zero(unapplied) && currency_equals(unapplied.currency, currency)) {
            return true;
        }
    }
    return false;
}

/* All residues of the customer in the currency of the limit that may be given up on that day;
 * false: together they are above it. */
static bool all_fit(const Desk *desk, const Residues *residues, Money most, Date day) {
    Money all = money_of(0, most.currency);
    Invoice invoice;
    for (int i = 0; i < residues->count; i += invoice.count) {
        Money sum;
        invoice = invoice_at(residues, i);
        if (residue_of(desk, invoice, most, &sum) &&
            date_compare(first_day(desk, invoice, day), day) == 0 &&
            (!money_add(all, sum, &all) || money_compare(all, most) > 0)) {
            return false;
        }
    }
    return !money_is_zero(all);
}

/* ---- giving up */

static void give_up(Desk *desk, const Residues *residues, Money most, const GivingUp *by) {
    Invoice invoice;
    for (int i = 0; i < residues->count; i += invoice.count) {
        Money sum;
        invoice = invoice_at(residues, i);
        bool small = residue_of(desk, invoice, most, &sum) &&
                     date_compare(first_day(desk, invoice, desk->day), desk->day) == 0;
        for (int k = 0; small && k < invoice.count; k++) {
            write_off_item(desk, invoice.items[k], invoice.items[k]->open, by);
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
        Residues residues = residues_of(desk, 0);
        if (!has_credit_in(desk->book, small->most[i].currency) &&
            all_fit(desk, &residues, small->most[i], desk->day)) {
            give_up(desk, &residues, small->most[i], &by);
        }
    }
}

/* ---- when to look again */

/* When a pause to come takes one of them out of a sum that is above the limit. */
static Date next_pause(const Desk *desk, const Residues *residues, Date day) {
    const Book *book = desk->book;
    Date next = DATE_NONE;
    for (int i = 0; i < book->pause_count; i++) {
        const Pause *pause = &book->pauses[i];
        for (int k = 0; k < residues->count; k++) {
            if (date_compare(pause->starts_on, day) > 0 &&
                str_equals(residues->items[k]->key.number, pause->invoice)) {
                next = sooner_of(next, pause->starts_on);
                break;
            }
        }
    }
    return next;
}

/* In one currency: the first day on which one of them may be given up, if all that may be on it
 * fit. Where they do not, more days only add to them. */
static Date next_of(const Desk *desk, const Residues *residues, Money most, Date from) {
    Date next = DATE_NONE;
    Invoice invoice;
    for (int i = 0; i < residues->count; i += invoice.count) {
        Money sum;
        invoice = invoice_at(residues, i);
        if (residue_of(desk, invoice, most, &sum)) {
            next = sooner_of(next, first_day(desk, invoice, from));
        }
    }
    bool fits = date_is_none(next) || all_fit(desk, residues, most, next);
    return fits ? next : next_pause(desk, residues, next);
}

static Date next_of_any(const Desk *desk, int from, Date first) {
    const SmallBalances *small = rule_of(desk);
    Residues residues = residues_of(desk, from);
    Date next = DATE_NONE;
    for (int i = 0; i < small->most_count; i++) {
        if (!has_credit_in(desk->book, small->most[i].currency)) {
            next = sooner_of(next, next_of(desk, &residues, small->most[i], first));
        }
    }
    return next;
}

static bool any_is_small(const Desk *desk, int from) {
    for (int i = from; i < desk->book->item_count; i++) {
        const Item *item = &desk->book->items[i];
        const Money *most = small_balance_most(rule_of(desk), item->open.currency);
        if (item->state == ITEM_OPEN && most != NULL && money_compare(item->open, *most) <= 0) {
            return true;
        }
    }
    return false;
}

/* A new invoice took of the credit that may have kept others, which the book does not know. */
static bool credit_was_used(const Desk *desk) {
    bool used = false;
    for (int i = 0; desk->adds && i < desk->fact_count; i++) {
        used = used || desk->facts[i].kind == FACT_ALLOCATED;
    }
    return used;
}

/* A hold, a credit, a request, a sale to come: what ends them is decided on, and asks again. */
Date small_next_due(const Desk *desk, int from, Date day) {
    const SmallBalances *small = rule_of(desk);
    Date next = DATE_NONE;
    if (!small_balance_is_approved(small) || book_is_held(desk->book)) {
        return next;
    }
    Date first = later_of(day, small->approval.on);
    if (credit_was_used(desk)) {
        next = first;
    } else if (any_is_small(desk, from)) {
        next = next_of_any(desk, from, first);
    }
    bool over = !date_is_none(next) && date_compare(next, small->approval.until) > 0;
    return over ? DATE_NONE : next;
}
