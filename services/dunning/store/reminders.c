/* Loading reminders: whole histories are long, so only what a visit looks at comes. */
#include "base/check.h"
#include "dunning/store/room.h"

static const PgStatement LOAD_REMINDERS = {
    "dunning_load_reminders",
    "WITH k AS (SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::int[])"
    "           AS k(task, creditor, customer, ordinal)),"
    "     wanted AS ("
    "  SELECT k.ordinal, l.reminder"
    "    FROM (SELECT DISTINCT * FROM unnest($5::int[])) AS w(ordinal) JOIN k USING (ordinal)"
    "    JOIN item i USING (task, creditor, customer)"
    "    JOIN reminder_item l USING (task, creditor, customer, invoice, charge, instalment)"
    "  UNION"
    "  SELECT ordinal, reminder FROM unnest($6::int[], $7::text[]) AS n(ordinal, reminder))"
    "SELECT k.ordinal, r.reminder, r.currency, r.total, r.state, r.attempt, r.level,"
    "       r.issued_on, r.reminded_before, r.contact_hash"
    "  FROM wanted w JOIN k USING (ordinal)"
    "  JOIN reminder r ON r.task = k.task AND r.creditor = k.creditor"
    "   AND r.customer = k.customer AND r.reminder = w.reminder"
    " ORDER BY k.ordinal, r.issued_on, length(r.reminder), r.reminder"};

static const PgStatement LOAD_LISTS = {
    "dunning_load_reminder_items",
    "WITH k AS (SELECT * FROM unnest($1::int[], $2::text[], $3::text[], $4::int[])"
    "           AS k(task, creditor, customer, ordinal))"
    "SELECT k.ordinal, w.place, l.invoice, l.open, l.due_on, l.level_before, l.level_after,"
    "       l.charge::int, l.instalment::int"
    "  FROM unnest($5::int[], $6::int[], $7::text[]) AS w(ordinal, place, reminder)"
    "  JOIN k USING (ordinal)"
    "  JOIN reminder_item l ON l.task = k.task AND l.creditor = k.creditor"
    "   AND l.customer = k.customer AND l.reminder = w.reminder"
    " ORDER BY k.ordinal, w.place, l.position"};

/* Empty: the visit names none. */
static Str named_reminder(const DunningInput *input) {
    switch (input->kind) {
    case DUNNING_SETTLED:
    case DUNNING_RESEND:
        return input->word.reminder;
    case DUNNING_OUTCOME:
        return input->attempted.reminder;
    case DUNNING_NOTHING:
    case DUNNING_POSTED:
    case DUNNING_ALLOCATED:
    case DUNNING_REDUCED:
    case DUNNING_REOPENED:
    case DUNNING_CANCELLED:
    case DUNNING_WRITTEN_OFF:
    case DUNNING_DUE_CHANGED:
    case DUNNING_CREDITED:
    case DUNNING_SPENT:
    case DUNNING_PAUSED:
    case DUNNING_PAUSE_ENDED:
    case DUNNING_REQUEST_NEWS:
    case DUNNING_HELD:
    case DUNNING_HELD_HERE:
    case DUNNING_HOLD_CLEARED:
    case DUNNING_PROPOSED:
    case DUNNING_CONTACT:
    case DUNNING_CREDIT:
    case DUNNING_DAY_END:
        break;
    }
    return S("");
}

/* Evidence lists what was sent for open items; a second sending asks for later ones. */
static bool looks_at_all(const DunningInput *input) {
    return input->kind == DUNNING_DAY_END || input->kind == DUNNING_PROPOSED ||
           input->kind == DUNNING_RESEND;
}

