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

Invoice room_invoice(const PgRows *rows, ptrdiff_t row) {
    Invoice invoice = {.number = pg_text(rows, row, 1),
                       .amount = pg_money(rows, row, 2, 3),
                       .open = pg_money(rows, row, 2, 4),
                       .written_off = pg_money(rows, row, 2, 5),
                       .issued_on = pg_date(rows, row, 6),
                       .due_on = pg_date(rows, row, 7),
                       .bucket = pg_text(rows, row, 9),
                       .applied_on = pg_date(rows, row, 10),
                       .written_off_on = pg_date(rows, row, 11)};
    CHECK(invoice_state_parse(pg_text(rows, row, 8), &invoice.state));
    return invoice;
}
