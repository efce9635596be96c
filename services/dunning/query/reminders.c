/* GET /v1/dunning/reminders: reminders, the latest first; all, or those in one state. */
#include "dunning/core/reminder.h"
#include "dunning/query/room.h"

static const PgStatement LIST = {
    "query_reminders", "SELECT " REMINDER_COLUMNS " FROM reminder r"
                       " WHERE ($1 = '' OR r.creditor = $1) AND ($2 = '' OR r.customer = $2)"
                       "   AND ($3 = '' OR r.state = $3)"
                       " ORDER BY r.issued_on DESC, r.reminder LIMIT $4"};

json_t *reminder_json(const Asked *asked, const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:o, s:o, s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:b}", //
                     "reminder", json_text(pg_text(rows, row, 0)),                        //
                     "creditor", json_text(pg_text(rows, row, 1)),                        //
                     "customer", json_text(pg_text(rows, row, 2)),                        //
                     "level", (int)pg_i32(rows, row, 3),                                  //
                     "level_name", json_text(pg_text(rows, row, 4)),                      //
                     "tone", json_text(pg_text(rows, row, 5)),                            //
                     "issued_on", json_day(asked->arena, pg_date(rows, row, 6)),          //
                     "total", json_amount(pg_text(rows, row, 7), pg_i64(rows, row, 8)),   //
                     "state", json_text(pg_text(rows, row, 9)),                           //
                     "attempt", (int)pg_i32(rows, row, 10),                               //
                     "sentence", json_text(pg_text(rows, row, 11)),                       //
                     "said_by", json_text(pg_text(rows, row, 12)),                        //
                     "paused", (int)pg_bool(rows, row, 13));
}

bool query_reminders(const Asked *asked, Err *err) {
    Str state = http_parameter(asked->request, "state");
    ReminderState known;
    if (!str_is_empty(state) && !reminder_state_parse(state, &known)) {
        http_refuse(asked->arena, asked->answer, 400, "STATE",
                    "state is issued, sent, failed, uncertain or withdrawn, or left out.");
        return true;
    }
    static const ListQuestion question = {.statement = &LIST,
                                          .filters = {"creditor", "customer", "state"},
                                          .filter_count = 3,
                                          .name = "reminders",
                                          .row = reminder_json};
    return query_list(asked, &question, err);
}
