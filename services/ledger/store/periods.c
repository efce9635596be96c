/* How far the books of the batch's creditors are sealed, task by task. */
#include "chassis/pg_columns.h"
#include "ledger/store/room.h"

static const PgStatement LOAD_PERIODS = {
    "ledger_load_periods",
    "SELECT k.ordinal, p.sealed_until, p.signed_us"
    "  FROM (SELECT unnest($1::int[]) AS ordinal, unnest($2::int[]) AS task,"
    "               unnest($3::text[]) AS creditor) AS k,"
    "       LATERAL (SELECT sealed_until, signed_us FROM period p WHERE p.task = k.task"
    "         AND p.creditor = k.creditor OFFSET 0) p"};

static const PgStatement SAVE_PERIODS = {
    "ledger_save_periods",
    "INSERT INTO period (task, creditor, sealed_until, signed_us)"
    " SELECT unnest($1::int[]), unnest($2::text[]), unnest($3::date[]), unnest($4::bigint[])"
    " ON CONFLICT (task, creditor) DO UPDATE"
    "    SET sealed_until = excluded.sealed_until, signed_us = excluded.signed_us"};

/* ---- whose */

static Str creditor_of(const StoreVisit *visit) {
    bool notice = visit->input->kind == LEDGER_PERIOD;
    return notice ? visit->input->period.creditor : visit->account.creditor;
}

static Period *period_find(const Books *books, int32_t task, Str creditor) {
    for (int i = books->period_count - 1; i >= 0; i--) {
        Period *period = &books->periods[i];
        if (period->task == task && str_equals(period->creditor, creditor)) {
            return period;
        }
    }
    return NULL;
}

Period *store_period(const Books *books, int32_t task, Str creditor) {
    return period_find(books, task, creditor);
}

static void periods_make(const Load *load) {
    Books *books = load->books;
    books->periods = ARENA_ARRAY(load->arena, Period, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        Str creditor = creditor_of(visit);
        if (!str_is_empty(creditor) && period_find(books, visit->task, creditor) == NULL) {
            books->periods[books->period_count++] =
                (Period){.task = visit->task, .creditor = creditor, .sealed_until = DATE_NONE};
        }
    }
}

/* ---- load and save */

bool load_periods(const Load *load, Err *err) {
    periods_make(load);
    const Books *books = load->books;
    if (books->period_count == 0) {
        return true;
    }
    PgColumns columns = pg_columns(load->arena, books->period_count);
    int32_t *ordinals = ARENA_ARRAY(load->arena, int32_t, books->period_count);
    for (int i = 0; i < books->period_count; i++) {
        ordinals[i] = i;
        pg_columns_add(&columns, NULL, &books->periods[i]);
    }
    pg_add_i32_array(columns.params, ordinals, columns.count);
    pg_column_i32(&columns, offsetof(Period, task));
    pg_column_text(&columns, offsetof(Period, creditor));
    PgRows rows;
    if (!room_ask(load, &LOAD_PERIODS, columns.params, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Period *period = &books->periods[pg_i32(&rows, i, 0)];
        period->sealed_until = pg_date(&rows, i, 1);
        period->signed_at.us = pg_i64(&rows, i, 2);
    }
    return true;
}

bool save_periods(Pg *pg, const Books *books, Arena *arena, Err *err) {
    PgColumns columns = pg_columns(arena, books->period_count);
    for (int i = 0; i < books->period_count; i++) {
        if (books->periods[i].changed) {
            pg_columns_add(&columns, NULL, &books->periods[i]);
        }
    }
    pg_column_i32(&columns, offsetof(Period, task));
    pg_column_text(&columns, offsetof(Period, creditor));
    pg_column_date(&columns, offsetof(Period, sealed_until));
    pg_column_i64(&columns, offsetof(Period, signed_at.us));
    return pg_columns_send(pg, &columns, &SAVE_PERIODS, err);
}
