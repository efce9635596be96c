/* GET /v1/kpi: how fast debts become money, in each currency, as of a day; docs/reports.md has the
 * definitions. Figures are hundredths, rounded once, halves away from zero; what would divide by
 * nothing has no value. */
#include "ledger/query/room.h"

/* What became of items that moved later, or of which more was heard, by the entries that count.
 * What closed an item is the last that reduced it. */
#define CHANGED                                                                                    \
    " changed AS ("                                                                                \
    "  SELECT l.task, l.account, l.number, l.charge, l.instalment,"                                \
    "         sum(CASE e.debit WHEN 'receivable' THEN e.amount ELSE -e.amount END) AS open,"       \
    "         max(e.effective_on) FILTER (WHERE e.credit = 'receivable') AS settled_on,"           \
    "         bool_or(e.kind = 'cancellation') AS cancelled,"                                      \
    "         bool_or(e.kind = 'write_off') AS given_up,"                                          \
    "         (array_agg(e.kind ORDER BY e.entry DESC)"                                            \
    "             FILTER (WHERE e.credit = 'receivable'))[1]"                                      \
    "             IN ('allocation', 'discount', 'tolerance') AS paid"                              \
    "    FROM later l JOIN entry e ON (e.task, e.account, e.invoice, e.charge, e.instalment)"      \
    "                               = (l.task, l.account, l.number, l.charge, l.instalment)"       \
    "   WHERE (e.debit = 'receivable' OR e.credit = 'receivable')"                                 \
    "     AND e.effective_on <= $2 AND e.recorded_on <= $3 GROUP BY 1, 2, 3, 4, 5),"
/* Invoices and debit notes, item by item: what was sold, and what is over. Of the others their row
 * tells. Fees, interest and money that went back are debts, but nobody bought anything. */
#define SOLD                                                                                       \
    " part AS ("                                                                                   \
    "  SELECT task, account, number, instalment, currency, issued_on, amount,"                     \
    "         CASE WHEN c.open IS NULL THEN applied_on ELSE c.settled_on END AS settled_on,"       \
    "         CASE WHEN c.open IS NULL THEN state = 'cancelled'"                                   \
    "              ELSE c.cancelled END AS cancelled,"                                             \
    "         CASE WHEN c.open IS NULL THEN state = 'settled' AND written_off_on IS NULL"          \
    "              ELSE c.open = 0 AND c.paid AND NOT c.given_up END AS settled,"                  \
    "         " DUE_AS_OF " AS due_on"                                                             \
    "    FROM item JOIN mine USING (task, account)"                                                \
    "    LEFT JOIN changed c USING (" KEY_OF_ITEM ")"                                              \
    "   WHERE charge = 0 AND issued_on <= $2 AND recorded_on <= $3"                                \
    "     AND NOT EXISTS (SELECT FROM entry e WHERE e.kind IN ('debt_to_bank', 'restructured_in')" \
    "           AND (e.task, e.account, e.invoice) = (item.task, item.account, item.number))),"    \
    " sold AS (SELECT *, greatest(settled_on - due_on, 0) AS days_late FROM part),"
/* An invoice is settled when all of it is; as late as the latest of its instalments. Most have none
 * and need not be put together. */
#define SETTLED                                                                                    \
    " invoice AS ("                                                                                \
    "  SELECT task, account, number, currency, issued_on, settled, settled_on, amount, days_late," \
    "         amount::numeric * days_late AS weighted FROM sold WHERE instalment = 0"              \
    "  UNION ALL"                                                                                  \
    "  SELECT task, account, number, currency, issued_on, bool_and(settled), max(settled_on),"     \
    "         sum(amount), max(days_late), sum(amount::numeric * days_late)"                       \
    "    FROM sold WHERE instalment > 0 GROUP BY 1, 2, 3, 4, 5),"                                  \
    " settled AS ("                                                                                \
    "  SELECT currency, count(*) AS invoices, count(*) FILTER (WHERE days_late > 0) AS late,"      \
    "         sum(amount) AS amount, sum(days_late) AS days_late, sum(weighted) AS weighted,"      \
    "         sum(settled_on - issued_on) AS days"                                                 \
    "    FROM invoice WHERE settled GROUP BY 1),"
/* The balance is counted back from the day: each day's sales are as many days' worth of it, until
 * it is used up in the midst of one. Balances beyond all sales have no answer. */
#define COUNTED_BACK                                                                               \
    " sale AS (SELECT currency, issued_on, sum(amount) AS amount FROM sold WHERE NOT cancelled"    \
    "           GROUP BY 1, 2),"                                                                   \
    " sales AS (SELECT currency, sum(amount) FILTER (WHERE issued_on > $2::date - $4::int)"        \
    "                    AS amount FROM sale GROUP BY 1),"                                         \
    " back AS (SELECT currency, issued_on, amount,"                                                \
    "                 sum(amount) OVER (PARTITION BY currency ORDER BY issued_on DESC) AS sum"     \
    "            FROM sale),"                                                                      \
    " counted AS (SELECT DISTINCT ON (currency) currency,"                                         \
    "                    $2::date - issued_on + (o.open - (sum - amount)) / amount AS days"        \
    "               FROM back JOIN owed o USING (currency) WHERE sum >= o.open AND o.open > 0"     \
    "              ORDER BY currency, issued_on DESC),"
#define OWED                                                                                       \
    " owed AS ("                                                                                   \
    "  SELECT currency, count(*) AS items, count(DISTINCT account * 65536 + task) AS customers,"   \
    "         sum(open) AS open, coalesce(sum(open) FILTER (WHERE due_on >= $2), 0) AS current,"   \
    "         count(*) FILTER (WHERE due_on < $2) AS late_items,"                                  \
    "         count(DISTINCT account * 65536 + task) FILTER (WHERE due_on < $2) AS "               \
    "late_customers,"                                                                              \
    "         max($2::date - due_on) FILTER (WHERE due_on < $2) AS oldest"                         \
    "    FROM " OPEN_AS_OF " o JOIN mine USING (task, account) GROUP BY 1),"
