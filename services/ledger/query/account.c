/* GET /v1/accounts/{creditor}/{customer}: one customer as the books stand now. Lists are cut at the
 * row limit; of the journal the newest entries are shown, the newest last. */
#include "ledger/core/item.h"
#include "ledger/query/limitation.h"
#include "ledger/query/room.h"

enum { CREDITOR, CUSTOMER }; /* segments of the path */

/* The task of an account is found by trying each: there are few, and every key begins with it. */
static const PgStatement FIND = {
    "query_account_find",
    "SELECT t.task, t.day, a.last_entry, a.account FROM task t JOIN account a ON a.task = t.task"
    " WHERE a.creditor = $1 AND a.customer = $2 LIMIT 1"};

static const PgStatement BALANCES = {
    "query_account_balances",
    "SELECT gl, currency, sum(amount)::bigint FROM leg"
    " WHERE task = $1 AND account = $2"
    " GROUP BY gl, currency HAVING sum(amount) <> 0 ORDER BY currency, gl LIMIT $3"};

#define RULE_NOW                                                                                   \
    RULE_OF("(SELECT creditor FROM account WHERE task = $1 AND account = $2)",                     \
            "(SELECT day FROM task WHERE task = $1)")
#define LIMITED_NOW LIMITED("'infinity'", "'infinity'")

/* An item that is claimed has its last enforceable day: that of the part that ends first. */
static const PgStatement ITEMS = {
    "query_account_items",
    "WITH " RULE_NOW ", claim AS ("
    "  SELECT *, written_off AS given_up, open + written_off AS claimed FROM item"
    "   WHERE task = $1 AND account = $2 AND state IN ('open', 'written_off')"
    "     AND open + written_off > 0), " LIMITED_NOW ", ends AS ("
    "  SELECT task, account, number, charge, instalment, min(last_day) AS last_day FROM limited"
    "   GROUP BY 1, 2, 3, 4, 5)"
    "SELECT number, state, currency, amount, open, written_off, issued_on, due_on, bucket,"
    "       charge::int, instalment::int, last_day"
    "  FROM item LEFT JOIN ends USING (task, account, number, charge, instalment)"
    " WHERE task = $1 AND account = $2 AND (state = 'open' OR written_off > 0)"
    " ORDER BY due_on, number, charge, instalment LIMIT $3"};

static const PgStatement CREDITS = {
    "query_account_credits",
    "SELECT kind, number, currency, amount, unapplied, effective_on, invoice FROM credit"
    " WHERE task = $1 AND account = $2 AND unapplied > 0"
    " ORDER BY effective_on, kind, number LIMIT $3"};

/* What open invoices say of themselves besides their debt. */
static const PgStatement DETAILS = {
    "query_account_details",
    "SELECT invoice, purchase, contract, salesperson, dispute_days::bigint, forum, jurisdiction,"
    "       agencies, ways"
    "  FROM invoice_detail d WHERE task = $1 AND account = $2"
    "   AND EXISTS (SELECT FROM item i WHERE (i.task, i.account, i.number, i.state)"
    "                                      = (d.task, d.account, d.invoice, 'open'))"
    " ORDER BY invoice LIMIT $3"};

static const PgStatement HOLDS = {
    "query_account_holds",
    "SELECT topic, partition, record_offset, reason, sentence, held_on FROM hold"
    " WHERE task = $1 AND account = $2 AND cleared_on IS NULL"
    " ORDER BY held_on, topic, partition, record_offset LIMIT $3"};

/* The last ones, each as its debit and its credit. The document is what made the entry: a payment,
 * a credit note, an approved request, else the invoice itself. */
static const PgStatement ENTRIES = {
    "query_account_entries",
    "SELECT e.entry, e.kind, e.recorded_on, e.effective_on,"
    "       coalesce(nullif(e.credit_number, ''), nullif(e.document, ''), e.invoice), e.invoice,"
    "       e.debit, e.credit, e.currency, e.amount"
    "  FROM (SELECT * FROM entry WHERE task = $1 AND account = $2"
    "         ORDER BY entry DESC LIMIT $3) e"
    " ORDER BY e.entry"};

/* Entries, and what was agreed and reached beside them, in the order in which the ledger learned of
 * it; the newest. A statement is of the close of its day. Of milestones only their own day is kept.
 */
