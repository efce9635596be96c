/* GET /v1/limitation: until when what is claimed can be enforced, what ends soonest first. */
#include "ledger/query/limitation.h"

#include "ledger/query/room.h"

#define RULE_AS_OF    RULE_OF("$1", "$2::date")
#define LIMITED_AS_OF LIMITED("$2", "$3")

/* $1 creditor, $2 day, $3 as known on. */
static const PgStatement RULE = {
    "query_limitation_rule",
    "WITH " RULE_AS_OF " SELECT years::bigint, CASE WHEN end_of_year THEN 'end_of_year' ELSE 'due'"
    "  END, part_payment::text, revives::text FROM rule"
    " WHERE years > 0 AND $3::date IS NOT NULL LIMIT $4"};

/* $4 customer or empty, $5 within so many days, or -1. */
#define CLAIM_AS_OF CLAIM("$2", "$3", "($4 = '' OR a.customer = $4)")
#define PARTS                                                                                      \
    "WITH " CLAIM_AS_OF ", " RULE_AS_OF ", " LIMITED_AS_OF ", row AS ("                            \
    "  SELECT i.currency, i.customer, l.*, i.first_due_on, i.open, i.given_up,"                    \
    "         (l.last_day - $2::date)::bigint AS days_left"                                        \
    "    FROM limited l JOIN claim i USING (task, account, number, charge, instalment)"            \
    "   WHERE $5::int < 0 OR l.last_day - $2::date <= $5::int) "

static const PgStatement SUMS = {
    "query_limitation_sums",
    PARTS "SELECT currency, count(DISTINCT (task, account, number, charge, instalment)),"
          "       sum(part - part_given_up)::bigint, sum(part_given_up)::bigint,"
          "       coalesce(sum(part) FILTER (WHERE days_left < 0), 0)::bigint,"
          "       min(last_day) FILTER (WHERE days_left >= 0)"
          "  FROM row GROUP BY 1 ORDER BY 1 LIMIT $6"};

static const PgStatement ITEMS = {
    "query_limitation_items", PARTS
    "SELECT currency, customer, number, charge::int, instalment::bigint, first_due_on, part,"
    "       open, given_up, last_day, days_left, CASE WHEN days_left < 0 THEN 'barred' ELSE '' END,"
    "       interrupted_on, cause, document"
    "  FROM row ORDER BY last_day, currency, customer, number, charge, instalment, upto"
    " LIMIT $6"};

static const Cell RULE_CELLS[] = {{"years", CELL_NUMBER},
                                  {"from", CELL_TEXT},
                                  {"part_payment", CELL_TEXT},
                                  {"revives", CELL_TEXT}};
static const ListForm RULE_LIST = LIST_FORM("rule", &RULE, RULE_CELLS);
static const Cell SUM_CELLS[] = {{"currency", CELL_TEXT}, {"items", CELL_NUMBER},
                                 {"open", CELL_MONEY},    {"given_up", CELL_MONEY},
                                 {"barred", CELL_MONEY},  {"next_day", CELL_DAY}};
static const Cell ITEM_CELLS[] = {
    {"currency", CELL_TEXT},      {"customer", CELL_TEXT},     {"invoice", CELL_TEXT},
    {"charge", CELL_CHARGE},      {"instalment", CELL_NUMBER}, {"first_due_on", CELL_DAY},
    {"part", CELL_MONEY},         {"open", CELL_MONEY},        {"given_up", CELL_MONEY},
    {"last_day", CELL_DAY},       {"days_left", CELL_NUMBER},  {"state", CELL_TEXT},
    {"interrupted_on", CELL_DAY}, {"by", CELL_TEXT},           {"document", CELL_TEXT}};
static const ListForm LISTS[] = {LIST_FORM("sums", &SUMS, SUM_CELLS),
                                 LIST_FORM("items", &ITEMS, ITEM_CELLS)};

/* NULL after a refusal. */
static PgParams *params_of(const Asked *asked, const Scope *scope) {
    enum { DAYS_MAX = 36600 }; /* a hundred years */
    int64_t days = -1;
    Str within = http_parameter(asked->request, "within");
    Str customer = http_parameter(asked->request, "customer");
    if (!str_is_empty(within) && (!str_parse_i64(within, &days) || days < 0 || days > DAYS_MAX)) {
        query_refuse(asked, 400, "WITHIN", "within is no whole number of days from 0 to 36600.",
                     NULL, NULL);
        return NULL;
    }
    PgParams *params = scope_params(asked, scope);
    pg_add_text(params, customer.ptr == NULL ? S("") : customer);
    pg_add_i32(params, (int32_t)days);
    return params;
}

static bool lists_add(const Asked *asked, const Scope *scope, json_t *answer, Err *err) {
    for (int i = 0; i < COUNT_OF(LISTS); i++) {
        if (!form_add(asked, &LISTS[i], params_of(asked, scope), answer, err)) {
            return false;
        }
    }
    return true;
}

static bool make(const Asked *asked, const Scope *scope, json_t *answer, Err *err) {
    if (!form_add(asked, &RULE_LIST, scope_params(asked, scope), answer, err)) {
        return false;
    }
    if (json_array_size(json_object_get(answer, RULE_LIST.name)) == 0) {
        query_refuse(asked, 409, "LIMITATION_UNKNOWN",
                     "The bookkeeping of that creditor said nothing of limitation then: add "
                     "limitation to its document in policies/bookkeeping.",
                     NULL, NULL);
        return true;
    }
    if (!lists_add(asked, scope, answer, err)) {
        return false;
    }
    answer_json(asked->answer, asked->arena, 200, json_incref(answer));
    return true;
}

bool query_limitation(const Asked *asked, Err *err) {
    Scope scope;
    if (!scope_find(asked, &scope, err) || !query_tune_joins(asked, err)) {
        return false;
    }
    if (!scope.good || params_of(asked, &scope) == NULL) {
        return true;
    }
    json_t *answer = scope_json(asked, &scope);
    bool done = make(asked, &scope, answer, err);
    json_decref(answer);
    return done;
}
