#include "ledger/core/reverse.h"

#include <stdlib.h>

#include "base/check.h"
#include "ledger/core/allocate.h"
#include "ledger/core/applied.h"
#include "ledger/core/debt.h"
#include "ledger/core/late.h"
#include "ledger/core/move.h"
#include "ledger/core/period.h"
#include "ledger/core/reduce.h"
#include "ledger/core/short_pay.h"

/* A reversal or refund under way. */
typedef struct Taking {
    Desk *desk;
    Credit *payment;
    Str document; /* that takes it */
    Date on;
    Date said_on; /* the same, whatever is sealed */
    Money left;   /* to be taken */
} Taking;

static Entry entry_back(const Taking *taking, EntryKind kind, Money amount) {
    Entry entry = entry_of(kind, amount);
    entry.effective_on = later_of(taking->on, taking->payment->effective_on);
    entry.credit_kind = taking->payment->kind;
    entry.credit_number = taking->payment->number;
    entry.document = taking->document;
    return entry;
}

/* Takes back what was done to an item: so much of it. */
static Entry entry_back_of(const Taking *taking, const Applied *applied, Money amount) {
    Entry entry = entry_back(taking, entry_kind_reversal(applied->kind), amount);
    entry.effective_on = later_of(entry.effective_on, applied->effective_on);
    entry.item = applied->item;
    return entry;
}

/* ---- what the payment paid */

static void unapplied_add(Credit *payment, Money amount) {
    CHECK(money_add(payment->unapplied, amount, &payment->unapplied));
    payment->changed = true;
}

static void say_reopened(const Taking *taking, const Item *item, const Entry *entry) {
    desk_say(taking->desk,
             (Fact){.kind = FACT_ALLOCATION_REVERSED,
                    .reopened = {.kind = taking->payment->kind,
                                 .number = taking->payment->number,
                                 .item = item->key,
                                 .amount = entry->amount,
                                 .effective_on = entry->effective_on,
                                 .open = item->open,
                                 .issued_on = item->issued_on,
                                 .due_on = item->due_on,
                                 .forgiven = entry->kind != ENTRY_ALLOCATION_REVERSAL}});
}

/* Of the tax that this payment had brought back with its recovery, the share of the amount. */
static void take_recovery_tax(const Taking *taking, const AppliedList *list,
                              const Applied *recovery, Item *item, Money amount) {
    for (int i = 0; i < list->count; i++) {
        const Applied *tax = &list->rows[i];
        if (tax->kind != ENTRY_RECOVERY_TAX || !item_key_equals(tax->item, item->key)) {
            continue;
        }
        Money share =
            money_share(tax->amount, amount.minor, recovery->amount.minor, ROUNDING_HALF_EVEN);
        share = money_min(share, rest_of(item->tax, item->written_off_tax));
        if (!money_is_zero(share)) {
            desk_post(taking->desk, entry_back_of(taking, tax, share));
            CHECK(money_add(item->written_off_tax, share, &item->written_off_tax));
        }
    }
}

static void take_recovery(const Taking *taking, Item *item, Entry entry) {
    Money amount = entry.amount;
    desk_post(taking->desk, entry);
    CHECK(money_add(item->written_off, amount, &item->written_off));
    if (date_is_none(item->written_off_on)) { /* it had been reinstated as a whole */
        item->written_off_on = entry.effective_on;
    }
    item->state = item_step(item, ITEM_IS_UNRECOVERED, amount).to;
    item->changed = true;
    late_charge_paid(taking->desk, item, -amount.minor);
    unapplied_add(taking->payment, amount);
    desk_say(taking->desk, (Fact){.kind = FACT_RECOVERY_REVERSED,
                                  .recovered = {.payment = taking->payment->number,
                                                .item = item->key,
                                                .amount = amount,
                                                .effective_on = entry.effective_on,
                                                .written_off = item->written_off}});
}

static void take_allocation(const Taking *taking, Item *item, Entry entry) {
    late_charge_paid(taking->desk, item, -entry.amount.minor);
    item_reopen(taking->desk, item, entry, taking->said_on);
    unapplied_add(taking->payment, entry.amount);
    say_reopened(taking, item, &entry);
}

/* A discount or what was let go: it came with the payment as a whole. */
static void take_forgiven(const Taking *taking, Item *item, const Applied *applied) {
    Entry entry = entry_back_of(taking, applied, applied->amount);
    if (applied->kind == ENTRY_DISCOUNT_TAX) {
        desk_post(taking->desk, entry);
        return;
    }
    item_reopen(taking->desk, item, entry, taking->said_on);
    if (applied->kind == ENTRY_DISCOUNT) {
        discount_give_back(taking->desk, item->key.number, entry.amount);
    }
    say_reopened(taking, item, &entry);
}

static bool is_forgiven(EntryKind kind) {
    return kind == ENTRY_DISCOUNT || kind == ENTRY_DISCOUNT_TAX || kind == ENTRY_TOLERANCE;
}

