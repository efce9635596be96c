#include "ledger/core/reduce.h"

#include "base/check.h"
#include "ledger/core/late.h"
#include "ledger/core/period.h"

static void open_set(Desk *desk, Item *item, Money open) {
    book_note_open(desk->book, open.minor - item->open.minor);
    item->open = open;
    item->changed = true;
}

/* The day on which it became less: money came when it came, however the months are sealed. What
 * came before the invoice was there on its first day. */
static Date day_of(const Desk *desk, const Item *item, const Entry *entry) {
    const Credit *credit =
        entry->credit_kind == CREDIT_NONE
            ? NULL
            : book_find_credit(desk->book, entry->credit_kind, entry->credit_number);
    return credit == NULL ? entry->effective_on
                          : later_of(credit->received_on, date_add(item->issued_on, -1));
}

void item_take(Desk *desk, Item *item, Entry entry) {
    desk_post(desk, entry);
    open_set(desk, item, rest_of(item->open, entry.amount));
    if (item->accrued != 0) {
        late_move(desk, item, day_of(desk, item, &entry), -entry.amount.minor);
    }
}

void item_reduce(Desk *desk, Item *item, Entry entry) {
    item_take(desk, item, entry);
    item->applied_on = later_of(item->applied_on, entry.effective_on);
    item->state = item_step(item, ITEM_IS_REDUCED, entry.amount).to;
}

void item_release(Desk *desk, Item *item, Entry entry, ReductionKind kind) {
    item_take(desk, item, entry);
    item->state = item_step(item, ITEM_IS_AGREED, entry.amount).to;
    desk_say(desk, (Fact){.kind = FACT_DEBT_REDUCED,
                          .reduced = {.item = item->key,
                                      .kind = kind,
                                      .number = entry.document,
                                      .amount = entry.amount,
                                      .effective_on = entry.effective_on,
                                      .open = item->open}});
}

void say_settled(Desk *desk, const Item *item) {
    if (item->state != ITEM_SETTLED) {
        return;
    }
    int32_t days = date_days_between(item->due_on, item->applied_on);
    desk_say(desk, (Fact){.kind = FACT_INVOICE_SETTLED,
                          .settled = {.item = item->key,
                                      .amount = item->amount,
                                      .issued_on = item->issued_on,
                                      .due_on = item->due_on,
                                      .settled_on = item->applied_on,
                                      .days_late = days > 0 ? days : 0}});
}

void item_reopen(Desk *desk, Item *item, Entry entry, Date said_on) {
    Money open;
    desk_post(desk, entry);
    CHECK(money_add(item->open, entry.amount, &open));
    open_set(desk, item, open);
    late_reopened(desk, item, said_on, entry.amount.minor);
    item->open_from = later_of(item->open_from, entry.effective_on);
    if (money_compare(open, item->amount) == 0) {
        item->applied_on = DATE_NONE;
    }
    item->state = item_step(item, ITEM_IS_REOPENED, entry.amount).to;
}

Entry entry_about(EntryKind kind, const Item *item, Money amount, Date on, Str document) {
    Entry entry = entry_of(kind, amount);
    entry.effective_on = on;
    entry.item = item->key;
    entry.document = document;
    return entry;
}

Entry entry_between(const Desk *desk, EntryKind kind, const Credit *credit, const Item *item,
                    Money amount) {
    Entry entry = entry_of(kind, amount);
    entry.effective_on = period_day(desk, later_of(credit->effective_on, item->open_from));
    entry.item = item->key;
    entry.credit_kind = credit->kind;
    entry.credit_number = credit->number;
    return entry;
}

Money tax_within(const Item *item, Money part) {
    return money_share(item->tax, part.minor, item->amount.minor, ROUNDING_HALF_EVEN);
}
