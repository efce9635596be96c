/* GET /v1/approvals/{creditor}/{request}: everything somebody needs who is to decide, and what was
 * decided so far, counted or not. */
#include "approvals/query/room.h"
#include "contract/item_key.h"

enum { CREDITOR, REQUEST }; /* segments of the path */

/* The task is found by trying each: there are few, and every key begins with it. */
static const PgStatement FIND = {
    "query_request_find",
    "SELECT t.task, t.day, r.customer, r.kind, r.currency, r.amount, r.requester, r.reason,"
    "       r.requested_on, r.days_past_due, r.credit_band, r.credit_score, r.hash, r.tier,"
    "       array_to_string(r.approvers, ','), coalesce(d.state, 'waiting'), r.code"
    "  FROM task t JOIN request r ON r.task = t.task"
    "  LEFT JOIN decision d ON d.task = r.task AND d.creditor = r.creditor"
    "   AND d.request = r.request AND d.state <> ''"
    " WHERE r.creditor = $1 AND r.request = $2 LIMIT 1"};

static const PgStatement ITEMS = {
    "query_request_items",
    "SELECT i.invoice, r.currency, i.open, i.due_on, i.charge::int, i.instalment::int,"
    "       coalesce(nullif(i.amount, 0), i.open)"
    "  FROM request_item i JOIN request r USING (task, creditor, request)"
    " WHERE i.task = $1 AND i.creditor = $2 AND i.request = $3 ORDER BY i.position LIMIT $4"};

static const PgStatement REMINDERS = {
    "query_request_reminders",
    "SELECT level, issued_on, outcome FROM request_reminder"
    " WHERE task = $1 AND creditor = $2 AND request = $3 ORDER BY position LIMIT $4"};

static const PgStatement DECISIONS = {
    "query_request_decisions",
    "SELECT actor, answer, state, tier, sentence, decided_on, payload, key_id, signature"
    "  FROM decision WHERE task = $1 AND creditor = $2 AND request = $3"
    " ORDER BY record_offset LIMIT $4"};

/* ---- rows as JSON */

static json_t *item_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:s, s:i, s:o, s:o, s:o}",                                   //
                     "invoice", json_text(pg_text(rows, row, 0)),                        //
                     "charge", charge_name((Charge)pg_i32(rows, row, 4)),                //
                     "instalment", (int)pg_i32(rows, row, 5),                            //
                     "open", json_amount(pg_text(rows, row, 1), pg_i64(rows, row, 2)),   //
                     "amount", json_amount(pg_text(rows, row, 1), pg_i64(rows, row, 6)), //
                     "due_on", json_day(asked->arena, pg_date(rows, row, 3)));
}

static json_t *reminder_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:i, s:o, s:o}", "level", (int)pg_i32(rows, row, 0), "issued_on",
                     json_day(asked->arena, pg_date(rows, row, 1)), "outcome",
                     json_text(pg_text(rows, row, 2)));
}

static json_t *decision_at(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",             //
                     "actor", json_text(pg_text(rows, row, 0)),                   //
                     "answer", json_text(pg_text(rows, row, 1)),                  //
                     "state", json_text(pg_text(rows, row, 2)),                   //
                     "tier", json_text(pg_text(rows, row, 3)),                    //
                     "sentence", json_text(pg_text(rows, row, 4)),                //
                     "decided_on", json_day(asked->arena, pg_date(rows, row, 5)), //
                     "payload", json_hex(asked->arena, pg_text(rows, row, 6)),    //
                     "key_id", json_text(pg_text(rows, row, 7)),                  //
                     "signature", json_hex(asked->arena, pg_text(rows, row, 8)));
}

/* A list of the answer: its name, where it comes from, how a row looks. */
typedef struct List {
    const char *name;
    const PgStatement *statement;
    json_t *(*row)(const Asked *asked, const PgRows *rows, ptrdiff_t row);
} List;

static const List LISTS[] = {
    {"items", &ITEMS, item_at},
    {"reminders", &REMINDERS, reminder_at},
    {"decisions", &DECISIONS, decision_at},
};

static bool list_add(const Asked *asked, const List *list, int32_t task, json_t *to, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_i32(params, task);
    pg_add_text(params, http_segment(asked->request, CREDITOR));
    pg_add_text(params, http_segment(asked->request, REQUEST));
    pg_add_i64(params, asked->row_limit);
    PgRows rows;
    if (!pg_run(asked->pg, list->statement, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *array = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(array, list->row(asked, &rows, i));
    }
    json_object_set_new(to, list->name, array);
    return true;
}

static json_t *head_of(const Asked *asked, const PgRows *found) {
    json_t *head = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}",                              //
                             "creditor", json_text(http_segment(asked->request, CREDITOR)), //
                             "request", json_text(http_segment(asked->request, REQUEST)),   //
                             "customer", json_text(pg_text(found, 0, 2)),                   //
                             "day", json_day(asked->arena, pg_date(found, 0, 1)),           //
                             "state", json_text(pg_text(found, 0, 15)),                     //
                             "kind", json_text(pg_text(found, 0, 3)));
    json_t *rest = json_pack("{s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:i, s:o, s:o, s:o}",        //
                             "amount", json_amount(pg_text(found, 0, 4), pg_i64(found, 0, 5)), //
                             "requester", json_text(pg_text(found, 0, 6)),                     //
                             "reason", json_text(pg_text(found, 0, 7)),                        //
                             "reason_code", json_text(pg_text(found, 0, 16)),                  //
                             "requested_on", json_day(asked->arena, pg_date(found, 0, 8)),     //
                             "days_past_due", (int)pg_i32(found, 0, 9),                        //
                             "credit_band", json_text(pg_text(found, 0, 10)),                  //
                             "credit_score", (int)pg_i32(found, 0, 11),                        //
                             "request_hash", json_hex(asked->arena, pg_text(found, 0, 12)),    //
                             "tier", json_text(pg_text(found, 0, 13)),                         //
                             "approvers", json_ids(pg_text(found, 0, 14)));
    json_object_update(head, rest);
    json_decref(rest);
    return head;
}

bool query_request(const Asked *asked, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, http_segment(asked->request, CREDITOR));
    pg_add_text(params, http_segment(asked->request, REQUEST));
    PgRows found;
    if (!pg_run(asked->pg, &FIND, params, asked->arena, &found, err)) {
        return false;
    }
    if (found.count == 0) {
        http_refuse(asked->arena, asked->answer, 404, "REQUEST_UNKNOWN",
                    "Approvals knows no such request.");
        return true;
    }
    json_t *request = head_of(asked, &found);
    for (size_t i = 0; i < sizeof LISTS / sizeof LISTS[0]; i++) {
        if (!list_add(asked, &LISTS[i], pg_i32(&found, 0, 0), request, err)) {
            json_decref(request);
            return false;
        }
    }
    answer_json(asked->answer, asked->arena, 200, request);
    return true;
}
