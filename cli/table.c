#include "cli/table.h"

#include <csv.h>

#include "base/check.h"

typedef struct Reading {
    TableVisit visit;
    void *self;
    Arena arena;
    TableRow row;
    int64_t line; /* of the byte that is read next */
    int64_t began;
    bool stopped; /* the visitor has had enough */
    bool full;    /* a row beyond the limits */
} Reading;

static void on_cell(void *bytes, size_t size, void *self) {
    Reading *reading = self;
    bool fits = reading->row.count < TABLE_COLUMNS_MAX &&
                arena_room(&reading->arena) > (ptrdiff_t)size + 64;
    reading->full |= !fits;
    if (fits && !reading->stopped) {
        Str cell = str_copy(&reading->arena, str_from(bytes, (ptrdiff_t)size));
        reading->row.cells[reading->row.count++] = cell.ptr ? cell : S("");
    }
}

static void on_row(int end, void *self) {
    (void)end;
    Reading *reading = self;
    if (!reading->stopped && !reading->full) {
        reading->row.line = reading->began;
        reading->stopped = !reading->visit(reading->self, &reading->row);
    }
    reading->row.count = 0;
    reading->began = reading->line;
    arena_reset(&reading->arena);
}

/* One line at a time, so that a row knows on which line it begins. */
static bool read_lines(FILE *file, struct csv_parser *parser, Reading *reading, Err *err) {
    char line[64 << 10];
    while (!reading->stopped && fgets(line, sizeof line, file)) {
        size_t length = strlen(line);
        reading->line += length > 0 && line[length - 1] == '\n';
        if (csv_parse(parser, line, length, on_cell, on_row, reading) != length) {
            return err_set(err, VERDICT_POISON, "CSV", "line %lld: %s", (long long)reading->line,
                           csv_strerror(csv_error(parser)));
        }
        if (reading->full) {
            return err_set(err, VERDICT_POISON, "CSV",
                           "line %lld: more than %d columns or %d bytes in a row",
                           (long long)reading->began, TABLE_COLUMNS_MAX, TABLE_ROW_BYTES);
        }
    }
    if (ferror(file)) {
        return err_set(err, VERDICT_POISON, "FILE", "the file cannot be read to its end");
    }
    csv_fini(parser, on_cell, on_row, reading);
    return true;
}

bool table_read(FILE *file, char delimiter, TableVisit visit, void *self, Err *err) {
    struct csv_parser parser;
    CHECK(csv_init(&parser, CSV_APPEND_NULL) == 0);
    csv_set_delim(&parser, (unsigned char)delimiter);
    Reading reading = {.visit = visit,
                       .self = self,
                       .arena = arena_open("row", 2 * TABLE_ROW_BYTES),
                       .line = 1,
                       .began = 1};
    bool done = read_lines(file, &parser, &reading, err);
    arena_close(&reading.arena);
    csv_free(&parser);
    return done;
}
