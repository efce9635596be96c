#include "ledger/core/charge.h"

#include "base/check.h"
#include "ledger/core/allocate.h"
#include "ledger/core/debt.h"

static Debt debt_of(EntryKind entry, ItemKey key, Money amount, Date on) {
    Money none = money_of(0, amount.currency);
    return (Debt){.entry = entry,
                  .key = key,
                  .amount = amount,
                  .tax = none,
                  .discount = none,
                  .discount_until = DATE_NONE,
                  .issued_on = on,
                  .due_on = on};
}

/* ---- fees */

static ItemKey next_fee_key(const Book *book, Str invoice) {
    ItemKey key = {.number = invoice, .charge = CHARGE_COSTS, .instalment = 1};
    while (book_find_item(book, key) != NULL) {
        key.instalment++;
    }
    return key;
}

int32_t charge_costs(Desk *desk, const Costs *costs) {
    ItemKey key = next_fee_key(desk->book, costs->invoice);
    Debt debt = debt_of(ENTRY_FEE, key, costs->amount, costs->on);
    debt.hash = costs->hash;
    debt.document = costs->number;
    debt_post(desk, &debt);
    desk_say(desk, (Fact){.kind = FACT_CHARGE_POSTED,
                          .charge = {.item = debt.key,
                                     .number = costs->number,
                                     .amount = debt.amount,
                                     .effective_on = debt.issued_on,
                                     .due_on = debt.due_on,
                                     .accrued_until = DATE_NONE}});
    allocate_invoice(desk, costs->invoice);
    return key.instalment;
}

void post_fee(Desk *desk, const LedgerInput *input) {
    Str number = input->invoices[0];
    const Item *first = book_next_of(desk->book, number, NULL);
    if (first == NULL) {
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &input->document,
                    "Invoice %.*s is not known for this customer; send the invoice first.",
                    STR_ARGS(number));
    } else if (!currency_equals(first->amount.currency, input->fee.amount.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                    "Invoice %.*s is in %s; charge the fee in the invoice's currency.",
                    STR_ARGS(number), first->amount.currency.code);
    } else if (debt_check(desk, input, input->fee.amount)) {
        desk_accept(desk, &input->document);
        (void)charge_costs(desk, &(Costs){.invoice = number,
                                          .amount = input->fee.amount,
                                          .on = input->fee.charged_on,
                                          .number = input->document.number,
                                          .hash = input->document.hash});
    }
}

/* ---- interest and fixed sums */

enum { FIXED_SUMS_MAX = 1000 }; /* numbers at the end that fees do not reach */

bool charge_is_fixed_sum(ItemKey key) {
    return key.charge == CHARGE_COSTS &&
           (key.instalment == 0 || key.instalment > ITEM_ORDINAL_MAX - FIXED_SUMS_MAX);
}

/* Ever made for an invoice, over its rows. */
typedef struct Made {
    int32_t interest;
    int32_t fixed;
} Made;

static Made made_for(const Book *book, Str invoice) {
    Made made = {0};
    for (int i = 0; i < book->accrued_count; i++) {
        const Accrued *accrued = &book->accrued[i];
        if (str_equals(accrued->key.number, invoice)) {
            made.interest += accrued->charges;
            made.fixed += accrued->fixed_charges;
        }
    }
    return made;
}

/* False: the total of the customer has no room for it. */
static bool charge(Desk *desk, const Accrued *accrued, const Debt *debt, Date until) {
    if (!debt_fits(desk, debt->amount)) {
        return false;
    }
    debt_post(desk, debt);
    desk_say(desk, (Fact){.kind = FACT_CHARGE_POSTED,
                          .charge = {.item = debt->key,
                                     .amount = debt->amount,
                                     .effective_on = debt->issued_on,
                                     .due_on = debt->due_on,
                                     .regime = accrued->regime,
                                     .accrued_until = until}});
    return true;
}

bool charge_interest(Desk *desk, Accrued *accrued, Money amount, Charged when) {
    ItemKey key = {.number = accrued->key.number, .charge = CHARGE_INTEREST};
    key.instalment = made_for(desk->book, key.number).interest + 1;
    Debt debt = debt_of(ENTRY_INTEREST, key, amount, when.on);
    debt.document = accrued->regime;
    if (key.instalment > ITEM_ORDINAL_MAX || !charge(desk, accrued, &debt, when.until)) {
        return false;
    }
    CHECK(money_add(accrued->posted, amount, &accrued->posted));
    accrued->charges++;
    accrued->changed = true;
    return true;
}

bool charge_fixed_sum(Desk *desk, Accrued *accrued, Money amount, Date on) {
    ItemKey key = {.number = accrued->key.number, .charge = CHARGE_COSTS};
    int32_t before = made_for(desk->book, key.number).fixed;
    key.instalment = before == 0 ? 0 : ITEM_ORDINAL_MAX + 1 - before;
    Debt debt = debt_of(ENTRY_FEE, key, amount, on);
    debt.document = accrued->regime;
    if (before > FIXED_SUMS_MAX || !charge(desk, accrued, &debt, DATE_NONE)) {
        return false;
    }
    CHECK(money_add(accrued->fixed, amount, &accrued->fixed));
    accrued->fixed_charges++;
    accrued->changed = true;
    return true;
}
