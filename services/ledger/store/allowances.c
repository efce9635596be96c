/* Which provision matrices are in force since when: reports count by what is written down here. */
#include "base/check.h"
#include "ledger/store/room.h"

static const PgStatement SAVE_ALLOWANCE = {
    "ledger_save_allowance",
    "INSERT INTO allowance_rule (task, since, hash, id, document, valid_from, names, from_days,"
    "  default_days, reason, market_index, factor, rounding, rate_names, rate_currencies,"
    "  rate_percents)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7::text[], $8::int[], $9, $10, $11, $12, $13, $14::text[],"
    "         $15::text[], $16::bigint[])"};

static void add_lines(PgParams *params, const AllowanceRule *rule) {
    Str names[ALLOWANCE_LINES_MAX];
    int32_t from_days[ALLOWANCE_LINES_MAX];
    for (int i = 0; i < rule->line_count; i++) {
        names[i] = rule->lines[i].name;
        from_days[i] = rule->lines[i].from_day;
    }
    pg_add_text_array(params, names, rule->line_count);
    pg_add_i32_array(params, from_days, rule->line_count);
}

static void add_rates(PgParams *params, AllowanceRates rates, Arena *arena) {
    Str *names = ARENA_ARRAY(arena, Str, rates.count);
    Str *currencies = ARENA_ARRAY(arena, Str, rates.count);
    int64_t *percents = ARENA_ARRAY(arena, int64_t, rates.count);
    for (int i = 0; i < rates.count; i++) {
        names[i] = rates.rows[i].bucket;
        currencies[i] = str_of(rates.rows[i].currency.code);
        percents[i] = rates.rows[i].percent.millionths;
    }
    pg_add_text_array(params, names, rates.count);
    pg_add_text_array(params, currencies, rates.count);
    pg_add_i64_array(params, percents, rates.count);
}

static bool save_one(Pg *pg, const TaskAging *change, const AllowanceRule *rule, Arena *arena,
                     Err *err) {
    Str mark = allowance_mark(change->allowances, change->allowances_on);
    PgParams *params = pg_params(arena);
    pg_add_i32(params, change->task);
    pg_add_date(params, change->allowances_on);
    pg_add_text(params, mark);
    pg_add_text(params, rule->id);
    pg_add_text(params, rule->document);
    pg_add_date(params, rule->valid_from);
    add_lines(params, rule);
    pg_add_i32(params, rule->default_days);
    pg_add_text(params, rule->reason);
    pg_add_text(params, rule->index);
    if (rule->has_factor) {
        pg_add_i64(params, rule->factor.millionths);
    } else {
        pg_add_null(params);
    }
    pg_add_text(params, str_of(allowance_rounding_name(rule->rounding)));
    add_rates(params, rule->rates, arena);
    return pg_send(pg, &SAVE_ALLOWANCE, params, err);
}

/* The row of a task that has matrices no more: it keeps the day from which on there are none. */
static AllowanceRule no_rule(Date day) {
    return (AllowanceRule){.id = S(""),
                           .document = S(""),
                           .valid_from = day,
                           .reason = S(""),
                           .index = S(""),
                           .has_factor = false};
}

static bool save_change(Pg *pg, const TaskAging *change, Arena *arena, Err *err) {
    const AllowanceRules *rules = change->allowances;
    AllowanceRule *made = ARENA_ARRAY(arena, AllowanceRule, rules->set.count + 1);
    int count = allowance_rules_on(rules, change->allowances_on, made);
    if (count == 0) {
        made[count++] = no_rule(change->allowances_on);
    }
    for (int i = 0; i < count; i++) {
        if (!save_one(pg, change, &made[i], arena, err)) {
            return false;
        }
    }
    return true;
}

bool save_allowances(Pg *pg, const Books *books, Arena *arena, Err *err) {
    for (int i = 0; i < books->aging_count; i++) {
        const TaskAging *change = &books->agings[i];
        if (change->allowances != NULL && !save_change(pg, change, arena, err)) {
            return false;
        }
    }
    return true;
}
