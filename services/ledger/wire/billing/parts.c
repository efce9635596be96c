/* Parts that many events have. */
#include "base/decimal.h"
#include "contract/content.h"
#include "ledger/wire/billing/room.h"

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
    return (Account){.creditor = read_name(reader, "creditor", creditor),
                     .customer = read_name(reader, "customer", customer)};
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
