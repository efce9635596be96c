/* Reminders: those that the batch is about, and those of the invoices that it takes back. */
#include "base/check.h"
#include "ledger/store/room.h"

#define REMINDER_COLUMNS                                                                           \
    "r.reminder, r.level, r.currency, r.total, r.invoice, r.news, r.fee::int, r.recorded_on"

static const PgStatement LOAD_REMINDERS = {
    "ledger_load_reminders",
    "SELECT k.ordinal, " REMINDER_COLUMNS
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, reminder)) k,"
    "       LATERAL (SELECT * FROM reminder r WHERE r.task = k.task AND r.account = k.account"
    "         AND r.reminder = k.reminder OFFSET 0) r"};

static const PgStatement LOAD_REMINDED = {
    "ledger_load_reminded",
    "SELECT k.ordinal, " REMINDER_COLUMNS ", k.invoice"
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, invoice)) k,"
    "       LATERAL (SELECT * FROM reminded d WHERE d.task = k.task AND d.account = k.account"
    "         AND d.invoice = k.invoice OFFSET 0) d,"
    "       LATERAL (SELECT * FROM reminder r WHERE r.task = k.task AND r.account = k.account"
    "         AND r.reminder = d.reminder OFFSET 0) r"};

/* The invoices on which fees of such reminders stand: costs are numbered after those of before. */
static const PgStatement LOAD_CHARGED_ITEMS = {
    "ledger_load_charged_items",
    "SELECT k.ordinal, " ITEM_COLUMNS
    "  FROM (SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"
    "        AS k(ordinal, task, account, reminder)) k"
    "  JOIN reminder r ON (r.task, r.account, r.reminder) = (k.task, k.account, k.reminder),"
    "       LATERAL (SELECT * FROM item i WHERE i.task = k.task AND i.account = k.account"
    "         AND i.number = r.invoice OFFSET 0) i"
    " WHERE i.state <> 'open'"};

/* By their ids; NULL: the batch is about none. */
static PgParams *heard_reminders(const Load *load) {
    Named named = room_named(load, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (room_is_stored(visit) && visit->input->kind == LEDGER_REMINDER) {
            room_named_add(&named, load, visit, visit->input->step.reminder);
        }
    }
    return room_numbers_params(&named, load->arena);
}

static PgParams *cancelled_invoices(const Load *load) {
    Named named = room_named(load, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (room_is_stored(visit) && visit->input->kind == LEDGER_CANCELLATION) {
            room_named_add(&named, load, visit, visit->input->invoices[0]);
        }
    }
    return room_numbers_params(&named, load->arena);
}

static void add_reminder_once(Book *book, const PgRows *rows, ptrdiff_t row) {
    Reminder reminder = {.id = pg_text(rows, row, 1),
                         .level = pg_text(rows, row, 2),
                         .total = pg_money(rows, row, 3, 4),
                         .invoice = pg_text(rows, row, 5),
                         .fee = pg_i32(rows, row, 7),
                         .recorded_on = pg_date(rows, row, 8)};
    CHECK(reminder_news_parse(pg_text(rows, row, 6), &reminder.news));
    if (book_find_reminder(book, reminder.id) == NULL) {
        (void)book_add_reminder(book, reminder);
    }
}

static bool load_heard(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_REMINDERS, heard_reminders(load), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        add_reminder_once(room_book(load, &rows, i), &rows, i);
    }
    return true;
}

static bool load_reminded(const Load *load, Err *err) {
    enum { INVOICE = 9 };
    PgRows rows;
    if (!room_ask(load, &LOAD_REMINDED, cancelled_invoices(load), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        Book *book = room_book(load, &rows, i);
        add_reminder_once(book, &rows, i);
        (void)book_add_reminded(book, (Reminded){.invoice = pg_text(&rows, i, INVOICE),
                                                 .reminder = pg_text(&rows, i, 1)});
    }
    return true;
}

static bool load_charged(const Load *load, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_CHARGED_ITEMS, heard_reminders(load), &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        room_add_item_once(room_book(load, &rows, i), room_item(&rows, i));
    }
    return true;
}

bool load_reminders(const Load *load, Err *err) {
    return load_heard(load, err) && load_reminded(load, err) && load_charged(load, err);
}

/* ---- saving */

static const PgStatement SAVE_REMINDERS = {
    "ledger_save_reminders",
    "INSERT INTO reminder (task, account, reminder, level, currency, total, invoice, news, fee,"
    "                      recorded_on)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[]),"
    "        unnest($5::text[]), unnest($6::bigint[]), unnest($7::text[]), unnest($8::text[]),"
    "        unnest($9::int[]), unnest($10::date[])"
    " ON CONFLICT (task, account, reminder) DO UPDATE"
    " SET news = excluded.news, fee = excluded.fee"};

static const PgStatement ADD_REMINDED = {
    "ledger_add_reminded",
    "INSERT INTO reminded (task, account, invoice, reminder)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::text[])"};

static const char *news_of(const void *row) {
    return reminder_news_name(((const Reminder *)row)->news);
}

static void add_reminder(PgColumns *columns) {
    pg_column_text(columns, offsetof(Reminder, id));
    pg_column_text(columns, offsetof(Reminder, level));
    pg_column_currency(columns, offsetof(Reminder, total));
    pg_column_i64(columns, offsetof(Reminder, total.minor));
    pg_column_text(columns, offsetof(Reminder, invoice));
    pg_column_name(columns, news_of);
    pg_column_i32(columns, offsetof(Reminder, fee));
    pg_column_date(columns, offsetof(Reminder, recorded_on));
}

static void add_reminded(PgColumns *columns) {
    pg_column_text(columns, offsetof(Reminded, invoice));
    pg_column_text(columns, offsetof(Reminded, reminder));
}

static bool reminder_is_changed(const void *row) {
    return ((const Reminder *)row)->changed;
}

static bool reminded_is_new(const void *row) {
    return ((const Reminded *)row)->is_new;
}

bool save_reminders(const Saving *saving, Err *err) {
    static const Table tables[] = {
        {&SAVE_REMINDERS, BOOK_LIST(reminders, reminder_count, Reminder), reminder_is_changed,
         add_reminder},
        {&ADD_REMINDED, BOOK_LIST(reminded, reminded_count, Reminded), reminded_is_new,
         add_reminded},
    };
    return room_save_tables(saving, tables, COUNT_OF(tables), err);
}
