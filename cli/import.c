#include "cli/import.h"

#include "arrears/billing/v1/billing.pb-c.h"
#include "base/id.h"
#include "contract/wire.h"

typedef Arrears__Billing__V1__BillingEvent BillingMessage;
typedef Arrears__Billing__V1__InvoiceIssued InvoiceMessage;
typedef Arrears__Billing__V1__PaymentReceived PaymentMessage;

/* ---- the head */

static bool column_find(const TableRow *row, Str name, Arena *arena, int *column,
                        ImportFault *fault) {
    for (int i = 0; i < row->count; i++) {
        if (str_equals(row->cells[i], name)) {
            *column = i;
            return true;
        }
    }
    *fault = (ImportFault){
        row->line, name,
        str_format(arena,
                   "the head of the file has no column of this name, which the mapping asks for")};
    return false;
}

/* Some programs begin a file with a byte order mark. */
static Str without_mark(Str cell) {
    return str_starts_with(cell, S("\xEF\xBB\xBF")) ? str_slice(cell, 3, cell.len) : cell;
}

bool import_head(const TableRow *row, const Mapping *mapping, Arena *arena, ImportHead *head,
                 ImportFault *fault) {
    TableRow clean = *row;
    if (clean.count > 0) {
        clean.cells[0] = without_mark(clean.cells[0]);
    }
    *head = (ImportHead){.paid_on = -1, .columns = row->count};
    return column_find(&clean, mapping->customer, arena, &head->customer, fault) &&
           column_find(&clean, mapping->number, arena, &head->number, fault) &&
           column_find(&clean, mapping->amount, arena, &head->amount, fault) &&
           column_find(&clean, mapping->issued_on, arena, &head->issued_on, fault) &&
           column_find(&clean, mapping->due_on, arena, &head->due_on, fault) &&
           (str_is_empty(mapping->paid_on) ||
            column_find(&clean, mapping->paid_on, arena, &head->paid_on, fault));
}

/* ---- cells */

/* Up to three numbers between separators: "6/30/2013", "30.6.2013". */
static bool date_read(Str cell, MappingDates form, Date *date) {
    if (form == MAPPING_DATES_ISO) {
        return date_parse(cell, date);
    }
    char separator = form == MAPPING_DATES_DMY && !str_cut(cell, '/').found ? '.' : '/';
    StrCut first = str_cut(cell, separator);
    StrCut second = str_cut(first.tail, separator);
    int64_t a;
    int64_t b;
    int64_t year;
    if (!first.found || !second.found || !str_parse_i64(first.head, &a) ||
        !str_parse_i64(second.head, &b) || !str_parse_i64(second.tail, &year) || a < 1 || a > 31 ||
        b < 1 || b > 31 || year < 1900 || year > 2199) {
        return false;
    }
    bool month_first = form == MAPPING_DATES_MDY;
    DateParts parts = {(int)year, (int)(month_first ? a : b), (int)(month_first ? b : a)};
    return date_of_parts(parts, date);
}

typedef struct RowReader {
    const ImportRules *rules;
    const TableRow *row;
    Arena *arena;
    ImportFault *fault;
    bool failed;
} RowReader;

static void row_fault(RowReader *reader, Str column, Str why) {
    if (!reader->failed) {
        reader->failed = true;
        *reader->fault = (ImportFault){reader->row->line, column, why};
    }
}

static Str cell_of(const RowReader *reader, int column) {
    return str_trim(reader->row->cells[column]);
}

static Date date_of(RowReader *reader, int column, Str name) {
    Date date = DATE_NONE;
    Str cell = cell_of(reader, column);
    if (!date_read(cell, reader->rules->mapping->dates, &date)) {
        row_fault(reader, name,
                  str_format(reader->arena, "\"%.*s\" is not a day in the form the mapping names",
                             STR_ARGS(cell)));
    }
    return date;
}

static Money amount_of(RowReader *reader) {
    Money amount = {0};
    Str cell = cell_of(reader, reader->rules->head.amount);
    if (!money_parse(cell, reader->rules->currency, &amount) || amount.minor <= 0) {
        row_fault(reader, reader->rules->mapping->amount,
                  str_format(reader->arena, "\"%.*s\" is not an amount above zero in %s",
                             STR_ARGS(cell), reader->rules->currency.code));
    }
    return amount;
}

