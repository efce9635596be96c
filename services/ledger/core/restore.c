#include "ledger/core/restore.h"

#include "base/check.h"
#include "ledger/core/allocate.h"
#include "ledger/core/assignment.h"
#include "ledger/core/debt.h"
#include "ledger/core/reduce.h"
#include "ledger/core/write_off.h"

/* What is said of it. */
typedef struct Restoring {
    RestoredKind kind;
    Str number;
    Money amount;
    Date effective_on;
} Restoring;

static void say_restored(Desk *desk, const Item *item, const Restoring *said) {
    desk_say(desk, (Fact){.kind = FACT_DEBT_RESTORED,
                          .restored = {.item = item->key,
                                       .kind = said->kind,
                                       .number = said->number,
                                       .amount = said->amount,
                                       .effective_on = said->effective_on,
                                       .open = item->open,
                                       .written_off = item->written_off,
                                       .issued_on = item->issued_on,
                                       .due_on = item->due_on}});
}

/* ---- sales */

static bool is_sale(EntryKind kind) {
    return kind == ENTRY_SALE || kind == ENTRY_SALE_LOSS;
}

static bool is_buy_back(EntryKind kind) {
    return kind == ENTRY_SALE_REVERSAL || kind == ENTRY_SALE_LOSS_REVERSAL;
}

/* The next entry of a sale, of this batch and before; NULL: there is none. */
static const Entry *next_of_sale(const Book *book, Str sale, int *at) {
    while (*at < book_known_count(book)) {
        const Entry *entry = book_known(book, (*at)++);
        if (is_sale(entry->kind) && str_equals(entry->document, sale)) {
            return entry;
        }
    }
    return NULL;
}

/* A sale, or a buy-back, is one entry of an item or two. */
static bool are_one_step(const Entry *a, const Entry *b) {
    return is_sale(a->kind) == is_sale(b->kind) && str_equals(a->document, b->document);
}

/* An entry of the latest sale of an item that was not bought back: each buy-back is of the latest
 * one. Its state does not tell: when a payment is gone, what it had paid is open beside what is
 * sold, and may be paid, given up or sold again. NULL: no sale stands. */
static const Entry *standing_sale(const Book *book, ItemKey item) {
    int bought_back = 0; /* sales before, that stand no more */
    const Entry *later = NULL;
    for (int i = book_known_count(book) - 1; i >= 0; i--) {
        const Entry *entry = book_known(book, i);
        bool sold = is_sale(entry->kind);
        if (!item_key_equals(entry->item, item) || (!sold && !is_buy_back(entry->kind))) {
            continue;
        }
        if (later == NULL || !are_one_step(entry, later)) {
            if (sold && bought_back == 0) {
                return entry;
            }
            bought_back += sold ? -1 : 1;
        }
        later = entry;
    }
    return NULL;
}

static bool stands(const Book *book, const Entry *sale) {
    const Entry *standing = standing_sale(book, sale->item);
    return standing != NULL && str_equals(standing->document, sale->document);
}

static void refuse_sold(Desk *desk, const LedgerInput *input, const Entry *sale) {
    const Entry *standing = standing_sale(desk->book, sale->item);
    if (standing == NULL || standing->number < sale->number) {
        desk_refuse(desk, REFUSED_CLOSED_DOCUMENT, &input->document,
                    "Sale %.*s was bought back before.", STR_ARGS(sale->document));
        return;
    }
    Str name = item_key_print(desk->arena, sale->item);
    desk_refuse(desk, REFUSED_DOCUMENT_IN_USE, &input->document,
                "Invoice %.*s of sale %.*s was sold once more by %.*s; buy that sale back first.",
                STR_ARGS(name), STR_ARGS(sale->document), STR_ARGS(standing->document));
}

/* Whether it stands for all of its items. False after a refusal. */
static bool sale_check(Desk *desk, const LedgerInput *input) {
    Str sale = input->buy_back.sale;
    int at = 0;
    int count = 0;
    for (const Entry *entry; (entry = next_of_sale(desk->book, sale, &at)) != NULL; count++) {
        if (!stands(desk->book, entry)) {
            refuse_sold(desk, input, entry);
            return false;
        }
    }
    if (count == 0) {
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &input->document,
                    "No sale %.*s is known for this customer; name the number of its agreement.",
                    STR_ARGS(sale));
    }
    return count > 0;
}

static Money sum_of_sale(const Book *book, Str sale) {
    int at = 0;
    Money sum = {0};
    for (const Entry *entry; (entry = next_of_sale(book, sale, &at)) != NULL;) {
        sum = money_of(sum.minor, entry->amount.currency);
        CHECK(money_add(sum, entry->amount, &sum));
    }
    return sum;
}

/* All entries that sold one item. */
static void take_back(Desk *desk, const LedgerInput *input, Item *item, int known) {
    Money restored = money_of(0, item->open.currency);
    Date latest = input->buy_back.bought_on;
    int at = 0;
    for (const Entry *found;
         at < known && (found = next_of_sale(desk->book, input->buy_back.sale, &at)) != NULL;) {
        if (!item_key_equals(found->item, item->key)) {
            continue;
        }
        Entry entry = entry_about(entry_kind_reversal(found->kind), item, found->amount,
                                  later_of(input->buy_back.bought_on, found->effective_on),
                                  input->document.number);
        item_reopen(desk, item, entry, entry.effective_on);
        CHECK(money_add(restored, entry.amount, &restored));
        latest = later_of(latest, entry.effective_on);
    }
    say_restored(desk, item,
                 &(Restoring){RESTORED_BOUGHT_BACK, input->document.number, restored, latest});
    allocate_invoice(desk, item->key.number);
}

