/* What may be asked, by path. */
#include "dunning/query.h"

#include "base/attr.h"
#include "dunning/query/room.h"
#include "dunning/settings.h"

/* False after a refusal. */
static bool top_find(const Asked *asked, int64_t *top) {
    Str text = http_parameter(asked->request, "top");
    *top = asked->row_limit;
    if (str_is_empty(text)) {
        return true;
    }
    int64_t wanted;
    if (!str_parse_i64(text, &wanted) || wanted < 1) {
        http_refuse(asked->arena, asked->answer, 400, "TOP", "top is a number from 1 on.");
        return false;
    }
    *top = wanted < *top ? wanted : *top;
    return true;
}

bool query_list(const Asked *asked, const ListQuestion *question, Err *err) {
    int64_t top;
    if (!top_find(asked, &top)) {
        return true;
    }
    PgParams *params = pg_params(asked->arena);
    for (int i = 0; i < question->filter_count; i++) {
        pg_add_text(params, http_parameter(asked->request, question->filters[i]));
    }
    pg_add_i64(params, top);
    PgRows rows;
    if (!pg_run(asked->pg, question->statement, params, asked->arena, &rows, err)) {
        return false;
    }
    json_t *list = json_array();
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        json_array_append_new(list, question->row(asked, &rows, i));
    }
    answer_json(
        asked->answer, asked->arena, 200,
        json_pack("{s:o, s:I}", question->name, list, "row_limit", (json_int_t)asked->row_limit));
    return true;
}

int dunning_routes(void *settings, QueryDoor *door, Arena *arena, const HttpRoute **routes) {
    static const AskRow rows[] = {
        {"/v1/dunning/reminders", query_reminders},
        {"/v1/dunning/reminders/*/*", query_reminder},
        {"/v1/dunning/persons", query_persons},
        {"/v1/dunning/pauses", query_pauses},
        {"/v1/holds", query_holds},
    };
    const DunningSettings *own = settings;
    AskTable table = {.rows = rows,
                      .count = COUNT_OF(rows),
                      .door = door,
                      .settings = own,
                      .row_limit = own->answer_rows};
    return ask_routes(&table, arena, routes);
}
