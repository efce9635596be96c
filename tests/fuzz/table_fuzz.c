/* table_read: any bytes give rows in order, within the limits, or a fault that says why. */
#include <stdio.h>

#include "base/check.h"
#include "cli/table.h"
#include "tests/fuzz/fuzz.h"

static bool on_row(void *self, const TableRow *row) {
    int64_t *last = self;
    CHECK(row->line >= *last && row->count <= TABLE_COLUMNS_MAX);
    *last = row->line;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    int64_t last = 0;
    Err err = {0};
    FILE *file = size ? fmemopen((void *)(uintptr_t)data, size, "rb") : NULL;
    if (file) {
        CHECK(table_read(file, ',', on_row, &last, &err) || err.text[0] != '\0');
        fclose(file);
    }
    return 0;
}
