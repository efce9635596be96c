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
    "query_creditors",
    "SELECT DISTINCT creditor FROM balance ORDER BY creditor LIMIT greatest($1, 2)"};

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

/* A day among the parameters. */
typedef struct DayWord {
    const char *name;
    const char *code;
} DayWord;

static const DayWord AS_OF = {"as_of", "AS_OF"};
static const DayWord KNOWN_ON = {"known_on", "KNOWN_ON"};
static const DayWord FROM = {"from", "FROM"};
static const DayWord TO = {"to", "TO"};

/* False after a refusal; DATE_NONE when it is not given. */
static bool day_read(const Asked *asked, DayWord word, Date *day) {
    Str text = http_parameter(asked->request, word.name);
    *day = DATE_NONE;
    if (str_is_empty(text) || date_parse(text, day)) {
        return true;
    }
    Str sentence = str_format(asked->arena, "%s is no day YYYY-MM-DD.", word.name);
    query_refuse(asked, 400, word.code, str_terminated(asked->arena, sentence), NULL, NULL);
    return false;
}

/* False after a refusal: it is no day, or not closed. */
static bool day_given(const Asked *asked, const PgRows *tasks, DayWord word, Date *day) {
    return day_read(asked, word, day) && (date_is_none(*day) || day_check(asked, tasks, *day));
}

static bool day_find(const Asked *asked, const PgRows *tasks, Date *day) {
    Date latest = latest_day(tasks);
    if (date_is_none(latest)) {
        query_refuse(asked, 409, "NO_DAY", "No business day is open yet: `arrears day open`.", NULL,
                     NULL);
        return false;
    }
    if (!day_given(asked, tasks, AS_OF, day)) {
        return false;
    }
    if (date_is_none(*day)) {
        *day = latest;
        return is_open_everywhere(tasks, latest) || day_refuse(asked, tasks_before(tasks, latest));
    }
    return true;
}

static bool span_find(const Asked *asked, const PgRows *tasks, Scope *scope) {
    if (!day_read(asked, FROM, &scope->from) || !day_given(asked, tasks, TO, &scope->day)) {
        return false;
    }
    if (date_is_none(scope->from) || date_is_none(scope->day) ||
        date_compare(scope->from, scope->day) > 0) {
        query_refuse(asked, 400, "SPAN", "from and to are wanted, from not after to.", NULL, NULL);
        return false;
    }
    return true;
}

static bool known_find(const Asked *asked, const PgRows *tasks, Date *known) {
    if (!day_given(asked, tasks, KNOWN_ON, known)) {
        return false;
    }
    DateParts last = {2199, 12, 31};
    return !date_is_none(*known) || date_of_parts(last, known);
}

bool scope_since(const Asked *asked, const Scope *scope, Date *from) {
    if (!day_read(asked, FROM, from)) {
        return false;
    }
    if (date_is_none(*from)) {
        DateParts first = {date_parts(scope->day).year, 1, 1};
        return date_of_parts(first, from);
    }
    if (date_compare(*from, scope->day) > 0) {
        query_refuse(asked, 400, "SPAN", "from is after as_of.", NULL, NULL);
        return false;
    }
    return true;
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

static bool scope_read(const Asked *asked, bool span, Scope *scope, Err *err) {
    PgRows tasks;
    PgRows creditors;
    PgParams *params = pg_params(asked->arena);
    pg_add_i64(params, asked->row_limit);
    if (!pg_run(asked->pg, &TASK_DAYS, NULL, asked->arena, &tasks, err) ||
        !pg_run(asked->pg, &CREDITORS, params, asked->arena, &creditors, err)) {
        return false;
    }
    *scope = (Scope){.from = DATE_NONE};
    scope->good = (span ? span_find(asked, &tasks, scope) : day_find(asked, &tasks, &scope->day)) &&
                  known_find(asked, &tasks, &scope->known) &&
                  creditor_find(asked, &creditors, &scope->creditor);
    scope->is_live = !span && date_compare(scope->day, latest_day(&tasks)) == 0 &&
                     str_is_empty(http_parameter(asked->request, KNOWN_ON.name));
    scope->is_only = creditors.count == 1 && str_equals(scope->creditor, pg_text(&creditors, 0, 0));
    return true;
}

bool scope_find(const Asked *asked, Scope *scope, Err *err) {
    return scope_read(asked, false, scope, err);
}

bool scope_find_span(const Asked *asked, Scope *scope, Err *err) {
    return scope_read(asked, true, scope, err);
}

PgParams *scope_params(const Asked *asked, const Scope *scope) {
    PgParams *params = pg_params(asked->arena);
    pg_add_text(params, scope->creditor);
    pg_add_date(params, scope->day);
    pg_add_date(params, scope->known);
    return params;
}

json_t *scope_json(const Asked *asked, const Scope *scope) {
    json_t *head = json_object();
    if (date_is_none(scope->from)) {
        json_object_set_new(head, "as_of", json_day(asked->arena, scope->day));
    } else {
        json_object_set_new(head, "from", json_day(asked->arena, scope->from));
        json_object_set_new(head, "to", json_day(asked->arena, scope->day));
    }
    if (!str_is_empty(http_parameter(asked->request, KNOWN_ON.name))) {
        json_object_set_new(head, "known_on", json_day(asked->arena, scope->known));
    }
    json_object_set_new(head, "creditor", json_text(scope->creditor));
    return head;
}
