#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "cli/table.h"
#include "policy/mapping.h"

/* From a row of an invoice table to billing events. Pure: the same row gives the same bytes.
 *
 * A row is an invoice and, when it has a day of payment, a payment in full whose number is "PAY-"
 * and the invoice's number. */
typedef struct ImportHead {
    int customer, number, amount, issued_on, due_on, paid_on; /* columns; paid_on -1: none */
    int columns;
} ImportHead;

typedef struct ImportEvent {
    Date on; /* the day it happens: the order of a played import */
    Str key;
    Str value;
} ImportEvent;

typedef struct ImportFault {
    int64_t line;
    Str column; /* empty: the row as a whole */
    Str why;
} ImportFault;

/* Finds the columns that the mapping names. */
bool import_head(const TableRow *row, const Mapping *mapping, Arena *arena, ImportHead *head,
                 ImportFault *fault) MUST_USE;

typedef struct ImportRules {
    const Mapping *mapping;
    ImportHead head;
    Str creditor;
    Currency currency;
} ImportRules;

/* One or two events in the arena. */
bool import_row(const ImportRules *rules, const TableRow *row, Arena *arena, ImportEvent events[2],
                int *count, ImportFault *fault) MUST_USE;
