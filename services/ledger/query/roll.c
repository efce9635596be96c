/* GET /v1/roll-rates: where what was open some days ago stands now, by bucket, or that it is
 * settled: paid, credited, cancelled or written off. What an item grew since is nobody's roll. */
#include "ledger/query/room.h"

static const PgStatement ROLL = {
    "query_roll_rates",
    "WITH mine AS (SELECT task, account FROM account WHERE creditor = $1), " LATER("$2", "$3") "," LATER_NAMED(
        " earlier", "($2::date - $4::int)",
        "$3") "," BUCKETS("$2") ","
                                " was AS (SELECT o.*, $2::date - $4::int - due_on AS days"
                                "           FROM " OPEN_THEN_NAMED(
                                    "earlier", "($2::date - $4::int)",
                                    "$3") " o"
                                          "           JOIN mine USING (task, account)),"
                                          " now AS (SELECT " KEY_OF_ITEM
                                          ", $2::date - due_on AS days, open"
                                          "           FROM " OPEN_THEN(
                                              "$2",
                                              "$3") " o),"
                                                    " both_days AS ("
                                                    "  SELECT was.currency, was.days, was.open, "
                                                    "n.days AS days_now,"
                                                    "         least(was.open, coalesce(n.open, 0)) "
                                                    "AS still"
                                                    "    FROM was LEFT JOIN now n USING "
                                                    "(" KEY_OF_ITEM ")),"
                                                    " rolled AS ("
                                                    "  SELECT currency, days, days_now, 1 AS "
                                                    "items, still AS amount FROM both_days WHERE "
                                                    "still > 0"
                                                    "  UNION ALL"
                                                    "  SELECT currency, days, NULL, (still = "
                                                    "0)::int, open - still FROM both_days"
                                                    "   WHERE open > still),"
                                                    " whole AS (SELECT currency, b.position, "
                                                    "sum(amount) AS amount FROM rolled r"
                                                    "             JOIN bucket b ON " IN_BUCKET(
                                                        "r.days",
                                                        "b") " GROUP BY 1, 2)"
                                                             "SELECT r.currency, f.name, "
                                                             "coalesce(t.name, 'settled'), "
                                                             "sum(r.items)::bigint,"
                                                             "       sum(r.amount)::bigint, "
                                                             "round(10000 * sum(r.amount) / "
                                                             "w.amount)::bigint"
                                                             "  FROM rolled r JOIN bucket f "
                                                             "ON " IN_BUCKET(
                                                                 "r.days",
                                                                 "f") "  LEFT JOIN bucket t "
                                                                      "ON " IN_BUCKET("r.days_now",
                                                                                      "t") "  JOIN "
                                                                                           "whole "
                                                                                           "w ON "
                                                                                           "(w."
                                                                                           "currenc"
                                                                                           "y, "
                                                                                           "w."
                                                                                           "positio"
                                                                                           "n) = "
                                                                                           "(r."
                                                                                           "currenc"
                                                                                           "y, "
                                                                                           "f."
                                                                                           "positio"
                                                                                           "n)"
                                                                                           " GROUP "
                                                                                           "BY "
                                                                                           "r."
                                                                                           "currenc"
                                                                                           "y, "
                                                                                           "f."
                                                                                           "positio"
                                                                                           "n, "
                                                                                           "f.name,"
                                                                                           " t."
                                                                                           "positio"
                                                                                           "n, "
                                                                                           "t.name,"
                                                                                           " w."
                                                                                           "amount"
                                                                                           " ORDER "
                                                                                           "BY "
                                                                                           "r."
                                                                                           "currenc"
                                                                                           "y, "
                                                                                           "f."
                                                                                           "positio"
                                                                                           "n, "
                                                                                           "t."
                                                                                           "positio"
                                                                                           "n "
                                                                                           "LIMIT "
                                                                                           "$5"};

static const Cell CELLS[] = {{"currency", CELL_TEXT}, {"bucket", CELL_TEXT},
                             {"now", CELL_TEXT},      {"items", CELL_NUMBER},
                             {"amount", CELL_MONEY},  {"share_x100", CELL_NUMBER}};
static const ListForm LISTS[] = {LIST_FORM("rolls", &ROLL, CELLS)};

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    enum { DAYS = 30 }; /* a bucket's width in the usual aging */
    int64_t days = 0;
    if (!days_find(asked, DAYS, &days)) {
        return NULL;
    }
    PgParams *params = scope_params(asked, scope);
    pg_add_i32(params, (int32_t)days);
    return params;
}

bool query_roll_rates(const Asked *asked, Err *err) {
    static const Report report = {LISTS, COUNT_OF(LISTS), false, params_of};
    return report_answer(asked, &report, err);
}
