/* Loading: which debtors the batch touches, then one statement for each table, with the debtors as
 * arrays. */
#include <stdlib.h>

#include "base/check.h"
#include "chassis/pg_columns.h"
#include "dunning/core/decide.h"
#include "dunning/store/room.h"

#define KEYS                                                                                       \
    "(SELECT unnest($1::int[]) AS task, unnest($2::text[]) AS creditor,"                           \
    "        unnest($3::text[]) AS customer, unnest($4::int[]) AS ordinal) AS k"

/* One probe of the index for each debtor. As a plain join the planner, which does not know how long
 * an array is, may read the whole table; OFFSET 0 keeps it from making one of it. */
#define EACH(table)                                                                                \
    ", LATERAL (SELECT * FROM " table " t WHERE t.task = k.task AND t.creditor = k.creditor"       \
    " AND t.customer = k.customer OFFSET 0)"

static const PgStatement LOAD_DEBTORS = {
    "dunning_load_debtors",
    "SELECT k.ordinal, d.visit_on, d.contact_hash, d.name, d.mail, d.refused, d.band, d.score,"
    "       d.credit_epoch, d.credit_version, d.credit_day, d.before_band, d.before_score,"
    "       d.before_epoch, d.before_version, d.before_day"
    "  FROM " KEYS EACH("debtor") " d"};

static const PgStatement LOAD_ITEMS = {
    "dunning_load_items",
    "SELECT k.ordinal, i.invoice, i.currency, i.open, i.due_on, i.level, i.request, i.rejected,"
    "       i.charge::int, i.instalment::int, i.instalments::int"
    "  FROM " KEYS EACH("item") " i"};

static const PgStatement LOAD_PAUSES = {
    "dunning_load_pauses", "SELECT k.ordinal, p.number, p.invoice, p.starts_on, p.ends_on"
                           "  FROM " KEYS EACH("pause") " p"};

static const PgStatement LOAD_DUNNINGS = {
    "dunning_load_dunnings",
    "SELECT k.ordinal, d.currency, d.unapplied, d.state, d.person, d.since, d.reminded_on,"
    "       d.pending"
    "  FROM " KEYS EACH("dunning") " d"
                                   " ORDER BY k.ordinal, d.currency"};

static const PgStatement LOAD_HOLDS = {"dunning_load_holds",
                                       "SELECT k.ordinal, h.topic, h.partition, h.record_offset"
                                       "  FROM " KEYS EACH("hold") " h"};

static const PgStatement LOAD_TASKS = {"dunning_load_tasks",
                                       "SELECT task, reminders, requests, policy_set FROM "
                                       "task_state WHERE task = ANY($1::int[])"
                                       " ORDER BY task"};

/* ---- which debtors, which tasks */

static bool has_debtor(const StoreVisit *visit) {
    return !str_is_empty(visit->account.customer) && visit->input->kind != DUNNING_NOTHING;
}

static int visit_compare(const StoreVisit *a, const StoreVisit *b) {
    int order = (a->task > b->task) - (a->task < b->task);
    return order != 0 ? order : account_compare(a->account, b->account);
}

typedef struct Place {
    StoreVisit *visit;
} Place;

static int by_key(const void *a, const void *b) {
    return visit_compare(((const Place *)a)->visit, ((const Place *)b)->visit);
}

static void task_add(Debtors *debtors, int32_t task) {
    bool known = debtors->task_count > 0 && debtors->tasks[debtors->task_count - 1].task == task;
    if (!known) {
        debtors->tasks[debtors->task_count++] =
            (TaskState){.task = task, .revisit_from = DATE_NONE};
    }
}

static Debtor debtor_of(const StoreVisit *visit, Arena *arena) {
    return (Debtor){.arena = arena,
                    .task = visit->task,
                    .account = visit->account,
                    .visit_on = DATE_NONE,
                    .credit = {.day = DATE_NONE},
                    .credit_before = {.day = DATE_NONE}};
}

/* Fills debtors->rows and debtors->tasks with what the visits name, each once, and visit->debtor.
 */
static void debtors_make(StoreVisit *visits, int count, Arena *arena, Debtors *debtors) {
    Place *sorted = ARENA_ARRAY(arena, Place, count);
    for (int i = 0; i < count; i++) {
        sorted[i].visit = &visits[i];
    }
    qsort(sorted, (size_t)count, sizeof *sorted, by_key);
    *debtors = (Debtors){.rows = ARENA_ARRAY(arena, Debtor, count),
                         .tasks = ARENA_ARRAY(arena, TaskState, count)};
    const StoreVisit *last = NULL;
    for (int i = 0; i < count; i++) {
        StoreVisit *visit = sorted[i].visit;
        task_add(debtors, visit->task);
        if (!has_debtor(visit)) {
            continue;
        }
        if (last == NULL || visit_compare(last, visit) != 0) {
            debtors->rows[debtors->count++] = debtor_of(visit, arena);
        }
        visit->debtor = &debtors->rows[debtors->count - 1];
        last = visit;
    }
}

TaskState *debtors_task(const Debtors *debtors, int32_t task) {
    for (int i = 0; i < debtors->task_count; i++) {
        if (debtors->tasks[i].task == task) {
            return &debtors->tasks[i];
        }
    }
    CHECK(!"a task of the batch");
    return NULL;
}

/* ---- tables */

/* Five columns from `column` on. */
static CreditState credit_at(const PgRows *rows, ptrdiff_t row, int column) {
    return (CreditState){.band = band_find(pg_text(rows, row, column)),
                         .score = pg_i32(rows, row, column + 1),
                         .epoch = pg_i64(rows, row, column + 2),
                         .version = pg_i64(rows, row, column + 3),
                         .day = pg_date(rows, row, column + 4)};
}

