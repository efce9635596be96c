#pragma once

#include "dunning/store.h"

/* Inside store/ only: what a load carries along. */
typedef struct Load {
    Pg *pg;
    Arena *arena;
    const StoreVisit *visits;
    int visit_count;
    Debtors *debtors;
} Load;

/* The first three parameters of every statement: the batch's debtors as arrays. A row comes back
 * with the ordinal of its debtor in those. */
PgParams *room_params(const Load *load);
Debtor *room_debtor(const Load *load, const PgRows *rows, ptrdiff_t row);
int32_t room_ordinal(const Load *load, const Debtor *debtor);
/* Currency and amount stand in two columns. */
Money room_money(const PgRows *rows, ptrdiff_t row, int currency_column, int amount_column);

/* Those of open items, for the visits that look at them, and those that the batch names. */
bool load_reminders(const Load *load, Err *err) MUST_USE;