void buy_back(Desk *desk, const LedgerInput *input) {
    Str sale = input->buy_back.sale;
    const Book *book = desk->book;
    if (assignment_take_back(desk, sale)) {
        desk_accept(desk, &input->document);
        return;
    }
    if (!sale_check(desk, input)) {
        return;
    }
    if (!debt_fits(desk, sum_of_sale(book, sale))) {
        desk_refuse(desk, REFUSED_OVERFLOW, &input->document,
                    "With these debts the open total of the customer would not fit 64 bits.");
        return;
    }
    desk_accept(desk, &input->document);
    int known = book_known_count(book);
    int at = 0;
    for (const Entry *entry; at < known && (entry = next_of_sale(book, sale, &at)) != NULL;) {
        if (stands(book, entry)) { /* else its first entry brought it back */
            take_back(desk, input, book_find_item(book, entry->item), known);
        }
    }
}

/* ---- what was given up */

/* False after a refusal. */
static bool reinstatement_check(Desk *desk, const LedgerInput *input, const DebtPart *part) {
    const Item *item = book_find_item(desk->book, part->item);
    Str name = item_key_print(desk->arena, part->item);
    if (item == NULL || money_is_zero(item->written_off)) {
        desk_refuse(desk, item == NULL ? REFUSED_UNKNOWN_DOCUMENT : REFUSED_CLOSED_DOCUMENT,
                    &input->document, "Nothing of invoice %.*s is written off.", STR_ARGS(name));
        return false;
    }
    if (item->state == ITEM_ASSIGNED) {
        desk_refuse(desk, REFUSED_CLOSED_DOCUMENT, &input->document,
                    "The rest of invoice %.*s is sold; buy it back first.", STR_ARGS(name));
        return false;
    }
    bool fits = money_is_zero(part->amount) ||
                (currency_equals(part->amount.currency, item->written_off.currency) &&
                 money_compare(part->amount, item->written_off) <= 0);
    if (!fits) {
        Str given_up = money_print(desk->arena, item->written_off);
        desk_refuse(desk, REFUSED_AMOUNT, &input->document,
                    "Of invoice %.*s %.*s is written off; reinstate no more, in that currency.",
                    STR_ARGS(name), STR_ARGS(given_up));
        return false;
    }
    return true;
}

void reinstate_item(Desk *desk, Item *item, const Reinstating *by) {
    Entry entry = entry_about(ENTRY_WRITE_OFF_REVERSAL, item, by->amount,
                              later_of(by->on, item->written_off_on), by->document);
    Money tax = written_off_tax_take(item, by->amount);
    item->written_off = rest_of(item->written_off, by->amount);
    item_reopen(desk, item, entry, entry.effective_on);
    if (!money_is_zero(tax)) {
        desk_post(desk, entry_about(ENTRY_WRITE_OFF_TAX_REVERSAL, item, tax, entry.effective_on,
                                    by->document));
    }
    if (money_is_zero(item->written_off)) {
        item->written_off_on = DATE_NONE;
    }
    say_restored(desk, item,
                 &(Restoring){RESTORED_REINSTATED, by->document, by->amount, entry.effective_on});
}

static void reinstate_one(Desk *desk, const LedgerInput *input, const DebtPart *part) {
    Item *item = book_find_item(desk->book, part->item);
    Money amount = money_is_zero(part->amount) ? item->written_off : part->amount;
    reinstate_item(desk, item,
                   &(Reinstating){amount, input->reduction.effective_on, input->document.number});
}

/* All parts together, whatever their currencies: the total of open items is one number. */
static bool reinstatement_fits(const Desk *desk, const DebtReduction *wanted) {
    Money sum = {0};
    for (int i = 0; i < wanted->part_count; i++) {
        Money part = book_find_item(desk->book, wanted->parts[i].item)->written_off;
        sum = money_of(sum.minor, part.currency);
        if (!money_add(sum, part, &sum)) {
            return false;
        }
    }
    return debt_fits(desk, sum);
}

void reinstate(Desk *desk, const LedgerInput *input) {
    const DebtReduction *wanted = &input->reduction;
    for (int i = 0; i < wanted->part_count; i++) {
        if (!reinstatement_check(desk, input, &wanted->parts[i])) {
            return;
        }
    }
    if (!reinstatement_fits(desk, wanted)) {
        desk_refuse(desk, REFUSED_OVERFLOW, &input->document,
                    "With these debts the open total of the customer would not fit 64 bits.");
        return;
    }
    desk_accept(desk, &input->document);
    for (int i = 0; i < wanted->part_count; i++) {
        reinstate_one(desk, input, &wanted->parts[i]);
        allocate_invoice(desk, wanted->parts[i].item.number);
    }
}
