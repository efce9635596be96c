/* GET /v1/interest: what late payment has cost by the regimes, up to the mark of each debt, and
 * what of it is on the books. As things stand. */
#include "ledger/query/room.h"

#define COUNTED                                                                                    \
    "WITH counted AS ("                                                                            \
    "  SELECT a.currency, o.customer, a.number, a.instalment::bigint AS instalment, a.regime,"     \
    "         i.state, a.until, a.amount, a.posted, a.amount - a.posted AS rest, a.fixed,"         \
    "         a.overlong, i.applied_on AS closed_on"                                               \
    "    FROM account o JOIN accrued a USING (task, account)"                                      \
    "    JOIN item i ON (i.task, i.account, i.number, i.charge, i.instalment)"                     \
    "                 = (a.task, a.account, a.number, 0, a.instalment)"                            \
    "   WHERE o.creditor = $1 AND o.bears_interest AND ($2 = '' OR o.customer = $2)"               \
    "     AND (a.amount > 0 OR a.posted > 0 OR a.fixed > 0 OR a.overlong)) "

static const PgStatement SUMS = {
    "query_interest_sums",
    COUNTED "SELECT currency, regime, count(*), sum(amount)::bigint, sum(posted)::bigint,"
            "       sum(rest)::bigint, sum(fixed)::bigint"
            "  FROM counted GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $3"};

/* Those with most to be claimed first. */
static const PgStatement DEBTS = {
    "query_interest_debts",
    COUNTED "SELECT currency, customer, number, instalment, regime, state, until, amount, posted,"
            "       rest, fixed, CASE WHEN overlong THEN 'too many changes: compute by hand'"
            "                         WHEN state <> 'open' AND until < closed_on"
            "                         THEN 'rates are not known beyond that day' ELSE '' END"
            "  FROM counted ORDER BY currency, rest DESC, customer, number, instalment LIMIT $3"};

static const Cell SUM_CELLS[] = {{"currency", CELL_TEXT}, {"regime", CELL_TEXT},
                                 {"debts", CELL_NUMBER},  {"accrued", CELL_MONEY},
                                 {"posted", CELL_MONEY},  {"unposted", CELL_MONEY},
                                 {"fixed", CELL_MONEY}};
static const Cell DEBT_CELLS[] = {
    {"currency", CELL_TEXT},     {"customer", CELL_TEXT}, {"invoice", CELL_TEXT},
    {"instalment", CELL_NUMBER}, {"regime", CELL_TEXT},   {"state", CELL_TEXT},
    {"accrued_until", CELL_DAY}, {"accrued", CELL_MONEY}, {"posted", CELL_MONEY},
    {"unposted", CELL_MONEY},    {"fixed", CELL_MONEY},   {"remark", CELL_TEXT}};
static const ListForm LISTS[] = {LIST_FORM("sums", &SUMS, SUM_CELLS),
                                 LIST_FORM("debts", &DEBTS, DEBT_CELLS)};

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    PgParams *params = pg_params(asked->arena);
    Str customer = http_parameter(asked->request, "customer");
    pg_add_text(params, scope->creditor);
    pg_add_text(params, customer.ptr == NULL ? S("") : customer);
    return params;
}

bool query_interest(const Asked *asked, Err *err) {
    static const Report report = {
        .lists = LISTS, .count = COUNT_OF(LISTS), .of_all = true, .params = params_of};
    return report_answer(asked, &report, err);
}
