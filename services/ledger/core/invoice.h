#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"

/* An invoice and its life. The life is a table of rows (from, event, guard, to, answer, reason);
 * whatever happens to an invoice is looked up there, and the picture in README.md is printed from
 * it.
 *
 * Open is what is left to pay: amount - applied in state OPEN, zero in every other state. */
typedef enum InvoiceState {
    INVOICE_UNKNOWN, /* never seen */
    INVOICE_OPEN,
    INVOICE_SETTLED,
    INVOICE_CANCELLED,
    INVOICE_WRITTEN_OFF,
    INVOICE_STATE_COUNT,
} InvoiceState;

typedef enum InvoiceEvent {
    INVOICE_IS_ISSUED,
    INVOICE_IS_REDUCED,     /* by a credit; open is already less */
    INVOICE_IS_CANCELLED,   /* somebody wants to take it back */
    INVOICE_IS_PROPOSED,    /* somebody proposes to write it off */
    INVOICE_IS_WRITTEN_OFF, /* a request to write it off was approved */
    INVOICE_IS_RECOVERED,   /* money came for it */
} InvoiceEvent;

/* What comes of an event: it takes place, or why it does not. */
typedef enum InvoiceAnswer {
    ANSWER_DONE,
    ANSWER_UNKNOWN,
    ANSWER_CLOSED,
    ANSWER_IN_USE,
    ANSWER_CHANGED,
} InvoiceAnswer;

typedef struct Invoice {
    Str number;
    Money amount;
    Money open;        /* 0 to amount */
    Money written_off; /* given up and not recovered, 0 to amount */
    Date issued_on;
    Date due_on;
    InvoiceState state;
    Str bucket;          /* of the aging, as last announced */
    Date applied_on;     /* latest effective date of what was applied; DATE_NONE: nothing */
    Date written_off_on; /* DATE_NONE: never */
    Str hash;            /* of what was sent; of a new one only, as recorded_on */
    Date recorded_on;    /* the open day when it was accepted */
    bool is_new;         /* not stored yet */
    bool changed;        /* since it was loaded */
} Invoice;

typedef struct InvoiceStep {
    InvoiceState to;
    InvoiceAnswer answer;
    const char *reason; /* a clause for a person */
} InvoiceStep;

const char *invoice_state_name(InvoiceState state);
bool invoice_state_parse(Str name, InvoiceState *state) MUST_USE;

/* What the table says; changes nothing. `invoice` NULL: never seen. `approved` is looked at for
 * INVOICE_IS_WRITTEN_OFF only. */
InvoiceStep invoice_step(const Invoice *invoice, InvoiceEvent event, Money approved);
/* By due date, then number: below zero when a is paid before b. */
int invoice_compare(const Invoice *a, const Invoice *b);
/* In that order. */
void invoices_sort(Invoice **invoices, int count);
/* The table as a mermaid state diagram. */
Str invoice_diagram(Arena *arena);
