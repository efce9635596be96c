#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* How a table of invoices names its columns: a document for `arrears import invoices`.
 *
 * The invoice columns are needed; `payment.paid_on` may be missing (then nothing is paid), and an
 * empty cell in it means that this invoice is not paid yet. Amounts have a decimal point, no
 * separators. */
typedef enum MappingDates {
    MAPPING_DATES_ISO, /* 2013-06-30 */
    MAPPING_DATES_MDY, /* 6/30/2013 */
    MAPPING_DATES_DMY, /* 30.6.2013 or 30/6/2013 */
} MappingDates;

typedef struct Mapping {
    Str id;
    char delimiter;
    MappingDates dates;
    Str customer;
    Str number;
    Str amount;
    Str issued_on;
    Str due_on;
    Str paid_on; /* empty: no column */
} Mapping;

/* Bytes of a document; texts are copied into the arena. A fault names its place. */
bool mapping_parse(Str yaml, Arena *arena, Mapping *mapping, Err *err) MUST_USE;