static const PgStatement TIMELINE = {
    "query_account_timeline",
    "SELECT * FROM ("
    "  SELECT currency, recorded_on, effective_on, entry, kind AS what,"
    "         coalesce(nullif(document, ''), nullif(credit_number, ''), invoice) AS document,"
    "         invoice,"
    "         CASE charge WHEN 1 THEN 'interest' WHEN 2 THEN 'costs' ELSE '' END AS charge,"
    "         nullif(instalment, 0)::bigint, debit, credit, amount, NULL::date AS until,"
    "         '' AS actor"
    "    FROM entry WHERE task = $1 AND account = $2"
    "  UNION ALL"
    "  SELECT '', recorded_on, effective_on, NULL, 'extension', document, number, '', instalment,"
    "         '', '', NULL, due_on, '' FROM due_change WHERE task = $1 AND account = $2"
    "  UNION ALL"
    "  SELECT '', recorded_on, starts_on, NULL, kind, number, invoice, '', NULL, '', '',"
    "         NULL, ends_on,"
    "         actor FROM pause WHERE task = $1 AND account = $2"
    "  UNION ALL"
    "  SELECT currency, recorded_on, recorded_on, NULL, 'sale ' || state, sale, number,"
    "         CASE charge WHEN 1 THEN 'interest' WHEN 2 THEN 'costs' ELSE '' END,"
    "         nullif(instalment, 0), '', '', price, settles_on, ''"
    "    FROM assignment WHERE task = $1 AND account = $2"
    "  UNION ALL"
    "  SELECT currency, recorded_on, recorded_on, NULL, 'reminder ' || news, reminder, invoice,"
    "         '', NULL, '', '', total, NULL, '' FROM reminder WHERE task = $1 AND account = $2"
    "  UNION ALL"
    "  SELECT '', as_of, as_of, NULL, 'statement', number, '', '', NULL, '', '', NULL, NULL, ''"
    "    FROM statement WHERE task = $1 AND account = $2"
    "  UNION ALL"
    "  SELECT '', answered_on, agreed_on, NULL, 'balance_' || answer, answered_by, '', '', NULL,"
    "         '', '', NULL, NULL, actor"
    "    FROM statement WHERE task = $1 AND account = $2 AND answer <> ''"
    "  UNION ALL"
    "  SELECT '', NULL, m.day, NULL, m.what, '', invoice, '', NULL, '', '', NULL, NULL, ''"
    "    FROM invoice_detail, unnest("
    "         ARRAY['delivered', 'sent', 'received', 'approved'],"
    "         ARRAY[delivered_on, sent_on, received_on, approved_on]) AS m(what, day)"
    "   WHERE task = $1 AND account = $2 AND m.day IS NOT NULL) t"
    " ORDER BY coalesce(recorded_on, effective_on) DESC, what = 'statement' DESC,"
    "          entry DESC NULLS LAST, what, document"
    " LIMIT $3"};

static const Cell TIMELINE_CELLS[] = {
    {"currency", CELL_TEXT}, {"recorded_on", CELL_DAY}, {"effective_on", CELL_DAY},
    {"entry", CELL_NUMBER},  {"what", CELL_TEXT},       {"document", CELL_TEXT},
    {"invoice", CELL_TEXT},  {"charge", CELL_TEXT},     {"instalment", CELL_NUMBER},
    {"debit", CELL_TEXT},    {"credit", CELL_TEXT},     {"amount", CELL_MONEY},
    {"until", CELL_DAY},     {"by", CELL_TEXT}};
static const ListForm TIMELINE_FORM = LIST_FORM("timeline", &TIMELINE, TIMELINE_CELLS);

/* ---- rows as JSON */

static json_t *step_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return row_cells(asked, rows, rows->count - 1 - row, &TIMELINE_FORM); /* the newest last */
}

static json_t *balance_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    (void)asked;
    return json_pack("{s:o, s:o}", "account", json_text(pg_text(rows, row, 0)), "balance",
                     json_amount(pg_text(rows, row, 1), pg_i64(rows, row, 2)));
}

static json_t *day_or_null(const Asked *asked, const PgRows *rows, ptrdiff_t row, int column) {
    return pg_is_null(rows, row, column) ? json_null()
                                         : json_day(asked->arena, pg_date(rows, row, column));
}

static json_t *item_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    Str currency = pg_text(rows, row, 2);
    return json_pack("{s:o, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",  //
                     "number", json_text(pg_text(rows, row, 0)),                 //
                     "charge", charge_name((Charge)pg_i32(rows, row, 9)),        //
                     "instalment", (int)pg_i32(rows, row, 10),                   //
                     "state", json_text(pg_text(rows, row, 1)),                  //
                     "amount", json_amount(currency, pg_i64(rows, row, 3)),      //
                     "open", json_amount(currency, pg_i64(rows, row, 4)),        //
                     "written_off", json_amount(currency, pg_i64(rows, row, 5)), //
                     "issued_on", json_day(asked->arena, pg_date(rows, row, 6)), //
                     "due_on", json_day(asked->arena, pg_date(rows, row, 7)),    //
                     "bucket", json_text(pg_text(rows, row, 8)),                 //
                     "enforceable_until", day_or_null(asked, rows, row, 11));
}

