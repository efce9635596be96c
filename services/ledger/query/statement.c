/* GET /v1/statement: what is sent to a customer who wants to compare books.
 *
 * The balance is what the customer owes less the credit that has paid nothing yet. What one pays of
 * the other moves both and so neither: an allocation is no movement, the payment was. */
#include "ledger/query/room.h"

static const PgStatement FIND = {"query_statement_find",
                                 "SELECT task, account FROM account JOIN task USING (task)"
                                 " WHERE creditor = $1 AND customer = $2 LIMIT 1"};

/* $1 task, $2 account, $3 last day, $4 as known on, $5 first day. */
#define ENTRIES                                                                                    \
    "WITH own AS ("                                                                                \
    "  SELECT * FROM entry WHERE task = $1 AND account = $2"                                       \
    "     AND effective_on <= $3 AND recorded_on <= $4),"                                          \
    " movement AS ("                                                                               \
    "  SELECT o.*, debit IN ('receivable', 'unapplied') AS up FROM own o"                          \
    "   WHERE (debit IN ('receivable', 'unapplied')) <> (credit IN ('receivable', 'unapplied')))," \
    " line AS ("                                                                                   \
    "  SELECT m.*, CASE WHEN up THEN amount ELSE -amount END AS moved,"                            \
    "         sum(CASE WHEN up THEN amount ELSE -amount END)"                                      \
    "             OVER (PARTITION BY currency ORDER BY effective_on, entry) AS balance"            \
    "    FROM movement m) "

static const PgStatement BALANCES = {
    "query_statement_balances",
    ENTRIES "SELECT currency, coalesce(sum(moved) FILTER (WHERE effective_on < $5), 0)::bigint,"
            "       coalesce(sum(moved) FILTER (WHERE effective_on >= $5 AND up), 0)::bigint,"
            "       coalesce(-sum(moved) FILTER (WHERE effective_on >= $5 AND NOT up), 0)::bigint,"
            "       sum(moved)::bigint FROM line GROUP BY 1 ORDER BY 1 LIMIT $6"};

static const PgStatement MOVEMENTS = {
    "query_statement_movements",
    ENTRIES "SELECT currency, effective_on, kind,"
            "       coalesce(nullif(document, ''), nullif(credit_number, ''), invoice), invoice,"
            "       CASE WHEN invoice <> '' THEN charge::int END,"
            "       CASE WHEN invoice <> '' THEN instalment::bigint END,"
            "       CASE WHEN up THEN amount ELSE 0 END,"
            "       CASE WHEN up THEN 0 ELSE amount END, balance::bigint, recorded_on"
            "  FROM line WHERE effective_on >= $5 ORDER BY currency, effective_on, entry LIMIT $6"};

/* Paused or not, an item is late from the day after it was due. */
static const PgStatement OPEN_ITEMS = {
    "query_statement_items",
    "SELECT currency, number, charge::int, instalment::bigint, issued_on, due_on, open,"
    "       greatest($3::date - due_on, 0)::bigint"
    "  FROM (SELECT item.currency, number, item.charge, item.instalment, issued_on,"
    "               " DUE_THEN(
        "$3",
        "$4") " AS due_on, sum(CASE e.debit WHEN 'receivable'"
              "                 THEN e.amount ELSE -e.amount END)::bigint AS open"
              "          FROM entry e JOIN item ON (item.task, item.account, item.number, "
              "item.charge,"
              "                                     item.instalment)"
              "                                 = (e.task, e.account, e.invoice, e.charge, "
              "e.instalment)"
              "         WHERE e.task = $1 AND e.account = $2 AND e.effective_on <= $3"
              "           AND e.recorded_on <= $4 AND (e.debit = 'receivable' OR e.credit = "
              "'receivable')"
              "         GROUP BY item.task, item.account, number, item.charge, item.instalment) i"
              " WHERE open <> 0 AND $5::date IS NOT NULL"
              " ORDER BY currency, due_on, number, charge, instalment LIMIT $6"};

static const PgStatement UNAPPLIED = {
    "query_statement_unapplied",
    ENTRIES ", credit_left AS ("
            "  SELECT currency, credit_kind, credit_number,"
            "         sum(CASE credit WHEN 'unapplied' THEN amount ELSE -amount END) AS rest,"
            "         min(effective_on) AS received_on FROM own"
            "   WHERE debit = 'unapplied' OR credit = 'unapplied' GROUP BY 1, 2, 3)"
            "SELECT currency, credit_kind, credit_number, received_on, rest::bigint"
            "  FROM credit_left WHERE rest <> 0 AND $5::date IS NOT NULL"
            " ORDER BY currency, received_on, credit_kind, credit_number LIMIT $6"};

/* What was stated in the span, and how it was answered as far as that was known. */
#define STATED                                                                                     \
    "WITH stated AS ("                                                                             \
    "  SELECT number, as_of, CASE WHEN known THEN answer ELSE '' END AS answer,"                   \
    "         CASE WHEN known THEN agreed_on END AS agreed_on,"                                    \
    "         CASE WHEN known THEN answered_by END AS answered_by,"                                \
    "         CASE WHEN known THEN evidence END AS evidence,"                                      \
    "         CASE WHEN known THEN actor END AS actor"                                             \
    "    FROM (SELECT *, answer <> '' AND answered_on <= $4 AS known FROM statement"               \
    "           WHERE task = $1 AND account = $2 AND as_of BETWEEN $5 AND $3) s) "

