/* Since when bookkeeping says what of statements, of limitation and of small balances: reports
 * count by what is written down here, and under other rules accounts have something else to wait
 * for. */
#include "contract/seal.h"
#include "ledger/store/room.h"

static const PgStatement SAVE_KEEPING = {
    "ledger_save_keeping",
    "INSERT INTO bookkeeping_rule (task, since, mark, id, statements, years, end_of_year,"
    "                              part_payment, revives)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (task, since, id) DO UPDATE"
    "    SET mark = excluded.mark, statements = excluded.statements, years = excluded.years,"
    "        end_of_year = excluded.end_of_year, part_payment = excluded.part_payment,"
    "        revives = excluded.revives"};

enum { DAY_LENGTH = 10 };

/* By it was found for what day accounts wait. */
static Hash hash_of_calendar(const LedgerRules *rules, Str id, Arena *arena) {
    const Calendar *calendar = rules_calendar(rules, id);
    if (calendar == NULL) {
        return hash_of(id);
    }
    StrBuilder days = str_builder(arena, calendar->count * (DAY_LENGTH + 1) + 1);
    for (int i = 0; i < calendar->count; i++) {
        Str day = date_print(arena, calendar->holidays[i].on);
        str_addf(&days, "%.*s ", STR_ARGS(day));
    }
    Hash week = hash_of_two(id, str_from(calendar->closed, sizeof calendar->closed));
    return hash_of_two(str_from(week.bytes, HASH_SIZE), str_built(&days));
}

/* Without an approval the rule does nothing. */
static Str small_of(const Bookkeeping *keeping, Arena *arena) {
    const SmallBalanceRule rule = {keeping->id, keeping->valid_from, &keeping->small};
    return small_balance_is_approved(&keeping->small) ? small_balance_content(&rule, arena) : S("");
}

/* A document in force, as text: what makes it another mark, and no more. */
static Str text_of(const LedgerRules *rules, const Bookkeeping *keeping, Arena *arena) {
    const Limitation *limitation = &keeping->limitation;
    bool states = keeping->statements != STATEMENTS_NONE && !str_is_empty(keeping->calendar);
    Str calendar =
        states ? hash_hex(arena, hash_of_calendar(rules, keeping->calendar, arena)) : S("");
    Str small = small_of(keeping, arena);
    return str_format(arena, "%.*s %s %d %d %d %d %.*s\n%.*s", STR_ARGS(keeping->id),
                      statements_name(keeping->statements), (int)limitation->years,
                      (int)limitation->from, limitation->part_payment, limitation->revives,
                      STR_ARGS(calendar), STR_ARGS(small));
}

Str store_keeping_mark(const LedgerRules *rules, Date day, Arena *arena) {
    Hash mark = {0};
    for (int i = 0; i < rules->keeping_count; i++) {
        if (rules_keeping_counts(rules, i, day)) {
            mark = hash_of_two(str_from(mark.bytes, HASH_SIZE),
                               text_of(rules, &rules->keepings[i], arena));
        }
    }
    return hash_hex(arena, mark);
}

static bool save_one(const Saving *saving, const TaskAging *change, const Bookkeeping *keeping,
                     Err *err) {
    const Limitation *limitation = &keeping->limitation;
    PgParams *params = pg_params(saving->arena);
    pg_add_i32(params, change->task);
    pg_add_date(params, change->keepings_on);
    pg_add_text(params, change->keeping_mark);
    pg_add_text(params, keeping->id);
    pg_add_text(params, str_of(statements_name(keeping->statements)));
    pg_add_i32(params, limitation->years);
    pg_add_bool(params, limitation->from == LIMITATION_FROM_END_OF_YEAR);
    pg_add_bool(params, limitation->part_payment);
    pg_add_bool(params, limitation->revives);
    return pg_send(saving->pg, &SAVE_KEEPING, params, err);
}

/* Whoever has something open is due another statement now, or has become a small balance, and is
 * looked at once. */
static bool save_change(const Saving *saving, const TaskAging *change, Err *err) {
    const LedgerRules *rules = change->keepings;
    bool looks = false;
    for (int i = 0; i < rules->keeping_count; i++) {
        const Bookkeeping *keeping = &rules->keepings[i];
        if (!rules_keeping_counts(rules, i, change->keepings_on)) {
            continue;
        }
        looks = looks || keeping->statements != STATEMENTS_NONE ||
                small_balance_is_approved(&keeping->small);
        if (!save_one(saving, change, keeping, err)) {
            return false;
        }
    }
    bool first = str_is_empty(change->hash); /* of the task: nobody is there yet */
    return first || !looks || room_revisit(saving, change->task, change->keepings_on, err);
}

bool save_keepings(const Saving *saving, Err *err) {
    for (int i = 0; i < saving->books->aging_count; i++) {
        const TaskAging *change = &saving->books->agings[i];
        if (change->keepings != NULL && !save_change(saving, change, err)) {
            return false;
        }
    }
    return true;
}
