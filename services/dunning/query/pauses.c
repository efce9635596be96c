/* GET /v1/dunning/pauses: invoices whose clock stands still on the open day, the longest first. */
#include "dunning/query/room.h"

static const PgStatement LIST = {
    "query_pauses",
    "SELECT p.creditor, p.customer, p.invoice, p.number, p.starts_on, p.ends_on,"
    "       coalesce(i.currency, ''), coalesce(i.open, 0)"
    "  FROM paused p LEFT JOIN LATERAL"
    "       (SELECT currency, sum(open)::bigint AS open FROM item i"
    "         WHERE (i.task, i.creditor, i.customer, i.invoice) ="
    "               (p.task, p.creditor, p.customer, p.invoice) GROUP BY currency) i ON true"
    " WHERE ($1 = '' OR p.creditor = $1) AND ($2 = '' OR p.customer = $2)"
    " ORDER BY p.starts_on, p.creditor, p.customer, p.number LIMIT $3"};

static json_t *day_or_null(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return pg_is_null(rows, row, 5) ? json_null() : json_day(asked->arena, pg_date(rows, row, 5));
}

/* Of an invoice that is not known yet, or paid, nothing is open. */
static json_t *open_or_null(const PgRows *rows, ptrdiff_t row) {
    Str currency = pg_text(rows, row, 6);
    return str_is_empty(currency) ? json_null() : json_amount(currency, pg_i64(rows, row, 7));
}

static json_t *pause_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}",                      //
                     "creditor", json_text(pg_text(rows, row, 0)),               //
                     "customer", json_text(pg_text(rows, row, 1)),               //
                     "invoice", json_text(pg_text(rows, row, 2)),                //
                     "pause", json_text(pg_text(rows, row, 3)),                  //
                     "starts_on", json_day(asked->arena, pg_date(rows, row, 4)), //
                     "ends_on", day_or_null(asked, rows, row),                   //
                     "open", open_or_null(rows, row));
}

bool query_pauses(const Asked *asked, Err *err) {
    static const ListQuestion question = {.statement = &LIST,
                                          .filters = {"creditor", "customer"},
                                          .filter_count = 2,
                                          .name = "pauses",
                                          .row = pause_at};
    return query_list(asked, &question, err);
}
