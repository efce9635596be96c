/* Which day and whose books a report is about.
 *
 * A day can be reported when every task has closed it, so that nothing is missing, or when it is
 * the open day of every task. While tasks stand on different days, the answer names those that lag.
 */
#include "base/id.h"
#include "ledger/query/room.h"

static const PgStatement TASK_DAYS = {"query_task_days",
                                      "SELECT task, day FROM task ORDER BY task LIMIT 1024"};

static const PgStatement CREDITORS = {
    "query_creditors", "SELECT DISTINCT creditor FROM balance ORDER BY creditor LIMIT $1"};

/* ---- the day */

static Date latest_day(const PgRows *tasks) {
    Date latest = DATE_NONE; /* sorts first */
    for (ptrdiff_t i = 0; i < tasks->count; i++) {
        Date day = pg_date(tasks, i, 1);
        latest = date_compare(day, latest) > 0 ? day : latest;
    }
    return latest;
}

/* Tasks whose open day is before `day`, or where none is open. */
static json_t *tasks_before(const PgRows *tasks, Date day) {
    json_t *lagging = json_array();
    for (ptrdiff_t i = 0; i < tasks->count; i++) {
        if (date_compare(pg_date(tasks, i, 1), day) < 0) {
            json_array_append_new(lagging, json_integer(pg_i32(tasks, i, 0)));
        }
    }
    return lagging;
}

static bool is_open_everywhere(const PgRows *tasks, Date day) {
    for (ptrdiff_t i = 0; i < tasks->count; i++) {
        if (date_compare(pg_date(tasks, i, 1), day) != 0) {
            return false;
        }
    }
    return true;
}

static bool day_refuse(const Asked *asked, json_t *lagging) {
    query_refuse(asked, 409, "DAY_NOT_CLOSED",
                 "Some tasks have not closed that day yet, so a report would miss what they still "
                 "hold. Ask again when they have, or for an earlier day.",
                 "tasks", lagging);
    return false;
}

/* False after a refusal. */
static bool day_check(const Asked *asked, const PgRows *tasks, Date day) {
    json_t *lagging = tasks_before(tasks, date_add(day, 1)); /* have not closed it */
    if (json_array_size(lagging) == 0 || is_open_everywhere(tasks, day)) {
        json_decref(lagging);
        return true;
    }
    return day_refuse(asked, lagging);
}

static bool day_find(const Asked *asked, const PgRows *tasks, Date *day) {
    *day = latest_day(tasks);
    if (date_is_none(*day)) {
        query_refuse(asked, 409, "NO_DAY", "No business day is open yet: `arrears day open`.", NULL,
                     NULL);
        return false;
    }
    Str as_of = http_parameter(asked->request, "as_of");
    if (!str_is_empty(as_of)) {
        if (!date_parse(as_of, day)) {
            query_refuse(asked, 400, "AS_OF", "as_of is no day YYYY-MM-DD.", NULL, NULL);
            return false;
        }
        return day_check(asked, tasks, *day);
    }
    return is_open_everywhere(tasks, *day) || day_refuse(asked, tasks_before(tasks, *day));
}

/* ---- the creditor */

static json_t *creditors_list(const PgRows *creditors) {
    json_t *list = json_array();
    for (ptrdiff_t i = 0; i < creditors->count; i++) {
        json_array_append_new(list, json_text(pg_text(creditors, i, 0)));
    }
    return list;
}

/* False after a refusal. Without books there is no creditor yet: an empty name, and empty answers.
 */
static bool creditor_find(const Asked *asked, const PgRows *creditors, Str *creditor) {
    *creditor = http_parameter(asked->request, "creditor");
    if (!str_is_empty(*creditor)) {
        return true;
    }
    if (creditors->count > 1) {
        query_refuse(asked, 409, "CREDITOR_WANTED",
                     "There are several creditors; say which one with creditor=.", "creditors",
                     creditors_list(creditors));
        return false;
    }
    *creditor = creditors->count == 1 ? pg_text(creditors, 0, 0) : S("");
    return true;
}

bool scope_find(const Asked *asked, Scope *scope, Err *err) {
    PgRows tasks;
    PgRows creditors;
    PgParams *params = pg_params(asked->arena);
    pg_add_i64(params, asked->row_limit);
    if (!pg_run(asked->pg, &TASK_DAYS, NULL, asked->arena, &tasks, err) ||
        !pg_run(asked->pg, &CREDITORS, params, asked->arena, &creditors, err)) {
        return false;
    }
    scope->good =
        day_find(asked, &tasks, &scope->day) && creditor_find(asked, &creditors, &scope->creditor);
    return true;
}
