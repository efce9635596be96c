#include "ledger/core/allocate.h"

#include <stdlib.h>

#include "ledger/core/debt.h"
#include "ledger/core/late.h"
#include "ledger/core/period.h"
#include "ledger/core/reduce.h"
#include "ledger/core/restore.h"
#include "ledger/core/short_pay.h"
#include "ledger/core/write_off.h"

/* ---- the policies, as orders */

typedef enum Unit { UNIT_ITEM, UNIT_INVOICE } Unit; /* what is paid before the next is touched */

/* Ranks of the items of one invoice, the lowest first; equal ones by age. */
typedef struct Order {
    bool heeds_reference;
    Unit unit;
    int8_t rank[CHARGE_COUNT];
    bool by_instalment; /* before the rank */
} Order;

/* Where nothing says otherwise, costs and interest of one age are paid before the principal. Costs
 * first, then interest: BGB 367 (Germany), article 319 (Russia), article 561 (China, civil code).
 */
#define COSTS_FIRST                                                                                \
    { [CHARGE_COSTS] = 0, [CHARGE_INTEREST] = 1, [CHARGE_PRINCIPAL] = 2 }
#define PRINCIPAL_FIRST                                                                            \
    { [CHARGE_PRINCIPAL] = 0, [CHARGE_INTEREST] = 1, [CHARGE_COSTS] = 2 }
#define ANY                                                                                        \
    { 0 }

static const Order ORDERS[ALLOCATION_COUNT] = {
    [ALLOCATION_BY_REFERENCE] = {true, UNIT_ITEM, ANY, false},
    [ALLOCATION_OLDEST_FIRST] = {false, UNIT_ITEM, ANY, false},
    [ALLOCATION_COSTS_INTEREST_PRINCIPAL] = {true, UNIT_INVOICE, COSTS_FIRST, false},
    [ALLOCATION_PRINCIPAL_FIRST] = {true, UNIT_INVOICE, PRINCIPAL_FIRST, false},
    [ALLOCATION_BY_INSTALMENT] = {true, UNIT_INVOICE, COSTS_FIRST, true},
};

static const Order *order_of(const Desk *desk) {
    return &ORDERS[desk->keeping->allocation];
}

static int difference(int32_t a, int32_t b) {
    return (a > b) - (a < b);
}

/* Of one invoice: below zero when a is paid before b. */
static int turn_compare(const Order *order, const Item *a, const Item *b) {
    int turn = 0;
    if (order->by_instalment) {
        turn = difference(a->key.instalment, b->key.instalment);
    }
    if (turn == 0) {
        turn = difference(order->rank[a->key.charge], order->rank[b->key.charge]);
    }
    return turn != 0 ? turn : item_compare(a, b);
}

/* ---- one allocation */

static bool is_payable(const Item *item, const Credit *credit) {
    return item->state == ITEM_OPEN &&
           currency_equals(item->open.currency, credit->unapplied.currency);
}

static void say_allocated(Desk *desk, const Credit *credit, const Item *item, const Entry *entry) {
    desk_say(desk, (Fact){.kind = FACT_ALLOCATED,
                          .allocated = {.kind = credit->kind,
                                        .number = credit->number,
                                        .item = item->key,
                                        .amount = entry->amount,
                                        .effective_on = entry->effective_on,
                                        .open = item->open,
                                        .unapplied = credit->unapplied,
                                        .policy = entry->allocation}});
}

/* As much as both sides have. */
static void apply(Desk *desk, Credit *credit, Item *item) {
    Money amount = money_min(credit->unapplied, item->open);
    Entry entry = entry_between(desk, ENTRY_ALLOCATION, credit, item, amount);
    entry.allocation = desk->keeping->allocation;
    item_reduce(desk, item, entry);
    late_charge_paid(desk, item, amount.minor);
    credit->unapplied = rest_of(credit->unapplied, amount);
    credit->changed = true;
    say_allocated(desk, credit, item, &entry);
    say_settled(desk, item);
    late_after_payment(desk, credit, item);
}

/* ---- a credit looks for items */

static Item *oldest_payable(const Book *book, const Credit *credit) {
    Item *oldest = NULL;
    for (int i = 0; i < book->item_count; i++) {
        Item *item = &book->items[i];
        if (is_payable(item, credit) && (oldest == NULL || item_compare(item, oldest) < 0)) {
            oldest = item;
        }
    }
    return oldest;
}

/* Of one invoice, what is paid next. */
static Item *next_payable_of(const Desk *desk, Str invoice, const Credit *credit) {
    Item *next = NULL;
    for (Item *item = NULL; (item = book_next_of(desk->book, invoice, item)) != NULL;) {
        if (is_payable(item, credit) &&
            (next == NULL || turn_compare(order_of(desk), item, next) < 0)) {
            next = item;
        }
    }
    return next;
}

/* What is owed on top by then is owed before the payment is. */
static Item *first_payable_of(Desk *desk, Str invoice, const Credit *credit) {
    if (next_payable_of(desk, invoice, credit) == NULL) {
        return NULL;
    }
    late_before_payment(desk, credit, invoice);
    return next_payable_of(desk, invoice, credit);
}

static void apply_to_invoice(Desk *desk, Credit *credit, Str invoice) {
    Item *next = first_payable_of(desk, invoice, credit);
    while (next != NULL && !money_is_zero(credit->unapplied)) {
        apply(desk, credit, next);
        next = next_payable_of(desk, invoice, credit);
    }
    bool for_this = credit->kind == CREDIT_PAYMENT && credit_names(credit, invoice);
    if (next != NULL && for_this && order_of(desk)->heeds_reference) {
        forgive_shortfall(desk, credit);
    }
}