static const PgStatement STATEMENTS = {
    "query_statement_statements",
    STATED "SELECT currency, number, as_of, items::bigint, open, unapplied, open - unapplied,"
           "       coalesce(nullif(answer, ''), 'open'), agreed_on, answered_by, evidence, actor"
           "  FROM stated JOIN statement_balance b ON (b.task, b.account, b.statement)"
           "                                        = ($1, $2, number)"
           " ORDER BY as_of, currency LIMIT $6"};

static const PgStatement DISPUTED = {
    "query_statement_disputed",
    STATED "SELECT currency, s.number, l.number, charge::int, instalment::bigint, due_on, open,"
           "       acknowledged, reason"
           "  FROM stated s JOIN statement_line l ON (l.task, l.account, l.statement)"
           "                                       = ($1, $2, s.number)"
           " WHERE answer = 'disputed' AND acknowledged < open"
           " ORDER BY as_of, currency, l.number, charge, instalment LIMIT $6"};

static const Cell STATEMENT_CELLS[] = {
    {"currency", CELL_TEXT}, {"statement", CELL_TEXT}, {"as_of", CELL_DAY},
    {"items", CELL_NUMBER},  {"open", CELL_MONEY},     {"unapplied", CELL_MONEY},
    {"balance", CELL_MONEY}, {"state", CELL_TEXT},     {"agreed_on", CELL_DAY},
    {"document", CELL_TEXT}, {"evidence", CELL_TEXT},  {"actor", CELL_TEXT}};
static const Cell DISPUTED_CELLS[] = {
    {"currency", CELL_TEXT}, {"statement", CELL_TEXT},     {"invoice", CELL_TEXT},
    {"charge", CELL_CHARGE}, {"instalment", CELL_NUMBER},  {"due_on", CELL_DAY},
    {"open", CELL_MONEY},    {"acknowledged", CELL_MONEY}, {"reason", CELL_TEXT}};
static const Cell BALANCE_CELLS[] = {{"currency", CELL_TEXT},
                                     {"opening", CELL_MONEY},
                                     {"debit", CELL_MONEY},
                                     {"credit", CELL_MONEY},
                                     {"closing", CELL_MONEY}};
static const Cell MOVEMENT_CELLS[] = {
    {"currency", CELL_TEXT},     {"date", CELL_DAY},       {"kind", CELL_TEXT},
    {"document", CELL_TEXT},     {"invoice", CELL_TEXT},   {"charge", CELL_CHARGE},
    {"instalment", CELL_NUMBER}, {"debit", CELL_MONEY},    {"credit", CELL_MONEY},
    {"balance", CELL_MONEY},     {"recorded_on", CELL_DAY}};
static const Cell ITEM_CELLS[] = {{"currency", CELL_TEXT}, {"invoice", CELL_TEXT},
                                  {"charge", CELL_CHARGE}, {"instalment", CELL_NUMBER},
                                  {"issued_on", CELL_DAY}, {"due_on", CELL_DAY},
                                  {"open", CELL_MONEY},    {"days_late", CELL_NUMBER}};
static const Cell CREDIT_CELLS[] = {{"currency", CELL_TEXT},
                                    {"kind", CELL_TEXT},
                                    {"number", CELL_TEXT},
                                    {"received_on", CELL_DAY},
                                    {"unapplied", CELL_MONEY}};
static const ListForm LISTS[] = {LIST_FORM("balances", &BALANCES, BALANCE_CELLS),
                                 LIST_FORM("movements", &MOVEMENTS, MOVEMENT_CELLS),
                                 LIST_FORM("items", &OPEN_ITEMS, ITEM_CELLS),
                                 LIST_FORM("unapplied", &UNAPPLIED, CREDIT_CELLS),
                                 LIST_FORM("statements", &STATEMENTS, STATEMENT_CELLS),
                                 LIST_FORM("disputed", &DISPUTED, DISPUTED_CELLS)};

static PgParams *params_of(const Asked *asked, const PgRows *found, const Scope *scope) {
    PgParams *params = pg_params(asked->arena);
    pg_add_i32(params, pg_i32(found, 0, 0));
    pg_add_i64(params, pg_i64(found, 0, 1));
    pg_add_date(params, scope->day);
    pg_add_date(params, scope->known);
    pg_add_date(params, scope->from);
    return params;
}

static bool make(const Asked *asked, const PgRows *found, const Scope *scope, Err *err) {
    json_t *answer = scope_json(asked, scope);
    json_object_set_new(answer, "customer", json_text(http_parameter(asked->request, "customer")));
    for (int i = 0; i < COUNT_OF(LISTS); i++) {
        if (!form_add(asked, &LISTS[i], params_of(asked, found, scope), answer, err)) {
            json_decref(answer);
            return false;
        }
    }
    answer_json(asked->answer, asked->arena, 200, answer);
    return true;
}

static bool find(const Asked *asked, const Scope *scope, PgRows *found, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, scope->creditor);
    pg_add_text(params, http_parameter(asked->request, "customer"));
    return pg_run(asked->pg, &FIND, params, asked->arena, found, err);
}

bool query_statement(const Asked *asked, Err *err) {
    Scope scope;
    PgRows found;
    if (!scope_find_span(asked, &scope, err)) {
        return false;
    }
    if (!scope.good) {
        return true;
    }
    if (str_is_empty(http_parameter(asked->request, "customer"))) {
        query_refuse(asked, 400, "CUSTOMER", "Whose statement? Say customer=.", NULL, NULL);
        return true;
    }
    if (!find(asked, &scope, &found, err)) {
        return false;
    }
    if (found.count == 0) {
        query_refuse(asked, 404, "ACCOUNT_UNKNOWN", "The ledger knows no such customer.", NULL,
                     NULL);
        return true;
    }
    return make(asked, &found, &scope, err);
}
