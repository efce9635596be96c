/* GET /v1/approvals: requests, the oldest first; all, those that wait, or those that are decided.
 */
#include "approvals/query/room.h"

static const PgStatement LIST = {
    "query_list",
    "SELECT r.creditor, r.request, r.customer, r.kind, r.currency, r.amount, r.requester,"
    "       r.requested_on, r.tier, array_to_string(r.approvers, ','),"
    "       coalesce(d.state, 'waiting'), coalesce(d.actor, ''), d.decided_on"
    "  FROM request r LEFT JOIN decision d ON d.task = r.task AND d.creditor = r.creditor"
    "   AND d.request = r.request AND d.state <> ''"
    " WHERE ($1 = '' OR r.creditor = $1) AND ($2 = '' OR ($2 = 'waiting') = (d.state IS NULL))"
    " ORDER BY r.requested_on, r.creditor, r.request LIMIT $3"};

static json_t *request_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",     //
                     "creditor", json_text(pg_text(rows, row, 0)),                       //
                     "request", json_text(pg_text(rows, row, 1)),                        //
                     "customer", json_text(pg_text(rows, row, 2)),                       //
                     "kind", json_text(pg_text(rows, row, 3)),                           //
                     "amount", json_amount(pg_text(rows, row, 4), pg_i64(rows, row, 5)), //
                     "requester", json_text(pg_text(rows, row, 6)),                      //
                     "requested_on", json_day(asked->arena, pg_date(rows, row, 7)),      //
                     "tier", json_text(pg_text(rows, row, 8)),                           //
                     "approvers", json_ids(pg_text(rows, row, 9)),                       //
                     "state", json_text(pg_text(rows, row, 10)),                         //
                     "decided_by", json_text(pg_text(rows, row, 11)),                    //
                     "decided_on", json_day(asked->arena, pg_date(rows, row, 12)));
}

bool query_list(const Asked *asked, Err *err) {
    Str state = http_parameter(asked->request, "state");
    if (!str_is_empty(state) && !str_equals(state, S("waiting")) &&
        !str_equals(state, S("decided"))) {
        http_refuse(asked->arena, asked->answer, 400, "STATE",
                    "state is waiting or decided, or left out.");
        return true;
    }
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, http_parameter(asked->request, "creditor"));
    pg_add_text(params, state);
    pg_add_i64(params, asked->row_limit);
    PgRows rows;
    if (!pg_run(asked->pg, &LIST, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *requests = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(requests, request_at(asked, &rows, i));
    }
    answer_json(
        asked->answer, asked->arena, 200,
        json_pack("{s:o, s:I}", "requests", requests, "row_limit", (json_int_t)asked->row_limit));
    return true;
}
