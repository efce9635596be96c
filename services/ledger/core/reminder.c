#include "ledger/core/reminder.h"

#include <inttypes.h>

#include "base/check.h"
#include "ledger/core/charge.h"
#include "ledger/core/debt.h"
#include "ledger/core/reduce.h"

void note_reminder(Desk *desk, const LedgerInput *input) {
    bool settled = input->kind == LEDGER_SETTLEMENT;
    desk_accept(desk, &input->document);
    desk_say(desk,
             (Fact){.kind = settled ? FACT_SETTLEMENT_NOTED : FACT_RESEND_NOTED, .noted = input});
}

/* ---- the fee */

static Str fee_number(const Desk *desk, const ReminderStep *step) {
    return str_format(desk->book->arena, "~%.*s.%" PRId32, STR_ARGS(step->reminder), step->attempt);
}

/* Zero: it costs nothing. */
static Money fee_for(const Desk *desk, const Reminder *reminder) {
    const Fee *fee = rules_fee(desk->rules, desk->keeping->fees, desk->day);
    return fee == NULL ? money_of(0, reminder->total.currency)
                       : fee_of(fee, reminder->level, reminder->total);
}

/* A letter about what was taken back, sold or given up meanwhile costs nothing; one that crossed
 * with the payment does. */
static bool is_owed(const Book *book, Str invoice) {
    for (const Item *item = NULL; (item = book_next_of(book, invoice, item)) != NULL;) {
        bool was_due = item->state == ITEM_OPEN || item->state == ITEM_SETTLED;
        if (item->key.charge == CHARGE_PRINCIPAL && was_due) {
            return true;
        }
    }
    return false;
}

static void charge_fee(Desk *desk, Reminder *reminder, const ReminderStep *step) {
    Money amount = fee_for(desk, reminder);
    bool may = reminder->fee == 0 && !money_is_zero(amount) && debt_fits(desk, amount) &&
               is_owed(desk->book, reminder->invoice);
    if (may) {
        reminder->fee = charge_costs(desk, &(Costs){.invoice = reminder->invoice,
                                                    .amount = amount,
                                                    .on = desk->day,
                                                    .number = fee_number(desk, step)});
    }
}

/* Where nothing of it was paid it may be charged again: else who pays has paid for this reminder.
 */
static void take_fee_back(Desk *desk, Reminder *reminder, const ReminderStep *step) {
    ItemKey key = {reminder->invoice, CHARGE_COSTS, reminder->fee};
    Item *item = reminder->fee == 0 ? NULL : book_find_item(desk->book, key);
    if (item == NULL || item->state != ITEM_OPEN) {
        return;
    }
    Date on = later_of(desk->day, item->open_from);
    item_release(desk, item,
                 entry_about(ENTRY_FEE_REVERSAL, item, item->open, on, fee_number(desk, step)),
                 REDUCTION_CORRECTED);
    reminder->fee = date_is_none(item->applied_on) ? 0 : reminder->fee;
}

/* ---- the news */

static void keep(Desk *desk, const LedgerInput *input) {
    const ReminderStep *step = &input->step;
    CHECK(input->invoice_count > 0);
    (void)book_add_reminder(desk->book, (Reminder){.id = step->reminder,
                                                   .level = step->level,
                                                   .total = step->total,
                                                   .invoice = input->invoices[0],
                                                   .news = step->news,
                                                   .recorded_on = desk->day,
                                                   .changed = true});
    for (int i = 0; i < input->invoice_count; i++) {
        (void)book_add_reminded(desk->book, (Reminded){input->invoices[i], step->reminder, true});
    }
}

static void go_on(Desk *desk, Reminder *reminder, const ReminderStep *step) {
    reminder->news = step->news;
    reminder->changed = true;
    switch (reminder_news_fee(step->news)) {
    case REMINDER_FEE_STAYS:
        return;
    case REMINDER_FEE_IS_CHARGED:
        charge_fee(desk, reminder, step);
        return;
    case REMINDER_FEE_IS_TAKEN_BACK:
        take_fee_back(desk, reminder, step);
        return;
    }
    CHECK(!"what news mean for a fee");
}

void hear_reminder(Desk *desk, const LedgerInput *input) {
    const ReminderStep *step = &input->step;
    Reminder *known = book_find_reminder(desk->book, step->reminder);
    desk_say(desk, (Fact){.kind = FACT_REMINDER_NOTED, .noted = input});
    if (known != NULL) {
        go_on(desk, known, step);
    } else if (step->news == REMINDER_NEWS_ISSUED) {
        keep(desk, input);
    }
}