/* Also on instalments that it did not reach itself. */
static void take_all_forgiven(const Taking *taking, AppliedList *list) {
    for (int i = 0; i < list->count; i++) {
        Applied *applied = &list->rows[i];
        if (is_forgiven(applied->kind) && !money_is_zero(applied->amount)) {
            take_forgiven(taking, book_find_item(taking->desk->book, applied->item), applied);
            applied->amount = money_of(0, applied->amount.currency);
        }
    }
}

static void take_back(Taking *taking, AppliedList *list, Applied *applied) {
    Item *item = book_find_item(taking->desk->book, applied->item);
    CHECK(item != NULL);
    Money amount = money_min(taking->left, applied->amount);
    Entry entry = entry_back_of(taking, applied, amount);
    take_all_forgiven(taking, list);
    if (applied->kind == ENTRY_RECOVERY) {
        take_recovery(taking, item, entry);
        take_recovery_tax(taking, list, applied, item, amount);
    } else {
        take_allocation(taking, item, entry);
    }
    taking->left = rest_of(taking->left, amount);
}

/* The latest first. */
static void take_applied(Taking *taking, AppliedList *list) {
    for (int i = 0; i < list->count && !money_is_zero(taking->left); i++) {
        Applied *applied = &list->rows[i];
        bool pays = applied->kind == ENTRY_ALLOCATION || applied->kind == ENTRY_RECOVERY;
        if (pays && !money_is_zero(applied->amount)) {
            take_back(taking, list, applied);
        }
    }
}

/* ---- what is unapplied */

/* Of one credit, up to what is left to be taken; true: something was. */
static bool take_unapplied(Taking *taking, EntryKind kind) {
    Money amount = money_min(taking->left, taking->payment->unapplied);
    if (money_is_zero(amount)) {
        return false;
    }
    desk_post(taking->desk, entry_back(taking, kind, amount));
    taking->payment->unapplied = rest_of(taking->payment->unapplied, amount);
    taking->payment->changed = true;
    taking->left = rest_of(taking->left, amount);
    return true;
}

/* ---- what is gone beyond that */

/* It is owed under the number of the document. False after a refusal that keeps the document: the
 * money is gone all the same, and a person has to look. */
static bool may_be_owed(Desk *desk, const LedgerInput *input, bool fits) {
    Str number = input->document.number;
    if (book_next_of(desk->book, number, NULL) != NULL) {
        desk_refuse(desk, REFUSED_CONFLICT, &input->document,
                    "An invoice has the number %.*s; send this under a number of its own.",
                    STR_ARGS(number));
        return false;
    }
    if (!fits) {
        desk_refuse(desk, REFUSED_CONFLICT, &input->document,
                    "With %.*s the open total of the customer would not fit 64 bits of minor "
                    "units.",
                    STR_ARGS(number));
        return false;
    }
    return true;
}

static void take_as_debt(const Taking *taking, EntryKind kind, Str hash) {
    Debt debt = {.entry = kind,
                 .key = {.number = taking->document},
                 .amount = taking->left,
                 .tax = money_of(0, taking->left.currency),
                 .discount = money_of(0, taking->left.currency),
                 .discount_until = DATE_NONE,
                 .issued_on = taking->on,
                 .due_on = taking->on,
                 .hash = hash,
                 .document = taking->document};
    Document taken = {.kind = DOCUMENT_DEBIT_NOTE, .number = debt.key.number, .hash = hash};
    desk_accept(taking->desk, &taken);
    debt_post(taking->desk, &debt);
    desk_say(taking->desk, (Fact){.kind = FACT_INVOICE_POSTED,
                                  .posted = {.number = debt.key.number,
                                             .amount = debt.amount,
                                             .issued_on = debt.issued_on,
                                             .due_on = debt.due_on,
                                             .tax = debt.tax,
                                             .debit_note = true}});
    allocate_invoice(taking->desk, debt.key.number);
}

/* ---- reversals */

static void offer_again(Desk *desk, const AppliedList *list) {
    for (int i = 0; i < list->count; i++) {
        const Applied *row = &list->rows[i];
        allocate_invoice(desk, row->item.number);
        if (row->kind == ENTRY_RECOVERY) {
            allocate_given_up(desk, row->item.number);
        }
    }
}

