/* Saving: for each table the changed rows of all debtors as columns, in one statement. Rows stand
 * in the order of keys, so that two writers could never wait for each other in a circle. */
#include <stddef.h>

#include "chassis/pg_columns.h"
#include "dunning/store.h"

#define KEY       "task, creditor, customer"
#define PART      "invoice, charge, instalment" /* of an account */
#define KEY_TYPES "$1::int[], $2::text[], $3::text[]"
/* Where rows come by the thousand: see pg.h. */
#define KEY_VALUES "unnest($1::int[]), unnest($2::text[]), unnest($3::text[])"

static const PgStatement SAVE_DEBTORS = {
    "dunning_save_debtors",
    "INSERT INTO debtor (" KEY ", visit_on, contact_hash, name, mail, refused, band, score,"
    "  credit_epoch, credit_version, credit_day, before_band, before_score, before_epoch,"
    "  before_version, before_day)"
    " SELECT " KEY_VALUES ", unnest($4::date[]), unnest($5::text[]), unnest($6::text[]),"
    "  unnest($7::text[]), unnest($8::int[]) = 1, unnest($9::text[]), unnest($10::int[]),"
    "  unnest($11::bigint[]), unnest($12::bigint[]), unnest($13::date[]), unnest($14::text[]),"
    "  unnest($15::int[]), unnest($16::bigint[]), unnest($17::bigint[]), unnest($18::date[])"
    " ON CONFLICT (" KEY ") DO UPDATE SET visit_on = excluded.visit_on,"
    "  contact_hash = excluded.contact_hash, name = excluded.name, mail = excluded.mail,"
    "  refused = excluded.refused, band = excluded.band, score = excluded.score,"
    "  credit_epoch = excluded.credit_epoch, credit_version = excluded.credit_version,"
    "  credit_day = excluded.credit_day, before_band = excluded.before_band,"
    "  before_score = excluded.before_score, before_epoch = excluded.before_epoch,"
    "  before_version = excluded.before_version, before_day = excluded.before_day"};

static const PgStatement SAVE_ITEMS = {
    "dunning_save_items",
    "INSERT INTO item (" KEY ", " PART ", instalments, currency, open, due_on, level, request,"
    "  rejected)"
    " SELECT " KEY_VALUES ", unnest($4::text[]), unnest($5::int[]), unnest($6::int[]),"
    "  unnest($7::int[]), unnest($8::text[]), unnest($9::bigint[]), unnest($10::date[]),"
    "  unnest($11::int[]), unnest($12::text[]), unnest($13::int[]) = 1"
    " ON CONFLICT (" KEY ", " PART ") DO UPDATE SET instalments = excluded.instalments,"
    "  open = excluded.open, due_on = excluded.due_on, level = excluded.level,"
    "  request = excluded.request, rejected = excluded.rejected"};
static const PgStatement FORGET_ITEMS = {
    "dunning_forget_items", "DELETE FROM item i USING unnest(" KEY_TYPES ", $4::text[], $5::int[],"
                            "  $6::int[]) AS v(" KEY ", " PART ")"
                            " WHERE (i.task, i.creditor, i.customer, i.invoice, i.charge,"
                            "        i.instalment) ="
                            "       (v.task, v.creditor, v.customer, v.invoice, v.charge,"
                            "        v.instalment)"};

static const PgStatement SAVE_PAUSES = {
    "dunning_save_pauses",
    "INSERT INTO pause SELECT * FROM unnest(" KEY_TYPES ", $4::text[], $5::text[], $6::date[],"
    "  $7::date[])"
    " ON CONFLICT (" KEY ", number) DO UPDATE SET ends_on = excluded.ends_on"};
static const PgStatement FORGET_PAUSES = {"dunning_forget_pauses",
                                          "DELETE FROM pause p USING unnest(" KEY_TYPES
                                          ", $4::text[]) AS v(" KEY ", number)"
                                          " WHERE (p.task, p.creditor, p.customer, p.number) ="
                                          "       (v.task, v.creditor, v.customer, v.number)"};

