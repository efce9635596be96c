/* The provision matrix as of a day: its lines count like the buckets of the aging, and the core
 * multiplies. */
#include "ledger/query/matrix.h"

#include "base/check.h"

static const PgStatement RULE = {
    "query_matrix_rule",
    "WITH" MATRIX_AS_OF " SELECT id, document, valid_from, default_days, reason, market_index,"
    "        factor, rounding FROM rule LIMIT 1"};
enum { ID, DOCUMENT, VALID_FROM, DEFAULT_DAYS, REASON, INDEX, FACTOR, ROUNDING };

static const PgStatement RATES = {
    "query_matrix_rates", "WITH" MATRIX_AS_OF " SELECT r.name, r.currency, r.percent FROM rule,"
                          "   unnest(rate_names, rate_currencies, rate_percents)"
                          "     WITH ORDINALITY AS r(name, currency, percent, place)"
                          "  ORDER BY place LIMIT 1000"};

/* Every line of each currency in which something is open. */
static const PgStatement OPEN = {
    "query_matrix_open",
    "WITH " LATER_AS_OF ", age AS ("
    "  SELECT currency, $2::date - due_on AS days, count(*) AS count, sum(open) AS open"
    "    FROM " OPEN_AS_OF " o"
    "   WHERE ($4::bool OR (o.task, o.account) IN"
    "          (SELECT task, account FROM account WHERE creditor = $1))"
    "   GROUP BY 1, 2)," MATRIX_AS_OF "," MATRIX_LINES ","
    " placed AS ("
    "  SELECT currency, position, sum(count) AS count, sum(open) AS open"
    "    FROM age JOIN line ON days >= from_day AND days < next_day GROUP BY 1, 2),"
    " whole AS (SELECT currency, sum(open)::bigint AS open FROM placed GROUP BY 1)"
    "SELECT w.currency, l.name, coalesce(p.count, 0)::bigint, coalesce(p.open, 0)::bigint, w.open"
    "  FROM whole w CROSS JOIN line l LEFT JOIN placed p"
    "    ON (p.currency, p.position) = (w.currency, l.position)"
    " ORDER BY w.currency, l.position LIMIT 10000"};
enum { OPEN_CURRENCY, OPEN_LINE, OPEN_COUNT, OPEN_MINOR, OPEN_WHOLE };

/* ---- the rule */

static AllowanceRule rule_at(const PgRows *rows) {
    AllowanceRule rule = {.id = pg_text(rows, 0, ID),
                          .document = pg_text(rows, 0, DOCUMENT),
                          .valid_from = pg_date(rows, 0, VALID_FROM),
                          .default_days = pg_i32(rows, 0, DEFAULT_DAYS),
                          .reason = pg_text(rows, 0, REASON),
                          .index = pg_text(rows, 0, INDEX),
                          .has_factor = !pg_is_null(rows, 0, FACTOR)};
    rule.factor = (Decimal){rule.has_factor ? pg_i64(rows, 0, FACTOR) : 0};
    CHECK(allowance_rounding_parse(pg_text(rows, 0, ROUNDING), &rule.rounding));
    return rule;
}

static AllowanceRates rates_of(const Asked *asked, const PgRows *rows) {
    AllowanceRate *rates = ARENA_ARRAY(asked->arena, AllowanceRate, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        Str code = pg_text(rows, i, 1);
        rates[i].bucket = pg_text(rows, i, 0);
        rates[i].percent = (Decimal){pg_i64(rows, i, 2)};
        CHECK(str_is_empty(code) || currency_find(code, &rates[i].currency));
    }
    return (AllowanceRates){rates, (int)rows->count};
}

static void refuse_none(const Asked *asked, const Scope *scope) {
    Str sentence = str_format(asked->arena,
                              "No allowance document is in force for \"%.*s\": write "
                              "policies/allowance/ for it or for \"default\", and publish it.",
                              STR_ARGS(scope->creditor));
    query_refuse(asked, 409, "NO_ALLOWANCE", str_terminated(asked->arena, sentence), NULL, NULL);
}

