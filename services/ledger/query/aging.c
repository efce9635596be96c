/* GET /v1/aging: open items by bucket, as of a day, as known on a day: of the creditor, or by
 * customer or salesperson.
 *
 * What was due when is looked up, too: an extension that counts only later moves no past day. The
 * buckets are those the tasks aged by on that day, or the first ones, for days before; so is what
 * their days count from, where the question does not say. */
#include "base/check.h"
#include "ledger/query/room.h"

/* Who stands in a row, nobody, a customer or a salesperson, and whose items count, come between
 * these three. A holder has a row for each bucket; so many holders as $5 says, of each currency
 * those with most first. Whether they have something in it is joined when only those are left. */
#define AGES(later) " WITH " later BUCKETS_AS_OF ", age AS (SELECT "
#define OF_ITEMS(open)                                                                             \
    " AS who, currency,"                                                                           \
    "  $2::date - CASE $4::int WHEN 0 THEN " AGED_FROM                                             \
    " WHEN 1 THEN due_on ELSE issued_on END AS days,"                                              \
    "  count(*) AS count, sum(open) AS open"                                                       \
    "  FROM " open " o "
#define IN_BUCKETS                                                                                 \
    " GROUP BY 1, 2, 3),"                                                                          \
    " placed AS ("                                                                                 \
    "  SELECT who, currency, position, sum(count) AS count, sum(open) AS open"                     \
    "    FROM age JOIN bucket ON days >= from_day AND days < next_day GROUP BY 1, 2, 3),"          \
    " summed AS ("                                                                                 \
    "  SELECT *, sum(open) OVER (PARTITION BY currency, who) AS whole FROM placed),"               \
    " ranked AS ("                                                                                 \
    "  SELECT *, dense_rank() OVER (ORDER BY currency, whole DESC, who) AS rank FROM summed),"     \
    " first_ones AS (SELECT * FROM ranked WHERE rank <= $5)"                                       \
    "SELECT h.currency, b.name, coalesce(f.count, 0)::bigint, coalesce(f.open, 0)::bigint,"        \
    "       h.whole::bigint, (SELECT from_invoice FROM rule), "
#define OF_HOLDERS                                                                                 \
    "  FROM (SELECT DISTINCT rank, currency, who, whole FROM first_ones) h CROSS JOIN bucket b"    \
    "  LEFT JOIN first_ones f ON (f.rank, f.position) = (h.rank, b.position)"                      \
    " ORDER BY h.rank, b.position LIMIT $5 * (SELECT cardinality(names) FROM rule)"

/* Where there is one creditor, nobody has to look whose an item is. */
#define OF_CREDITOR                                                                                \
    " WHERE ($6::bool OR (o.task, o.account) IN"                                                   \
    "        (SELECT task, account FROM account WHERE creditor = $1))"

/* What is open now less what moved on it later; or as it is, where nothing did. */
#define AGING(later, open, who, joined, shown)                                                     \
    AGES(later) who OF_ITEMS(open)                                                                 \
    joined OF_CREDITOR IN_BUCKETS shown OF_HOLDERS
#define AGINGS(name, who, joined, shown)                                                           \
    {                                                                                              \
        {name, AGING(LATER_AS_OF ",", OPEN_AS_OF, who, joined, shown)},                            \
            {name "_as_it_is", AGING("", OPEN_AS_IT_IS, who, joined, shown)},                      \
    }

enum { AS_OF_A_DAY, AS_IT_IS, AGING_COUNT };

typedef struct By {
    const char *name; /* of the parameter and of the member of a row; nobody: empty */
    PgStatement statements[AGING_COUNT];
} By;

/* Customers are told apart by a number, of the account and, in its last 16 bits, the task: names
 * are looked up of those that are told. */
enum { BY_NOBODY };
static const By BYS[] = {
    {"", AGINGS("query_aging", "''", "", "h.who")},
    {"customer",
     AGINGS(
         "query_aging_by_customer", "o.account * 65536 + o.task", "",
         "(SELECT customer FROM account WHERE task = h.who % 65536 AND account = h.who / 65536)")},
    {"salesperson", AGINGS("query_aging_by_salesperson", "coalesce(salesperson, '')",
                           "LEFT JOIN invoice_detail d"
                           " ON (d.task, d.account, d.invoice) = (o.task, o.account, o.number)",
                           "h.who")},
};

enum { CURRENCY, BUCKET, COUNT, MINOR, WHOLE, FROM_INVOICE, WHO };

/* ---- what is asked */

/* False after a refusal. */
static bool by_find(const Asked *asked, const By **by) {
    Str given = http_parameter(asked->request, "by");
    *by = NULL;
    for (ptrdiff_t i = 0; i < COUNT_OF(BYS); i++) {
        *by = str_equals(given, str_of(BYS[i].name)) ? &BYS[i] : *by;
    }
    if (*by == NULL) {
        query_refuse(asked, 400, "BY", "by is customer or salesperson.", NULL, NULL);
    }
    return *by != NULL;
}

/* What days count from, as the statements number it: by the rule, or as asked for. */
enum { FROM_RULE, FROM_DUE, FROM_ISSUE, FROM_COUNT };
static const char *const FROMS[FROM_COUNT] = {"", "due", "invoice"};