static const PgStatement SAVE_DUNNINGS = {
    "dunning_save_dunnings",
    "INSERT INTO dunning (" KEY ", currency, state, person, since, reminded_on, pending,"
    "  unapplied)"
    " SELECT " KEY_VALUES ", unnest($4::text[]), unnest($5::text[]), unnest($6::text[]),"
    "  unnest($7::date[]), unnest($8::date[]), unnest($9::text[]), unnest($10::bigint[])"
    " ON CONFLICT (" KEY ", currency) DO UPDATE SET state = excluded.state,"
    "  person = excluded.person, since = excluded.since, reminded_on = excluded.reminded_on,"
    "  pending = excluded.pending, unapplied = excluded.unapplied"};

static const PgStatement SAVE_HOLDS = {
    "dunning_save_holds",
    "INSERT INTO hold SELECT " KEY ", topic, partition, record_offset, here = 1, reason, sentence,"
    "  held_on"
    " FROM unnest(" KEY_TYPES ", $4::text[], $5::int[], $6::bigint[], $7::int[], $8::text[],"
    "  $9::text[], $10::date[])"
    " AS v(" KEY ", topic, partition, record_offset, here, reason, sentence, held_on)"
    " ON CONFLICT DO NOTHING"};
static const PgStatement CLEAR_HOLDS = {
    "dunning_clear_holds",
    "DELETE FROM hold h USING unnest(" KEY_TYPES ", $4::text[], $5::int[], $6::bigint[])"
    " AS v(" KEY ", topic, partition, record_offset)"
    " WHERE (h.task, h.creditor, h.customer, h.topic, h.partition, h.record_offset) ="
    "       (v.task, v.creditor, v.customer, v.topic, v.partition, v.record_offset)"};

static const PgStatement ADD_REMINDERS = {
    "dunning_add_reminders",
    "INSERT INTO reminder SELECT * FROM unnest(" KEY_TYPES ", $4::text[], $5::text[], $6::int[],"
    "  $7::text[], $8::text[], $9::int[], $10::text[], $11::text[], $12::date[], $13::date[],"
    "  $14::text[], $15::bigint[], $16::int[], $17::text[], $18::text[], $19::int[],"
    "  $20::bigint[], $21::bigint[], $22::text[], $23::text[], $24::text[], $25::text[],"
    "  $26::text[], $27::text[], $28::text[], $29::text[])"};
static const PgStatement CHANGE_REMINDERS = {
    "dunning_change_reminders",
    "UPDATE reminder r SET state = v.state, attempt = v.attempt, sentence = v.sentence,"
    "  said_by = v.said_by"
    " FROM unnest(" KEY_TYPES ", $4::text[], $5::text[], $6::int[], $7::text[], $8::text[])"
    " AS v(" KEY ", reminder, state, attempt, sentence, said_by)"
    " WHERE (r.task, r.creditor, r.customer, r.reminder) ="
    "       (v.task, v.creditor, v.customer, v.reminder)"};
static const PgStatement ADD_REMINDER_ITEMS = {
    "dunning_add_reminder_items",
    "INSERT INTO reminder_item SELECT * FROM unnest(" KEY_TYPES ", $4::text[], $5::int[],"
    "  $6::text[], $7::int[], $8::int[], $9::bigint[], $10::date[], $11::int[], $12::int[])"};

/* A tombstone erases the contact, and the letters that name it. */
static const PgStatement ERASE_LETTERS = {
    "dunning_erase_letters",
    "UPDATE reminder r SET mail_to_name = '', mail_to = '', mail_subject = '', mail_body = ''"
    " FROM unnest(" KEY_TYPES ") AS v(" KEY ")"
    " WHERE (r.task, r.creditor, r.customer) = (v.task, v.creditor, v.customer)"};
static const PgStatement ERASE_ANSWERS = {
    "dunning_erase_answers",
    "UPDATE dispatch d SET sentence = ''"
    " FROM unnest(" KEY_TYPES ") AS v(" KEY ")"
    " WHERE (d.task, d.creditor, d.customer) = (v.task, v.creditor, v.customer)"};

