#include "cli/out.h"

#include <inttypes.h>

#include "base/check.h"

void out_head(Out *out, const char *head) {
    CHECK(out->columns < OUT_COLUMNS_MAX);
    out->right[out->columns] = head[0] == '>';
    out->heads[out->columns] = head + (head[0] == '>');
    out->columns++;
}

Out out_start(Arena *arena, ...) {
    Out out = {.arena = arena};
    va_list heads;
    va_start(heads, arena);
    for (const char *head; (head = va_arg(heads, const char *)) != NULL;) {
        out_head(&out, head);
    }
    va_end(heads);
    return out;
}

void out_cell(Out *out, Str cell) {
    if (out->count == out->room) {
        ptrdiff_t room = out->room ? 2 * out->room : 256;
        Str *grown = ARENA_ARRAY(out->arena, Str, room);
        if (out->count > 0) {
            memcpy(grown, out->cells, (size_t)out->count * sizeof(Str));
        }
        out->cells = grown;
        out->room = room;
    }
    out->cells[out->count++] = str_copy(out->arena, cell);
}

void out_number(Out *out, int64_t number) {
    out_cell(out, str_format(out->arena, "%" PRId64, number));
}

void out_hundredths(Out *out, int64_t number) {
    uint64_t digits = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    out_cell(out, str_format(out->arena, "%s%" PRIu64 ".%02" PRIu64, number < 0 ? "-" : "",
                             digits / 100, digits % 100));
}

void out_money(Out *out, int64_t minor, Str code) {
    Currency currency;
    if (currency_find(code, &currency)) {
        out_cell(out, money_print_plain(out->arena, money_of(minor, currency)));
    } else {
        out_number(out, minor);
    }
}

/* ---- CSV: a cell with a comma, a quote or a line end is quoted */

static void csv_cell(Str cell, bool last) {
    bool quoted = false;
    for (ptrdiff_t i = 0; i < cell.len; i++) {
        quoted |= strchr(",\"\r\n", cell.ptr[i]) != NULL;
    }
    if (quoted) {
        putchar('"');
    }
    for (ptrdiff_t i = 0; i < cell.len; i++) {
        if (cell.ptr[i] == '"') {
            putchar('"');
        }
        putchar(cell.ptr[i]);
    }
    fputs(quoted ? "\"" : "", stdout);
    putchar(last ? '\n' : ',');
}

static void csv_print(const Out *out) {
    for (int c = 0; c < out->columns && !out->goes_on; c++) {
        csv_cell(str_of(out->heads[c]), c + 1 == out->columns);
    }
    for (ptrdiff_t i = 0; i < out->count; i++) {
        csv_cell(out->cells[i], (i + 1) % out->columns == 0);
    }
}

/* ---- table */

/* Columns of the terminal a text takes, near enough: code points. */
static int width_of(Str text) {
    int width = 0;
    for (ptrdiff_t i = 0; i < text.len; i++) {
        width += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    }
    return width;
}

static void table_cell(Str cell, int width, bool right, bool last) {
    int blanks = width - width_of(cell);
    printf("%*s%.*s%*s%s", right ? blanks : 0, "", STR_ARGS(cell), right || last ? 0 : blanks, "",
           last ? "\n" : "  ");
}

static void table_print(const Out *out) {
    int widths[OUT_COLUMNS_MAX] = {0};
    for (int c = 0; c < out->columns; c++) {
        widths[c] = width_of(str_of(out->heads[c]));
    }
    for (ptrdiff_t i = 0; i < out->count; i++) {
        int width = width_of(out->cells[i]);
        int *widest = &widths[i % out->columns];
        *widest = width > *widest ? width : *widest;
    }
    for (int c = 0; c < out->columns && !out->goes_on; c++) {
        table_cell(str_of(out->heads[c]), widths[c], out->right[c], c + 1 == out->columns);
    }
    for (ptrdiff_t i = 0; i < out->count; i++) {
        int c = (int)(i % out->columns);
        table_cell(out->cells[i], widths[c], out->right[c], c + 1 == out->columns);
    }
}

void out_print(const Out *out, CliFormat format) {
    CHECK(out->count % out->columns == 0);
    if (format == CLI_CSV) {
        csv_print(out);
    } else {
        table_print(out);
    }
}
