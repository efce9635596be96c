/* What is owed: invoices and debit notes, fees, and invoices that are taken back. */
#include "ledger/wire/billing/room.h"

static void read_instalments(WireReader *reader, const Arrears__Billing__V1__InvoiceIssued *issued,
                             IssuedInvoice *invoice) {
    size_t count = issued->n_instalments;
    if (count < 2 || count > ITEM_INSTALMENTS_MAX) {
        wire_fault(reader, "LIST_SIZE", "instalments has %zu parts; send 2 to %d, or none.", count,
                   ITEM_INSTALMENTS_MAX);
        return;
    }
    if (issued->due_on[0] != '\0' || issued->net_days != 0) {
        wire_fault(reader, "DUE_TWICE",
                   "due_on or net_days is given beside instalments, which have days of their own; "
                   "leave it out.");
        return;
    }
    Instalment *parts = ARENA_ARRAY(reader->arena, Instalment, (ptrdiff_t)count);
    Money sum = billing_instalments(reader, issued->instalments, count, parts);
    invoice->instalments = parts;
    invoice->instalment_count = (int)count;
    invoice->due_on = parts[count - 1].due_on;
    if (wire_is_good(reader) && !currency_equals(sum.currency, invoice->amount.currency)) {
        wire_fault(reader, "CURRENCY_DIFFERS",
                   "The instalments are in %s, the invoice in %s; send one currency.",
                   sum.currency.code, invoice->amount.currency.code);
    }
    if (wire_is_good(reader) && money_compare(sum, invoice->amount) != 0) {
        Str parts_sum = money_print(reader->arena, sum);
        Str amount = money_print(reader->arena, invoice->amount);
        wire_fault(reader, "INSTALMENT_SUM",
                   "The instalments sum to %.*s, the invoice is over %.*s; send parts that sum to "
                   "the whole.",
                   STR_ARGS(parts_sum), STR_ARGS(amount));
    }
}

static void read_discount(WireReader *reader, const Arrears__Billing__V1__Discount *discount,
                          IssuedInvoice *invoice) {
    invoice->discount = money_of(0, invoice->amount.currency);
    invoice->discount_until = DATE_NONE;
    if (discount == NULL) {
        return;
    }
    Money amount = wire_amount(reader, "discount.amount", discount->amount);
    invoice->discount_until = wire_date(reader, "discount.until", discount->until);
    if (!wire_is_good(reader)) {
        return;
    }
    if (!currency_equals(amount.currency, invoice->amount.currency) ||
        money_compare(amount, invoice->amount) >= 0) {
        wire_fault(reader, "DISCOUNT_TOO_LARGE",
                   "discount.amount is in the invoice's currency and less than its amount.");
    }
    if (date_compare(invoice->discount_until, invoice->due_on) > 0) {
        wire_fault(reader, "DISCOUNT_TOO_LATE",
                   "discount.until is after the day the invoice is due; send an earlier one.");
    }
    invoice->discount = amount;
}

/* The day itself, or so many days after the invoice. */
static Date read_due(WireReader *reader, const Arrears__Billing__V1__InvoiceIssued *issued,
                     Date issued_on) {
    if (issued->net_days == 0) {
        return wire_date(reader, "due_on", issued->due_on);
    }
    if (issued->due_on[0] != '\0') {
        wire_fault(reader, "DUE_TWICE", "due_on is given beside net_days; send one of them.");
        return DATE_NONE;
    }
    if (issued->net_days < 0 || issued->net_days > NET_DAYS_MAX) {
        wire_fault(reader, "DAYS", "net_days is %d; send 1 to %d.", (int)issued->net_days,
                   NET_DAYS_MAX);
        return DATE_NONE;
    }
    return wire_is_good(reader) ? date_add(issued_on, issued->net_days) : DATE_NONE;
}

void billing_invoice(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__InvoiceIssued *issued = event->invoice_issued;
    message->account = billing_account(reader, issued->creditor, issued->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_INVOICE,
        .document = billing_document(reader, DOCUMENT_INVOICE, issued->number, &issued->base),
        .issued = {.amount = wire_amount(reader, "amount", issued->amount),
                   .issued_on = wire_date(reader, "issued_on", issued->issued_on)},
    };
    IssuedInvoice *invoice = &message->input.issued;
    invoice->tax = billing_tax(reader, issued->taxes, issued->n_taxes, invoice->amount);
    invoice->purchase =
        wire_number_or_empty(reader, "purchase_reference", issued->purchase_reference);
    invoice->contract =
        wire_number_or_empty(reader, "contract_reference", issued->contract_reference);
    invoice->salesperson = wire_number_or_empty(reader, "salesperson", issued->salesperson);
    if (issued->interest[0] != '\0') {
        invoice->interest = wire_part(reader, "interest", issued->interest);
    }
    invoice->terms = billing_terms(reader, issued->terms);
    if (issued->n_instalments > 0) {
        read_instalments(reader, issued, invoice);
    } else {
        invoice->due_on = read_due(reader, issued, invoice->issued_on);
    }
    read_discount(reader, issued->discount, invoice);
}

void billing_debit_note(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__DebitNoteIssued *issued = event->debit_note_issued;
    message->account = billing_account(reader, issued->creditor, issued->customer);
    Money amount = wire_amount(reader, "amount", issued->amount);
    (void)billing_reason(reader, issued->reason);
    message->input = (LedgerInput){
        .kind = LEDGER_DEBIT_NOTE,
        .document = billing_document(reader, DOCUMENT_DEBIT_NOTE, issued->number, &issued->base),
        .issued = {.amount = amount,
                   .tax = billing_tax(reader, issued->taxes, issued->n_taxes, amount),
                   .discount = money_of(0, amount.currency),
                   .discount_until = DATE_NONE,
                   .issued_on = wire_date(reader, "issued_on", issued->issued_on),
                   .due_on = wire_date(reader, "due_on", issued->due_on)},
    };
}

void billing_fee(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__FeeCharged *fee = event->fee_charged;
    message->account = billing_account(reader, fee->creditor, fee->customer);
    (void)billing_reason(reader, fee->reason);
    message->input = (LedgerInput){
        .kind = LEDGER_FEE,
        .document = billing_document(reader, DOCUMENT_FEE, fee->number, &fee->base),
        .fee = {.amount = wire_amount(reader, "amount", fee->amount),
                .charged_on = wire_date(reader, "charged_on", fee->charged_on)},
    };
    billing_invoice_named(reader, fee->invoice_number, &message->input);
}

void billing_cancellation(WireReader *reader, const BillingEvent *event, LedgerMessage *message) {
    Arrears__Billing__V1__InvoiceCancelled *cancelled = event->invoice_cancelled;
    message->account = billing_account(reader, cancelled->creditor, cancelled->customer);
    message->input = (LedgerInput){
        .kind = LEDGER_CANCELLATION,
        .document =
            billing_document(reader, DOCUMENT_CANCELLATION, cancelled->number, &cancelled->base),
        .cancellation = {.effective_on =
                             wire_date(reader, "cancelled_on", cancelled->cancelled_on)},
    };
    (void)wire_text(reader, "reason", cancelled->reason, LEDGER_REASON_MAX);
    billing_invoice_named(reader, cancelled->invoice_number, &message->input);
}
