/* GET /v1/allowance: what of the receivables will not be paid, how that moved, and what was given
 * up and is still claimed.
 *
 * The ledger posts no allowance. It posts write-offs as an expense and recoveries as an income; the
 * entries that are handed out here move both onto the allowance and book what is left to charge. */
#include <stdlib.h>

#include "ledger/query/limitation.h"
#include "ledger/query/matrix.h"

/* On the two accounts, so that the trial balances of both days differ by the same. */
static const PgStatement MOVED = {
    "query_allowance_moved",
    "SELECT e.currency,"
    "       coalesce(sum(CASE 'bad_debt' WHEN debit THEN amount WHEN credit THEN -amount END), 0)"
    "           ::bigint,"
    "       coalesce(sum(CASE 'recovery' WHEN credit THEN amount WHEN debit THEN -amount END), 0)"
    "           ::bigint"
    "  FROM entry e JOIN account USING (task, account)"
    " WHERE creditor = $1 AND effective_on <= $2 AND recorded_on <= $3 AND effective_on >= $4"
    "   AND (debit IN ('bad_debt', 'recovery') OR credit IN ('bad_debt', 'recovery'))"
    " GROUP BY 1 ORDER BY 1 LIMIT $5"};
enum { MOVED_CURRENCY, MOVED_USED, MOVED_RECOVERIES };

/* What is left of what was given up, item by item, and can be enforced, as far as bookkeeping says
 * anything of limitation. */
#define GIVEN_UP_AS_OF CLAIM("$2", "$3", "(i.written_off > 0 OR l.given_up <> 0)")
#define RULE_AS_OF     RULE_OF("$1", "$2::date")
#define LIMITED_AS_OF  LIMITED("$2", "$3")

static const PgStatement ENFORCED = {
    "query_allowance_enforced",
    "WITH " GIVEN_UP_AS_OF ", " RULE_AS_OF ", " LIMITED_AS_OF ","
    " barred AS ("
    "  SELECT " KEY_OF_ITEM ", sum(part_given_up)::bigint AS barred"
    "    FROM limited WHERE last_day < $2 GROUP BY " KEY_OF_ITEM "),"
    " of_span AS ("
    "  SELECT DISTINCT task, account, invoice AS number, charge, instalment, true AS of_span"
    "    FROM entry WHERE kind = 'write_off'"
    "     AND effective_on BETWEEN $4 AND $2 AND recorded_on <= $3),"
    " lost AS ("
    "  SELECT i.currency, i.given_up - coalesce(barred, 0) AS outstanding, of_span"
    "    FROM claim i LEFT JOIN barred USING (" KEY_OF_ITEM ")"
    "    LEFT JOIN of_span USING (" KEY_OF_ITEM "))"
    "SELECT currency, count(*), sum(outstanding)::bigint, count(*) FILTER (WHERE of_span),"
    "       coalesce(sum(outstanding) FILTER (WHERE of_span), 0)::bigint"
    "  FROM lost WHERE outstanding > 0 GROUP BY 1 ORDER BY 1 LIMIT $5"};
static const Cell ENFORCED_CELLS[] = {{"currency", CELL_TEXT},
                                      {"items", CELL_NUMBER},
                                      {"outstanding", CELL_MONEY},
                                      {"items_of_span", CELL_NUMBER},
                                      {"outstanding_of_span", CELL_MONEY}};
static const ListForm ENFORCED_LIST = LIST_FORM("enforced", &ENFORCED, ENFORCED_CELLS);

/* ---- the matrix as JSON */

static json_t *money_json(Money money) {
    return json_amount(str_of(money.currency.code), money.minor);
}

static json_t *percent_json(const Asked *asked, Decimal percent) {
    return json_text(decimal_print(asked->arena, percent));
}

