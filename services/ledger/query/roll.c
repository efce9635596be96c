/* GET /v1/roll-rates: where what was open some days ago stands now, by bucket, or that it is
 * settled: paid, credited, cancelled or written off. What an item grew since is nobody's roll. */
#include "ledger/query/room.h"

/* clang-format off: it would move whatever follows a name to the right of it. */
static const PgStatement ROLL = {
    "query_roll_rates",
    "WITH mine AS (SELECT task, account FROM account WHERE creditor = $1), " LATER_AS_OF
    "," LATER_BEFORE "," BUCKETS_AS_OF ","
    " was AS (SELECT o.*, $2::date - $4::int - " AGED_FROM " AS days"
    "           FROM " OPEN_BEFORE " o JOIN mine USING (task, account)),"
    " now AS (SELECT " KEY_OF_ITEM ", $2::date - " AGED_FROM " AS days, open FROM " OPEN_AS_OF
    " o),"
    " both_days AS ("
    "  SELECT was.currency, was.days, was.open, n.days AS days_now,"
    "         least(was.open, coalesce(n.open, 0)) AS still"
    "    FROM was LEFT JOIN now n USING (" KEY_OF_ITEM ")),"
    " rolled AS ("
    "  SELECT currency, days, days_now, 1 AS items, still AS amount FROM both_days WHERE still > 0"
    "  UNION ALL"
    "  SELECT currency, days, NULL, (still = 0)::int, open - still FROM both_days"
    "   WHERE open > still),"
    " placed AS ("
    "  SELECT r.currency, f.position, f.name, t.position AS position_now, t.name AS name_now,"
    "         items, amount"
    "    FROM rolled r JOIN bucket f ON r.days >= f.from_day AND r.days < f.next_day"
    "    LEFT JOIN bucket t ON r.days_now >= t.from_day AND r.days_now < t.next_day)"
    "SELECT currency, name, coalesce(name_now, 'settled'), sum(items)::bigint, sum(amount)::bigint,"
    "       round(10000 * sum(amount)"
    "             / sum(sum(amount)) OVER (PARTITION BY currency, position))::bigint"
    "  FROM placed GROUP BY currency, position, name, position_now, name_now"
    " ORDER BY currency, position, position_now LIMIT $5"};
/* clang-format on */

static const Cell CELLS[] = {{"currency", CELL_TEXT}, {"bucket", CELL_TEXT},
                             {"now", CELL_TEXT},      {"items", CELL_NUMBER},
                             {"amount", CELL_MONEY},  {"share_x100", CELL_NUMBER}};
static const ListForm LISTS[] = {LIST_FORM("rolls", &ROLL, CELLS)};

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    enum { DAYS = 30 }; /* a bucket's width in the usual aging */
    return days_params(asked, scope, DAYS);
}

bool query_roll_rates(const Asked *asked, Err *err) {
    static const Report report = {
        .lists = LISTS, .count = COUNT_OF(LISTS), .of_all = true, .params = params_of};
    return report_answer(asked, &report, err);
}
