/* GET /v1/tie-out: does what is kept beside the journal agree with it? Items and credits are added
 * up against the control accounts, and compared one by one; what was moved on and has not arrived,
 * or was called back and has not come, against what is in transit; balances with the sums of the
 * entries. All of it as it stands now. */
#include "ledger/query/room.h"

/* Item by item, what moved on the receivable account. */
#define ITEM_TIES                                                                                  \
    "WITH mine AS (SELECT task, account, customer FROM account WHERE creditor = $1),"              \
    " item_tie AS ("                                                                               \
    "  SELECT currency, 'item' AS what, task, account, number AS document, charge, instalment,"    \
    "         coalesce(i.kept, 0) AS kept, coalesce(e.moved, 0) AS journal"                        \
    "    FROM (SELECT " KEY_OF_ITEM ", currency, open AS kept FROM item"                           \
    "            JOIN mine USING (task, account)) i"                                               \
    "    FULL JOIN"                                                                                \
    "         (SELECT task, account, invoice AS number, charge, instalment, currency,"             \
    "                 sum(CASE debit WHEN 'receivable' THEN amount ELSE -amount END) AS moved"     \
    "            FROM entry JOIN mine USING (task, account)"                                       \
    "           WHERE debit = 'receivable' OR credit = 'receivable'"                               \
    "           GROUP BY 1, 2, 3, 4, 5, 6) e USING (" KEY_OF_ITEM ", currency)),"
/* Credit by credit, what moved on the account of what is unapplied. */
#define CREDIT_TIES                                                                                \
    " credit_tie AS ("                                                                             \
    "  SELECT currency, kind AS what, task, account, number AS document, NULL::smallint AS "       \
    "charge,"                                                                                      \
    "         NULL::smallint AS instalment, coalesce(c.kept, 0) AS kept, coalesce(e.moved, 0) AS " \
    "journal"                                                                                      \
    "    FROM (SELECT task, account, kind, number, currency, unapplied AS kept FROM credit"        \
    "            JOIN mine USING (task, account)) c"                                               \
    "    FULL JOIN"                                                                                \
    "         (SELECT task, account, credit_kind AS kind, credit_number AS number, currency,"      \
    "                 sum(CASE credit WHEN 'unapplied' THEN amount ELSE -amount END) AS moved"     \
    "            FROM entry JOIN mine USING (task, account)"                                       \
    "           WHERE debit = 'unapplied' OR credit = 'unapplied'"                                 \
    "           GROUP BY 1, 2, 3, 4, 5) e USING (task, account, kind, number, currency)),"
/* Account by account of the chart, in each task. */
#define BALANCE_TIES                                                                               \
    " pair AS (SELECT task, debit, credit, currency, sum(amount) AS amount"                        \
    "            FROM entry JOIN mine USING (task, account) GROUP BY 1, 2, 3, 4),"                 \
    " gl_tie AS ("                                                                                 \
    "  SELECT currency, gl, task, coalesce(b.kept, 0) AS kept, coalesce(e.moved, 0) AS journal"    \
    "    FROM (SELECT task, gl, currency, amount AS kept FROM balance WHERE creditor = $1) b"      \
    "    FULL JOIN"                                                                                \
    "         (SELECT task, gl, currency, sum(amount) AS moved"                                    \
    "            FROM (SELECT task, debit AS gl, currency, amount FROM pair"                       \
    "                  UNION ALL SELECT task, credit, currency, -amount FROM pair) l"              \
    "           GROUP BY 1, 2, 3) e USING (task, gl, currency)) "

