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

static json_t *person_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:o, s:o, s:o, s:i, s:o}",                                    //
                     "creditor", json_text(pg_text(rows, row, 0)),                        //
                     "customer", json_text(pg_text(rows, row, 1)),                        //
                     "reason", json_text(pg_text(rows, row, 2)),                          //
                     "overdue", json_amount(pg_text(rows, row, 3), pg_i64(rows, row, 4)), //
                     "days_past_due", (int)pg_i32(rows, row, 5),                          //
                     "since", json_day(asked->arena, pg_date(rows, row, 6)));
}

bool query_persons(const Asked *asked, Err *err) {
    static const ListQuestion question = {.statement = &LIST,
                                          .filters = {"creditor"},
                                          .filter_count = 1,
                                          .name = "accounts",
                                          .row = person_at};
    return query_list(asked, &question, err);
}
