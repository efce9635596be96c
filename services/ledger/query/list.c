/* Lists of an answer, row by row, and what a statement over all of the books is run with. */
#include "base/check.h"
#include "ledger/core/item.h"
#include "ledger/query/room.h"

/* So much memory for each hash of one question; the door asks one at a time, and a million items
 * need about as much. PostgreSQL takes a join by task and account for far smaller than it is, and
 * would then sort a million rows that it could hash. */
static const PgStatement TUNE = {
    "query_tune", "SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true),"
                  "       set_config('enable_sort', 'off', true),"
                  "       set_config('plan_cache_mode', 'force_custom_plan', true) LIMIT 1"};

static const PgStatement TUNE_JOINS = {"query_tune_joins",
                                       "SELECT set_config('enable_nestloop', 'off', true) LIMIT 1"};

/* PostgreSQL takes the groups of an expression for many, and would not part the work for fear of
 * what each part hands over. */
static const PgStatement TUNE_GROUPS = {
    "query_tune_groups", "SELECT set_config('parallel_tuple_cost', '0.01', true) LIMIT 1"};

bool query_tune(const Asked *asked, Err *err) {
    PgRows rows;
    return pg_run(asked->pg, &TUNE, NULL, asked->arena, &rows, err);
}

bool query_tune_joins(const Asked *asked, Err *err) {
    PgRows rows;
    return query_tune(asked, err) && pg_run(asked->pg, &TUNE_JOINS, NULL, asked->arena, &rows, err);
}

bool query_tune_groups(const Asked *asked, Err *err) {
    PgRows rows;
    return query_tune(asked, err) &&
           pg_run(asked->pg, &TUNE_GROUPS, NULL, asked->arena, &rows, err);
}

static json_t *cell_json(const Asked *asked, const PgRows *rows, ptrdiff_t row, int column,
                         CellType type) {
    if (type != CELL_TEXT && pg_is_null(rows, row, column)) {
        return json_null();
    }
    switch (type) {
    case CELL_TEXT:
        return json_text(pg_text(rows, row, column));
    case CELL_NUMBER:
        return json_integer((json_int_t)pg_i64(rows, row, column));
    case CELL_CHARGE:
        return json_string(charge_name((Charge)pg_i32(rows, row, column)));
    case CELL_DAY:
        return json_day(asked->arena, pg_date(rows, row, column));
    case CELL_MONEY:
        return json_amount(pg_text(rows, row, 0), pg_i64(rows, row, column));
    }
    CHECK(!"a type of cell");
}

json_t *row_cells(const Asked *asked, const PgRows *rows, ptrdiff_t row, const ListForm *form) {
    json_t *object = json_object();
    CHECK(rows->columns >= form->count);
    for (int column = 0; column < form->count; column++) {
        json_t *cell = cell_json(asked, rows, row, column, form->cells[column].type);
        json_object_set_new(object, form->cells[column].name, cell);
    }
    return object;
}

bool form_add(const Asked *asked, const ListForm *form, PgParams *params, json_t *answer,
              Err *err) {
    PgRows rows;
    pg_add_i64(params, asked->row_limit + 1);
    if (!pg_run(asked->pg, form->statement, params, asked->arena, &rows, err)) {
        return false;
    }
    bool cut = rows.count > asked->row_limit;
    json_t *list = json_array();
    for (ptrdiff_t i = 0; i < rows.count - cut; i++) {
        json_array_append_new(list, row_cells(asked, &rows, i, form));
    }
    json_object_set_new(answer, form->name, list);
    bool before = json_is_true(json_object_get(answer, "cut"));
    json_object_set_new(answer, "cut", json_boolean(cut || before));
    json_object_set_new(answer, "row_limit", json_integer((json_int_t)asked->row_limit));
    return true;
}

static bool tune(const Asked *asked, const Report *report, Err *err) {
    return report->of_all ? query_tune_joins(asked, err) : query_tune(asked, err);
}

static bool lists_add(const Asked *asked, const Report *report, const Scope *scope, json_t *answer,
                      Err *err) {
    for (int i = 0; i < report->count; i++) {
        PgParams *params = report->params(asked, scope);
        if (!form_add(asked, &report->lists[i], params, answer, err)) {
            return false;
        }
    }
    return true;
}

bool report_make(const Asked *asked, const Report *report, json_t **answer, Err *err) {
    Scope scope;
    *answer = NULL;
    bool found =
        report->of_span ? scope_find_span(asked, &scope, err) : scope_find(asked, &scope, err);
    if (!found || !tune(asked, report, err)) {
        return false;
    }
    if (!scope.good || report->params(asked, &scope) == NULL) {
        return true;
    }
    json_t *made = scope_json(asked, &scope);
    if (!lists_add(asked, report, &scope, made, err)) {
        json_decref(made);
        return false;
    }
    *answer = made;
    return true;
}

bool report_answer(const Asked *asked, const Report *report, Err *err) {
    json_t *answer = NULL;
    bool done = report_make(asked, report, &answer, err);
    if (answer != NULL) {
        answer_json(asked->answer, asked->arena, 200, answer);
    }
    return done;
}

PgParams *days_params(const Asked *asked, const Scope *scope, int32_t fallback) {
    enum { DAYS_MAX = 3660 }; /* ten years */
    int64_t days = fallback;
    Str given = http_parameter(asked->request, "days");
    if (!str_is_empty(given) && (!str_parse_i64(given, &days) || days < 1 || days > DAYS_MAX)) {
        query_refuse(asked, 400, "DAYS", "days is no whole number from 1 to 3660.", NULL, NULL);
        return NULL;
    }
    PgParams *params = scope_params(asked, scope);
    pg_add_i32(params, (int32_t)days);
    return params;
}
