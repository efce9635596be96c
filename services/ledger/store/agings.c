/* By which buckets a task ages: what is written down is what reports count by. */
#include "base/check.h"
#include "ledger/store/room.h"

static const PgStatement LOAD_AGINGS = {
    "ledger_load_agings",
    "SELECT DISTINCT ON (a.task) a.task, a.hash,"
    "       (SELECT r.hash FROM allowance_rule r WHERE r.task = a.task"
    "         ORDER BY r.since DESC LIMIT 1),"
    "       coalesce((SELECT s.mark FROM standing_rule s WHERE s.task = a.task"
    "         ORDER BY s.since DESC LIMIT 1), '')"
    "  FROM aging_rule a WHERE a.task = ANY($1::int[]) ORDER BY a.task, a.since DESC"};

static const PgStatement SAVE_AGING = {
    "ledger_save_aging", "INSERT INTO aging_rule (task, since, hash, names, from_days)"
                         " VALUES ($1, $2, $3, $4::text[], $5::int[])"};

/* Under new buckets every open invoice is looked at once, at the end of the next day; those in the
 * last of the old buckets too, which had nothing more to enter. */
static const PgStatement REVISIT = {
    "ledger_revisit",
    "UPDATE account a SET next_due = $2 WHERE task = $1 AND (next_due > $2 OR next_due IS NULL"
    "  AND EXISTS (SELECT FROM item i WHERE (i.task, i.account) = (a.task, a.account)"
    "               AND i.state = 'open'))"};

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
        books->agings[at].standing = pg_text(&rows, i, 3);
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
    return pg_run(pg, &SAVE_AGING, params, arena, NULL, err);
}

static bool revisit(Pg *pg, int32_t task, Date since, Arena *arena, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, task);
    pg_add_date(params, date_add(since, 1));
    return pg_run(pg, &REVISIT, params, arena, NULL, err);
}

static const PgStatement SAVE_STANDING = {
    "ledger_save_standing", "INSERT INTO standing_rule (task, since, mark) VALUES ($1, $2, $3)"
                            " ON CONFLICT (task, since) DO UPDATE SET mark = excluded.mark"};

/* What was no small balance may be one under another approval. */
static bool save_standing(Pg *pg, const TaskAging *change, Arena *arena, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, change->task);
    pg_add_date(params, change->standings_on);
    pg_add_text(params, change->standings->standing);
    return pg_run(pg, &SAVE_STANDING, params, arena, NULL, err) &&
           revisit(pg, change->task, change->standings_on, arena, err);
}

bool save_agings(Pg *pg, const Books *books, Arena *arena, Err *err) {
    for (int i = 0; i < books->aging_count; i++) {
        const TaskAging *change = &books->agings[i];
        bool first = str_is_empty(change->hash);
        if (change->rule != NULL &&
            (!save_aging(pg, change, arena, err) ||
             (!first && !revisit(pg, change->task, change->since, arena, err)))) {
            return false;
        }
        if (change->standings != NULL && !save_standing(pg, change, arena, err)) {
            return false;
        }
    }
    return true;
}
