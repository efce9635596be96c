/* GET /v1/small-balances: what was given up in a span under standing approvals: by approval, and
 * one by one. */
#include "ledger/query/room.h"

#define GIVEN_UP                                                                                   \
    "WITH given_up AS ("                                                                           \
    "  SELECT e.currency, e.document AS reference, g.reason, o.customer, e.invoice,"               \
    "         e.charge::bigint AS charge, e.instalment::bigint AS instalment, e.effective_on,"     \
    "         e.recorded_on, e.amount"                                                             \
    "    FROM entry e JOIN account o USING (task, account)"                                        \
    "    JOIN ground g ON g.standing"                                                              \
    "     AND (g.task, g.account, g.document) = (e.task, e.account, e.document)"                   \
    "   WHERE o.creditor = $1 AND e.kind = 'write_off' AND e.effective_on BETWEEN $4 AND $2"       \
    "     AND e.recorded_on <= $3) "

static const PgStatement SUMS = {"query_small_sums",
                                 GIVEN_UP "SELECT currency, reference, min(reason), count(*),"
                                          "       count(DISTINCT customer), sum(amount)::bigint"
                                          "  FROM given_up GROUP BY 1, 2 ORDER BY 2, 1 LIMIT $5"};

static const PgStatement ITEMS = {
    "query_small_items",
    GIVEN_UP "SELECT currency, reference, effective_on, customer, invoice,"
             "       (ARRAY['principal', 'interest', 'costs'])[charge + 1], instalment, amount"
             "  FROM given_up ORDER BY reference, effective_on, customer, invoice, charge,"
             "       instalment LIMIT $5"};

static const Cell SUM_CELLS[] = {{"currency", CELL_TEXT},    {"reference", CELL_TEXT},
                                 {"reason", CELL_TEXT},      {"count", CELL_NUMBER},
                                 {"customers", CELL_NUMBER}, {"amount", CELL_MONEY}};
static const Cell ITEM_CELLS[] = {{"currency", CELL_TEXT},     {"reference", CELL_TEXT},
                                  {"effective_on", CELL_DAY},  {"customer", CELL_TEXT},
                                  {"invoice", CELL_TEXT},      {"charge", CELL_TEXT},
                                  {"instalment", CELL_NUMBER}, {"amount", CELL_MONEY}};
static const ListForm LISTS[] = {LIST_FORM("sums", &SUMS, SUM_CELLS),
                                 LIST_FORM("items", &ITEMS, ITEM_CELLS)};

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    PgParams *params = scope_params(asked, scope);
    pg_add_date(params, scope->from);
    return params;
}

bool query_small_balances(const Asked *asked, Err *err) {
    static const Report report = {
        .lists = LISTS, .count = COUNT_OF(LISTS), .of_span = true, .params = params_of};
    return report_answer(asked, &report, err);
}