static bool load_debtors(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_DEBTORS, room_params(load, DEBTOR_ROW), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Debtor *debtor = room_debtor(load, &rows, i);
        debtor->visit_on = pg_date(&rows, i, 1);
        debtor->contact = (Contact){.hash = pg_text(&rows, i, 2),
                                    .name = pg_text(&rows, i, 3),
                                    .mail = pg_text(&rows, i, 4),
                                    .refused = pg_bool(&rows, i, 5)};
        debtor->credit = credit_at(&rows, i, 6);
        debtor->credit_before = credit_at(&rows, i, 11);
    }
    return true;
}

static bool load_items(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_ITEMS, room_params(load, DEBTOR_WHOLE), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)debtor_add_item(room_debtor(load, &rows, i),
                              (Item){.key = {.number = pg_text(&rows, i, 1),
                                             .charge = (Charge)pg_i32(&rows, i, 8),
                                             .instalment = pg_i32(&rows, i, 9)},
                                     .instalments = pg_i32(&rows, i, 10),
                                     .open = pg_money(&rows, i, 2, 3),
                                     .due_on = pg_date(&rows, i, 4),
                                     .level = pg_i32(&rows, i, 5),
                                     .request = pg_text(&rows, i, 6),
                                     .rejected = pg_bool(&rows, i, 7)});
    }
    return true;
}

static bool load_pauses(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_PAUSES, room_params(load, DEBTOR_WHOLE), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)debtor_add_pause(room_debtor(load, &rows, i),
                               (Pause){.number = pg_text(&rows, i, 1),
                                       .invoice = pg_text(&rows, i, 2),
                                       .starts_on = pg_date(&rows, i, 3),
                                       .ends_on = pg_date(&rows, i, 4)});
    }
    return true;
}

static bool load_dunnings(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_DUNNINGS, room_params(load, DEBTOR_DUNNINGS), load->arena, &rows,
                err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Money unapplied = pg_money(&rows, i, 1, 2);
        Dunning dunning = {.currency = unapplied.currency,
                           .since = pg_date(&rows, i, 5),
                           .reminded_on = pg_date(&rows, i, 6),
                           .pending = pg_text(&rows, i, 7),
                           .unapplied = unapplied};
        CHECK(dunning_state_parse(pg_text(&rows, i, 3), &dunning.state));
        CHECK(person_reason_parse(pg_text(&rows, i, 4), &dunning.person));
        (void)debtor_add_dunning(room_debtor(load, &rows, i), dunning);
    }
    return true;
}

static bool load_holds(const Load *load, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_HOLDS, room_params(load, DEBTOR_WHOLE), load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)debtor_add_hold(room_debtor(load, &rows, i), (Hold){.topic = pg_text(&rows, i, 1),
                                                                  .partition = pg_i32(&rows, i, 2),
                                                                  .offset = pg_i64(&rows, i, 3)});
    }
    return true;
}

static bool load_tasks(const Load *load, Err *err) {
    const Debtors *debtors = load->debtors;
    int32_t *tasks = ARENA_ARRAY(load->arena, int32_t, debtors->task_count);
    for (int i = 0; i < debtors->task_count; i++) {
        tasks[i] = debtors->tasks[i].task;
    }
    PgParams *params = pg_params(load->arena);
    pg_add_i32_array(params, tasks, debtors->task_count);
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_TASKS, params, load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        TaskState *task = debtors_task(debtors, pg_i32(&rows, i, 0));
        task->numbers =
            (TaskNumbers){.reminders = pg_i64(&rows, i, 1), .requests = pg_i64(&rows, i, 2)};
        task->policy_set = pg_text(&rows, i, 3);
    }
    return true;
}

/* ---- all of it */

/* The rows are loaded: what else the visits need. */
static void extents_find(Load *load) {
    Debtors *debtors = load->debtors;
    StoreVisit **last = ARENA_ARRAY(load->arena, StoreVisit *, debtors->count);
    for (int i = 0; i < load->visit_count; i++) {
        StoreVisit *visit = &load->visits[i];
        Debtor *debtor = visit->debtor;
        if (debtor == NULL) {
            continue;
        }
        DebtorExtent extent = input_extent(visit->input, debtor->visit_on);
        if (extent > DEBTOR_ROW) {
            last[debtor - debtors->rows] = visit;
        }
        debtor->extent = extent > debtor->extent ? extent : debtor->extent;
        load->most = extent > load->most ? extent : load->most;
    }
    for (int i = 0; i < debtors->count; i++) {
        if (debtors->rows[i].extent == DEBTOR_WHOLE) {
            last[i]->is_last = true;
        }
    }
}

static bool load_lists(const Load *load, Err *err) {
    return (load->most < DEBTOR_DUNNINGS || load_dunnings(load, err)) &&
           (load->most < DEBTOR_WHOLE || (load_items(load, err) && load_pauses(load, err) &&
                                          load_holds(load, err) && load_reminders(load, err)));
}

bool store_load(Pg *pg, StoreVisit *visits, int count, Arena *arena, Debtors *debtors, Err *err) {
    debtors_make(visits, count, arena, debtors);
    Load load = {
        .pg = pg, .arena = arena, .visits = visits, .visit_count = count, .debtors = debtors};
    if (!load_tasks(&load, err) || (debtors->count > 0 && !load_debtors(&load, err))) {
        return false;
    }
    extents_find(&load);
    return load_lists(&load, err);
}
