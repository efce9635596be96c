#include "ledger/core/debt.h"

#include "ledger/core/late.h"
#include "ledger/core/period.h"
#include "ledger/core/reduce.h"

bool debt_fits(const Desk *desk, Money amount) {
    int64_t total;
    return !__builtin_add_overflow(desk->book->open_total, amount.minor, &total);
}

bool debt_check(Desk *desk, const LedgerInput *input, Money amount) {
    bool fits = debt_fits(desk, amount);
    if (!fits) {
        desk_refuse(desk, REFUSED_OVERFLOW, &input->document,
                    "With this %s the open total of the customer would not fit 64 bits of minor "
                    "units; check the amount.",
                    document_kind_name(input->document.kind));
    }
    return fits;
}

static Item item_of(const Desk *desk, const Debt *debt) {
    return (Item){.key = debt->key,
                  .amount = debt->amount,
                  .open = debt->amount,
                  .written_off = money_of(0, debt->amount.currency),
                  .written_off_tax = money_of(0, debt->amount.currency),
                  .tax = debt->tax,
                  .discount = debt->discount,
                  .discount_until = debt->discount_until,
                  .issued_on = debt->issued_on,
                  .open_from = period_day(desk, debt->issued_on),
                  .due_on = debt->due_on,
                  .first_due_on = debt->due_on,
                  .state = item_step(NULL, ITEM_IS_ISSUED, debt->amount).to,
                  .bucket = desk->aging->buckets[0].name,
                  .applied_on = DATE_NONE,
                  .written_off_on = DATE_NONE,
                  .hash = debt->hash,
                  .recorded_on = desk->day,
                  .is_new = true,
                  .changed = true};
}

void debt_post(Desk *desk, const Debt *debt) {
    book_note_open(desk->book, debt->amount.minor);
    Item *item = book_add_item(desk->book, item_of(desk, debt));
    Date on = item->open_from;
    desk_post(desk, entry_about(debt->entry, item, debt->amount, on, debt->document));
    if (!money_is_zero(debt->tax)) {
        desk_post(desk, entry_about(ENTRY_TAX, item, debt->tax, on, debt->document));
    }
    bool whole = debt->whole.minor == 0;
    late_begin(desk, item, debt->interest, whole ? debt->amount : debt->whole);
}