static const PgStatement ADD_REQUESTS = {
    "dunning_add_requests",
    "INSERT INTO request (" KEY ", request, state, currency, amount, requester, proposal, reason,"
    "  requested_on, days_past_due, act, code)"
    " SELECT " KEY ", request, 'waiting', currency, amount, requester, proposal, reason,"
    "  requested_on, days_past_due, act, code"
    " FROM unnest(" KEY_TYPES ", $4::text[], $5::text[], $6::bigint[], $7::text[], $8::text[],"
    "  $9::text[], $10::date[], $11::int[], $12::text[], $13::text[])"
    " AS v(" KEY ", request, currency, amount, requester, proposal, reason, requested_on,"
    "  days_past_due, act, code)"};
static const PgStatement ADD_REQUEST_ITEMS = {
    "dunning_add_request_items",
    "INSERT INTO request_item SELECT * FROM unnest(" KEY_TYPES ", $4::text[], $5::int[],"
    "  $6::text[], $7::int[], $8::int[], $9::bigint[], $10::date[], $11::bigint[])"};
static const PgStatement CHANGE_REQUESTS = {
    "dunning_change_requests",
    "UPDATE request r SET state = v.state"
    " FROM unnest(" KEY_TYPES ", $4::text[], $5::text[]) AS v(" KEY ", request, state)"
    " WHERE NOT (r.state IN ('posted', 'refused') AND v.state = 'approved')"
    "   AND (r.task, r.creditor, r.customer, r.request) ="
    "       (v.task, v.creditor, v.customer, v.request)"};

static const PgStatement SAVE_TASKS = {
    "dunning_save_tasks",
    "INSERT INTO task_state SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[])"
    " ON CONFLICT (task) DO UPDATE SET reminders = excluded.reminders,"
    "  requests = excluded.requests, policy_set = excluded.policy_set"};
/* Under new rules every debtor with something open is looked at once, at the end of the first day
 * under them. */
static const PgStatement REVISIT = {
    "dunning_revisit",
    "UPDATE debtor d SET visit_on = $2 WHERE task = $1 AND (visit_on > $2 OR visit_on IS NULL)"
    "   AND EXISTS (SELECT FROM item i WHERE (i.task, i.creditor, i.customer) ="
    "               (d.task, d.creditor, d.customer))"};

/* ---- rows */

static void add_key(PgColumns *columns) {
    pg_owner_i32(columns, offsetof(Debtor, task));
    pg_owner_text(columns, offsetof(Debtor, account.creditor));
    pg_owner_text(columns, offsetof(Debtor, account.customer));
}

typedef struct Save {
    Pg *pg;
    const Debtors *debtors;
    Arena *arena;
} Save;

/* One list of a debtor. */
typedef struct List {
    const void *rows;
    ptrdiff_t size;
    int count;
} List;

/* The rows of that list of every debtor that are wanted, each with its debtor. */
static PgColumns gather(const Save *save, List (*list_of)(const Debtor *debtor),
                        bool (*is_wanted)(const void *row)) {
    const Debtors *debtors = save->debtors;
    ptrdiff_t room = 0;
    for (int i = 0; i < debtors->count; i++) {
        room += list_of(&debtors->rows[i]).count;
    }
    PgColumns columns = pg_columns(save->arena, room);
    for (int i = 0; i < debtors->count; i++) {
        List list = list_of(&debtors->rows[i]);
        for (int k = 0; k < list.count; k++) {
            const void *row = (const char *)list.rows + k * list.size;
            if (is_wanted(row)) {
                pg_columns_add(&columns, &debtors->rows[i], row);
            }
        }
    }
    return columns;
}

/* ---- debtors */

static List self_of(const Debtor *debtor) {
    return (List){debtor, sizeof *debtor, 1};
}

static bool debtor_is_changed(const void *row) {
    return ((const Debtor *)row)->changed;
}

static const char *band_of(const void *row) {
    return band_name(((const Debtor *)row)->credit.band);
}

static const char *band_before_of(const void *row) {
    return band_name(((const Debtor *)row)->credit_before.band);
}