/* False after a refusal. */
static bool from_find(const Asked *asked, int32_t *from) {
    Str given = http_parameter(asked->request, "from");
    for (*from = FROM_RULE; *from < FROM_COUNT; (*from)++) {
        if (str_equals(given, str_of(FROMS[*from]))) {
            return true;
        }
    }
    query_refuse(asked, 400, "FROM", "from is due or invoice.", NULL, NULL);
    return false;
}

/* ---- rows as JSON */

static bool is_of(const PgRows *rows, ptrdiff_t row, ptrdiff_t first) {
    return str_equals(pg_text(rows, row, CURRENCY), pg_text(rows, first, CURRENCY)) &&
           str_equals(pg_text(rows, row, WHO), pg_text(rows, first, WHO));
}

/* The rows of one currency, and of one customer or salesperson, from `first`; moves it past them.
 */
static json_t *holder_take(const PgRows *rows, ptrdiff_t *first, const By *by) {
    ptrdiff_t row = *first;
    json_t *buckets = json_array();
    int64_t count = 0;
    for (; row < rows->count && is_of(rows, row, *first); row++) {
        json_array_append_new(buckets, json_pack("{s:o, s:I, s:I}", //
                                                 "name", json_text(pg_text(rows, row, BUCKET)),
                                                 "count", (json_int_t)pg_i64(rows, row, COUNT),
                                                 "minor", (json_int_t)pg_i64(rows, row, MINOR)));
        count += pg_i64(rows, row, COUNT);
    }
    json_t *holder = json_object();
    if (by != &BYS[BY_NOBODY]) {
        json_object_set_new(holder, by->name, json_text(pg_text(rows, *first, WHO)));
    }
    json_object_set_new(holder, "currency", json_text(pg_text(rows, *first, CURRENCY)));
    json_object_set_new(holder, "open", json_count(count, pg_i64(rows, *first, WHOLE)));
    json_object_set_new(holder, "buckets", buckets);
    *first = row;
    return holder;
}

/* Where nothing was asked for, as the rule has it; without rows there is nothing that ages. */
static void from_tell(json_t *head, int32_t from, const PgRows *rows) {
    if (from == FROM_RULE && rows->count > 0) {
        from = pg_bool(rows, 0, FROM_INVOICE) ? FROM_ISSUE : FROM_DUE;
    }
    if (from != FROM_RULE) {
        json_object_set_new(head, "counted_from", json_string(FROMS[from]));
    }
}

static json_t *aging_json(const Asked *asked, json_t *head, const PgRows *rows, const By *by) {
    json_t *holders = json_array();
    ptrdiff_t row = 0;
    while (row < rows->count && (ptrdiff_t)json_array_size(holders) < asked->row_limit) {
        json_array_append_new(holders, holder_take(rows, &row, by));
    }
    if (by == &BYS[BY_NOBODY]) {
        json_object_set_new(head, "currencies", holders);
        return head;
    }
    json_object_set_new(head, "by", json_string(by->name));
    json_object_set_new(head, "rows", holders);
    json_object_set_new(head, "cut", json_boolean(row < rows->count));
    json_object_set_new(head, "row_limit", json_integer((json_int_t)asked->row_limit));
    return head;
}

/* Whether an entry or an extension counts only after the day, or was recorded after what is known.
 */
static const PgStatement COUNTS_LATER = {
    "query_counts_later",
    "SELECT (SELECT count(*) FROM entry WHERE effective_on > $1 OR recorded_on > $2) > 0"
    "    OR (SELECT count(*) FROM due_change WHERE effective_on > $1 OR recorded_on > $2) > 0"
    " LIMIT 1"};

/* Of the open day next to nothing does; then nothing has to be joined. */
static bool as_it_is(const Asked *asked, const Scope *scope, bool *is, Err *err) {
    *is = false;
    if (!scope->is_live) {
        return true;
    }
    PgRows rows;
    PgParams *params = pg_params(asked->arena);
    pg_add_date(params, scope->day);
    pg_add_date(params, scope->known);
    if (!pg_run(asked->pg, &COUNTS_LATER, params, asked->arena, &rows, err)) {
        return false;
    }
    *is = !pg_bool(&rows, 0, 0);
    return true;
}

bool query_aging(const Asked *asked, Err *err) {
    Scope scope;
    const By *by = NULL;
    int32_t from = FROM_RULE;
    if (!scope_find(asked, &scope, err)) {
        return false;
    }
    if (!scope.good || !by_find(asked, &by) || !from_find(asked, &from)) {
        return true;
    }
    PgParams *params = scope_params(asked, &scope);
    pg_add_i32(params, from);
    pg_add_i64(params, asked->row_limit + 1);
    pg_add_bool(params, scope.is_only);
    PgRows rows;
    bool is;
    bool few = by == &BYS[BY_NOBODY]; /* groups: a customer is one of many */
    if (!(few ? query_tune_groups : query_tune)(asked, err) || !as_it_is(asked, &scope, &is, err) ||
        !pg_run(asked->pg, &by->statements[is ? AS_IT_IS : AS_OF_A_DAY], params, asked->arena,
                &rows, err)) {
        return false;
    }
    json_t *head = scope_json(asked, &scope);
    from_tell(head, from, &rows);
    answer_json(asked->answer, asked->arena, 200, aging_json(asked, head, &rows, by));
    return true;
}