/* NULL: no visit looks at a reminder. */
static PgParams *wanted_params(const Load *load) {
    int32_t *all = ARENA_ARRAY(load->arena, int32_t, load->visit_count);
    int32_t *named = ARENA_ARRAY(load->arena, int32_t, load->visit_count);
    Str *names = ARENA_ARRAY(load->arena, Str, load->visit_count);
    ptrdiff_t all_count = 0;
    ptrdiff_t named_count = 0;
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (visit->debtor == NULL) {
            continue;
        }
        Str name = named_reminder(visit->input);
        if (looks_at_all(visit->input)) {
            all[all_count++] = room_ordinal(load, visit->debtor);
        }
        if (!str_is_empty(name)) {
            named[named_count] = room_ordinal(load, visit->debtor);
            names[named_count++] = name;
        }
    }
    if (all_count == 0 && named_count == 0) {
        return NULL;
    }
    PgParams *params = room_params(load, DEBTOR_WHOLE);
    pg_add_i32_array(params, all, all_count);
    pg_add_i32_array(params, named, named_count);
    pg_add_text_array(params, names, named_count);
    return params;
}

static Reminder reminder_at(const PgRows *rows, ptrdiff_t row) {
    Reminder reminder = {.id = pg_text(rows, row, 1),
                         .total = pg_money(rows, row, 2, 3),
                         .attempt = pg_i32(rows, row, 5),
                         .level = pg_i32(rows, row, 6),
                         .issued_on = pg_date(rows, row, 7),
                         .reminded_before = pg_date(rows, row, 8),
                         .contact_hash = pg_text(rows, row, 9)};
    CHECK(reminder_state_parse(pg_text(rows, row, 4), &reminder.state));
    return reminder;
}

static bool load_heads(const Load *load, const PgParams *params, ptrdiff_t *found, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_REMINDERS, params, load->arena, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)debtor_add_reminder(room_debtor(load, &rows, i), reminder_at(&rows, i));
    }
    *found = rows.count;
    return true;
}

static PgParams *found_params(const Load *load, ptrdiff_t found) {
    int32_t *ordinals = ARENA_ARRAY(load->arena, int32_t, found);
    int32_t *places = ARENA_ARRAY(load->arena, int32_t, found);
    Str *names = ARENA_ARRAY(load->arena, Str, found);
    ptrdiff_t count = 0;
    for (int i = 0; i < load->debtors->count; i++) {
        const Debtor *debtor = &load->debtors->rows[i];
        for (int k = 0; k < debtor->reminder_count; k++) {
            ordinals[count] = room_ordinal(load, debtor);
            places[count] = k;
            names[count++] = debtor->reminders[k].id;
        }
    }
    PgParams *params = room_params(load, DEBTOR_WHOLE);
    pg_add_i32_array(params, ordinals, count);
    pg_add_i32_array(params, places, count);
    pg_add_text_array(params, names, count);
    return params;
}

static bool load_lists(const Load *load, ptrdiff_t found, Err *err) {
    PgRows rows;
    if (!pg_run(load->pg, &LOAD_LISTS, found_params(load, found), load->arena, &rows, err)) {
        return false;
    }
    ReminderItem *items = ARENA_ARRAY(load->arena, ReminderItem, rows.count);
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Debtor *debtor = room_debtor(load, &rows, i);
        Reminder *reminder = &debtor->reminders[pg_i32(&rows, i, 1)];
        items[i] = (ReminderItem){
            .key = {.number = pg_text(&rows, i, 2),
                    .charge = (Charge)pg_i32(&rows, i, 7),
                    .instalment = pg_i32(&rows, i, 8)},
            .open = money_of(pg_i64(&rows, i, 3), reminder->total.currency),
            .due_on = pg_date(&rows, i, 4),
            .level_before = pg_i32(&rows, i, 5),
            .level_after = pg_i32(&rows, i, 6),
        };
        reminder->items = reminder->item_count == 0 ? &items[i] : reminder->items;
        reminder->item_count++;
    }
    return true;
}

bool load_reminders(const Load *load, Err *err) {
    const PgParams *params = wanted_params(load);
    ptrdiff_t found = 0;
    if (params == NULL) {
        return true;
    }
    return load_heads(load, params, &found, err) && (found == 0 || load_lists(load, found, err));
}