static json_t *rule_json(const Asked *asked, const AllowanceRule *rule) {
    json_t *json = json_pack("{s:o, s:o, s:o, s:i, s:o, s:s}",                       //
                             "id", json_text(rule->id),                              //
                             "valid_from", json_day(asked->arena, rule->valid_from), //
                             "document", json_text(rule->document),                  //
                             "default_days", (int)rule->default_days,                //
                             "rebutted", json_text(rule->reason),                    //
                             "rounding", allowance_rounding_name(rule->rounding));
    json_object_set_new(json, "index", json_text(rule->index));
    json_object_set_new(json, "factor", percent_json(asked, rule->factor));
    json_t *list = json_array();
    json_array_append_new(list, json);
    return list;
}

static json_t *rows_json(const Asked *asked, const Matrix *matrix) {
    json_t *list = json_array();
    for (ptrdiff_t i = 0; i < matrix->row_count; i++) {
        const MatrixRow *row = &matrix->rows[i];
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:I, s:o, s:o, s:o, s:o}",        //
                                        "currency", row->open.currency.code,          //
                                        "bucket", json_text(row->line),               //
                                        "items", (json_int_t)row->count,              //
                                        "open", money_json(row->open),                //
                                        "rate", percent_json(asked, row->percent),    //
                                        "applied", percent_json(asked, row->applied), //
                                        "allowance", money_json(row->allowance)));
    }
    return list;
}

/* What is open in a currency that has a total is above zero. */
static json_t *totals_json(const Matrix *matrix) {
    json_t *list = json_array();
    for (int i = 0; i < matrix->total_count; i++) {
        const MatrixTotal *total = &matrix->totals[i];
        const Currency none = {0};
        Money whole = money_of(10000, none);
        int64_t share =
            money_share(whole, total->allowance.minor, total->open.minor, ROUNDING_HALF_UP).minor;
        json_array_append_new(list, json_pack("{s:s, s:I, s:o, s:o, s:I}",           //
                                              "currency", total->open.currency.code, //
                                              "items", (json_int_t)total->count,     //
                                              "open", money_json(total->open),       //
                                              "allowance", money_json(total->allowance),
                                              "share_x100", (json_int_t)share));
    }
    return list;
}

/* ---- the movement */

enum { CURRENCIES_MAX = 400 }; /* there are fewer */

typedef struct Movements {
    AllowanceMovement *rows;
    int count;
} Movements;

static AllowanceMovement *movement_of(Movements *movements, Currency currency) {
    for (int i = 0; i < movements->count; i++) {
        if (currency_equals(movements->rows[i].opening.currency, currency)) {
            return &movements->rows[i];
        }
    }
    Money zero = money_of(0, currency);
    movements->rows[movements->count] = (AllowanceMovement){zero, zero, zero, zero, zero};
    return &movements->rows[movements->count++];
}

static int by_currency(const void *a, const void *b) {
    return str_compare(str_of(((const AllowanceMovement *)a)->opening.currency.code),
                       str_of(((const AllowanceMovement *)b)->opening.currency.code));
}

/* False when a charge does not fit. */
static bool movements_make(const Matrix *opening, const Matrix *closing, const PgRows *moved,
                           Movements *movements) {
    for (int i = 0; i < opening->total_count; i++) {
        Money allowance = opening->totals[i].allowance;
        movement_of(movements, allowance.currency)->opening = allowance;
    }
    for (int i = 0; i < closing->total_count; i++) {
        Money allowance = closing->totals[i].allowance;
        movement_of(movements, allowance.currency)->closing = allowance;
    }
    for (ptrdiff_t i = 0; i < moved->count; i++) {
        Money used = pg_money(moved, i, MOVED_CURRENCY, MOVED_USED);
        AllowanceMovement *movement = movement_of(movements, used.currency);
        movement->used = used;
        movement->recoveries = pg_money(moved, i, MOVED_CURRENCY, MOVED_RECOVERIES);
    }
    qsort(movements->rows, (size_t)movements->count, sizeof *movements->rows, by_currency);
    for (int i = 0; i < movements->count; i++) {
        if (!allowance_charge(&movements->rows[i])) {
            return false;
        }
    }
    return true;
}

