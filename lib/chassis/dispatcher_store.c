/* The dispatcher's statements. Each is a transaction of its own. */
#include "base/check.h"
#include "chassis/dispatcher_room.h"

static const PgStatement FIND = {
    "dispatch_find",
    "SELECT task, intent, attempt, creditor, customer, tries_left FROM dispatch"
    " WHERE task = ANY($1) AND NOT taken AND claimed_at IS NULL AND not_before <= now()"
    " ORDER BY not_before, task, intent LIMIT $2"};

static const PgStatement CLAIM = {
    "dispatch_claim",
    "UPDATE dispatch d SET claimed_at = now() FROM task t"
    " WHERE d.task = $1 AND d.intent = $2 AND d.attempt = $3 AND d.claimed_at IS NULL"
    "   AND t.task = d.task AND t.epoch = $4 RETURNING 1"};

/* A late outcome settles an uncertain attempt: it is not known to the service then. */
static const PgStatement NOTE = {
    "dispatch_note",
    "UPDATE dispatch SET outcome = $4, code = $5, sentence = $6, ended_at = now(), taken = false"
    " WHERE task = $1 AND intent = $2 AND attempt = $3"
    "   AND (outcome IS NULL OR (outcome = 'uncertain' AND $4 <> 'uncertain'))"};

/* What was put off is nothing the service has to know; the next attempt stands beside it. One that
 * is uncertain by now is not repeated by itself: a person may have said what became of it. */
static const PgStatement PUT_OFF = {
    "dispatch_put_off",
    "WITH ended AS (UPDATE dispatch SET outcome = 'put_off', code = $4, sentence = $5,"
    "                                   ended_at = now(), taken = true"
    "                WHERE task = $1 AND intent = $2 AND attempt = $3"
    "                  AND outcome IS NULL RETURNING *)"
    " INSERT INTO dispatch (task, intent, attempt, creditor, customer, tries_left, not_before)"
    " SELECT task, intent, attempt + 1, creditor, customer, tries_left - $6,"
    "        now() + $7 * interval '1 millisecond' FROM ended ON CONFLICT DO NOTHING"};

static const PgStatement GIVE_UP_WAITING = {
    "dispatch_give_up_waiting", "UPDATE dispatch SET outcome = 'uncertain', ended_at = now()"
                                " WHERE task = ANY($1) AND NOT taken AND outcome IS NULL"
                                "   AND claimed_at < now() - $2 * interval '1 millisecond'"};

static PgParams *params_of(const Attempted *attempt, Arena *arena) {
    PgParams *params = pg_params(arena);
    pg_add_i32(params, attempt->task);
    pg_add_text(params, attempt->intent.id);
    pg_add_i32(params, attempt->intent.attempt);
    return params;
}

bool dispatch_find(Pg *pg, const int32_t *tasks, int count, int limit, Arena *arena,
                   Attempted *found, int *found_count, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, tasks, count);
    pg_add_i64(params, limit);
    PgRows rows;
    if (!pg_run(pg, &FIND, params, arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        found[i] = (Attempted){.task = pg_i32(&rows, i, 0),
                               .intent = {.id = pg_text(&rows, i, 1),
                                          .account = {pg_text(&rows, i, 3), pg_text(&rows, i, 4)},
                                          .attempt = pg_i32(&rows, i, 2)},
                               .tries_left = pg_i32(&rows, i, 5)};
    }
    *found_count = (int)rows.count;
    return true;
}

bool dispatch_claim(Pg *pg, const Attempted *attempt, int64_t epoch, Arena *arena, bool *ours,
                    Err *err) {
    PgParams *params = params_of(attempt, arena);
    pg_add_i64(params, epoch);
    PgRows rows;
    if (!pg_run(pg, &CLAIM, params, arena, &rows, err)) {
        return false;
    }
    *ours = rows.count == 1;
    return true;
}

bool dispatch_note(Pg *pg, const Attempted *attempt, const Outcome *outcome, int64_t wait_ms,
                   bool costs_a_try, Arena *arena, Err *err) {
    PgParams *params = params_of(attempt, arena);
    if (outcome->kind == OUTCOME_PUT_OFF) {
        pg_add_i32(params, outcome->code);
        pg_add_text(params, outcome->sentence);
        pg_add_i32(params, costs_a_try ? 1 : 0);
        pg_add_i64(params, wait_ms);
        return pg_run(pg, &PUT_OFF, params, arena, NULL, err);
    }
    pg_add_text(params, str_of(outcome_name(outcome->kind)));
    pg_add_i32(params, outcome->code);
    pg_add_text(params, outcome->sentence);
    return pg_run(pg, &NOTE, params, arena, NULL, err);
}

bool dispatch_give_up_waiting(Pg *pg, const int32_t *tasks, int count, int64_t age_ms, Arena *arena,
                              int64_t *given_up, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, tasks, count);
    pg_add_i64(params, age_ms);
    PgRows rows;
    if (!pg_run(pg, &GIVE_UP_WAITING, params, arena, &rows, err)) {
        return false;
    }
    *given_up = rows.affected;
    return true;
}