static bool save_debtors(const Save *save, Err *err) {
    PgColumns columns = gather(save, self_of, debtor_is_changed);
    add_key(&columns);
    pg_column_date(&columns, offsetof(Debtor, visit_on));
    pg_column_text(&columns, offsetof(Debtor, contact.hash));
    pg_column_text(&columns, offsetof(Debtor, contact.name));
    pg_column_text(&columns, offsetof(Debtor, contact.mail));
    pg_column_bool(&columns, offsetof(Debtor, contact.refused));
    pg_column_name(&columns, band_of);
    pg_column_i32(&columns, offsetof(Debtor, credit.score));
    pg_column_i64(&columns, offsetof(Debtor, credit.epoch));
    pg_column_i64(&columns, offsetof(Debtor, credit.version));
    pg_column_date(&columns, offsetof(Debtor, credit.day));
    pg_column_name(&columns, band_before_of);
    pg_column_i32(&columns, offsetof(Debtor, credit_before.score));
    pg_column_i64(&columns, offsetof(Debtor, credit_before.epoch));
    pg_column_i64(&columns, offsetof(Debtor, credit_before.version));
    pg_column_date(&columns, offsetof(Debtor, credit_before.day));
    return pg_columns_send(save->pg, &columns, &SAVE_DEBTORS, err);
}

static bool debtor_is_erased(const void *row) {
    return ((const Debtor *)row)->erased;
}

static bool erase_letters(const Save *save, Err *err) {
    PgColumns letters = gather(save, self_of, debtor_is_erased);
    PgColumns answers = gather(save, self_of, debtor_is_erased);
    add_key(&letters);
    add_key(&answers);
    return pg_columns_send(save->pg, &letters, &ERASE_LETTERS, err) &&
           pg_columns_send(save->pg, &answers, &ERASE_ANSWERS, err);
}

/* ---- items */

static List items_of(const Debtor *debtor) {
    return (List){debtor->items, sizeof(Item), debtor->item_count};
}

static bool item_is_kept(const void *row) {
    const Item *item = row;
    return item->changed && !money_is_zero(item->open);
}

static bool item_is_closed(const void *row) {
    const Item *item = row;
    return item->changed && money_is_zero(item->open);
}

/* `key`: where the key stands in a row. */
static void add_part(PgColumns *columns, size_t key) {
    pg_column_text(columns, key + offsetof(ItemKey, number));
    pg_column_i32(columns, key + offsetof(ItemKey, charge));
    pg_column_i32(columns, key + offsetof(ItemKey, instalment));
}

static bool save_items(const Save *save, Err *err) {
    PgColumns kept = gather(save, items_of, item_is_kept);
    PgColumns closed = gather(save, items_of, item_is_closed);
    add_key(&kept);
    add_part(&kept, offsetof(Item, key));
    pg_column_i32(&kept, offsetof(Item, instalments));
    pg_column_currency(&kept, offsetof(Item, open));
    pg_column_minor(&kept, offsetof(Item, open));
    pg_column_date(&kept, offsetof(Item, due_on));
    pg_column_i32(&kept, offsetof(Item, level));
    pg_column_text(&kept, offsetof(Item, request));
    pg_column_bool(&kept, offsetof(Item, rejected));
    add_key(&closed);
    add_part(&closed, offsetof(Item, key));
    return pg_columns_send(save->pg, &kept, &SAVE_ITEMS, err) &&
           pg_columns_send(save->pg, &closed, &FORGET_ITEMS, err);
}

/* ---- pauses */

static List pauses_of(const Debtor *debtor) {
    return (List){debtor->pauses, sizeof(Pause), debtor->pause_count};
}

static bool pause_is_kept(const void *row) {
    const Pause *pause = row;
    return pause->changed && !pause->over;
}

static bool pause_is_over(const void *row) {
    const Pause *pause = row;
    return pause->changed && pause->over;
}

static bool save_pauses(const Save *save, Err *err) {
    PgColumns kept = gather(save, pauses_of, pause_is_kept);
    PgColumns over = gather(save, pauses_of, pause_is_over);
    add_key(&kept);
    pg_column_text(&kept, offsetof(Pause, number));
    pg_column_text(&kept, offsetof(Pause, invoice));
    pg_column_date(&kept, offsetof(Pause, starts_on));
    pg_column_date(&kept, offsetof(Pause, ends_on));
    add_key(&over);
    pg_column_text(&over, offsetof(Pause, number));
    return pg_columns_send(save->pg, &kept, &SAVE_PAUSES, err) &&
           pg_columns_send(save->pg, &over, &FORGET_PAUSES, err);
}

