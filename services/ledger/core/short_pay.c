#include "ledger/core/short_pay.h"

#include "base/check.h"
#include "ledger/core/late.h"
#include "ledger/core/reduce.h"

static void say(Desk *desk, const Item *item, const Entry *entry, FactKind kind) {
    desk_say(desk, (Fact){.kind = kind,
                          .forgiven = {.item = item->key,
                                       .payment = entry->credit_number,
                                       .amount = entry->amount,
                                       .effective_on = entry->effective_on,
                                       .open = item->open}});
}

static void grant_discount(Desk *desk, const Credit *payment, Item *item, Money amount) {
    Entry entry = entry_between(desk, ENTRY_DISCOUNT, payment, item, amount);
    Money tax = tax_within(item, amount);
    item_reduce(desk, item, entry);
    if (desk->keeping->discount_splits_tax && !money_is_zero(tax)) {
        desk_post(desk, entry_between(desk, ENTRY_DISCOUNT_TAX, payment, item, tax));
    }
    say(desk, item, &entry, FACT_DISCOUNT_GRANTED);
}

static void let_go(Desk *desk, const Credit *payment, Item *item, Money amount) {
    Entry entry = entry_between(desk, ENTRY_TOLERANCE, payment, item, amount);
    item_reduce(desk, item, entry);
    say(desk, item, &entry, FACT_TOLERANCE_USED);
}

/* ---- how much */

static bool is_principal(const Item *item) {
    return item->key.charge == CHARGE_PRINCIPAL;
}

static bool in_time(const Desk *desk, const Credit *payment, const Item *item) {
    return !money_is_zero(item->discount) &&
           date_compare(payment->received_on,
                        date_add(item->discount_until, desk->keeping->discount_grace_days)) <= 0;
}

/* Of the whole invoice: what is open, and what may still be kept back on the payment's day. Both
 * are no more than the account's open total once was. */
typedef struct Shortfall {
    Money open;
    Money discount;
} Shortfall;

static Shortfall shortfall_of(const Desk *desk, const Credit *payment) {
    Money none = money_of(0, payment->amount.currency);
    Shortfall all = {none, none};
    for (const Item *item = NULL;
         (item = book_next_of(desk->book, payment->invoice, item)) != NULL;) {
        if (is_principal(item) && currency_equals(item->amount.currency, none.currency)) {
            CHECK(money_add(all.open, item->open, &all.open));
            if (in_time(desk, payment, item)) {
                CHECK(money_add(all.discount, item->discount, &all.discount));
            }
        }
    }
    return all;
}

/* ---- forgiving */

/* From the item's own share first, then from those of the other instalments. */
static void discount_use(Desk *desk, Item *own, Money amount) {
    Money part = money_min(own->discount, amount);
    own->discount = rest_of(own->discount, part);
    amount = rest_of(amount, part);
    for (Item *item = NULL; !money_is_zero(amount) &&
                            (item = book_next_of(desk->book, own->key.number, item)) != NULL;) {
        if (is_principal(item)) {
            part = money_min(item->discount, amount);
            item->discount = rest_of(item->discount, part);
            item->changed = true;
            amount = rest_of(amount, part);
        }
    }
}

void discount_give_back(Desk *desk, Str invoice, Money amount) {
    int64_t weights[ITEM_INSTALMENTS_MAX];
    Money shares[ITEM_INSTALMENTS_MAX];
    Item *items[ITEM_INSTALMENTS_MAX];
    int count = 0;
    for (Item *item = NULL; (item = book_next_of(desk->book, invoice, item)) != NULL;) {
        if (is_principal(item)) {
            CHECK(count < ITEM_INSTALMENTS_MAX && money_add(amount, item->discount, &amount));
            weights[count] = item->amount.minor;
            items[count++] = item;
        }
    }
    money_split(amount, weights, count, shares);
    for (int i = 0; i < count; i++) {
        items[i]->discount = shares[i];
        items[i]->changed = true;
    }
}

/* Closes the item, if discount and tolerance reach so far. */
static void forgive(Desk *desk, const Credit *payment, Item *item, Money most) {
    Money discount = money_min(most, item->open);
    Money rest = rest_of(item->open, discount);
    if (money_compare(rest, tolerance_of(&desk->keeping->tolerance, item->amount)) > 0) {
        return;
    }
    if (!money_is_zero(discount)) {
        grant_discount(desk, payment, item, discount);
        discount_use(desk, item, discount);
    }
    if (!money_is_zero(rest)) {
        let_go(desk, payment, item, rest);
    }
    say_settled(desk, item);
    late_after_payment(desk, payment, item);
}

/* The payment is for the whole invoice when the discount of the whole is enough for what it left
 * open; else each instalment has its share of it. */
void forgive_shortfall(Desk *desk, const Credit *payment) {
    Shortfall all = shortfall_of(desk, payment);
    bool whole = money_compare(all.open, all.discount) <= 0;
    Money none = money_of(0, payment->amount.currency);
    for (Item *item = NULL; (item = book_next_of(desk->book, payment->invoice, item)) != NULL;) {
        bool open = is_principal(item) && item->state == ITEM_OPEN &&
                    currency_equals(item->open.currency, none.currency);
        Money own = open && in_time(desk, payment, item) ? item->discount : none;
        if (open) {
            forgive(desk, payment, item, whole ? item->open : own);
        }
    }
}
