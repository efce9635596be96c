/* GET /v1/aging: open invoices by bucket, as of a day.
 *
 * What stood on the receivable account by entries that count up to that day: what is open now less
 * what counts only later. The buckets are those the tasks aged by on that day, or the first ones,
 * for days before. */
#include "ledger/query/room.h"

static const PgStatement AGING = {
    "query_aging",
    "WITH part AS ("
    "  SELECT currency, due_on, count(*) AS count, sum(open) AS open"
    "    FROM item JOIN account USING (task, account)"
    "   WHERE creditor = $1 AND state = 'open' GROUP BY currency, due_on"
    "  UNION ALL"
    "  SELECT currency, due_on, sum(" COUNT_THEN "), -sum(moved)"
    "    FROM " MOVED_LATER " JOIN account USING (task, account)"
    "   WHERE creditor = $1 GROUP BY currency, due_on),"
    " age AS ("
    "  SELECT currency, $2::date - due_on AS days, sum(count) AS count, sum(open) AS open"
    "    FROM part GROUP BY currency, due_on HAVING sum(count) <> 0),"
    " rule AS ("
    "  SELECT names, from_days FROM aging_rule"
    "   ORDER BY since > $2, abs($2::date - since), task LIMIT 1),"
    " bucket AS ("
    "  SELECT b.name, b.from_day, b.position,"
    "         lead(b.from_day) OVER (ORDER BY b.position) AS next_day"
    "    FROM rule, unnest(names, from_days) WITH ORDINALITY AS b(name, from_day, position))"
    "SELECT c.currency, b.name, coalesce(sum(i.count), 0)::bigint,"
    "       coalesce(sum(i.open), 0)::bigint,"
    "       (sum(coalesce(sum(i.open), 0)) OVER (PARTITION BY c.currency))::bigint"
    "  FROM (SELECT DISTINCT currency FROM age) c CROSS JOIN bucket b"
    "  LEFT JOIN age i ON i.currency = c.currency AND i.days >= b.from_day"
    "   AND (b.next_day IS NULL OR i.days < b.next_day)"
    " GROUP BY c.currency, b.position, b.name ORDER BY c.currency, b.position"};

/* The rows of one currency, from `first`; moves it past them. */
static json_t *currency_take(const PgRows *rows, ptrdiff_t *first) {
    Str currency = pg_text(rows, *first, 0);
    json_t *buckets = json_array();
    int64_t count = 0;
    int64_t minor = pg_i64(rows, *first, 4); /* of all buckets, summed where overflow is an error */
    for (; *first < rows->count && str_equals(pg_text(rows, *first, 0), currency); ++*first) {
        int64_t bucket_count = pg_i64(rows, *first, 2);
        int64_t bucket_minor = pg_i64(rows, *first, 3);
        json_array_append_new(buckets, json_pack("{s:o, s:I, s:I}", //
                                                 "name", json_text(pg_text(rows, *first, 1)),
                                                 "count", (json_int_t)bucket_count, //
                                                 "minor", (json_int_t)bucket_minor));
        count += bucket_count;
    }
    return json_pack("{s:o, s:o, s:o}", "currency", json_text(currency), "open",
                     json_count(count, minor), "buckets", buckets);
}

bool query_aging(const Asked *asked, Err *err) {
    Scope scope;
    if (!scope_find(asked, &scope, err)) {
        return false;
    }
    if (!scope.good) {
        return true;
    }
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, scope.creditor);
    pg_add_date(params, scope.day);
    PgRows rows;
    if (!pg_run(asked->pg, &AGING, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *currencies = json_array();
    ptrdiff_t row = 0;
    while (row < rows.count) {
        json_array_append_new(currencies, currency_take(&rows, &row));
    }
    answer_json(asked->answer, asked->arena, 200,
                json_pack("{s:o, s:o, s:o}", "as_of", json_day(asked->arena, scope.day), "creditor",
                          json_text(scope.creditor), "currencies", currencies));
    return true;
}
