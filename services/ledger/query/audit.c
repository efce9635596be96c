/* GET /v1/audit/...: what is stored of the trees, for auditors to compare with what was published
 * and with what /v1/audit/replay makes of the rows. */
#include "ledger/query/audit.h"

#include "base/check.h"
#include "contract/merkle.h"

static const PgStatement TASKS = {
    "audit_tasks",
    "SELECT task, coalesce(t.size, 0), coalesce(e.rows, 0), coalesce(e.first, 0),"
    "       coalesce(e.last, -1)"
    "  FROM (SELECT task, count(*) AS rows, min(position) AS first, max(position) AS last"
    "          FROM entry GROUP BY task) e FULL JOIN journal_tree t USING (task)"
    " ORDER BY task LIMIT 4096"};

/* As many as there are days in a working life. */
static const PgStatement HEADS = {
    "audit_heads", "SELECT day, note FROM journal_head WHERE task = $1 ORDER BY day LIMIT 20000"};

static const PgStatement BALANCES = {
    "audit_balances", "SELECT creditor, gl, currency, amount::text FROM balance WHERE task = $1"
                      " ORDER BY creditor, gl, currency LIMIT 100000"};

static const PgStatement TREE = {"audit_tree",
                                 "SELECT size, frontier FROM journal_tree WHERE task = $1"};

static const PgStatement ENTRIES = {
    "audit_entries", "SELECT " AUDIT_COLUMNS ", e.task FROM " AUDIT_ROWS
                     " WHERE e.task IN (SELECT task FROM task) AND a.creditor = $1"
                     "   AND a.customer = $2 AND e.invoice = $3 ORDER BY e.position LIMIT $4"};
enum { ENTRIES_TASK = 20 }; /* after AUDIT_COLUMNS */

bool audit_number(const Asked *asked, const char *name, int64_t fallback, int64_t *number) {
    Str given = http_parameter(asked->request, name);
    *number = fallback;
    if (str_is_empty(given) && fallback >= 0) {
        return true;
    }
    if (str_parse_i64(given, number) && *number >= 0) {
        return true;
    }
    http_refuse(asked->arena, asked->answer, 400, "NUMBER", "%s is no whole number of at least 0.",
                name);
    return false;
}

static bool task_parameter(const Asked *asked, int32_t *task) {
    int64_t number = 0;
    if (!audit_number(asked, "task", -1, &number)) {
        return false;
    }
    *task = number <= INT32_MAX ? (int32_t)number : -1;
    return true;
}

/* The rows of a statement about one task. False after a refusal too: then nothing was asked, and
 * the answer is there. */
static bool of_task(const Asked *asked, const PgStatement *statement, PgRows *rows, Err *err) {
    int32_t task = 0;
    *rows = (PgRows){.count = -1};
    if (!task_parameter(asked, &task)) {
        return true;
    }
    PgParams *params = pg_params(asked->arena);
    pg_add_i32(params, task);
    return pg_run(asked->pg, statement, params, asked->arena, rows, err);
}

static void list_answer(const Asked *asked, const char *name, json_t *list) {
    answer_json(asked->answer, asked->arena, 200, json_pack("{s:o}", name, list));
}

/* ---- trees */

static json_t *task_at(const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:i, s:I, s:I, s:I, s:I}",               //
                     "task", (int)pg_i32(rows, row, 0),         //
                     "size", (json_int_t)pg_i64(rows, row, 1),  //
                     "rows", (json_int_t)pg_i64(rows, row, 2),  //
                     "first", (json_int_t)pg_i64(rows, row, 3), //
                     "last", (json_int_t)pg_i64(rows, row, 4));
}

bool query_audit_tasks(const Asked *asked, Err *err) {
    PgRows rows;
    if (!pg_run(asked->pg, &TASKS, NULL, asked->arena, &rows, err)) {
        return false;
    }
    json_t *tasks = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(tasks, task_at(&rows, i));
    }
    list_answer(asked, "tasks", tasks);
    return true;
}

bool query_audit_heads(const Asked *asked, Err *err) {
    PgRows rows;
    if (!of_task(asked, &HEADS, &rows, err)) {
        return false;
    }
    json_t *heads = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(heads, json_pack("{s:o, s:o}", "day",
                                               json_day(asked->arena, pg_date(&rows, i, 0)), "note",
                                               json_text(pg_text(&rows, i, 1))));
    }
    if (rows.count < 0) {
        json_decref(heads);
    } else {
        list_answer(asked, "heads", heads);
    }
    return true;
}

/* ---- balances: as text, since they are wider than 64 bits */

static json_t *balances_json(const PgRows *rows) {
    json_t *balances = json_array();
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        json_array_append_new(balances, json_pack("{s:o, s:o, s:o, s:o}",                     //
                                                  "creditor", json_text(pg_text(rows, i, 0)), //
                                                  "account", json_text(pg_text(rows, i, 1)),  //
                                                  "currency", json_text(pg_text(rows, i, 2)), //
                                                  "amount", json_text(pg_text(rows, i, 3))));
    }
    return balances;
}

/* With the tree that they stand beside: both are of one moment. */
bool query_audit_balances(const Asked *asked, Err *err) {
    PgRows rows;
    PgRows tree;
    if (!of_task(asked, &BALANCES, &rows, err) || !of_task(asked, &TREE, &tree, err)) {
        return false;
    }
    if (rows.count < 0) {
        return true;
    }
    bool grown = tree.count > 0;
    Str frontier = grown ? pg_text(&tree, 0, 1) : S("");
    answer_json(asked->answer, asked->arena, 200,
                json_pack("{s:I, s:o, s:o}", "size", (json_int_t)(grown ? pg_i64(&tree, 0, 0) : 0),
                          "frontier", json_hex(asked->arena, frontier), "balances",
                          balances_json(&rows)));
    return true;
}

/* ---- entries of an invoice, with every field of their leaves */

static json_t *fields_json(const Leaf *leaf) {
    json_t *fields = json_array();
    for (int i = 0; i < leaf->count; i++) {
        json_array_append_new(
            fields, json_pack("[s, o]", leaf->fields[i].name, json_text(leaf->fields[i].text)));
    }
    return fields;
}

bool query_audit_entries(const Asked *asked, Err *err) {
    PgRows rows;
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, http_parameter(asked->request, "creditor"));
    pg_add_text(params, http_parameter(asked->request, "customer"));
    pg_add_text(params, http_parameter(asked->request, "invoice"));
    pg_add_i64(params, asked->row_limit);
    if (!pg_run(asked->pg, &ENTRIES, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *entries = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        int32_t task = pg_i32(&rows, i, ENTRIES_TASK);
        Leaf leaf = row_leaf(&rows, i, task, asked->arena);
        json_array_append_new(entries, json_pack("{s:i, s:I, s:o}", "task", (int)task, //
                                                 "position",                           //
                                                 (json_int_t)row_position(&rows, i),   //
                                                 "fields", fields_json(&leaf)));
    }
    list_answer(asked, "entries", entries);
    return true;
}
