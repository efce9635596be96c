/* Acts in the world outside, as the step sees them: the table of sql/dispatch. */
#include "base/check.h"
#include "chassis/tasks_pg_room.h"

static const PgStatement INTEND = {
    "dispatch_intend",
    "INSERT INTO dispatch (task, intent, attempt, creditor, customer, tries_left)"
    " SELECT v.*, $6 FROM unnest($1::int[], $2::text[], $3::int[], $4::text[], $5::text[]) AS v"};
/* An uncertain attempt may have found its outcome meanwhile: that one is not known yet. */
static const PgStatement KNOW = {
    "dispatch_know", "UPDATE dispatch d SET taken = true"
                     " FROM unnest($1::int[], $2::text[], $3::int[], $4::text[]) AS v(task, "
                     "intent, attempt, outcome)"
                     " WHERE d.task = v.task AND d.intent = v.intent AND d.attempt = v.attempt"
                     "   AND d.outcome = v.outcome"};
static const PgStatement OUTCOMES = {
    "dispatch_outcomes",
    "SELECT task, intent, attempt, creditor, customer, outcome, code, sentence FROM dispatch"
    " WHERE task = ANY($1) AND NOT taken AND outcome IS NOT NULL"
    " ORDER BY task, intent, attempt LIMIT $2"};
static const PgStatement UNDER_WAY = {
    "dispatch_under_way", "SELECT task, count(*) FROM dispatch WHERE task = ANY($1) AND NOT taken"
                          "   AND (claimed_at IS NOT NULL OR not_before <= now()) GROUP BY task"};

static bool intend(Tasks *tasks, const IntentRow *rows, int count, Arena *arena, Err *err) {
    int32_t *task = ARENA_ARRAY(arena, int32_t, count);
    int32_t *attempt = ARENA_ARRAY(arena, int32_t, count);
    Str *intent = ARENA_ARRAY(arena, Str, count);
    Str *creditor = ARENA_ARRAY(arena, Str, count);
    Str *customer = ARENA_ARRAY(arena, Str, count);
    for (int i = 0; i < count; i++) {
        task[i] = rows[i].task;
        intent[i] = rows[i].intent.id;
        attempt[i] = rows[i].intent.attempt;
        creditor[i] = rows[i].intent.account.creditor;
        customer[i] = rows[i].intent.account.customer;
    }
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, task, count);
    pg_add_text_array(params, intent, count);
    pg_add_i32_array(params, attempt, count);
    pg_add_text_array(params, creditor, count);
    pg_add_text_array(params, customer, count);
    pg_add_i32(params, DISPATCH_TRIES - 1);
    return count == 0 || pg_run(tasks->pg, &INTEND, params, arena, NULL, err);
}

static bool know(Tasks *tasks, const OutcomeRow *rows, int count, Arena *arena, Err *err) {
    int32_t *task = ARENA_ARRAY(arena, int32_t, count);
    int32_t *attempt = ARENA_ARRAY(arena, int32_t, count);
    Str *intent = ARENA_ARRAY(arena, Str, count);
    Str *outcome = ARENA_ARRAY(arena, Str, count);
    for (int i = 0; i < count; i++) {
        task[i] = rows[i].task;
        intent[i] = rows[i].outcome.intent;
        attempt[i] = rows[i].outcome.attempt;
        outcome[i] = str_of(outcome_name(rows[i].outcome.kind));
    }
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, task, count);
    pg_add_text_array(params, intent, count);
    pg_add_i32_array(params, attempt, count);
    pg_add_text_array(params, outcome, count);
    return count == 0 || pg_run(tasks->pg, &KNOW, params, arena, NULL, err);
}

bool tasks_dispatch(Tasks *tasks, const IntentRow *intents, int intent_count,
                    const OutcomeRow *known, int known_count, Arena *arena, Err *err) {
    return intend(tasks, intents, intent_count, arena, err) &&
           know(tasks, known, known_count, arena, err);
}

bool tasks_outcomes(Tasks *tasks, const int32_t *ids, int count, int limit, Arena *arena,
                    OutcomeRow *rows, int *row_count, Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, ids, count);
    pg_add_i64(params, limit);
    PgRows found;
    if (!pg_run(tasks->pg, &OUTCOMES, params, arena, &found, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < found.count; i++) {
        rows[i] = (OutcomeRow){
            .task = pg_i32(&found, i, 0),
            .account = {pg_text(&found, i, 3), pg_text(&found, i, 4)},
            .outcome = {.intent = pg_text(&found, i, 1),
                        .attempt = pg_i32(&found, i, 2),
                        .code = pg_i32(&found, i, 6),
                        .sentence = pg_text(&found, i, 7)},
        };
        CHECK(outcome_parse(pg_text(&found, i, 5), &rows[i].outcome.kind));
    }
    *row_count = (int)found.count;
    return true;
}

bool tasks_under_way(Tasks *tasks, const int32_t *ids, int count, Arena *arena, int64_t *counts,
                     Err *err) {
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, ids, count);
    PgRows found;
    if (!pg_run(tasks->pg, &UNDER_WAY, params, arena, &found, err)) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        counts[i] = 0;
        for (ptrdiff_t row = 0; row < found.count; row++) {
            counts[i] = pg_i32(&found, row, 0) == ids[i] ? pg_i64(&found, row, 1) : counts[i];
        }
    }
    return true;
}
