#include "ledger/core/cancel.h"

#include "base/check.h"
#include "ledger/core/late.h"
#include "ledger/core/reduce.h"

/* Each as it was booked. */
static const EntryKind CANCELLED_BY[CHARGE_COUNT] = {
    [CHARGE_PRINCIPAL] = ENTRY_CANCELLATION,
    [CHARGE_INTEREST] = ENTRY_INTEREST_REVERSAL,
    [CHARGE_COSTS] = ENTRY_FEE_REVERSAL,
};

static void reverse_item(Desk *desk, Item *item, const LedgerInput *input) {
    Str document = input->document.number;
    Date on = later_of(input->cancellation.effective_on, item->open_from);
    EntryKind kind = CANCELLED_BY[item->key.charge];
    item_take(desk, item, entry_about(kind, item, item->open, on, document));
    if (!money_is_zero(item->tax)) {
        desk_post(desk, entry_about(ENTRY_CANCELLATION_TAX, item, item->tax, on, document));
    }
    item->state = ITEM_CANCELLED;
}

/* All instalments, none of which was touched. */
static void reverse(Desk *desk, const LedgerInput *input) {
    Str number = input->invoices[0];
    const Item *first = book_next_of(desk->book, number, NULL);
    Money whole = money_of(0, first->amount.currency);
    int64_t interest = 0; /* of the whole */
    Date effective_on = later_of(input->cancellation.effective_on, first->issued_on);
    for (Item *item = NULL; (item = book_next_of(desk->book, number, item)) != NULL;) {
        if (item->state == ITEM_OPEN) {
            CHECK(money_add(whole, item->open, &whole));
            interest += item->key.charge == CHARGE_INTEREST ? item->open.minor : 0;
            reverse_item(desk, item, input);
        }
    }
    late_forget(desk, number, interest);
    desk_accept(desk, &input->document);
    desk_say(desk, (Fact){.kind = FACT_INVOICE_REVERSED,
                          .reversed = {.number = number,
                                       .amount = whole,
                                       .cancellation = input->document.number,
                                       .effective_on = effective_on}});
}

/* A charge of a regime of which nothing was paid: what is open of it goes with its invoice, and
 * what was taken back or waived before is over. */
static bool goes_along(const Desk *desk, const Item *item) {
    return item->key.charge != CHARGE_PRINCIPAL && money_is_zero(item->written_off) &&
           !late_is_paid(desk->book, item->key) && !item->given_back;
}

/* A charge that nobody has paid, and that was taken back or waived. */
static bool is_over(const Item *item) {
    return item->key.charge != CHARGE_PRINCIPAL && item->state == ITEM_RELEASED &&
           date_is_none(item->applied_on) && money_is_zero(item->written_off);
}

static ItemOrigin origin_by(EntryKind kind) {
    bool gone = kind == ENTRY_DEBT_TO_BANK || kind == ENTRY_DEBT_TO_TRANSIT;
    return kind == ENTRY_RESTRUCTURED_IN ? ORIGIN_PLAN : gone ? ORIGIN_MONEY_GONE : ORIGIN_INVOICED;
}

/* By the entry that put it on the books: its number may be any document's. */
static ItemOrigin origin_of(const Book *book, Str number) {
    ItemOrigin origin = ORIGIN_INVOICED;
    for (int i = 0; i < book_known_count(book) && origin == ORIGIN_INVOICED; i++) {
        const Entry *entry = book_known(book, i);
        bool of_it = str_equals(entry->item.number, number);
        origin = of_it ? origin_by(entry->kind) : origin;
    }
    return origin;
}

/* What the table asks of the items and their rows do not say. Reminders are of invoices; so is what
 * a cancellation takes back. */
static void look_at(Desk *desk, Str number) {
    const Book *book = desk->book;
    ItemOrigin origin = origin_of(book, number);
    bool reminded = book_standing_reminder(book, number) != NULL;
    for (Item *item = NULL; (item = book_next_of(book, number, item)) != NULL;) {
        item->origin = origin;
        item->reminded = reminded;
        item->given_back = !money_is_zero(late_given_back(book, item));
    }
}

/* What the table says of the first item that may not be taken back, else that it is done. */
static ItemStep step_of_all(const Desk *desk, Str number) {
    const Item *item = book_next_of(desk->book, number, NULL);
    ItemStep step = item_step(item, ITEM_IS_CANCELLED, (Money){0});
    while (step.answer == ANSWER_DONE && (item = book_next_of(desk->book, number, item)) != NULL) {
        bool passes = goes_along(desk, item) || is_over(item);
        step = passes ? step : item_step(item, ITEM_IS_CANCELLED, (Money){0});
    }
    return step;
}

static void refuse(Desk *desk, const LedgerInput *input, ItemStep step) {
    Str number = input->invoices[0];
    switch (step.answer) {
    case ANSWER_UNKNOWN:
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &input->document,
                    "Invoice %.*s cannot be taken back: %s. Send the invoice first.",
                    STR_ARGS(number), step.reason);
        return;
    case ANSWER_IN_USE:
        desk_refuse(desk, REFUSED_DOCUMENT_IN_USE, &input->document,
                    "Invoice %.*s cannot be taken back: %s. Issue a credit note instead.",
                    STR_ARGS(number), step.reason);
        return;
    case ANSWER_REMINDED: {
        Str reminder = book_standing_reminder(desk->book, number)->id;
        desk_refuse(desk, REFUSED_DOCUMENT_IN_USE, &input->document,
                    "Invoice %.*s cannot be taken back: %s (%.*s). Issue a credit note instead.",
                    STR_ARGS(number), step.reason, STR_ARGS(reminder));
        return;
    }
    case ANSWER_PLAN:
    case ANSWER_MONEY_GONE: {
        bool plan = step.answer == ANSWER_PLAN;
        desk_refuse(desk, REFUSED_DOCUMENT_IN_USE, &input->document,
                    "%.*s cannot be taken back: %s. %s.", STR_ARGS(number), step.reason,
                    plan ? "Release it by a concession, or make another plan"
                         : "It is paid by a payment; else release it by a concession, or propose "
                           "to write it off");
        return;
    }
    case ANSWER_CLOSED:
        desk_refuse(desk, REFUSED_CLOSED_DOCUMENT, &input->document,
                    "Invoice %.*s cannot be taken back: %s.", STR_ARGS(number), step.reason);
        return;
    case ANSWER_DONE:
    case ANSWER_CHANGED:
        break;
    }
    CHECK(!"a refusal of a cancellation");
}

void cancel_invoice(Desk *desk, const LedgerInput *input) {
    Str number = input->invoices[0];
    look_at(desk, number);
    ItemStep step = step_of_all(desk, number);
    if (step.answer == ANSWER_DONE) {
        reverse(desk, input);
    } else {
        refuse(desk, input, step);
    }
}