/* ---- dunnings and holds */

static List dunnings_of(const Debtor *debtor) {
    return (List){debtor->dunnings, sizeof(Dunning), debtor->dunning_count};
}

static bool dunning_is_changed(const void *row) {
    return ((const Dunning *)row)->changed;
}

static const char *dunning_state_of(const void *row) {
    return dunning_state_name(((const Dunning *)row)->state);
}

static const char *person_of(const void *row) {
    return person_reason_name(((const Dunning *)row)->person);
}

static bool save_dunnings(const Save *save, Err *err) {
    PgColumns columns = gather(save, dunnings_of, dunning_is_changed);
    add_key(&columns);
    pg_column_currency(&columns, offsetof(Dunning, unapplied));
    pg_column_name(&columns, dunning_state_of);
    pg_column_name(&columns, person_of);
    pg_column_date(&columns, offsetof(Dunning, since));
    pg_column_date(&columns, offsetof(Dunning, reminded_on));
    pg_column_text(&columns, offsetof(Dunning, pending));
    pg_column_minor(&columns, offsetof(Dunning, unapplied));
    return pg_columns_send(save->pg, &columns, &SAVE_DUNNINGS, err);
}

static List holds_of(const Debtor *debtor) {
    return (List){debtor->holds, sizeof(Hold), debtor->hold_count};
}

static bool hold_is_new(const void *row) {
    const Hold *hold = row;
    return hold->changed && !hold->cleared;
}

static bool hold_is_cleared(const void *row) {
    const Hold *hold = row;
    return hold->changed && hold->cleared;
}

static void add_hold(PgColumns *columns) {
    add_key(columns);
    pg_column_text(columns, offsetof(Hold, topic));
    pg_column_i32(columns, offsetof(Hold, partition));
    pg_column_i64(columns, offsetof(Hold, offset));
}

static bool save_holds(const Save *save, Err *err) {
    PgColumns kept = gather(save, holds_of, hold_is_new);
    PgColumns cleared = gather(save, holds_of, hold_is_cleared);
    add_hold(&kept);
    pg_column_bool(&kept, offsetof(Hold, here));
    pg_column_text(&kept, offsetof(Hold, reason));
    pg_column_text(&kept, offsetof(Hold, sentence));
    pg_column_date(&kept, offsetof(Hold, held_on));
    add_hold(&cleared);
    return pg_columns_send(save->pg, &kept, &SAVE_HOLDS, err) &&
           pg_columns_send(save->pg, &cleared, &CLEAR_HOLDS, err);
}

/* ---- reminders */

static List reminders_of(const Debtor *debtor) {
    return (List){debtor->reminders, sizeof(Reminder), debtor->reminder_count};
}

static bool reminder_is_issued(const void *row) {
    return ((const Reminder *)row)->issued;
}

static bool reminder_is_changed(const void *row) {
    const Reminder *reminder = row;
    return reminder->changed && !reminder->issued;
}

static const char *reminder_state_of(const void *row) {
    return reminder_state_name(((const Reminder *)row)->state);
}

static const char *reminder_tone_of(const void *row) {
    return tone_name(((const Reminder *)row)->tone);
}

static const char *reminder_band_of(const void *row) {
    return band_name(((const Reminder *)row)->band);
}

static void add_fate(PgColumns *columns) {
    add_key(columns);
    pg_column_text(columns, offsetof(Reminder, id));
    pg_column_name(columns, reminder_state_of);
    pg_column_i32(columns, offsetof(Reminder, attempt));
    pg_column_text(columns, offsetof(Reminder, sentence));
    pg_column_text(columns, offsetof(Reminder, said_by));
}

