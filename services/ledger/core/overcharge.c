#include "ledger/core/overcharge.h"

#include <inttypes.h>

#include "base/check.h"
#include "ledger/core/allocate.h"
#include "ledger/core/charge.h"
#include "ledger/core/late.h"
#include "ledger/core/period.h"
#include "ledger/core/reduce.h"

/* What takes each charge back. */
typedef struct Way {
    EntryKind open;
    EntryKind paid;
} Way;

static const Way WAYS[CHARGE_COUNT] = {
    [CHARGE_INTEREST] = {ENTRY_INTEREST_REVERSAL, ENTRY_INTEREST_CREDIT},
    [CHARGE_COSTS] = {ENTRY_FEE_REVERSAL, ENTRY_FEE_CREDIT},
};

/* One return under way. */
typedef struct Returning {
    Desk *desk;
    Accrued *accrued;
    Charge charge;
    Date from;
    Money left;
} Returning;

/* Charges of an invoice by its regime: all interest, and of the costs the fixed sum. */
static bool is_of_regime(const Returning *returning, const Item *item) {
    return str_equals(item->key.number, returning->accrued->key.number) &&
           item->key.charge == returning->charge &&
           (returning->charge == CHARGE_INTEREST || charge_is_fixed_sum(item->key));
}

static void note_returned(Returning *returning, Money amount) {
    Accrued *accrued = returning->accrued;
    Money *posted = returning->charge == CHARGE_INTEREST ? &accrued->posted : &accrued->fixed;
    *posted = rest_of(*posted, amount);
    accrued->changed = true;
    returning->left = rest_of(returning->left, amount);
}

/* ---- what is open */

static Item *latest_open(const Returning *returning) {
    const Book *book = returning->desk->book;
    Item *latest = NULL;
    for (int i = 0; i < book->item_count; i++) {
        Item *item = &book->items[i];
        if (item->state == ITEM_OPEN && is_of_regime(returning, item) &&
            (latest == NULL || item->key.instalment > latest->key.instalment)) {
            latest = item;
        }
    }
    return latest;
}

static void reduce_open(Returning *returning) {
    Desk *desk = returning->desk;
    for (Item *item; returning->left.minor > 0 && (item = latest_open(returning)) != NULL;) {
        Money amount = money_min(returning->left, item->open);
        Date on = period_day(desk, later_of(returning->from, item->open_from));
        item_release(
            desk, item,
            entry_about(WAYS[returning->charge].open, item, amount, on, returning->accrued->regime),
            REDUCTION_CORRECTED);
        note_returned(returning, amount);
    }
}

/* ---- what was paid */

/* Of the charges in question, beyond what is owed of all rows of the invoice; zero or more. */
static Money paid_beyond(const Returning *returning) {
    const Book *book = returning->desk->book;
    bool interest = returning->charge == CHARGE_INTEREST;
    int64_t minor = 0;
    for (int i = 0; i < book->accrued_count; i++) {
        const Accrued *row = &book->accrued[i];
        if (str_equals(row->key.number, returning->accrued->key.number)) {
            minor +=
                interest ? row->interest_paid.minor - row->amount.minor : row->fixed_paid.minor;
        }
    }
    return money_of(minor > 0 ? minor : 0, returning->left.currency);
}

static void give_credit(Returning *returning, Money amount) {
    Desk *desk = returning->desk;
    Str number = str_format(desk->book->arena, "~interest-%" PRId64, desk->book->last_entry + 1);
    Entry entry = entry_of(WAYS[returning->charge].paid, amount);
    entry.effective_on = desk->day;
    entry.credit_kind = CREDIT_NOTE;
    entry.credit_number = number;
    entry.document = returning->accrued->regime;
    desk_post(desk, entry);
    Credit *credit = book_add_credit(desk->book, (Credit){.kind = CREDIT_NOTE,
                                                          .number = number,
                                                          .amount = amount,
                                                          .unapplied = amount,
                                                          .reversed = money_of(0, amount.currency),
                                                          .effective_on = entry.effective_on,
                                                          .received_on = desk->day,
                                                          .recorded_on = desk->day,
                                                          .is_new = true,
                                                          .changed = true});
    note_returned(returning, amount);
    ItemKey charge = {.number = returning->accrued->key.number, .charge = returning->charge};
    late_charge_paid(desk, &(Item){.key = charge}, -amount.minor);
    desk_say(desk, (Fact){.kind = FACT_CREDIT_POSTED,
                          .credit = {.kind = CREDIT_NOTE,
                                     .number = number,
                                     .amount = amount,
                                     .effective_on = entry.effective_on}});
    if (!desk->adds) { /* a new invoice has only itself in the book */
        allocate_credit(desk, credit);
    }
}

void overcharge_return(Desk *desk, Accrued *accrued, Charge charge, Money amount, Date from) {
    Returning returning = {desk, accrued, charge, from, amount};
    reduce_open(&returning);
    Money paid = money_min(paid_beyond(&returning), returning.left);
    if (!money_is_zero(paid)) {
        give_credit(&returning, paid);
    }
}
