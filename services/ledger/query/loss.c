/* GET /v1/loss-rates: of the debts that fell due in a span of months, how much entered each line of
 * the provision matrix, and how much of it ends unpaid.
 *
 * The span ends so long ago that every debt of it would be in default by now. All lines look at the
 * same debts, so the rate of one is the product of the rates at which debts rolled on from there;
 * each payment is looked at once, by its days past due. Given up and lost on a sale is unpaid, and
 * money that came back is paid; what was never owed, or is owed no more by agreement, is neither.
 */
#include "ledger/query/matrix.h"

static const PgStatement SPAN = {
    "query_loss_span", "SELECT ($2::date - $3::int - make_interval(months => $1::int))::date + 1,"
                       "       $2::date - $3::int, max(day) + 1 FROM task LIMIT 1"};

/* clang-format off: it would move whatever follows a name to the right of it. */
static const PgStatement LOSS = {
    "query_loss_rates",
    "WITH mine AS (SELECT task, account FROM account WHERE creditor = $1)," MATRIX_AS_OF
    "," MATRIX_LINES ","
    " debt AS ("
    "  SELECT " KEY_OF_ITEM ", currency, " DUE_AS_OF " AS due_on"
    "    FROM item JOIN mine USING (task, account) WHERE issued_on <= $2 AND recorded_on <= $3),"
    " moved AS ("
    "  SELECT d.currency, e.effective_on - d.due_on AS age,"
    "         sum(CASE WHEN e.credit IN ('receivable', 'recovery') THEN -e.amount"
    "                  ELSE e.amount END) AS unpaid,"
    "         sum(CASE WHEN e.kind = 'cancellation' THEN -e.amount"
    "                  WHEN e.debit = 'receivable' AND e.kind NOT LIKE '%reversal' THEN e.amount"
    "                  ELSE 0 END) AS owed"
    "    FROM debt d JOIN entry e ON (e.task, e.account, e.invoice, e.charge, e.instalment)"
    "                              = (d.task, d.account, d.number, d.charge, d.instalment)"
    "   WHERE d.due_on BETWEEN $4 AND $5 AND e.effective_on <= $2 AND e.recorded_on <= $3"
    "     AND ('receivable' IN (e.debit, e.credit) OR 'recovery' IN (e.debit, e.credit))"
    "     AND e.kind NOT IN ('write_off', 'write_off_reversal', 'sale_loss',"
    "                        'sale_loss_reversal', 'recovery_tax', 'recovery_tax_reversal')"
    "   GROUP BY 1, 2),"
    " ended AS ("
    "  SELECT m.currency, l.position, l.name, greatest(0, sum(m.unpaid)) AS lost,"
    "         coalesce(CASE l.position WHEN 1 THEN sum(m.owed)"
    "                  ELSE sum(m.unpaid) FILTER (WHERE m.age <= l.from_day) END, 0) AS entered"
    "    FROM moved m CROSS JOIN line l GROUP BY 1, 2, 3)"
    "SELECT currency, name, greatest(0, entered)::bigint,"
    "       greatest(0, least(lost, entered))::bigint"
    "  FROM ended ORDER BY currency, position LIMIT $6"};
/* clang-format on */
enum { CURRENCY, LINE, ENTERED, LOST };

enum { MONTHS_USUAL = 12, MONTHS_MOST = 120, ROWS_MAX = 10000 };

typedef struct Span {
    Date from; /* due days */
    Date to;
    Date next; /* the first day for which nothing is decided yet */
} Span;

/* False after a refusal. */
static bool months_find(const Asked *asked, int64_t *months) {
    Str given = http_parameter(asked->request, "months");
    *months = MONTHS_USUAL;
    if (str_is_empty(given) ||
        (str_parse_i64(given, months) && *months >= 1 && *months <= MONTHS_MOST)) {
        return true;
    }
    query_refuse(asked, 400, "MONTHS", "months is no whole number from 1 to 120.", NULL, NULL);
    return false;
}

static bool span_find(const Asked *asked, const Scope *scope, int64_t months, int32_t default_days,
                      Span *span, Err *err) {
    PgRows rows;
    PgParams *params = pg_params(asked->arena);
    pg_add_i32(params, (int32_t)months);
    pg_add_date(params, scope->day);
    pg_add_i32(params, default_days);
    if (!pg_run(asked->pg, &SPAN, params, asked->arena, &rows, err)) {
        return false;
    }
    *span = (Span){pg_date(&rows, 0, 0), pg_date(&rows, 0, 1), pg_date(&rows, 0, 2)};
    return true;
}

static bool rates_find(const Asked *asked, const Scope *scope, const Span *span, PgRows *rows,
                       Err *err) {
    PgParams *params = scope_params(asked, scope);
    pg_add_date(params, span->from);
    pg_add_date(params, span->to);
    pg_add_i64(params, ROWS_MAX);
    return query_tune_joins(asked, err) &&
           pg_run(asked->pg, &LOSS, params, asked->arena, rows, err);
}

/* A line that nothing entered has no rate. */
static json_t *rate_json(const Asked *asked, const AllowanceRule *rule, const PgRows *rows,
                         ptrdiff_t i) {
    Money entered = pg_money(rows, i, CURRENCY, ENTERED);
    Money lost = pg_money(rows, i, CURRENCY, LOST);
    Str line = pg_text(rows, i, LINE);
    Str former = decimal_print(asked->arena, allowance_percent(rule, line, entered.currency));
    json_t *rate = json_null();
    if (entered.minor > 0) {
        rate =
            json_text(decimal_print(asked->arena, allowance_observed(lost.minor, entered.minor)));
    }
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}",                                  //
                     "currency", entered.currency.code,                                 //
                     "bucket", json_text(line),                                         //
                     "entered", json_amount(pg_text(rows, i, CURRENCY), entered.minor), //
                     "lost", json_amount(pg_text(rows, i, CURRENCY), lost.minor),       //
                     "rate", rate, "former", json_text(former));
}

static json_t *answer_of(const Asked *asked, const Scope *scope, const Span *span,
                         const AllowanceRule *rule, const PgRows *rows) {
    json_t *answer = scope_json(asked, scope);
    json_t *list = json_array();
    json_object_set_new(answer, "due_from", json_day(asked->arena, span->from));
    json_object_set_new(answer, "due_to", json_day(asked->arena, span->to));
    json_object_set_new(answer, "next_day", json_day(asked->arena, span->next));
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        json_array_append_new(list, rate_json(asked, rule, rows, i));
    }
    json_object_set_new(answer, "rates", list);
    return answer;
}

bool query_loss_rates(const Asked *asked, Err *err) {
    Scope scope;
    AllowanceRule rule;
    Span span;
    PgRows rows;
    int64_t months = 0;
    bool good = false;
    if (!scope_find(asked, &scope, err)) {
        return false;
    }
    if (!scope.good || !months_find(asked, &months)) {
        return true;
    }
    if (!matrix_rule(asked, &scope, &rule, &good, err)) {
        return false;
    }
    if (!good) {
        return true;
    }
    if (!span_find(asked, &scope, months, rule.default_days, &span, err) ||
        !rates_find(asked, &scope, &span, &rows, err)) {
        return false;
    }
    answer_json(asked->answer, asked->arena, 200, answer_of(asked, &scope, &span, &rule, &rows));
    return true;
}