/* ---- events */

typedef struct ImportFacts {
    Account account;
    Str number;
    Money amount;
    Date issued_on, due_on, paid_on;
} ImportFacts;

static Str invoice_pack(const ImportFacts *facts, Arena *arena) {
    InvoiceMessage invoice = ARREARS__BILLING__V1__INVOICE_ISSUED__INIT;
    invoice.creditor = wire_put_text(arena, facts->account.creditor);
    invoice.customer = wire_put_text(arena, facts->account.customer);
    invoice.number = wire_put_text(arena, facts->number);
    invoice.amount = wire_put_money(arena, facts->amount);
    invoice.issued_on = wire_put_date(arena, facts->issued_on);
    invoice.due_on = wire_put_date(arena, facts->due_on);
    BillingMessage message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_INVOICE_ISSUED;
    message.invoice_issued = &invoice;
    return wire_pack(&message.base, arena);
}

static Str payment_pack(const ImportFacts *facts, Arena *arena) {
    PaymentMessage payment = ARREARS__BILLING__V1__PAYMENT_RECEIVED__INIT;
    payment.creditor = wire_put_text(arena, facts->account.creditor);
    payment.customer = wire_put_text(arena, facts->account.customer);
    payment.number = wire_put_text(arena, str_format(arena, "PAY-%.*s", STR_ARGS(facts->number)));
    payment.amount = wire_put_money(arena, facts->amount);
    payment.received_on = wire_put_date(arena, facts->paid_on);
    payment.invoice_number = wire_put_text(arena, facts->number);
    BillingMessage message = ARREARS__BILLING__V1__BILLING_EVENT__INIT;
    message.event_case = ARREARS__BILLING__V1__BILLING_EVENT__EVENT_PAYMENT_RECEIVED;
    message.payment_received = &payment;
    return wire_pack(&message.base, arena);
}

/* "PAY-" goes in front of it for the payment, so a number that long would be refused later. */
enum { NUMBER_BYTES_MAX = ID_NUMBER_MAX - 4 };

static void facts_check(RowReader *reader, const ImportFacts *facts) {
    const Mapping *mapping = reader->rules->mapping;
    if (!id_is_part(facts->account.customer)) {
        row_fault(reader, mapping->customer,
                  S("not a customer id of 1 to 64 characters [A-Za-z0-9._~-]"));
    }
    if (!id_is_number(facts->number) || facts->number.len > NUMBER_BYTES_MAX) {
        row_fault(reader, mapping->number, S("not an invoice number of 1 to 60 bytes"));
    }
}

static ImportFacts facts_read(RowReader *reader) {
    const ImportHead *head = &reader->rules->head;
    const Mapping *mapping = reader->rules->mapping;
    ImportFacts facts = {
        .account = {reader->rules->creditor, cell_of(reader, head->customer)},
        .number = cell_of(reader, head->number),
        .amount = amount_of(reader),
        .issued_on = date_of(reader, head->issued_on, mapping->issued_on),
        .due_on = date_of(reader, head->due_on, mapping->due_on),
        .paid_on = DATE_NONE,
    };
    if (head->paid_on >= 0 && !str_is_empty(cell_of(reader, head->paid_on))) {
        facts.paid_on = date_of(reader, head->paid_on, mapping->paid_on);
    }
    facts_check(reader, &facts);
    return facts;
}

bool import_row(const ImportRules *rules, const TableRow *row, Arena *arena, ImportEvent events[2],
                int *count, ImportFault *fault) {
    RowReader reader = {.rules = rules, .row = row, .arena = arena, .fault = fault};
    *count = 0;
    if (row->count != rules->head.columns) {
        row_fault(&reader, S(""),
                  str_format(arena, "%d cells, the head has %d", row->count, rules->head.columns));
        return false;
    }
    ImportFacts facts = facts_read(&reader);
    if (reader.failed) {
        return false;
    }
    Str key = account_key(arena, facts.account);
    events[(*count)++] = (ImportEvent){facts.issued_on, key, invoice_pack(&facts, arena)};
    if (!date_is_none(facts.paid_on)) {
        events[(*count)++] = (ImportEvent){facts.paid_on, key, payment_pack(&facts, arena)};
    }
    return true;
}
