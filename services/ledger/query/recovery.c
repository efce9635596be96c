/* GET /v1/recovery: what came back of what was written off in each month and for each reason, and
 * by what else items were closed meanwhile, so that the rate can be judged. */
#include "ledger/query/room.h"

/* An item belongs to the month in which it was written off first, and to the reason that was given
 * then; what came back of it counts there up to the last day of the span, less what was lost again.
 */
#define LOSSES                                                                                     \
    "WITH loss AS ("                                                                               \
    "  SELECT e.currency, e.task, e.account, invoice, charge, instalment,"                         \
    "         min(effective_on) FILTER (WHERE kind = 'write_off') AS day,"                         \
    "         (array_agg(coalesce(g.code, '') ORDER BY effective_on, entry)"                       \
    "                    FILTER (WHERE kind = 'write_off'))[1] AS reason,"                         \
    "         coalesce(sum(CASE WHEN credit = 'receivable' THEN amount ELSE -amount END)"          \
    "                    FILTER (WHERE kind IN ('write_off', 'write_off_reversal')), 0)"           \
    "             AS written_off,"                                                                 \
    "         coalesce(sum(CASE WHEN credit = 'recovery' THEN amount ELSE -amount END)"            \
    "                    FILTER (WHERE kind IN ('recovery', 'recovery_reversal')), 0) AS "         \
    "recovered"                                                                                    \
    "    FROM entry e JOIN account USING (task, account)"                                          \
    "    LEFT JOIN ground g ON kind = 'write_off'"                                                 \
    "     AND (g.task, g.account, g.document) = (e.task, e.account, e.document)"                   \
    "   WHERE creditor = $1 AND effective_on <= $2 AND e.recorded_on <= $3"                        \
    "     AND kind IN ('write_off', 'write_off_reversal', 'recovery', 'recovery_reversal')"        \
    "   GROUP BY 1, 2, 3, 4, 5, 6) "

/* What stands after each of them. */
#define RATE                                                                                       \
    "count(*), sum(written_off)::bigint, sum(recovered)::bigint,"                                  \
    " round(10000 * sum(recovered) / nullif(sum(written_off), 0))::bigint"                         \
    "  FROM loss WHERE day >= $4 GROUP BY 1, 2 ORDER BY 1, 2 LIMIT $5"

static const PgStatement MONTHS = {"query_recovery_months",
                                   LOSSES "SELECT currency, to_char(day, 'YYYY-MM'), " RATE};
static const PgStatement REASONS = {"query_recovery_reasons",
                                    LOSSES "SELECT currency, reason, " RATE};

/* A reversal takes away from the reason that it takes back. */
static const PgStatement CLOSING = {
    "query_recovery_closing",
    "WITH closing AS ("
    "  SELECT e.currency,"
    "         CASE WHEN kind LIKE 'allocation%' AND credit_kind = 'credit_note' THEN 'credit_note'"
    "              WHEN kind LIKE 'allocation%' THEN 'paid'"
    "              WHEN kind LIKE 'discount%' THEN 'discount'"
    "              WHEN kind LIKE 'tolerance%' THEN 'tolerance'"
    "              WHEN kind LIKE 'write_off%' THEN 'written_off'"
    "              WHEN kind = 'cancellation' THEN 'cancelled'"
    "              WHEN kind LIKE 'sale%' THEN 'sold'"
    "              WHEN kind IN ('interest_reversal', 'fee_reversal') THEN 'corrected'"
    "              WHEN kind IN ('interest_waiver', 'fee_waiver') THEN 'waived'"
    "              WHEN kind = 'restructured_out' THEN 'restructured'"
    "              WHEN kind = 'return' THEN 'returned' ELSE kind END AS reason,"
    "         CASE WHEN credit = 'receivable' THEN amount ELSE -amount END AS amount"
    "    FROM entry e JOIN account USING (task, account)"
    "   WHERE creditor = $1 AND effective_on <= $2 AND recorded_on <= $3 AND effective_on >= $4"
    "     AND (credit = 'receivable' OR debit = 'receivable' AND kind LIKE '%reversal')),"
    " total AS (SELECT currency, sum(amount) AS amount FROM closing GROUP BY 1)"
    "SELECT c.currency, reason, count(*), sum(c.amount)::bigint,"
    "       round(10000 * sum(c.amount) / nullif(t.amount, 0))::bigint"
    "  FROM closing c JOIN total t USING (currency) GROUP BY c.currency, reason, t.amount"
    " ORDER BY 1, sum(c.amount) DESC, 2 LIMIT $5"};

static const Cell MONTH_CELLS[] = {{"currency", CELL_TEXT},   {"month", CELL_TEXT},
                                   {"items", CELL_NUMBER},    {"written_off", CELL_MONEY},
                                   {"recovered", CELL_MONEY}, {"rate_x100", CELL_NUMBER}};
static const Cell REASON_CELLS[] = {{"currency", CELL_TEXT},   {"reason", CELL_TEXT},
                                    {"items", CELL_NUMBER},    {"written_off", CELL_MONEY},
                                    {"recovered", CELL_MONEY}, {"rate_x100", CELL_NUMBER}};
static const Cell CLOSING_CELLS[] = {{"currency", CELL_TEXT},
                                     {"reason", CELL_TEXT},
                                     {"entries", CELL_NUMBER},
                                     {"amount", CELL_MONEY},
                                     {"share_x100", CELL_NUMBER}};
static const ListForm LISTS[] = {LIST_FORM("months", &MONTHS, MONTH_CELLS),
                                 LIST_FORM("reasons", &REASONS, REASON_CELLS),
                                 LIST_FORM("closing", &CLOSING, CLOSING_CELLS)};

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    PgParams *params = scope_params(asked, scope);
    pg_add_date(params, scope->from);
    return params;
}

bool query_recovery(const Asked *asked, Err *err) {
    static const Report report = {
        .lists = LISTS, .count = COUNT_OF(LISTS), .of_span = true, .params = params_of};
    return report_answer(asked, &report, err);
}
