/* GET /v1/dunning/reminders/CREDITOR/REMINDER: all of one reminder, the mail and the attempts to
 * send it. */
#include "contract/item_key.h"
#include "dunning/query/room.h"

static const PgStatement ONE = {
    "query_reminder", "SELECT " REMINDER_COLUMNS ", r.items_left_out, r.ladder_hash, r.band,"
                      " r.score, r.contact_hash, r.mail_to, r.mail_subject, r.mail_body, r.task"
                      " FROM reminder r WHERE r.creditor = $1 AND r.reminder = $2"};
static const PgStatement ITEMS = {
    "query_reminder_items",
    "SELECT invoice, open, due_on, charge::int, instalment::int, p.number IS NOT NULL"
    "  FROM reminder_item LEFT JOIN paused p USING (task, creditor, customer, invoice)"
    " WHERE task = $1 AND creditor = $2 AND customer = $3 AND reminder = $4 ORDER BY position"};
static const PgStatement ATTEMPTS = {
    "query_reminder_attempts", "SELECT attempt, coalesce(outcome, ''), code, sentence,"
                               "       to_char(claimed_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
                               "       to_char(ended_at, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
                               "  FROM dispatch WHERE task = $1 AND intent = $2 ORDER BY attempt"};

static bool items_add(const Asked *asked, const PgRows *one, json_t *answer, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_i32(params, pg_i32(one, 0, REMINDER_COLUMN_COUNT + 8));
    pg_add_text(params, pg_text(one, 0, 1));
    pg_add_text(params, pg_text(one, 0, 2));
    pg_add_text(params, pg_text(one, 0, 0));
    PgRows rows;
    if (!pg_run(asked->pg, &ITEMS, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *items = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(
            items, json_pack("{s:o, s:s, s:i, s:o, s:o, s:b}",                             //
                             "invoice", json_text(pg_text(&rows, i, 0)),                   //
                             "charge", charge_name((Charge)pg_i32(&rows, i, 3)),           //
                             "instalment", (int)pg_i32(&rows, i, 4),                       //
                             "open", json_amount(pg_text(one, 0, 7), pg_i64(&rows, i, 1)), //
                             "due_on", json_day(asked->arena, pg_date(&rows, i, 2)),       //
                             "paused", (int)pg_bool(&rows, i, 5)));
    }
    json_object_set_new(answer, "items", items);
    return true;
}

static json_t *moment(const PgRows *rows, ptrdiff_t row, int column) {
    return pg_is_null(rows, row, column) ? json_null() : json_text(pg_text(rows, row, column));
}

static bool attempts_add(const Asked *asked, const PgRows *one, json_t *answer, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_i32(params, pg_i32(one, 0, REMINDER_COLUMN_COUNT + 8));
    pg_add_text(params, pg_text(one, 0, 0));
    PgRows rows;
    if (!pg_run(asked->pg, &ATTEMPTS, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *attempts = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(attempts,
                              json_pack("{s:i, s:o, s:i, s:o, s:o, s:o}",           //
                                        "attempt", (int)pg_i32(&rows, i, 0),        //
                                        "outcome", json_text(pg_text(&rows, i, 1)), //
                                        "code", (int)pg_i32(&rows, i, 2),           //
                                        "detail", json_text(pg_text(&rows, i, 3)),  //
                                        "claimed_at", moment(&rows, i, 4),          //
                                        "ended_at", moment(&rows, i, 5)));
    }
    json_object_set_new(answer, "attempts", attempts);
    return true;
}

static void mail_add(const PgRows *one, json_t *answer) {
    int at = REMINDER_COLUMN_COUNT;
    json_object_set_new(answer, "items_left_out", json_integer(pg_i32(one, 0, at)));
    json_object_set_new(answer, "ladder_hash", json_text(pg_text(one, 0, at + 1)));
    json_object_set_new(answer, "credit_band", json_text(pg_text(one, 0, at + 2)));
    json_object_set_new(answer, "credit_score", json_integer(pg_i32(one, 0, at + 3)));
    json_object_set_new(answer, "contact_hash", json_text(pg_text(one, 0, at + 4)));
    json_object_set_new(answer, "to", json_text(pg_text(one, 0, at + 5)));
    json_object_set_new(answer, "subject", json_text(pg_text(one, 0, at + 6)));
    json_object_set_new(answer, "body", json_text(pg_text(one, 0, at + 7)));
}

bool query_reminder(const Asked *asked, Err *err) {
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, http_segment(asked->request, 0));
    pg_add_text(params, http_segment(asked->request, 1));
    PgRows one;
    if (!pg_run(asked->pg, &ONE, params, asked->arena, &one, err)) {
        return false;
    }
    if (one.count == 0) {
        http_refuse(asked->arena, asked->answer, 404, "UNKNOWN",
                    "No such reminder; see `arrears dunning list`.");
        return true;
    }
    json_t *answer = reminder_json(asked, &one, 0);
    mail_add(&one, answer);
    if (!items_add(asked, &one, answer, err) || !attempts_add(asked, &one, answer, err)) {
        json_decref(answer);
        return false;
    }
    answer_json(asked->answer, asked->arena, 200, answer);
    return true;
}
