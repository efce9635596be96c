/* Asking for debtors, and of which one an answer is. */
#include "dunning/store/room.h"

#include "base/check.h"
#include "chassis/pg_columns.h"

PgParams *room_params(const Load *load, DebtorExtent least) {
    const Debtors *debtors = load->debtors;
    PgColumns columns = pg_columns(load->arena, debtors->count);
    int32_t *ordinals = ARENA_ARRAY(load->arena, int32_t, debtors->count);
    for (int i = 0; i < debtors->count; i++) {
        const Debtor *debtor = &debtors->rows[i];
        if (debtor->extent >= least) {
            ordinals[columns.count] = room_ordinal(load, debtor);
            pg_columns_add(&columns, NULL, debtor);
        }
    }
    pg_column_i32(&columns, offsetof(Debtor, task));
    pg_column_text(&columns, offsetof(Debtor, account.creditor));
    pg_column_text(&columns, offsetof(Debtor, account.customer));
    pg_add_i32_array(columns.params, ordinals, columns.count);
    return columns.params;
}

Debtor *room_debtor(const Load *load, const PgRows *rows, ptrdiff_t row) {
    int ordinal = pg_i32(rows, row, 0);
    CHECK(ordinal >= 1 && ordinal <= load->debtors->count);
    return &load->debtors->rows[ordinal - 1];
}

int32_t room_ordinal(const Load *load, const Debtor *debtor) {
    return (int32_t)(debtor - load->debtors->rows) + 1;
}