static void apply_to_oldest(Desk *desk, Credit *credit) {
    while (!money_is_zero(credit->unapplied)) {
        Item *oldest = oldest_payable(desk->book, credit);
        if (oldest == NULL) {
            return;
        }
        if (order_of(desk)->unit == UNIT_INVOICE) {
            apply_to_invoice(desk, credit, oldest->key.number);
        } else {
            ItemKey key = oldest->key;
            late_before_payment(desk, credit, key.number);
            apply(desk, credit, book_find_item(desk->book, key));
        }
    }
}

/* Whether it may pay what it does not name. */
static bool is_free(const Desk *desk, const Credit *credit) {
    bool heeded = order_of(desk)->heeds_reference && !str_is_empty(credit->invoice);
    return credit_is_free(credit) && (!heeded || desk->keeping->roll_overpayment);
}

static bool is_given_up(const Book *book, Str invoice) {
    for (const Item *item = NULL; (item = book_next_of(book, invoice, item)) != NULL;) {
        if (!date_is_none(item->written_off_on)) {
            return true;
        }
    }
    return false;
}

/* What a credit note says was never owed was not lost either: the note takes the place of the
 * write-off, and nothing of it is left to be paid out. */
static void take_write_off_back(Desk *desk, const Credit *note, Item *item, Money *left) {
    Money amount = money_min(*left, item->written_off);
    bool may = (item->state == ITEM_OPEN || item->state == ITEM_WRITTEN_OFF) &&
               !money_is_zero(amount) && debt_fits(desk, amount);
    if (may) {
        Date on = period_day(desk, note->effective_on);
        reinstate_item(desk, item, &(Reinstating){amount, on, note->number});
        *left = rest_of(*left, amount);
    }
}

static void credit_given_up(Desk *desk, Credit *note) {
    Money left = note->unapplied;
    for (Item *item = NULL; (item = book_next_of(desk->book, note->invoice, item)) != NULL;) {
        if (currency_equals(item->written_off.currency, left.currency)) {
            take_write_off_back(desk, note, item, &left);
        }
    }
    apply_to_invoice(desk, note, note->invoice);
}

static void recover_invoice(Desk *desk, Credit *credit) {
    if (credit->kind == CREDIT_NOTE) {
        credit_given_up(desk, credit);
        return;
    }
    for (Item *item = NULL; (item = book_next_of(desk->book, credit->invoice, item)) != NULL;) {
        recover(desk, credit, item);
    }
}

static void apply_as_named(Desk *desk, Credit *credit) {
    bool payable = next_payable_of(desk, credit->invoice, credit) != NULL;
    apply_to_invoice(desk, credit, credit->invoice);
    if (is_given_up(desk->book, credit->invoice)) {
        recover_invoice(desk, credit);
    } else if (payable && is_free(desk, credit)) {
        apply_to_oldest(desk, credit);
    }
}

void allocate_credit(Desk *desk, Credit *credit) {
    bool named = !str_is_empty(credit->invoice);
    bool heeded = order_of(desk)->heeds_reference || !credit_is_free(credit) ||
                  is_given_up(desk->book, credit->invoice);
    if (named && heeded) {
        apply_as_named(desk, credit);
    } else {
        apply_to_oldest(desk, credit);
    }
}

/* ---- an invoice looks for credits */

/* Negative when `a` pays this invoice before `b`. */
static int credit_turn(const Credit *a, const Credit *b, Str invoice) {
    int order = credit_names(b, invoice) - credit_names(a, invoice);
    return order != 0 ? order : credit_compare(a, b);
}

static bool may_pay(const Desk *desk, const Credit *credit, Str invoice) {
    return !money_is_zero(credit->unapplied) &&
           (credit_names(credit, invoice) || is_free(desk, credit)) &&
           next_payable_of(desk, invoice, credit) != NULL;
}

static Credit *next_credit(const Desk *desk, Str invoice) {
    const Book *book = desk->book;
    Credit *next = NULL;
    for (int i = 0; i < book->credit_count; i++) {
        Credit *credit = &book->credits[i];
        if (may_pay(desk, credit, invoice) &&
            (next == NULL || credit_turn(credit, next, invoice) < 0)) {
            next = credit;
        }
    }
    return next;
}

void allocate_invoice(Desk *desk, Str invoice) {
    for (Credit *credit; (credit = next_credit(desk, invoice)) != NULL;) {
        apply_to_invoice(desk, credit, invoice);
    }
}

/* ---- an invoice that was given up looks for them */

static int by_age(const void *a, const void *b) {
    return credit_compare(*(Credit *const *)a, *(Credit *const *)b);
}

void allocate_given_up(Desk *desk, Str invoice) {
    const Book *book = desk->book;
    Credit **waiting = ARENA_ARRAY(desk->arena, Credit *, book->credit_count + 1);
    int count = 0;
    for (int i = 0; i < book->credit_count; i++) {
        Credit *credit = &book->credits[i];
        if (!money_is_zero(credit->unapplied) && credit_names(credit, invoice)) {
            waiting[count++] = credit;
        }
    }
    qsort(waiting, (size_t)count, sizeof(Credit *), by_age);
    for (int i = 0; i < count; i++) {
        recover_invoice(desk, waiting[i]);
    }
}
