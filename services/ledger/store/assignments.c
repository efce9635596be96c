/* Sales to come: the pending ones of every account that has some. */
#include "ledger/store/room.h"

static const PgStatement LOAD_ASSIGNMENTS = {
    "ledger_load_assignments",
    "SELECT k.ordinal, s.sale, s.number, s.charge::int, s.instalment::int, s.currency, s.open,"
    "       s.price, s.settles_on, s.recorded_on"
    "  FROM " ROOM_ACCOUNTS ", LATERAL (SELECT * FROM assignment s WHERE s.task = k.task"
    "   AND s.account = k.account AND s.state = 'pending' OFFSET 0) s"};

static bool has_pending(const Known *known) {
    return known->has_pending;
}

bool load_assignments(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_ASSIGNMENTS, room_accounts_params(load, has_pending), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_assignment(
            room_book(load, &rows, i),
            (Assignment){
                .sale = pg_text(&rows, i, 1),
                .key = {pg_text(&rows, i, 2), (Charge)pg_i32(&rows, i, 3), pg_i32(&rows, i, 4)},
                .open = pg_money(&rows, i, 5, 6),
                .price = pg_money(&rows, i, 5, 7),
                .settles_on = pg_date(&rows, i, 8),
                .state = ASSIGNMENT_PENDING,
                .recorded_on = pg_date(&rows, i, 9)});
    }
    return true;
}

/* ---- saving */

static const PgStatement SAVE_ASSIGNMENTS = {
    "ledger_save_assignments",
    "INSERT INTO assignment (task, account, sale, number, charge, instalment, currency, open,"
    "                        price, settles_on, state, recorded_on)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::int[]), unnest($6::int[]), unnest($7::text[]), unnest($8::bigint[]),"
    "        unnest($9::bigint[]), unnest($10::date[]), unnest($11::text[]), unnest($12::date[])"
    " ON CONFLICT (task, account, sale, number, charge, instalment) DO UPDATE"
    " SET state = excluded.state"};

static const char *state_of(const void *row) {
    return assignment_state_name(((const Assignment *)row)->state);
}

static void add_assignment(PgColumns *columns) {
    pg_column_text(columns, offsetof(Assignment, sale));
    pg_column_text(columns, offsetof(Assignment, key.number));
    pg_column_i32(columns, offsetof(Assignment, key.charge));
    pg_column_i32(columns, offsetof(Assignment, key.instalment));
    pg_column_currency(columns, offsetof(Assignment, open));
    pg_column_minor(columns, offsetof(Assignment, open));
    pg_column_minor(columns, offsetof(Assignment, price));
    pg_column_date(columns, offsetof(Assignment, settles_on));
    pg_column_name(columns, state_of);
    pg_column_date(columns, offsetof(Assignment, recorded_on));
}

static bool is_changed(const void *row) {
    return ((const Assignment *)row)->changed;
}

bool save_assignments(const Saving *saving, Err *err) {
    static const Table tables[] = {
        {&SAVE_ASSIGNMENTS, BOOK_LIST(assignments, assignment_count, Assignment), is_changed,
         add_assignment},
    };
    return room_save_tables(saving, tables, COUNT_OF(tables), err);
}
