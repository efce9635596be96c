/* GET /v1/trial-balance: every account of the chart, debit or credit, as of a day, as known on a
 * day; summed up from the journal. */
#include "base/check.h"
#include "ledger/core/chart.h"
#include "ledger/query/room.h"

/* What stands on each account of the chart, in each currency that occurs. */
#define TRIAL                                                                                      \
    "WITH pair AS ("                                                                               \
    "  SELECT debit, credit, currency, sum(amount) AS amount"                                      \
    "    FROM entry JOIN account USING (task, account)"                                            \
    "   WHERE creditor = $1 AND effective_on <= $2 AND recorded_on <= $3 GROUP BY 1, 2, 3),"       \
    " leg AS (SELECT debit AS gl, currency, amount FROM pair"                                      \
    "         UNION ALL SELECT credit, currency, -amount FROM pair),"                              \
    " total AS (SELECT gl, currency, sum(amount) AS amount FROM leg GROUP BY 1, 2),"               \
    " line AS ("                                                                                   \
    "  SELECT c.currency, g.position, g.gl, g.path, coalesce(t.amount, 0) AS amount"               \
    "    FROM (SELECT DISTINCT currency FROM total) c"                                             \
    "   CROSS JOIN unnest($4::text[], $5::text[]) WITH ORDINALITY AS g(gl, path, position)"        \
    "    LEFT JOIN total t ON (t.gl, t.currency) = (g.gl, c.currency)) "

static const PgStatement ACCOUNTS = {
    "query_trial_accounts",
    TRIAL "SELECT currency, gl, path, greatest(amount, 0)::bigint, greatest(-amount, 0)::bigint"
          "  FROM line ORDER BY currency, position LIMIT $6"};

static const PgStatement SUMS = {
    "query_trial_sums",
    TRIAL "SELECT currency, coalesce(sum(amount) FILTER (WHERE amount > 0), 0)::bigint,"
          "       coalesce(-sum(amount) FILTER (WHERE amount < 0), 0)::bigint"
          "  FROM line GROUP BY currency ORDER BY currency LIMIT $6"};

static const Cell ACCOUNT_CELLS[] = {{"currency", CELL_TEXT},
                                     {"account", CELL_TEXT},
                                     {"path", CELL_TEXT},
                                     {"debit", CELL_MONEY},
                                     {"credit", CELL_MONEY}};
static const Cell SUM_CELLS[] = {
    {"currency", CELL_TEXT}, {"debit", CELL_MONEY}, {"credit", CELL_MONEY}};
static const ListForm LISTS[] = {LIST_FORM("accounts", &ACCOUNTS, ACCOUNT_CELLS),
                                 LIST_FORM("sums", &SUMS, SUM_CELLS)};

/* ---- the chart as programs of accountants name it: "assets:receivable" */

static const char *branch_of(GlAccount account) {
    switch (gl_kind(account)) {
    case GL_ASSET:
        return "assets";
    case GL_LIABILITY:
        return "liabilities";
    case GL_INCOME:
        return "income";
    case GL_EXPENSE:
        return "expenses";
    }
    CHECK(!"a kind of account");
}

void chart_add(const Asked *asked, PgParams *params) {
    enum { COUNT = GL_ACCOUNT_COUNT - 1 };
    Str names[COUNT];
    Str paths[COUNT];
    for (int i = 0; i < COUNT; i++) {
        GlAccount account = (GlAccount)(i + 1);
        names[i] = str_of(gl_name(account));
        paths[i] = str_format(asked->arena, "%s:%s", branch_of(account), gl_name(account));
    }
    pg_add_text_array(params, names, COUNT);
    pg_add_text_array(params, paths, COUNT);
}

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    PgParams *params = scope_params(asked, scope);
    chart_add(asked, params);
    return params;
}

bool query_trial_balance(const Asked *asked, Err *err) {
    static const Report report = {.lists = LISTS, .count = COUNT_OF(LISTS), .params = params_of};
    return report_answer(asked, &report, err);
}
