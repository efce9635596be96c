/* By which buckets a task ages: what is written down is what reports count by. */
#include "base/check.h"
#include "ledger/store/room.h"

static const PgStatement LOAD_AGINGS = {
    "ledger_load_agings",
    "SELECT DISTINCT ON (a.task) a.task, a.hash,"
    "       (SELECT r.hash FROM allowance_rule r WHERE r.task = a.task"
    "         ORDER BY r.since DESC LIMIT 1),"
    "       (SELECT b.mark FROM bookkeeping_rule b WHERE b.task = a.task"
    "         ORDER BY b.since DESC LIMIT 1)"
    "  FROM aging_rule a WHERE a.task = ANY($1::int[]) ORDER BY a.task, a.since DESC"};

static const PgStatement SAVE_AGING = {
    "ledger_save_aging",
    "INSERT INTO aging_rule (task, since, hash, names, from_days, from_invoice)"
    " VALUES ($1, $2, $3, $4::text[], $5::int[], $6)"};

/* Under new rules every account is looked at once, at the end of the next day; one whose items
 * stand in the last of the old buckets too, which had nothing more to enter. */
static const PgStatement REVISIT = {
    "ledger_revisit",
    "UPDATE account SET next_due = $2 WHERE task = $1 AND (next_due > $2 OR next_due IS NULL"
    "  AND (open_total > 0 OR has_credit))"};

bool load_agings(const Load *load, Err *err) {
    const Books *books = load->books;
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, books->aging_count);
    for (int i = 0; i < books->aging_count; i++) {
        tasks[i] = books->agings[i].task;
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, tasks, books->aging_count);
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_AGINGS, params, load->arena, &rows, err)) {
        return false;
    }
    int at = 0; /* both are ordered by task */
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        while (books->agings[at].task != pg_i32(&rows, i, 0)) {
            at++;
            CHECK(at < books->aging_count);
        }
        books->agings[at].hash = pg_text(&rows, i, 1);
        books->agings[at].allowance = pg_text(&rows, i, 2);
        books->agings[at].keeping_mark = pg_text(&rows, i, 3);
    }
    return true;
}

static bool save_aging(Pg *pg, const TaskAging *change, Arena *arena, Err *err) {
    const Aging *aging = &change->rule->aging;
    Str names[AGING_BUCKETS_MAX];
    int32_t from_days[AGING_BUCKETS_MAX];
    for (int i = 0; i < aging->count; i++) {
        names[i] = aging->buckets[i].name;
        from_days[i] = aging->buckets[i].from_day;
    }
    PgParams *params = pg_params(arena);
    pg_add_i32(params, change->task);
    pg_add_date(params, change->since);
    pg_add_text(params, change->rule->hash);
    pg_add_text_array(params, names, aging->count);
    pg_add_i32_array(params, from_days, aging->count);
    pg_add_bool(params, aging->from_invoice);
    return pg_run(pg, &SAVE_AGING, params, arena, NULL, err);
}

bool room_revisit(const Saving *saving, int32_t task, Date since, Err *err) {
    PgParams *params = pg_params(saving->arena);
    pg_add_i32(params, task);
    pg_add_date(params, date_add(since, 1));
    return pg_send(saving->pg, &REVISIT, params, err);
}

bool save_agings(const Saving *saving, Err *err) {
    for (int i = 0; i < saving->books->aging_count; i++) {
        const TaskAging *change = &saving->books->agings[i];
        if (change->rule == NULL) {
            continue;
        }
        bool first = str_is_empty(change->hash);
        if (!save_aging(saving->pg, change, saving->arena, err) ||
            (!first && !room_revisit(saving, change->task, change->since, err))) {
            return false;
        }
    }
    return true;
}
