/* GET /v1/holds: accounts whose facts may be incomplete, the oldest first. */
#include "ledger/query/room.h"

static const PgStatement HOLDS = {
    "query_holds",
    "SELECT creditor, customer, topic, partition, record_offset, reason, sentence, held_on"
    "  FROM hold WHERE cleared_on IS NULL"
    " ORDER BY held_on, creditor, customer, topic, partition, record_offset LIMIT $1"};

static json_t *hold_at(const Query *query, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:o, s:o, s:i, s:I, s:o, s:o, s:o}",   //
                     "creditor", json_text(pg_text(rows, row, 0)), //
                     "customer", json_text(pg_text(rows, row, 1)), //
                     "topic", json_text(pg_text(rows, row, 2)),    //
                     "partition", (int)pg_i32(rows, row, 3),       //
                     "offset", (json_int_t)pg_i64(rows, row, 4),   //
                     "reason", json_text(pg_text(rows, row, 5)),   //
                     "sentence", json_text(pg_text(rows, row, 6)), //
                     "held_on", json_day(query, pg_date(rows, row, 7)));
}

bool query_holds(const Query *query, Err *err) {
    PgParams *params = pg_params(query->arena);
    pg_add_i64(params, query->row_limit);
    PgRows rows;
    if (!pg_run(query->pg, &HOLDS, params, query->arena, &rows, err)) {
        return false;
    }
    json_t *holds = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(holds, hold_at(query, &rows, i));
    }
    query_answer(
        query, 200,
        json_pack("{s:o, s:I}", "holds", holds, "row_limit", (json_int_t)query->row_limit));
    return true;
}
