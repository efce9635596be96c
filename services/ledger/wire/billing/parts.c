/* Parts that many events have. */
#include "base/decimal.h"
#include "contract/content.h"
#include "contract/suspense.h"
#include "ledger/wire/billing/room.h"

static bool is_suspense(Str customer) {
    return suspense_is((Account){.customer = customer});
}

/* Names that begin with '~' are our own accounts, like suspense. */
static Str read_name(WireReader *reader, const char *field, const char *text) {
    Str name = wire_part(reader, field, text);
    if (str_starts_with(name, S("~"))) {
        wire_fault(reader, "NAME_RESERVED", "%s begins with '~'; such names are Arrears' own.",
                   field);
    }
    return name;
}

Account billing_account(WireReader *reader, const char *creditor, const char *customer) {
    if (is_suspense(str_of(customer))) {
        wire_fault(reader, "SUSPENSE",
                   "customer is %s, where money waits that nobody could assign: payments, their "
                   "reversals and moves can name it, nothing else. Money that goes back to who "
                   "paid it is a reversal.",
                   SUSPENSE_CUSTOMER);
    }
    return (Account){.creditor = read_name(reader, "creditor", creditor),
                     .customer = read_name(reader, "customer", customer)};
}

Str billing_money_customer(WireReader *reader, const char *field, const char *customer) {
    return is_suspense(str_of(customer)) ? str_of(customer) : read_name(reader, field, customer);
}

Account billing_money_account(WireReader *reader, const char *creditor, const char *customer) {
    return (Account){.creditor = read_name(reader, "creditor", creditor),
                     .customer = billing_money_customer(reader, "customer", customer)};
}

void billing_invoice_name(WireReader *reader, const char *text, LedgerInput *input) {
    Str name = wire_number_or_empty(reader, "invoice_number", text);
    if (!str_is_empty(name)) {
        Str *names = ARENA_NEW(reader->arena, Str);
        *names = name;
        input->invoices = names;
        input->invoice_count = 1;
    }
}

void billing_invoice_named(WireReader *reader, const char *text, LedgerInput *input) {
    (void)wire_number(reader, "invoice_number", text);
    billing_invoice_name(reader, text, input);
}

void billing_invoice_names(WireReader *reader, char **texts, size_t count, LedgerInput *input) {
    if (count < 1 || count > LEDGER_INVOICES_MAX) {
        wire_fault(reader, "LIST_SIZE", "invoice_numbers has %zu numbers; send 1 to %d.", count,
                   LEDGER_INVOICES_MAX);
        return;
    }
    Str *names = ARENA_ARRAY(reader->arena, Str, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        names[i] = wire_number(reader, "invoice_numbers", texts[i]);
        for (size_t before = 0; before < i; before++) {
            if (str_equals(names[before], names[i])) {
                wire_fault(reader, "LIST_REPEATS",
                           "invoice_numbers names an invoice twice; send each once.");
            }
        }
    }
    input->invoices = names;
    input->invoice_count = (int)count;
}

static void instalment_check(WireReader *reader, const Instalment *parts, int i) {
    if (!currency_equals(parts[i].amount.currency, parts[0].amount.currency)) {
        wire_fault(reader, "CURRENCY_DIFFERS",
                   "instalments[%d] is in %s, the first in %s; send one currency.", i,
                   parts[i].amount.currency.code, parts[0].amount.currency.code);
    } else if (i > 0 && date_compare(parts[i - 1].due_on, parts[i].due_on) >= 0) {
        wire_fault(reader, "INSTALMENT_ORDER",
                   "instalments[%d] is not due later than the one before; send them in the order "
                   "of their days.",
                   i);
    }
}

Money billing_instalments(WireReader *reader, Arrears__Billing__V1__Instalment *const *texts,
                          size_t count, Instalment *parts) {
    Money sum = {0};
    for (size_t i = 0; i < count && wire_is_good(reader); i++) {
        parts[i].amount = wire_amount(reader, "instalments.amount", texts[i]->amount);
        parts[i].due_on = wire_date(reader, "instalments.due_on", texts[i]->due_on);
        if (wire_is_good(reader)) {
            instalment_check(reader, parts, (int)i);
        }
        /* No amount is near the limit, and there are few: the sum fits. */
        sum = i == 0 ? money_of(0, parts[0].amount.currency) : sum;
        if (wire_is_good(reader) && !money_add(sum, parts[i].amount, &sum)) {
            wire_fault(reader, "AMOUNT_TOO_LARGE", "instalments sum to more than can be owed.");
        }
    }
    return sum;
}

