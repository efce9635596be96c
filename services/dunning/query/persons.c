/* GET /v1/dunning/persons: customers whom a person has to reach, the longest waiting first. */
#include "dunning/query/room.h"

/* A dunning that goes on by nobody's mail, with what is overdue in it; and items whose write-off
 * was rejected. */
static const PgStatement LIST = {
    "query_persons",
    "WITH today AS (SELECT task, day FROM task WHERE day IS NOT NULL),"
    " waiting AS ("
    "  SELECT u.creditor, u.customer, u.person AS reason, u.currency, sum(i.open)::bigint AS open,"
    "         max(t.day - i.due_on) AS days, u.since"
    "    FROM dunning u JOIN today t USING (task)"
    "    JOIN item i ON (i.task, i.creditor, i.customer, i.currency) ="
    "                   (u.task, u.creditor, u.customer, u.currency)"
    "     AND i.request = '' AND i.due_on < t.day"
    "    LEFT JOIN paused p ON (p.task, p.creditor, p.customer, p.invoice) ="
    "                          (i.task, i.creditor, i.customer, i.invoice)"
    "   WHERE u.state = 'person' AND p.number IS NULL AND ($1 = '' OR u.creditor = $1)"
    "   GROUP BY u.creditor, u.customer, u.person, u.currency, u.since"
    "  UNION ALL"
    "  SELECT i.creditor, i.customer, 'write_off_rejected', i.currency, sum(i.open)::bigint,"
    "         max(t.day - i.due_on), max(r.requested_on)"
    "    FROM item i JOIN today t USING (task)"
    "    JOIN request r ON (r.task, r.creditor, r.customer, r.request) ="
    "                      (i.task, i.creditor, i.customer, i.request)"
    "   WHERE i.rejected AND ($1 = '' OR i.creditor = $1)"
    "   GROUP BY i.creditor, i.customer, i.currency)"
    " SELECT creditor, customer, reason, currency, open, days, since FROM waiting"
    "  ORDER BY since, creditor, customer, currency LIMIT $2"};

bool query_persons(const Asked *asked, Err *err) {
    int64_t top;
    if (!top_find(asked, &top)) {
        return true;
    }
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, http_parameter(asked->request, "creditor"));
    pg_add_i64(params, top);
    PgRows rows;
    if (!pg_run(asked->pg, &LIST, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *accounts = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(accounts,
                              json_pack("{s:o, s:o, s:o, s:o, s:i, s:o}",            //
                                        "creditor", json_text(pg_text(&rows, i, 0)), //
                                        "customer", json_text(pg_text(&rows, i, 1)), //
                                        "reason", json_text(pg_text(&rows, i, 2)),   //
                                        "overdue",
                                        json_amount(pg_text(&rows, i, 3), pg_i64(&rows, i, 4)), //
                                        "days_past_due", (int)pg_i32(&rows, i, 5),              //
                                        "since", json_day(asked->arena, pg_date(&rows, i, 6))));
    }
    answer_json(
        asked->answer, asked->arena, 200,
        json_pack("{s:o, s:I}", "accounts", accounts, "row_limit", (json_int_t)asked->row_limit));
    return true;
}
