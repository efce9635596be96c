/* Cells of an answer, each read as what its column is. */
#include "base/check.h"
#include "chassis/pg.h"
#include "chassis/pg_params.h"

static Str cell_of(const PgRows *rows, ptrdiff_t row, int column) {
    CHECK(row >= 0 && row < rows->count && column >= 0 && column < rows->columns);
    return rows->cells[row * rows->columns + column];
}

bool pg_is_null(const PgRows *rows, ptrdiff_t row, int column) {
    return cell_of(rows, row, column).ptr == NULL;
}

bool pg_bool(const PgRows *rows, ptrdiff_t row, int column) {
    Str cell = cell_of(rows, row, column);
    CHECK(cell.len == 1);
    return cell.ptr[0] != 0;
}

int32_t pg_i32(const PgRows *rows, ptrdiff_t row, int column) {
    Str cell = cell_of(rows, row, column);
    CHECK(cell.len == 4);
    return (int32_t)(uint32_t)pg_read_big(cell.ptr, 4);
}

int64_t pg_i64(const PgRows *rows, ptrdiff_t row, int column) {
    Str cell = cell_of(rows, row, column);
    CHECK(cell.len == 8);
    return (int64_t)pg_read_big(cell.ptr, 8);
}

Date pg_date(const PgRows *rows, ptrdiff_t row, int column) {
    Str cell = cell_of(rows, row, column);
    if (!cell.ptr) {
        return DATE_NONE;
    }
    CHECK(cell.len == 4);
    return (Date){(int32_t)(uint32_t)pg_read_big(cell.ptr, 4) + PG_EPOCH_DAYS};
}

Str pg_text(const PgRows *rows, ptrdiff_t row, int column) {
    Str cell = cell_of(rows, row, column);
    return cell.ptr ? cell : S("");
}

Money pg_money(const PgRows *rows, ptrdiff_t row, int currency_column, int amount_column) {
    Currency currency = {0};
    CHECK(currency_find(pg_text(rows, row, currency_column), &currency));
    return money_of(pg_i64(rows, row, amount_column), currency);
}
