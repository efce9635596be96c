/* GET /v1/holds: accounts whose facts may be incomplete, the oldest first. */
#include "ledger/query/room.h"

static const PgStatement HOLDS = {
    "query_holds",
    "SELECT creditor, customer, topic, partition, record_offset, reason, sentence, held_on"
    "  FROM hold JOIN account USING (task, account) WHERE cleared_on IS NULL"
    " ORDER BY held_on, creditor, customer, topic, partition, record_offset LIMIT $1"};

static json_t *hold_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:o, s:o, s:i, s:I, s:o, s:o, s:o}",   //
                     "creditor", json_text(pg_text(rows, row, 0)), //
                     "customer", json_text(pg_text(rows, row, 1)), //
                     "topic", json_text(pg_text(rows, row, 2)),    //
                     "partition", (int)pg_i32(rows, row, 3),       //
                     "offset", (json_int_t)pg_i64(rows, row, 4),   //
                     "reason", json_text(pg_text(rows, row, 5)),   //
                     "sentence", json_text(pg_text(rows, row, 6)), //
                     "held_on", json_day(asked->arena, pg_date(rows, row, 7)));
}

bool query_holds(const Asked *asked, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_i64(params, asked->row_limit);
    PgRows rows;
    if (!pg_run(asked->pg, &HOLDS, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *holds = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(holds, hold_at(asked, &rows, i));
    }
    answer_json(asked->answer, asked->arena, 200,
                json_pack("{s:o, s:I}", "holds", holds, "row_limit", (json_int_t)asked->row_limit));
    return true;
}
