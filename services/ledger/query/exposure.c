/* GET /v1/exposure: who owes most, as of a day; the first N of each currency, since amounts of two
 * currencies have no order. Counted like the aging; names join what is added up. */
#include "ledger/query/room.h"

enum { TOP_DEFAULT = 10 };

/* clang-format off: it would move whatever follows a name to the right of it. */
static const PgStatement EXPOSURE = {
    "query_exposure",
    "WITH " LATER_AS_OF ","
    " owed AS ("
    "  SELECT task, account, currency, count(*) AS count, sum(open) AS open,"
    "         coalesce(sum(open) FILTER (WHERE due_on < $2), 0) AS overdue"
    "    FROM " OPEN_AS_OF " o GROUP BY task, account, currency),"
    " ranked AS ("
    "  SELECT customer, currency, count::bigint, open::bigint, overdue::bigint,"
    "         row_number() OVER (PARTITION BY currency ORDER BY open DESC, customer) AS rank"
    "    FROM owed JOIN account USING (task, account) WHERE creditor = $1)"
    "SELECT customer, currency, count, open, overdue FROM ranked"
    " WHERE rank <= $4 ORDER BY currency, rank LIMIT $5"};
/* clang-format on */

/* False after a refusal. */
static bool top_find(const Asked *asked, int64_t *top) {
    *top = TOP_DEFAULT;
    Str given = http_parameter(asked->request, "top");
    bool good = str_is_empty(given) || (str_parse_i64(given, top) && *top >= 1);
    if (!good) {
        query_refuse(asked, 400, "TOP", "top is no whole number above zero.", NULL, NULL);
    }
    return good;
}

static json_t *customer_at(const PgRows *rows, ptrdiff_t row) {
    Str currency = pg_text(rows, row, 1);
    return json_pack("{s:o, s:o, s:I, s:o, s:o}",                         //
                     "customer", json_text(pg_text(rows, row, 0)),        //
                     "currency", json_text(currency),                     //
                     "count", (json_int_t)pg_i64(rows, row, 2),           //
                     "open", json_amount(currency, pg_i64(rows, row, 3)), //
                     "overdue", json_amount(currency, pg_i64(rows, row, 4)));
}

bool query_exposure(const Asked *asked, Err *err) {
    Scope scope;
    int64_t top = 0;
    if (!scope_find(asked, &scope, err)) {
        return false;
    }
    if (!scope.good || !top_find(asked, &top)) {
        return true;
    }
    PgParams *params = scope_params(asked, &scope);
    pg_add_i64(params, top);
    pg_add_i64(params, asked->row_limit + 1); /* one more says that there are more */
    PgRows rows;
    if (!query_tune(asked, err) ||
        !pg_run(asked->pg, &EXPOSURE, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *customers = json_array();
    bool cut = rows.count > asked->row_limit;
    for (ptrdiff_t i = 0; i < rows.count - cut; i++) {
        json_array_append_new(customers, customer_at(&rows, i));
    }
    json_t *head = scope_json(asked, &scope);
    json_object_set_new(head, "customers", customers);
    json_object_set_new(head, "cut", json_boolean(cut));
    answer_json(asked->answer, asked->arena, 200, head);
    return true;
}
