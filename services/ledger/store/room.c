/* Asking, and what an answer says: of which account, and which invoice. */
#include "ledger/store/room.h"

#include "base/check.h"

bool room_ask(const Load *load, const PgStatement *statement, const PgParams *params, PgRows *rows,
              Err *err) {
    *rows = (PgRows){0};
    return params == NULL || pg_run(load->pg, statement, params, load->arena, rows, err);
}

Book *room_book(const Load *load, const PgRows *rows, ptrdiff_t row) {
    int ordinal = pg_i32(rows, row, 0);
    CHECK(ordinal >= 1 && ordinal <= load->books->count);
    return &load->books->rows[ordinal - 1];
}

Item room_item(const PgRows *rows, ptrdiff_t row) {
    Item item = {.key = {.number = pg_text(rows, row, 1),
                         .charge = (Charge)pg_i32(rows, row, 2),
                         .instalment = pg_i32(rows, row, 3)},
                 .amount = pg_money(rows, row, 4, 5),
                 .open = pg_money(rows, row, 4, 6),
                 .written_off = pg_money(rows, row, 4, 7),
                 .issued_on = pg_date(rows, row, 8),
                 .due_on = pg_date(rows, row, 9),
                 .first_due_on = pg_date(rows, row, 10),
                 .bucket = pg_text(rows, row, 12),
                 .applied_on = pg_date(rows, row, 13),
                 .written_off_on = pg_date(rows, row, 14)};
    CHECK(item_state_parse(pg_text(rows, row, 11), &item.state));
    return item;
}