static void add_reminder(PgColumns *columns) {
    add_fate(columns);
    pg_column_i32(columns, offsetof(Reminder, level));
    pg_column_text(columns, offsetof(Reminder, level_name));
    pg_column_name(columns, reminder_tone_of);
    pg_column_date(columns, offsetof(Reminder, issued_on));
    pg_column_date(columns, offsetof(Reminder, reminded_before));
    pg_column_currency(columns, offsetof(Reminder, total));
    pg_column_minor(columns, offsetof(Reminder, total));
    pg_column_i32(columns, offsetof(Reminder, items_left_out));
    pg_column_text(columns, offsetof(Reminder, ladder_hash));
    pg_column_name(columns, reminder_band_of);
    pg_column_i32(columns, offsetof(Reminder, score));
    pg_column_i64(columns, offsetof(Reminder, credit_epoch));
    pg_column_i64(columns, offsetof(Reminder, credit_version));
    pg_column_text(columns, offsetof(Reminder, contact_hash));
    pg_column_text(columns, offsetof(Reminder, from_name));
    pg_column_text(columns, offsetof(Reminder, from));
    pg_column_text(columns, offsetof(Reminder, reply_to));
    pg_column_text(columns, offsetof(Reminder, to_name));
    pg_column_text(columns, offsetof(Reminder, to));
    pg_column_text(columns, offsetof(Reminder, subject));
    pg_column_text(columns, offsetof(Reminder, body));
}

static bool save_reminders(const Save *save, Err *err) {
    PgColumns issued = gather(save, reminders_of, reminder_is_issued);
    PgColumns changed = gather(save, reminders_of, reminder_is_changed);
    add_reminder(&issued);
    add_fate(&changed);
    return pg_columns_send(save->pg, &issued, &ADD_REMINDERS, err) &&
           pg_columns_send(save->pg, &changed, &CHANGE_REMINDERS, err);
}

/* A line of a reminder or of a request, with what it belongs to. */
typedef struct Line {
    Str document;
    int32_t position;
    ItemKey key;
    Money open;
    Money amount; /* of a request */
    Date due_on;
    int32_t level_before;
    int32_t level_after;
} Line;

static void add_line(PgColumns *columns) {
    add_key(columns);
    pg_column_text(columns, offsetof(Line, document));
    pg_column_i32(columns, offsetof(Line, position));
    add_part(columns, offsetof(Line, key));
    pg_column_minor(columns, offsetof(Line, open));
    pg_column_date(columns, offsetof(Line, due_on));
}

/* The lines of the rows that were gathered. */
static PgColumns lines_make(const Save *save, const PgColumns *rows, int (*count_of)(const void *),
                            void (*fill)(const void *row, int position, Line *line)) {
    ptrdiff_t room = 0;
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        room += count_of(rows->rows[i]);
    }
    Line *lines = ARENA_ARRAY(save->arena, Line, room);
    PgColumns columns = pg_columns(save->arena, room);
    for (ptrdiff_t i = 0; i < rows->count; i++) {
        int count = count_of(rows->rows[i]);
        for (int k = 0; k < count; k++) {
            Line *line = &lines[columns.count];
            fill(rows->rows[i], k, line);
            line->position = k;
            pg_columns_add(&columns, rows->owners[i], line);
        }
    }
    add_line(&columns);
    return columns;
}

static int reminder_line_count(const void *row) {
    return ((const Reminder *)row)->item_count;
}

static void reminder_line(const void *row, int position, Line *line) {
    const Reminder *reminder = row;
    const ReminderItem *item = &reminder->items[position];
    *line = (Line){.document = reminder->id,
                   .key = item->key,
                   .open = item->open,
                   .due_on = item->due_on,
                   .level_before = item->level_before,
                   .level_after = item->level_after};
}

static bool save_reminder_items(const Save *save, Err *err) {
    PgColumns issued = gather(save, reminders_of, reminder_is_issued);
    PgColumns columns = lines_make(save, &issued, reminder_line_count, reminder_line);
    pg_column_i32(&columns, offsetof(Line, level_before));
    pg_column_i32(&columns, offsetof(Line, level_after));
    return pg_columns_send(save->pg, &columns, &ADD_REMINDER_ITEMS, err);
}

/* ---- requests */

static List requests_of(const Debtor *debtor) {
    return (List){debtor->requests, sizeof(Request), debtor->request_count};
}

static bool is_any(const void *row) {
    (void)row;
    return true;
}

static const char *request_act_of(const void *row) {
    return act_name(((const Request *)row)->act);
}

static const char *request_code_of(const void *row) {
    return write_off_reason_name(((const Request *)row)->code);
}

