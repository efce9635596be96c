#include "ledger/core/short_pay.h"

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
    Entry entry = entry_between(ENTRY_DISCOUNT, payment, item, amount);
    Money tax = tax_within(item, amount);
    item_reduce(desk, item, entry);
    if (desk->keeping->discount_splits_tax && !money_is_zero(tax)) {
        desk_post(desk, entry_between(ENTRY_DISCOUNT_TAX, payment, item, tax));
    }
    say(desk, item, &entry, FACT_DISCOUNT_GRANTED);
}

static void let_go(Desk *desk, const Credit *payment, Item *item, Money amount) {
    Entry entry = entry_between(ENTRY_TOLERANCE, payment, item, amount);
    item_reduce(desk, item, entry);
    say(desk, item, &entry, FACT_TOLERANCE_USED);
}

/* What may be kept back of an item that is paid on the payment's day. */
static Money discount_of(const Desk *desk, const Credit *payment, const Item *item) {
    if (money_is_zero(item->discount)) {
        return item->discount;
    }
    Date last = date_add(item->discount_until, desk->keeping->discount_grace_days);
    bool in_time = date_compare(payment->effective_on, last) <= 0;
    return in_time ? item->discount : money_of(0, item->discount.currency);
}

static void forgive(Desk *desk, const Credit *payment, Item *item) {
    Money discount = money_min(discount_of(desk, payment, item), item->open);
    Money rest = rest_of(item->open, discount);
    if (money_compare(rest, tolerance_of(&desk->keeping->tolerance, item->amount)) > 0) {
        return;
    }
    if (!money_is_zero(discount)) {
        grant_discount(desk, payment, item, discount);
    }
    if (!money_is_zero(rest)) {
        let_go(desk, payment, item, rest);
    }
    say_settled(desk, item);
}

void forgive_shortfall(Desk *desk, const Credit *payment) {
    for (Item *item = NULL; (item = book_next_of(desk->book, payment->invoice, item)) != NULL;) {
        bool principal = item->key.charge == CHARGE_PRINCIPAL && item->state == ITEM_OPEN;
        if (principal && currency_equals(item->open.currency, payment->amount.currency)) {
            forgive(desk, payment, item);
        }
    }
}