#define OWED_BEFORE                                                                                \
    " before AS ("                                                                                 \
    "  SELECT currency, sum(open) AS open"                                                         \
    "    FROM " OPEN_BEFORE " o JOIN mine USING (task, account) GROUP BY 1),"
#define STEPS                                                                                      \
    " step AS ("                                                                                   \
    "  SELECT i.currency,"                                                                         \
    "         avg(i.issued_on - d.delivered_on) FILTER ("                                          \
    "             WHERE i.issued_on > $2::date - $4::int) AS to_invoice,"                          \
    "         avg(d.approved_on - d.received_on) FILTER ("                                         \
    "             WHERE d.approved_on > $2::date - $4::int AND d.approved_on <= $2) AS to_approve" \
    "    FROM invoice i JOIN invoice_detail d"                                                     \
    "      ON (d.task, d.account, d.invoice) = (i.task, i.account, i.number) GROUP BY 1)"

/* Each debt beside what it is divided by. */
#define FIGURES                                                                                    \
    " whole AS ("                                                                                  \
    "  SELECT currency, coalesce(o.items, 0) AS items, coalesce(o.customers, 0) AS customers,"     \
    "         coalesce(o.open, 0) AS open, coalesce(o.current, 0) AS current,"                     \
    "         coalesce(o.late_items, 0) AS late_items,"                                            \
    "         coalesce(o.late_customers, 0) AS late_customers, o.oldest,"                          \
    "         coalesce(b.open, 0) AS before, coalesce(s.amount, 0) AS sales"                       \
    "    FROM owed o FULL JOIN before b USING (currency) FULL JOIN sales s USING (currency)),"     \
    " ratio AS ("                                                                                  \
    "  SELECT w.*, open - current AS overdue,"                                                     \
    "         (before + sales - open) / nullif(before + sales - current, 0) AS effectiveness"      \
    "    FROM whole w) "

static const PgStatement KPI = {
    "query_kpi",
    "WITH mine AS (SELECT task, account FROM account WHERE creditor = $1), " LATER_AS_OF
    "," LATER_BEFORE "," OWED OWED_BEFORE CHANGED SOLD SETTLED COUNTED_BACK STEPS "," FIGURES
    "SELECT currency, r.items, r.customers, r.open::bigint, r.current::bigint, late_items,"
    "       late_customers, overdue::bigint, oldest::bigint, before::bigint, sales::bigint,"
    "       round(100 * $4::int * r.open / nullif(sales, 0))::bigint,"
    "       round(100 * $4::int * r.current / nullif(sales, 0))::bigint,"
    "       round(100 * $4::int * overdue / nullif(sales, 0))::bigint,"
    "       round(100 * CASE r.open WHEN 0 THEN 0 ELSE c.days END)::bigint,"
    "       round(10000 * effectiveness)::bigint,"
    "       coalesce(p.invoices, 0), coalesce(p.late, 0), coalesce(p.amount, 0)::bigint,"
    "       round(10000.0 * p.late / p.invoices)::bigint,"
    "       round(100.0 * p.days_late / p.invoices)::bigint,"
    "       round(100.0 * p.days_late / nullif(p.late, 0))::bigint,"
    "       round(100 * p.weighted / p.amount)::bigint, round(100.0 * p.days / p.invoices)::bigint,"
    "       round(100 * t.to_invoice)::bigint, round(100 * t.to_approve)::bigint"
    "  FROM ratio r LEFT JOIN counted c USING (currency) LEFT JOIN settled p USING (currency)"
    "  LEFT JOIN step t USING (currency) ORDER BY currency LIMIT $5"};

static const Cell CELLS[] = {
    {"currency", CELL_TEXT},
    {"open_items", CELL_NUMBER},
    {"open_customers", CELL_NUMBER},
    {"open", CELL_MONEY},
    {"current", CELL_MONEY},
    {"overdue_items", CELL_NUMBER},
    {"overdue_customers", CELL_NUMBER},
    {"overdue", CELL_MONEY},
    {"oldest_days_past_due", CELL_NUMBER},
    {"open_before", CELL_MONEY},
    {"sales", CELL_MONEY},
    {"dso_x100", CELL_NUMBER},
    {"best_possible_dso_x100", CELL_NUMBER},
    {"avg_days_delinquent_x100", CELL_NUMBER},
    {"count_back_dso_x100", CELL_NUMBER},
    {"cei_x100", CELL_NUMBER},
    {"settled_invoices", CELL_NUMBER},
    {"late_settled_invoices", CELL_NUMBER},
    {"settled", CELL_MONEY},
    {"late_pct_x100", CELL_NUMBER},
    {"avg_days_late_x100", CELL_NUMBER},
    {"avg_days_late_of_late_x100", CELL_NUMBER},
    {"weighted_days_late_x100", CELL_NUMBER},
    {"avg_days_to_settle_x100", CELL_NUMBER},
    {"avg_days_to_invoice_x100", CELL_NUMBER},
    {"avg_days_to_approve_x100", CELL_NUMBER},
};
static const ListForm LISTS[] = {LIST_FORM("currencies", &KPI, CELLS)};

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    enum { DAYS = 90 }; /* a quarter: what is usual */
    return days_params(asked, scope, DAYS);
}

bool query_kpi(const Asked *asked, Err *err) {
    static const Report report = {
        .lists = LISTS, .count = COUNT_OF(LISTS), .of_all = true, .params = params_of};
    return report_answer(asked, &report, err);
}