/* clang-format off: it would move whatever follows a name to the right of it. */
static const PgStatement CONTROLS = {
    "query_tie_out_controls",
    "WITH mine AS (SELECT task, account FROM account WHERE creditor = $1)," BALANCE_TIES ","
    " sub AS ("
    "  SELECT currency, 'receivable' AS gl, sum(open) AS kept FROM item"
    "    JOIN mine USING (task, account) GROUP BY 1"
    "  UNION ALL"
    "  SELECT currency, 'unapplied', -sum(unapplied) FROM credit"
    "    JOIN mine USING (task, account) GROUP BY 1"
    "  UNION ALL"
    "  SELECT currency, 'in_transit', -sum(net) FROM"
    "   (SELECT currency, amount - recalled AS net FROM move JOIN mine USING (task, account)"
    "    UNION ALL"
    "    SELECT currency, reversed - amount FROM credit JOIN mine USING (task, account)"
    "     WHERE kind = 'payment' AND left(number, 1) = '~') t GROUP BY 1),"
    " control AS (SELECT currency, gl, sum(kept) AS balance, sum(journal) AS journal FROM gl_tie"
    "              WHERE gl IN ('receivable', 'unapplied', 'in_transit') GROUP BY 1, 2)"
    "SELECT currency, gl, coalesce(kept, 0)::bigint, coalesce(balance, 0)::bigint,"
    "       coalesce(journal, 0)::bigint,"
    "       (coalesce(kept, 0) - coalesce(balance, 0))::bigint"
    "  FROM sub FULL JOIN control USING (currency, gl) ORDER BY 1, 2 LIMIT $2"};
/* clang-format on */

static const PgStatement DIFFERENCES = {
    "query_tie_out_differences", ITEM_TIES CREDIT_TIES BALANCE_TIES
    "SELECT currency, what, coalesce(customer, ''), document, charge::int, instalment::bigint,"
    "       kept::bigint, journal::bigint, (kept - journal)::bigint"
    "  FROM (SELECT * FROM item_tie UNION ALL SELECT * FROM credit_tie"
    "        UNION ALL SELECT currency, 'balance', task, NULL, gl, NULL, NULL, kept, journal FROM "
    "gl_tie)"
    "       t LEFT JOIN mine USING (task, account)"
    " WHERE kept <> journal ORDER BY 1, 2, 3, 4, 5, 6 LIMIT $2"};

static const Cell CONTROL_CELLS[] = {{"currency", CELL_TEXT},    {"account", CELL_TEXT},
                                     {"sub_ledger", CELL_MONEY}, {"balance", CELL_MONEY},
                                     {"journal", CELL_MONEY},    {"difference", CELL_MONEY}};
static const Cell DIFFERENCE_CELLS[] = {
    {"currency", CELL_TEXT}, {"what", CELL_TEXT},     {"customer", CELL_TEXT},
    {"document", CELL_TEXT}, {"charge", CELL_CHARGE}, {"instalment", CELL_NUMBER},
    {"kept", CELL_MONEY},    {"journal", CELL_MONEY}, {"difference", CELL_MONEY}};
static const ListForm LISTS[] = {LIST_FORM("controls", &CONTROLS, CONTROL_CELLS),
                                 LIST_FORM("differences", &DIFFERENCES, DIFFERENCE_CELLS)};

/* As things stand: no day is asked about. */
static PgParams *params_of(const Asked *asked, const Scope *scope) {
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, scope->creditor);
    return params;
}

/* In transit there is nothing to be compared one by one: it is between two accounts. */
static bool controls_tie(const json_t *answer) {
    size_t i;
    json_t *control;
    json_array_foreach(json_object_get(answer, "controls"), i, control) {
        const json_t *difference = json_object_get(control, "difference");
        if (json_integer_value(json_object_get(difference, "minor")) != 0) {
            return false;
        }
    }
    return true;
}

bool query_tie_out(const Asked *asked, Err *err) {
    static const Report report = {
        .lists = LISTS, .count = COUNT_OF(LISTS), .of_all = true, .params = params_of};
    json_t *answer = NULL;
    bool done = report_make(asked, &report, &answer, err);
    if (answer != NULL) {
        size_t found = json_array_size(json_object_get(answer, "differences"));
        json_object_set_new(answer, "ties", json_boolean(found == 0 && controls_tie(answer)));
        answer_json(asked->answer, asked->arena, 200, answer);
    }
    return done;
}
