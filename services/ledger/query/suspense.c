/* GET /v1/suspense: money without a customer, by how long it has been waiting. A payment waits from
 * the day it counts from; what was moved on is not there any more from the same day on. */
#include "contract/suspense.h"

#include "ledger/query/room.h"

#define WAITING                                                                                    \
    "WITH own AS ("                                                                                \
    "  SELECT task, account FROM account JOIN task USING (task)"                                   \
    "   WHERE creditor = $1 AND customer = $4),"                                                   \
    " left_then AS ("                                                                              \
    "  SELECT task, account, e.currency, e.credit_number AS number,"                               \
    "         sum(CASE e.credit WHEN 'unapplied' THEN e.amount ELSE -e.amount END)::bigint AS "    \
    "rest"                                                                                         \
    "    FROM own JOIN entry e USING (task, account)"                                              \
    "   WHERE e.effective_on <= $2 AND e.recorded_on <= $3"                                        \
    "     AND (e.debit = 'unapplied' OR e.credit = 'unapplied')"                                   \
    "   GROUP BY 1, 2, 3, 4),"                                                                     \
    " waiting AS ("                                                                                \
    "  SELECT l.currency, l.number, c.received_on,"                                                \
    "         ($2::date - c.received_on)::bigint AS days, c.way, c.payer, c.invoice, l.rest"       \
    "    FROM left_then l JOIN credit c ON (c.task, c.account, c.kind, c.number)"                  \
    "                                    = (l.task, l.account, 'payment', l.number)"               \
    "   WHERE l.rest <> 0) "

static const PgStatement SUMS = {
    "query_suspense_sums",
    WAITING "SELECT currency, count(*), sum(rest)::bigint, max(days) FROM waiting"
            " GROUP BY 1 ORDER BY 1 LIMIT $5"};

static const PgStatement PAYMENTS = {
    "query_suspense_payments",
    WAITING "SELECT currency, number, received_on, days, way, payer, invoice, rest"
            "  FROM waiting ORDER BY currency, received_on, number LIMIT $5"};

static const Cell SUM_CELLS[] = {{"currency", CELL_TEXT},
                                 {"count", CELL_NUMBER},
                                 {"amount", CELL_MONEY},
                                 {"oldest_days", CELL_NUMBER}};
static const Cell PAYMENT_CELLS[] = {{"currency", CELL_TEXT},   {"payment", CELL_TEXT},
                                     {"received_on", CELL_DAY}, {"days", CELL_NUMBER},
                                     {"way", CELL_TEXT},        {"payer", CELL_TEXT},
                                     {"invoice", CELL_TEXT},    {"amount", CELL_MONEY}};
static const ListForm LISTS[] = {LIST_FORM("sums", &SUMS, SUM_CELLS),
                                 LIST_FORM("payments", &PAYMENTS, PAYMENT_CELLS)};

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    PgParams *params = scope_params(asked, scope);
    pg_add_text(params, str_of(SUSPENSE_CUSTOMER));
    return params;
}

bool query_suspense(const Asked *asked, Err *err) {
    static const Report report = {.lists = LISTS, .count = COUNT_OF(LISTS), .params = params_of};
    return report_answer(asked, &report, err);
}
