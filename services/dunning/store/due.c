/* What the end of a day has to visit. */
#include "dunning/store.h"

/* The order of the index is the order of keys, since nothing that was due earlier is left. */
static const PgStatement DUE = {
    "dunning_due", "SELECT creditor, customer FROM debtor WHERE task = $1 AND visit_on <= $2"
                   " ORDER BY visit_on, creditor, customer LIMIT $3"};

bool store_due(Pg *pg, StoreDue due, Arena *arena, Account *accounts, int *count, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, due.task);
    pg_add_date(params, due.day);
    pg_add_i64(params, due.limit);
    PgRows rows;
    if (!pg_run(pg, &DUE, params, arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        accounts[i] = (Account){pg_text(&rows, i, 0), pg_text(&rows, i, 1)};
    }
    *count = (int)rows.count;
    return true;
}