static json_t *credit_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    Str currency = pg_text(rows, row, 2);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",                              //
                     "kind", json_text(pg_text(rows, row, 0)),                      //
                     "number", json_text(pg_text(rows, row, 1)),                    //
                     "amount", json_amount(currency, pg_i64(rows, row, 3)),         //
                     "unapplied", json_amount(currency, pg_i64(rows, row, 4)),      //
                     "effective_on", json_day(asked->arena, pg_date(rows, row, 5)), //
                     "invoice", json_text(pg_text(rows, row, 6)));
}

static json_t *detail_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    (void)asked;
    return json_pack("{s:o, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o}",  //
                     "invoice", json_text(pg_text(rows, row, 0)),      //
                     "purchase", json_text(pg_text(rows, row, 1)),     //
                     "contract", json_text(pg_text(rows, row, 2)),     //
                     "salesperson", json_text(pg_text(rows, row, 3)),  //
                     "dispute_days", (json_int_t)pg_i64(rows, row, 4), //
                     "forum", json_text(pg_text(rows, row, 5)),        //
                     "jurisdiction", json_text(pg_text(rows, row, 6)), //
                     "agencies", json_text(pg_text(rows, row, 7)),     //
                     "ways", json_text(pg_text(rows, row, 8)));
}

static json_t *hold_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:i, s:I, s:o, s:o, s:o}",             //
                     "topic", json_text(pg_text(rows, row, 0)),    //
                     "partition", (int)pg_i32(rows, row, 1),       //
                     "offset", (json_int_t)pg_i64(rows, row, 2),   //
                     "reason", json_text(pg_text(rows, row, 3)),   //
                     "sentence", json_text(pg_text(rows, row, 4)), //
                     "held_on", json_day(asked->arena, pg_date(rows, row, 5)));
}

static json_t *entry_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",               //
                     "entry", (json_int_t)pg_i64(rows, row, 0),                     //
                     "kind", json_text(pg_text(rows, row, 1)),                      //
                     "recorded_on", json_day(asked->arena, pg_date(rows, row, 2)),  //
                     "effective_on", json_day(asked->arena, pg_date(rows, row, 3)), //
                     "document", json_text(pg_text(rows, row, 4)),                  //
                     "invoice", json_text(pg_text(rows, row, 5)),                   //
                     "debit", json_text(pg_text(rows, row, 6)),                     //
                     "credit", json_text(pg_text(rows, row, 7)),                    //
                     "amount", json_amount(pg_text(rows, row, 8), pg_i64(rows, row, 9)));
}

/* ---- the answer */

/* A list of the answer: its name, where it comes from, how a row looks. */
typedef struct List {
    const char *name;
    const PgStatement *statement;
    json_t *(*row)(const Asked *asked, const PgRows *rows, ptrdiff_t row);
} List;

static const List LISTS[] = {
    {"balances", &BALANCES, balance_at}, {"items", &ITEMS, item_at},
    {"details", &DETAILS, detail_at},    {"unapplied", &CREDITS, credit_at},
    {"holds", &HOLDS, hold_at},          {"timeline", &TIMELINE, step_at},
    {"entries", &ENTRIES, entry_at},
};

static bool list_add(const Asked *asked, const List *list, const PgRows *found, json_t *account,
                     Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_i32(params, pg_i32(found, 0, 0));
    pg_add_i64(params, pg_i64(found, 0, 3));
    pg_add_i64(params, asked->row_limit);
    PgRows rows;
    if (!pg_run(asked->pg, list->statement, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *array = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(array, list->row(asked, &rows, i));
    }
    json_object_set_new(account, list->name, array);
    return true;
}

static bool find(const Asked *asked, PgRows *found, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, http_segment(asked->request, CREDITOR));
    pg_add_text(params, http_segment(asked->request, CUSTOMER));
    return pg_run(asked->pg, &FIND, params, asked->arena, found, err);
}

bool query_account(const Asked *asked, Err *err) {
    PgRows found;
    if (!find(asked, &found, err)) {
        return false;
    }
    if (found.count == 0) {
        query_refuse(asked, 404, "ACCOUNT_UNKNOWN", "The ledger knows no such customer.", NULL,
                     NULL);
        return true;
    }
    json_t *account = json_pack(
        "{s:o, s:o, s:o, s:I, s:I}", "creditor", json_text(http_segment(asked->request, CREDITOR)),
        "customer", json_text(http_segment(asked->request, CUSTOMER)), "day",
        json_day(asked->arena, pg_date(&found, 0, 1)), //
        "last_entry", (json_int_t)pg_i64(&found, 0, 2), "row_limit", (json_int_t)asked->row_limit);
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) {
        if (!list_add(asked, &LISTS[i], &found, account, err)) {
            json_decref(account);
            return false;
        }
    }
    answer_json(asked->answer, asked->arena, 200, account);
    return true;
}