static bool save_requests(const Save *save, Err *err) {
    PgColumns columns = gather(save, requests_of, is_any);
    add_key(&columns);
    pg_column_text(&columns, offsetof(Request, id));
    pg_column_currency(&columns, offsetof(Request, amount));
    pg_column_minor(&columns, offsetof(Request, amount));
    pg_column_text(&columns, offsetof(Request, requester));
    pg_column_text(&columns, offsetof(Request, proposal));
    pg_column_text(&columns, offsetof(Request, reason));
    pg_column_date(&columns, offsetof(Request, requested_on));
    pg_column_i32(&columns, offsetof(Request, days_past_due));
    pg_column_name(&columns, request_act_of);
    pg_column_name(&columns, request_code_of);
    return pg_columns_send(save->pg, &columns, &ADD_REQUESTS, err);
}

static int request_line_count(const void *row) {
    return ((const Request *)row)->item_count;
}

static void request_line(const void *row, int position, Line *line) {
    const Request *request = row;
    const RequestItem *item = &request->items[position];
    *line = (Line){.document = request->id,
                   .key = item->key,
                   .open = item->open,
                   .amount = item->amount,
                   .due_on = item->due_on};
}

static bool save_request_items(const Save *save, Err *err) {
    PgColumns requests = gather(save, requests_of, is_any);
    PgColumns columns = lines_make(save, &requests, request_line_count, request_line);
    pg_column_minor(&columns, offsetof(Line, amount));
    return pg_columns_send(save->pg, &columns, &ADD_REQUEST_ITEMS, err);
}

static List news_of(const Debtor *debtor) {
    return (List){debtor->news, sizeof(RequestNews), debtor->news_count};
}

static const char *news_state_of(const void *row) {
    return request_state_name(((const RequestNews *)row)->state);
}

/* In the order in which it came: of two about the same request the last one counts. */
static bool save_news(const Save *save, Err *err) {
    PgColumns all = gather(save, news_of, is_any);
    bool good = true;
    for (ptrdiff_t i = 0; good && i < all.count; i++) {
        PgColumns columns = pg_columns(save->arena, 1);
        pg_columns_add(&columns, all.owners[i], all.rows[i]);
        add_key(&columns);
        pg_column_text(&columns, offsetof(RequestNews, request));
        pg_column_name(&columns, news_state_of);
        good = pg_columns_send(save->pg, &columns, &CHANGE_REQUESTS, err);
    }
    return good;
}

/* ---- tasks */

static bool revisit(const Save *save, const TaskState *task, Err *err) {
    PgParams *params = pg_params(save->arena);
    pg_add_i32(params, task->task);
    pg_add_date(params, task->revisit_from);
    return pg_run(save->pg, &REVISIT, params, save->arena, NULL, err);
}

static bool save_tasks(const Save *save, Err *err) {
    PgColumns columns = pg_columns(save->arena, save->debtors->task_count);
    for (int i = 0; i < save->debtors->task_count; i++) {
        const TaskState *task = &save->debtors->tasks[i];
        bool new_rules = !date_is_none(task->revisit_from);
        if (new_rules && !revisit(save, task, err)) {
            return false;
        }
        if (new_rules || task->numbers.changed) {
            pg_columns_add(&columns, task, task);
        }
    }
    pg_column_i32(&columns, offsetof(TaskState, task));
    pg_column_i64(&columns, offsetof(TaskState, numbers.reminders));
    pg_column_i64(&columns, offsetof(TaskState, numbers.requests));
    pg_column_text(&columns, offsetof(TaskState, policy_set));
    return pg_columns_send(save->pg, &columns, &SAVE_TASKS, err);
}

bool store_save(Pg *pg, const Debtors *debtors, Arena *arena, Err *err) {
    Save save = {pg, debtors, arena};
    return save_debtors(&save, err) && save_items(&save, err) && save_pauses(&save, err) &&
           save_dunnings(&save, err) && save_holds(&save, err) && save_reminders(&save, err) &&
           save_reminder_items(&save, err) && save_requests(&save, err) &&
           save_request_items(&save, err) && save_news(&save, err) && erase_letters(&save, err) &&
           save_tasks(&save, err);
}