bool matrix_rule(const Asked *asked, const Scope *scope, AllowanceRule *rule, bool *good,
                 Err *err) {
    PgRows rows;
    PgRows rates;
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, scope->creditor);
    pg_add_date(params, scope->day);
    if (!pg_run(asked->pg, &RULE, params, asked->arena, &rows, err) ||
        !pg_run(asked->pg, &RATES, params, asked->arena, &rates, err)) {
        return false;
    }
    *good = rows.count > 0 && !str_is_empty(pg_text(&rows, 0, ID));
    if (!*good) {
        refuse_none(asked, scope);
        return true;
    }
    *rule = rule_at(&rows);
    rule->rates = rates_of(asked, &rates);
    return true;
}

/* ---- what is open in it */

static bool index_is_known(const Asked *asked, const Scope *scope, const AllowanceRule *rule) {
    if (rule->has_factor) {
        return true;
    }
    Str day = date_print(asked->arena, scope->day);
    Str sentence =
        str_format(asked->arena,
                   "The series \"%.*s\" had no rate for %.*s in the rule set of that day, so the "
                   "market index is not known; publish a longer one for the days to come.",
                   STR_ARGS(rule->index), STR_ARGS(day));
    query_refuse(asked, 409, "INDEX_UNKNOWN", str_terminated(asked->arena, sentence), NULL, NULL);
    return false;
}

static MatrixRow row_at(const AllowanceRule *rule, const PgRows *rows, ptrdiff_t i) {
    MatrixRow row = {.line = pg_text(rows, i, OPEN_LINE),
                     .count = pg_i64(rows, i, OPEN_COUNT),
                     .open = pg_money(rows, i, OPEN_CURRENCY, OPEN_MINOR)};
    row.percent = allowance_percent(rule, row.line, row.open.currency);
    row.applied = allowance_applied(rule, row.percent);
    row.allowance = allowance_of(rule, row.open, row.applied);
    return row;
}

/* What the lines come to is at most what is open, which fits. */
static void total_add(Matrix *matrix, const MatrixRow *row, Money open) {
    int last = matrix->total_count - 1;
    if (last < 0 || !currency_equals(matrix->totals[last].open.currency, open.currency)) {
        last = matrix->total_count++;
        matrix->totals[last] = (MatrixTotal){.open = open, .allowance = money_of(0, open.currency)};
    }
    MatrixTotal *total = &matrix->totals[last];
    total->count += row->count;
    CHECK(money_add(total->allowance, row->allowance, &total->allowance));
}

static void rows_make(const Asked *asked, const PgRows *rows, Matrix *matrix) {
    matrix->row_count = rows->count;
    matrix->rows = ARENA_ARRAY(asked->arena, MatrixRow, rows->count);
    matrix->totals = ARENA_ARRAY(asked->arena, MatrixTotal, rows->count);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        matrix->rows[i] = row_at(&matrix->rule, rows, i);
        total_add(matrix, &matrix->rows[i], pg_money(rows, i, OPEN_CURRENCY, OPEN_WHOLE));
    }
}

bool matrix_make(const Asked *asked, const Scope *scope, Matrix *matrix, bool *good, Err *err) {
    PgRows rows;
    *matrix = (Matrix){.day = scope->day};
    if (!matrix_rule(asked, scope, &matrix->rule, good, err)) {
        return false;
    }
    *good = *good && index_is_known(asked, scope, &matrix->rule);
    if (!*good) {
        return true;
    }
    PgParams *params = scope_params(asked, scope);
    pg_add_bool(params, scope->is_only);
    if (!pg_run(asked->pg, &OPEN, params, asked->arena, &rows, err)) {
        return false;
    }
    rows_make(asked, &rows, matrix);
    return true;
}

Money matrix_allowance(const Matrix *matrix, Currency currency) {
    for (int i = 0; i < matrix->total_count; i++) {
        if (currency_equals(matrix->totals[i].open.currency, currency)) {
            return matrix->totals[i].allowance;
        }
    }
    return money_of(0, currency);
}
