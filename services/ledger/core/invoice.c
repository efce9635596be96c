/* The life of an invoice, as a table. */
#include "ledger/core/invoice.h"

#include <stdlib.h>

#include "base/check.h"

typedef enum Guard { ALWAYS, SOMETHING_LEFT, NOTHING_LEFT, UNTOUCHED, TOUCHED, AS_APPROVED } Guard;

typedef struct LifeRow {
    InvoiceState from;
    InvoiceEvent event;
    Guard guard;
    InvoiceState to;
    InvoiceAnswer answer;
    const char *reason;
} LifeRow;

/* Names without their family, so that a row is a line. */
#define ROW(from, event, guard, to, answer, reason)                                                \
    { INVOICE_##from, INVOICE_IS_##event, guard, INVOICE_##to, ANSWER_##answer, reason }

/* The first row that fits counts. */
/* clang-format off */
static const LifeRow LIFE[] = {
    ROW(UNKNOWN,     ISSUED,      ALWAYS,         OPEN,        DONE,    "on the books"),
    ROW(OPEN,        REDUCED,     SOMETHING_LEFT, OPEN,        DONE,    "paid in part"),
    ROW(OPEN,        REDUCED,     NOTHING_LEFT,   SETTLED,     DONE,    "nothing is left to pay"),
    ROW(OPEN,        CANCELLED,   UNTOUCHED,      CANCELLED,   DONE,    "taken back as a whole"),
    ROW(OPEN,        CANCELLED,   TOUCHED,        OPEN,        IN_USE,  "something was applied"),
    ROW(OPEN,        PROPOSED,    ALWAYS,         OPEN,        DONE,    "noted"),
    ROW(OPEN,        WRITTEN_OFF, AS_APPROVED,    WRITTEN_OFF, DONE,    "given up"),
    ROW(OPEN,        WRITTEN_OFF, ALWAYS,         OPEN,        CHANGED, "another amount is open"),
    ROW(WRITTEN_OFF, RECOVERED,   ALWAYS,         WRITTEN_OFF, DONE,    "recovered"),

    ROW(UNKNOWN,     CANCELLED,   ALWAYS,         UNKNOWN,     UNKNOWN, "it is not known"),
    ROW(UNKNOWN,     PROPOSED,    ALWAYS,         UNKNOWN,     UNKNOWN, "it is not known"),
    ROW(UNKNOWN,     WRITTEN_OFF, ALWAYS,         UNKNOWN,     CHANGED, "it is not known"),
    ROW(SETTLED,     CANCELLED,   ALWAYS,         SETTLED,     IN_USE,  "it is paid"),
    ROW(SETTLED,     PROPOSED,    ALWAYS,         SETTLED,     CLOSED,  "it is paid"),
    ROW(SETTLED,     WRITTEN_OFF, ALWAYS,         SETTLED,     CHANGED, "it is paid"),
    ROW(CANCELLED,   CANCELLED,   ALWAYS,         CANCELLED,   CLOSED,  "it is cancelled"),
    ROW(CANCELLED,   PROPOSED,    ALWAYS,         CANCELLED,   CLOSED,  "it is cancelled"),
    ROW(CANCELLED,   WRITTEN_OFF, ALWAYS,         CANCELLED,   CHANGED, "it is cancelled"),
    ROW(WRITTEN_OFF, CANCELLED,   ALWAYS,         WRITTEN_OFF, CLOSED,  "it is written off"),
    ROW(WRITTEN_OFF, PROPOSED,    ALWAYS,         WRITTEN_OFF, CLOSED,  "it is written off"),
    ROW(WRITTEN_OFF, WRITTEN_OFF, ALWAYS,         WRITTEN_OFF, CHANGED, "it is written off"),
};
/* clang-format on */

static const char *const STATES[INVOICE_STATE_COUNT] = {
    [INVOICE_UNKNOWN] = "unknown",         [INVOICE_OPEN] = "open",
    [INVOICE_SETTLED] = "settled",         [INVOICE_CANCELLED] = "cancelled",
    [INVOICE_WRITTEN_OFF] = "written_off",
};

const char *invoice_state_name(InvoiceState state) {
    CHECK(state < INVOICE_STATE_COUNT);
    return STATES[state];
}

bool invoice_state_parse(Str name, InvoiceState *state) {
    for (InvoiceState i = INVOICE_OPEN; i < INVOICE_STATE_COUNT; i++) {
        if (str_equals(str_of(STATES[i]), name)) {
            *state = i;
            return true;
        }
    }
    return false;
}

static bool guard_holds(Guard guard, const Invoice *invoice, Money approved) {
    if (invoice == NULL) {
        return guard == ALWAYS;
    }
    switch (guard) {
    case ALWAYS:
        return true;
    case SOMETHING_LEFT:
        return !money_is_zero(invoice->open);
    case NOTHING_LEFT:
        return money_is_zero(invoice->open);
    case UNTOUCHED:
        return date_is_none(invoice->applied_on);
    case TOUCHED:
        return !date_is_none(invoice->applied_on);
    case AS_APPROVED:
        return currency_equals(approved.currency, invoice->open.currency) &&
               money_compare(approved, invoice->open) == 0;
    }
    CHECK(!"a guard");
}

InvoiceStep invoice_step(const Invoice *invoice, InvoiceEvent event, Money approved) {
    InvoiceState from = invoice == NULL ? INVOICE_UNKNOWN : invoice->state;
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        const LifeRow *row = &LIFE[i];
        if (row->from == from && row->event == event &&
            guard_holds(row->guard, invoice, approved)) {
            return (InvoiceStep){row->to, row->answer, row->reason};
        }
    }
    CHECK(!"an event that this state can have");
}

int invoice_compare(const Invoice *a, const Invoice *b) {
    int order = date_compare(a->due_on, b->due_on);
    return order != 0 ? order : str_compare(a->number, b->number);
}

static int by_age(const void *a, const void *b) {
    return invoice_compare(*(Invoice *const *)a, *(Invoice *const *)b);
}

void invoices_sort(Invoice **invoices, int count) {
    qsort(invoices, (size_t)count, sizeof(Invoice *), by_age);
}

/* ---- the picture: what takes place; refusals would only draw loops */

static const char *event_name(InvoiceEvent event) {
    switch (event) {
    case INVOICE_IS_ISSUED:
        return "issued";
    case INVOICE_IS_REDUCED:
        return "payment or credit note";
    case INVOICE_IS_CANCELLED:
        return "cancellation";
    case INVOICE_IS_PROPOSED:
        return "write-off proposed";
    case INVOICE_IS_WRITTEN_OFF:
        return "write-off approved";
    case INVOICE_IS_RECOVERED:
        return "payment";
    }
    CHECK(!"an event of an invoice");
}

Str invoice_diagram(Arena *arena) {
    StrBuilder text = str_builder(arena, 4 << 10);
    str_add(&text, S("stateDiagram-v2\n"));
    for (ptrdiff_t i = 0; i < COUNT_OF(LIFE); i++) {
        const LifeRow *row = &LIFE[i];
        if (row->answer == ANSWER_DONE) {
            bool first = row->from == INVOICE_UNKNOWN;
            str_addf(&text, "    %s --> %s: %s, %s\n", first ? "[*]" : STATES[row->from],
                     STATES[row->to], event_name(row->event), row->reason);
        }
    }
    CHECK(!text.full);
    return str_built(&text);
}
