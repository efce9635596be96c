/* GET /v1/journal: the entries that count in a span, a page at a time, in the order of their keys:
 * by task, account and number. A page that is not the last one says after which entry to go on. */
#include "base/check.h"
#include "ledger/query/room.h"

/* Paths of the chart are looked up, not joined: the order is the one of the key, and nothing has to
 * be sorted for a page. */
static const PgStatement JOURNAL = {
    "query_journal",
    "SELECT e.currency, e.task || '.' || e.account || '.' || e.entry, a.customer, e.entry, e.kind,"
    "       ($5::text[])[array_position($4::text[], e.debit)],"
    "       ($5::text[])[array_position($4::text[], e.credit)], e.amount,"
    "       e.effective_on, e.recorded_on, e.invoice, e.charge::int, e.instalment::bigint,"
    "       e.credit_kind, e.credit_number, e.document,"
    "       coalesce(nullif(e.document, ''), nullif(e.credit_number, ''), e.invoice)"
    "  FROM entry e JOIN account a USING (task, account)"
    " WHERE a.creditor = $1 AND e.effective_on <= $2 AND e.recorded_on <= $3"
    "   AND e.effective_on >= $6 AND (e.task, e.account, e.entry) > ($7::int, $8::bigint, "
    "$9::bigint)"
    " ORDER BY e.task, e.account, e.entry LIMIT $10"};

static const Cell CELLS[] = {
    {"currency", CELL_TEXT},     {"id", CELL_TEXT},          {"customer", CELL_TEXT},
    {"entry", CELL_NUMBER},      {"kind", CELL_TEXT},        {"debit", CELL_TEXT},
    {"credit", CELL_TEXT},       {"amount", CELL_MONEY},     {"effective_on", CELL_DAY},
    {"recorded_on", CELL_DAY},   {"invoice", CELL_TEXT},     {"charge", CELL_CHARGE},
    {"instalment", CELL_NUMBER}, {"credit_kind", CELL_TEXT}, {"credit_number", CELL_TEXT},
    {"document", CELL_TEXT},     {"code", CELL_TEXT}};
static const ListForm ENTRIES = LIST_FORM("entries", &JOURNAL, CELLS);

/* Where to go on: task, account, entry. */
typedef struct Place {
    int64_t task;
    int64_t account;
    int64_t entry;
} Place;

/* False after a refusal. */
static bool place_find(const Asked *asked, Place *place) {
    Str after = http_parameter(asked->request, "after");
    *place = (Place){-1, 0, 0};
    if (str_is_empty(after)) {
        return true;
    }
    StrCut task = str_cut(after, '.');
    StrCut account = str_cut(task.tail, '.');
    if (str_parse_i64(task.head, &place->task) && str_parse_i64(account.head, &place->account) &&
        str_parse_i64(account.tail, &place->entry) && place->task >= 0 &&
        place->task <= INT32_MAX) {
        return true;
    }
    query_refuse(asked, 400, "AFTER", "after is no id of an entry, as the page before has it.",
                 NULL, NULL);
    return false;
}

static void next_set(json_t *answer) {
    const json_t *entries = json_object_get(answer, "entries");
    const json_t *last = json_array_get(entries, json_array_size(entries) - 1);
    bool more = json_is_true(json_object_get(answer, "cut"));
    json_t *id = json_object_get(last, "id");
    json_object_set_new(answer, "next", more ? json_incref(id) : json_null());
}

static PgParams *params_of(const Asked *asked, const Scope *scope) {
    Place place;
    if (!place_find(asked, &place)) {
        return NULL;
    }
    PgParams *params = scope_params(asked, scope);
    chart_add(asked, params);
    pg_add_date(params, scope->from);
    pg_add_i32(params, (int32_t)place.task);
    pg_add_i64(params, place.account);
    pg_add_i64(params, place.entry);
    return params;
}

bool query_journal(const Asked *asked, Err *err) {
    static const Report report = {
        .lists = &ENTRIES, .count = 1, .of_span = true, .params = params_of};
    json_t *answer = NULL;
    bool done = report_make(asked, &report, &answer, err);
    if (answer != NULL) {
        next_set(answer);
        answer_json(asked->answer, asked->arena, 200, answer);
    }
    return done;
}
