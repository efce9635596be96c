#include "ledger/core/allocate.h"

#include "ledger/core/write_off.h"

static bool is_payable(const Invoice *invoice, const Credit *credit) {
    return invoice != NULL && invoice->state == INVOICE_OPEN &&
           currency_equals(invoice->open.currency, credit->unapplied.currency);
}

static void say_settled(Desk *desk, const Invoice *invoice) {
    int32_t days = date_days_between(invoice->due_on, invoice->applied_on);
    desk_say(desk, (Fact){.kind = FACT_INVOICE_SETTLED,
                          .settled = {.number = invoice->number,
                                      .amount = invoice->amount,
                                      .issued_on = invoice->issued_on,
                                      .due_on = invoice->due_on,
                                      .settled_on = invoice->applied_on,
                                      .days_late = days > 0 ? days : 0}});
}

static void say_allocated(Desk *desk, const Credit *credit, const Invoice *invoice,
                          const Entry *entry) {
    desk_say(desk, (Fact){.kind = FACT_ALLOCATED,
                          .allocated = {.kind = credit->kind,
                                        .number = credit->number,
                                        .invoice = invoice->number,
                                        .amount = entry->amount,
                                        .effective_on = entry->effective_on,
                                        .open = invoice->open,
                                        .unapplied = credit->unapplied}});
}

/* As much as both sides have. */
static void apply(Desk *desk, Credit *credit, Invoice *invoice) {
    Money amount = money_min(credit->unapplied, invoice->open);
    Entry entry = entry_of(ENTRY_ALLOCATION, amount);
    entry.effective_on = later_of(credit->effective_on, invoice->issued_on);
    entry.invoice = invoice->number;
    entry.credit_kind = credit->kind;
    entry.credit_number = credit->number;
    desk_post(desk, entry);

    credit->unapplied = rest_of(credit->unapplied, amount);
    credit->changed = true;
    invoice->open = rest_of(invoice->open, amount);
    book_note_open(desk->book, -amount.minor);
    invoice->applied_on = later_of(invoice->applied_on, entry.effective_on);
    invoice->changed = true;
    say_allocated(desk, credit, invoice, &entry);

    invoice->state = invoice_step(invoice, INVOICE_IS_REDUCED, amount).to;
    if (invoice->state == INVOICE_SETTLED) {
        say_settled(desk, invoice);
    }
}

/* ---- a credit looks for invoices */

static Invoice *oldest_payable(const Book *book, const Credit *credit) {
    Invoice *oldest = NULL;
    for (int i = 0; i < book->invoice_count; i++) {
        Invoice *invoice = &book->invoices[i];
        if (is_payable(invoice, credit) &&
            (oldest == NULL || invoice_compare(invoice, oldest) < 0)) {
            oldest = invoice;
        }
    }
    return oldest;
}

static void apply_to_oldest(Desk *desk, Credit *credit) {
    while (!money_is_zero(credit->unapplied)) {
        Invoice *oldest = oldest_payable(desk->book, credit);
        if (oldest == NULL) {
            return;
        }
        apply(desk, credit, oldest);
    }
}

void allocate_credit(Desk *desk, Credit *credit) {
    if (str_is_empty(credit->invoice)) {
        apply_to_oldest(desk, credit);
        return;
    }
    Invoice *named = book_find_invoice(desk->book, credit->invoice);
    if (named != NULL && named->state == INVOICE_WRITTEN_OFF) {
        recover(desk, credit, named);
        return;
    }
    if (!is_payable(named, credit)) {
        return;
    }
    apply(desk, credit, named);
    if (credit_is_free(credit)) {
        apply_to_oldest(desk, credit);
    }
}

/* ---- an invoice looks for credits */

/* Negative when `a` pays this invoice before `b`. */
static int turn_compare(const Credit *a, const Credit *b, const Invoice *invoice) {
    int order = credit_names(b, invoice->number) - credit_names(a, invoice->number);
    return order != 0 ? order : credit_compare(a, b);
}

static Credit *next_credit(const Book *book, const Invoice *invoice) {
    Credit *next = NULL;
    for (int i = 0; i < book->credit_count; i++) {
        Credit *credit = &book->credits[i];
        bool may = is_payable(invoice, credit) && !money_is_zero(credit->unapplied) &&
                   (credit_names(credit, invoice->number) || credit_is_free(credit));
        if (may && (next == NULL || turn_compare(credit, next, invoice) < 0)) {
            next = credit;
        }
    }
    return next;
}

void allocate_invoice(Desk *desk, Invoice *invoice) {
    Credit *credit = next_credit(desk->book, invoice);
    while (credit != NULL) {
        apply(desk, credit, invoice);
        credit = next_credit(desk->book, invoice);
    }
}