Str billing_actor(WireReader *reader, const Arrears__Envelope__V1__Actor *actor) {
    if (actor == NULL) {
        wire_fault(reader, "ACTOR_MISSING", "actor is missing; say who did it.");
        return (Str){0};
    }
    return wire_number(reader, "actor.id", actor->id);
}

/* What a person gives as the reason may not be left out. */
Str billing_reason(WireReader *reader, const char *text) {
    Str reason = wire_text(reader, "reason", text, LEDGER_REASON_MAX);
    if (str_is_empty(reason)) {
        wire_fault(reader, "REASON_MISSING", "reason is empty; say how it is known or why.");
    }
    return reason;
}

/* The document's number and what tells it from another of the same number. */
Document billing_document(WireReader *reader, DocumentKind kind, const char *number,
                          ProtobufCMessage *message) {
    if (str_starts_with(str_of(number), S("~"))) {
        wire_fault(reader, "NUMBER_RESERVED",
                   "number begins with '~'; such numbers are Arrears' own.");
    }
    Hash hash = content_hash(message, reader->arena);
    return (Document){.kind = kind,
                      .number = wire_number(reader, "number", number),
                      .hash = str_copy(reader->arena, str_from(hash.bytes, HASH_SIZE))};
}

/* Name and rate are for people; a rate that is none would mislead them. */
static void billing_tax_name(WireReader *reader, const Arrears__Billing__V1__TaxLine *line) {
    Decimal rate = {0};
    (void)wire_number(reader, "taxes.name", line->name);
    if (!decimal_parse(str_of(line->rate), &rate) || rate.millionths < 0) {
        wire_fault(reader, "RATE", "taxes.rate is no percentage like \"19\" or \"7.5\".");
    }
}

Money billing_tax(WireReader *reader, Arrears__Billing__V1__TaxLine *const *lines, size_t count,
                  Money whole) {
    Money sum = money_of(0, whole.currency);
    if (count > TAX_LINES_MAX) {
        wire_fault(reader, "LIST_SIZE", "taxes has %zu lines; send at most %d.", count,
                   TAX_LINES_MAX);
        return sum;
    }
    for (size_t i = 0; i < count && wire_is_good(reader); i++) {
        Money tax = wire_amount(reader, "taxes.amount", lines[i]->amount);
        bool adds = wire_is_good(reader) && currency_equals(tax.currency, whole.currency) &&
                    money_add(sum, tax, &sum) && money_compare(sum, whole) < 0;
        if (wire_is_good(reader) && !adds) {
            wire_fault(reader, "TAX_SUM",
                       "taxes are in the currency of the amount and less than it in all.");
        }
        billing_tax_name(reader, lines[i]);
    }
    return sum;
}

/* ---- parts of open items */

static ItemKey read_key(WireReader *reader, const Arrears__Billing__V1__DebtPart *part) {
    return wire_item(reader, &(WireItem){"parts.invoice_number", part->invoice_number, part->charge,
                                         part->instalment});
}

static void read_part(WireReader *reader, const Arrears__Billing__V1__DebtPart *text,
                      DebtPart *parts, size_t i) {
    parts[i].item = read_key(reader, text);
    if (text->amount != NULL) {
        parts[i].amount = wire_amount(reader, "parts.amount", text->amount);
    }
    for (size_t before = 0; before < i && wire_is_good(reader); before++) {
        if (item_key_equals(parts[before].item, parts[i].item)) {
            wire_fault(reader, "LIST_REPEATS", "parts names an item twice; send each once.");
        }
    }
}

const DebtPart *billing_parts(WireReader *reader, Arrears__Billing__V1__DebtPart *const *texts,
                              size_t count, LedgerInput *input) {
    if (count < 1 || count > LEDGER_INVOICES_MAX) {
        wire_fault(reader, "LIST_SIZE", "parts has %zu items; send 1 to %d.", count,
                   LEDGER_INVOICES_MAX);
        return NULL;
    }
    DebtPart *parts = ARENA_ARRAY(reader->arena, DebtPart, (ptrdiff_t)count);
    Str *names = ARENA_ARRAY(reader->arena, Str, (ptrdiff_t)count);
    for (size_t i = 0; i < count; i++) {
        read_part(reader, texts[i], parts, i);
        names[i] = parts[i].item.number;
    }
    input->invoices = names;
    input->invoice_count = (int)count;
    return parts;
}
