#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* Reading a table of comma-separated values (RFC 4180), row by row, in constant memory. table_csv.c
 * alone knows libcsv. */
enum { TABLE_COLUMNS_MAX = 256, TABLE_ROW_BYTES = 1 << 20 };

typedef struct TableRow {
    int64_t line; /* where it begins, from 1 */
    Str cells[TABLE_COLUMNS_MAX];
    int count;
} TableRow;

/* False ends the reading. Cells are valid during the call. */
typedef bool (*TableVisit)(void *self, const TableRow *row);

/* The first row is the head. False only for a file that cannot be read, or a row beyond the limits.
 */
bool table_read(FILE *file, char delimiter, TableVisit visit, void *self, Err *err) MUST_USE;
