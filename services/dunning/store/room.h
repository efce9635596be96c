#pragma once

#include "dunning/store.h"

/* Inside store/ only: what a load carries along. */
typedef struct Load {
    Pg *pg;
    Arena *arena;
    StoreVisit *visits;
    int visit_count;
    Debtors *debtors;
    DebtorExtent most; /* of any debtor */
} Load;

/* The first four parameters of every statement: the debtors of at least that extent as arrays, the
 * last one of ordinals among all of the batch, with which a row comes back. */
PgParams *room_params(const Load *load, DebtorExtent least);
Debtor *room_debtor(const Load *load, const PgRows *rows, ptrdiff_t row);
int32_t room_ordinal(const Load *load, const Debtor *debtor);

/* Those of open items, for the visits that look at them, and those that the batch names. */
bool load_reminders(const Load *load, Err *err) MUST_USE;