static void reverse(Desk *desk, const LedgerInput *input, Credit *payment, Money amount) {
    const PaymentReversal *reversal = &input->reversal;
    AppliedList list = applied_by(desk->book, payment, desk->arena);
    Taking taking = {.desk = desk,
                     .payment = payment,
                     .document = input->document.number,
                     .on = later_of(period_day(desk, reversal->reversed_on), payment->effective_on),
                     .said_on = later_of(reversal->reversed_on, payment->received_on),
                     .left = amount};
    Money at_hand = money_min(payment->unapplied, amount);
    desk_accept(desk, &input->document);
    desk_say(desk, (Fact){.kind = FACT_PAYMENT_REVERSED,
                          .payment_reversed = {.number = input->document.number,
                                               .payment = payment->number,
                                               .kind = reversal->kind,
                                               .amount = amount,
                                               .effective_on = taking.on,
                                               .unapplied = at_hand,
                                               .recalled = reversal->recalled}});
    taking.left = rest_of(amount, at_hand);
    take_applied(&taking, &list);
    move_recall(desk, payment, input, taking.on, &taking.left);
    Money beyond = taking.left;
    taking.left = rest_of(amount, beyond);
    (void)take_unapplied(&taking,
                         reversal->recalled ? ENTRY_TRANSFER_RETURN : ENTRY_PAYMENT_REVERSAL);
    CHECK(money_is_zero(taking.left));
    CHECK(money_add(payment->reversed, amount, &payment->reversed));
    payment->changed = true;
    if (!money_is_zero(beyond)) {
        taking.left = beyond;
        take_as_debt(&taking, reversal->recalled ? ENTRY_DEBT_TO_TRANSIT : ENTRY_DEBT_TO_BANK,
                     input->document.hash);
    }
    offer_again(desk, &list);
}

/* What a reversal may open again at the most, as one amount; false: it would not fit 64 bits. */
static bool reversal_fits(Desk *desk, const Credit *payment) {
    AppliedList list = applied_by(desk->book, payment, desk->arena);
    Money most = payment->amount;
    bool fits = true;
    for (int i = 0; i < list.count && fits; i++) {
        fits = !is_forgiven(list.rows[i].kind) || money_add(most, list.rows[i].amount, &most);
    }
    return fits && debt_fits(desk, most);
}

/* NULL after a refusal. */
static Credit *payment_of(Desk *desk, const LedgerInput *input) {
    Str number = input->reversal.payment;
    Credit *payment = book_find_credit(desk->book, CREDIT_PAYMENT, number);
    if (payment == NULL) {
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &input->document,
                    "Payment %.*s is not known for this customer; send the payment first.",
                    STR_ARGS(number));
    } else if (transfer_is(number) && !input->reversal.recalled) {
        desk_refuse(desk, REFUSED_MOVED, &input->document,
                    "The money of payment %.*s came from another account; reverse the payment "
                    "there, under the number it has there, and it is called back from here.",
                    STR_ARGS(number));
        return NULL;
    }
    return payment;
}

void reverse_payment(Desk *desk, const LedgerInput *input) {
    const PaymentReversal *reversal = &input->reversal;
    Credit *payment = payment_of(desk, input);
    if (payment == NULL) {
        return;
    }
    Money rest = rest_of(payment->amount, payment->reversed);
    bool whole = money_is_zero(reversal->amount);
    if (!whole && !currency_equals(reversal->amount.currency, rest.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &input->document,
                    "Payment %.*s is in %s; send the reversal in its currency.",
                    STR_ARGS(payment->number), rest.currency.code);
        return;
    }
    Money amount = whole ? rest : reversal->amount;
    if (money_is_zero(rest) || money_compare(amount, rest) > 0) {
        Str left = money_print(desk->arena, rest);
        desk_refuse(desk, REFUSED_AMOUNT, &input->document,
                    "Of payment %.*s %.*s is left to be reversed; check the amount, or whether the "
                    "reversal was sent before under another number.",
                    STR_ARGS(payment->number), STR_ARGS(left));
        return;
    }
    if (may_be_owed(desk, input, reversal_fits(desk, payment))) {
        reverse(desk, input, payment, amount);
    }
}

/* ---- refunds */

static Credit *oldest_unapplied(const Book *book, Currency currency) {
    Credit *oldest = NULL;
    for (int i = 0; i < book->credit_count; i++) {
        Credit *credit = &book->credits[i];
        bool may = !money_is_zero(credit->unapplied) &&
                   currency_equals(credit->unapplied.currency, currency);
        if (may && (oldest == NULL || credit_compare(credit, oldest) < 0)) {
            oldest = credit;
        }
    }
    return oldest;
}

void post_refund(Desk *desk, const LedgerInput *input) {
    const Refund *refund = &input->refund;
    if (!may_be_owed(desk, input, debt_fits(desk, refund->amount))) {
        return;
    }
    Taking taking = {.desk = desk,
                     .document = input->document.number,
                     .on = period_day(desk, refund->paid_on),
                     .left = refund->amount};
    desk_accept(desk, &input->document);
    do {
        taking.payment = oldest_unapplied(desk->book, refund->amount.currency);
    } while (taking.payment != NULL && !money_is_zero(taking.left) &&
             take_unapplied(&taking, ENTRY_REFUND));
    desk_say(desk, (Fact){.kind = FACT_REFUNDED,
                          .refunded = {.number = input->document.number,
                                       .amount = refund->amount,
                                       .effective_on = taking.on,
                                       .unapplied = rest_of(refund->amount, taking.left)}});
    if (!money_is_zero(taking.left)) {
        take_as_debt(&taking, ENTRY_DEBT_TO_BANK, input->document.hash);
    }
}
