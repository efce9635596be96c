#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/str.h"
#include "cli/cli.h"

/* Rows for people, for scripts (CSV) or for spreadsheets: collected, then printed to stdout with
 * columns that fit.
 *
 *     Out out = out_start(&cli->arena, "customer", "open", NULL);
 *     out_cell(&out, name); out_cell(&out, amount);       a row is full when its cells are
 *     out_print(&out, cli->format); */
enum { OUT_COLUMNS_MAX = 16 };

typedef struct Out {
    Arena *arena;
    const char *heads[OUT_COLUMNS_MAX];
    bool right[OUT_COLUMNS_MAX]; /* a head that begins with '>' is aligned to the right */
    int columns;
    Str *cells;
    ptrdiff_t count;
    ptrdiff_t room;
    bool goes_on; /* what was printed before had the same columns: no heads */
} Out;

Out out_start(Arena *arena, ...) __attribute__((sentinel));
/* One more column, before the first cell. */
void out_head(Out *out, const char *head);
void out_cell(Out *out, Str cell);
void out_number(Out *out, int64_t number);
/* "1,234.56" in a table, "1234.56" in CSV is left to the reader: always plain here. */
void out_money(Out *out, int64_t minor, Str code);
/* 123456 as "1234.56": days, percent. */
void out_hundredths(Out *out, int64_t number);
void out_print(const Out *out, CliFormat format);