static json_t *movements_json(const Movements *movements) {
    json_t *list = json_array();
    for (int i = 0; i < movements->count; i++) {
        const AllowanceMovement *row = &movements->rows[i];
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}",          //
                                              "currency", row->opening.currency.code,    //
                                              "opening", money_json(row->opening),       //
                                              "charge", money_json(row->charge),         //
                                              "used", money_json(row->used),             //
                                              "recoveries", money_json(row->recoveries), //
                                              "closing", money_json(row->closing)));
    }
    return list;
}

/* An amount below zero goes the other way; nothing is no entry. */
static void entry_add(json_t *list, const char *debit, const char *credit, Money amount) {
    bool back = amount.minor < 0;
    Money moved = money_of(back ? -amount.minor : amount.minor, amount.currency);
    if (!money_is_zero(moved)) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o}",           //
                                              "currency", amount.currency.code, //
                                              "debit", back ? credit : debit,   //
                                              "credit", back ? debit : credit,  //
                                              "amount", money_json(moved)));
    }
}

static json_t *entries_json(const Movements *movements) {
    json_t *list = json_array();
    for (int i = 0; i < movements->count; i++) {
        const AllowanceMovement *row = &movements->rows[i];
        entry_add(list, "loss_allowance", "bad_debt", row->used);
        entry_add(list, "recovery", "loss_allowance", row->recoveries);
        entry_add(list, "impairment_loss", "loss_allowance", row->charge);
    }
    return list;
}

/* ---- the question */

typedef struct Answered {
    Scope scope;
    Date from; /* the first day of what moved */
    Matrix opening;
    Matrix closing;
    PgRows moved;
} Answered;

static PgParams *span_params(const Asked *asked, const Answered *answered) {
    PgParams *params = scope_params(asked, &answered->scope);
    pg_add_date(params, answered->from);
    return params;
}

static bool load(const Asked *asked, Answered *answered, bool *good, Err *err) {
    Scope before = answered->scope;
    before.day = date_add(answered->from, -1);
    PgParams *params = span_params(asked, answered);
    pg_add_i64(params, CURRENCIES_MAX);
    if (!query_tune(asked, err) ||
        !matrix_make(asked, &answered->scope, &answered->closing, good, err)) {
        return false;
    }
    if (*good && !matrix_make(asked, &before, &answered->opening, good, err)) {
        return false;
    }
    return !*good || pg_run(asked->pg, &MOVED, params, asked->arena, &answered->moved, err);
}

static bool answer_make(const Asked *asked, const Answered *answered, const Movements *movements,
                        json_t **answer, Err *err) {
    json_t *made = scope_json(asked, &answered->scope);
    json_object_set_new(made, "from", json_day(asked->arena, answered->from));
    json_object_set_new(made, "policy", rule_json(asked, &answered->closing.rule));
    json_object_set_new(made, "matrix", rows_json(asked, &answered->closing));
    json_object_set_new(made, "totals", totals_json(&answered->closing));
    json_object_set_new(made, "movement", movements_json(movements));
    json_object_set_new(made, "entries", entries_json(movements));
    if (!query_tune_joins(asked, err) ||
        !form_add(asked, &ENFORCED_LIST, span_params(asked, answered), made, err)) {
        json_decref(made);
        return false;
    }
    *answer = made;
    return true;
}

bool query_allowance(const Asked *asked, Err *err) {
    Answered answered = {0};
    json_t *answer = NULL;
    bool good = false;
    if (!scope_find(asked, &answered.scope, err)) {
        return false;
    }
    if (!answered.scope.good || !scope_since(asked, &answered.scope, &answered.from)) {
        return true;
    }
    if (!load(asked, &answered, &good, err)) {
        return false;
    }
    if (!good) {
        return true;
    }
    Movements movements = {.rows = ARENA_ARRAY(asked->arena, AllowanceMovement, CURRENCIES_MAX)};
    if (!movements_make(&answered.opening, &answered.closing, &answered.moved, &movements)) {
        query_refuse(asked, 409, "SUM_TOO_LARGE", "The charge fits no amount.", NULL, NULL);
        return true;
    }
    if (!answer_make(asked, &answered, &movements, &answer, err)) {
        return false;
    }
    answer_json(asked->answer, asked->arena, 200, answer);
    return true;
}
