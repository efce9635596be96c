/* What late payment has cost so far: looked at for the invoices that are in a book, where the
 * account has any such row. */
#include <stdlib.h>

#include "base/check.h"
#include "ledger/store/room.h"

#define INVOICES                                                                                   \
    "(SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"               \
    "  AS k(ordinal, task, account, number)) k"

static const PgStatement LOAD_ACCRUED = {
    "ledger_load_accrued",
    "SELECT k.ordinal, a.number, a.instalment::int, a.regime, a.currency, a.invoiced, a.until,"
    "       a.amount, a.late_on, a.posted, a.fixed, a.interest_paid, a.fixed_paid, a.charges,"
    "       a.fixed_charges, a.paid, a.moves, a.overlong, a.waived, a.fixed_waived"
    "  FROM " INVOICES ", LATERAL (SELECT * FROM accrued a WHERE a.task = k.task"
    "   AND a.account = k.account AND a.number = k.number OFFSET 0) a"};

/* What was charged on the same invoices and is closed: what of it was paid can be given back. */
static const PgStatement LOAD_CLOSED_CHARGES = {
    "ledger_load_closed_charges",
    "SELECT k.ordinal, " ITEM_COLUMNS "  FROM " INVOICES
    ", LATERAL (SELECT * FROM item i WHERE i.task = k.task AND i.account = k.account"
    "   AND i.number = k.number AND i.charge > 0 OFFSET 0) i WHERE i.state <> 'open'"
    " ORDER BY k.ordinal"};

static const PgStatement SAVE_ACCRUED = {
    "ledger_save_accrued",
    "INSERT INTO accrued (task, account, number, instalment, regime, currency, invoiced, until,"
    "                     amount, late_on, posted, fixed, interest_paid, fixed_paid, charges,"
    "                     fixed_charges, paid, moves, overlong, waived, fixed_waived)"
    " SELECT unnest($1::int[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::int[]),"
    "        unnest($5::text[]), unnest($6::text[]), unnest($7::bigint[]), unnest($8::date[]),"
    "        unnest($9::bigint[]), unnest($10::date[]), unnest($11::bigint[]),"
    "        unnest($12::bigint[]), unnest($13::bigint[]), unnest($14::bigint[]),"
    "        unnest($15::int[]), unnest($16::int[]), unnest($17::int[]) = 1,"
    "        unnest($18::text[]), unnest($19::int[]) = 1, unnest($20::bigint[]),"
    "        unnest($21::bigint[])"
    " ON CONFLICT (task, account, number, instalment) DO UPDATE"
    " SET until = excluded.until, amount = excluded.amount, late_on = excluded.late_on,"
    "     posted = excluded.posted, fixed = excluded.fixed,"
    "     interest_paid = excluded.interest_paid, fixed_paid = excluded.fixed_paid,"
    "     charges = excluded.charges, fixed_charges = excluded.fixed_charges,"
    "     paid = excluded.paid, moves = excluded.moves, overlong = excluded.overlong,"
    "     waived = excluded.waived, fixed_waived = excluded.fixed_waived"};

/* ---- loading */

/* The invoices of all items in the books that bear interest, or of those of them in which something
 * changes; NULL: there are none. */
static PgParams *invoices_in(const Load *load, bool changing) {
    ptrdiff_t room = 0;
    for (int i = 0; i < load->books->count; i++) {
        room += load->books->rows[i].item_count;
    }
    Named named = room_named(load, room);
    for (int i = 0; i < load->books->count; i++) {
        const Book *book = &load->books->rows[i];
        if (book->bears_interest && (!changing || load->known[i].changes_more)) {
            room_named_add_items(&named, load, book);
        }
    }
    return room_numbers_params(&named, load->arena);
}

static Accrued accrued_at(const PgRows *rows, ptrdiff_t row, Arena *arena) {
    Accrued accrued = {.key = {.number = pg_text(rows, row, 1), .instalment = pg_i32(rows, row, 2)},
                       .regime = pg_text(rows, row, 3),
                       .invoiced = pg_money(rows, row, 4, 5),
                       .until = pg_date(rows, row, 6),
                       .amount = pg_money(rows, row, 4, 7),
                       .late_on = pg_date(rows, row, 8),
                       .posted = pg_money(rows, row, 4, 9),
                       .fixed = pg_money(rows, row, 4, 10),
                       .interest_paid = pg_money(rows, row, 4, 11),
                       .fixed_paid = pg_money(rows, row, 4, 12),
                       .charges = pg_i32(rows, row, 13),
                       .fixed_charges = pg_i32(rows, row, 14),
                       .paid = pg_bool(rows, row, 15),
                       .overlong = pg_bool(rows, row, 17),
                       .waived = pg_money(rows, row, 4, 18),
                       .fixed_waived = pg_money(rows, row, 4, 19),
                       .place = -1,
                       .touched_from = DATE_NONE,
                       .closed_on = DATE_NONE};
    CHECK(accrued_moves_parse(pg_text(rows, row, 16), &accrued, arena));
    return accrued;
}

static int by_key(const void *a, const void *b) {
    return item_key_compare(((const Item *)a)->key, ((const Item *)b)->key);
}

/* Closed charges that the batch does not name: those of one account at a time, compared with the
 * closed items that are in its book already, in the order of both. */
static void items_add_missing(const Load *load, const PgRows *charges) {
    for (ptrdiff_t i = 0; i < charges->count;) {
        Book *book = room_book(load, charges, i);
        int known = book->item_count;
        Item *sorted = ARENA_ARRAY(load->arena, Item, known + 1);
        for (int k = 0; k < known; k++) {
            sorted[k] = book->items[k];
        }
        qsort(sorted, (size_t)known, sizeof *sorted, by_key);
        for (; i < charges->count && room_book(load, charges, i) == book; i++) {
            Item item = room_item(charges, i);
            if (bsearch(&item, sorted, (size_t)known, sizeof *sorted, by_key) == NULL) {
                (void)book_add_item(book, item);
            }
        }
    }
}

bool load_accrued(const Load *load, Err *err) {
    PgRows rows;
    PgRows charges;
    if (!room_ask(load, &LOAD_ACCRUED, invoices_in(load, false), &rows, err) ||
        !room_ask(load, &LOAD_CLOSED_CHARGES, invoices_in(load, true), &charges, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_accrued(room_book(load, &rows, i), accrued_at(&rows, i, load->arena));
    }
    items_add_missing(load, &charges);
    for (int i = 0; i < load->books->count; i++) {
        Book *book = &load->books->rows[i];
        if (book->accrued_count > 0) {
            book_link_accrued(book);
        }
    }
    return true;
}

/* ---- saving */

static bool accrued_is_changed(const void *row) {
    return ((const Accrued *)row)->changed;
}

static Str moves_of(const void *row, Arena *arena) {
    return accrued_moves_print(row, arena);
}

static void add_accrued(PgColumns *columns) {
    pg_column_text(columns, offsetof(Accrued, key.number));
    pg_column_i32(columns, offsetof(Accrued, key.instalment));
    pg_column_text(columns, offsetof(Accrued, regime));
    pg_column_currency(columns, offsetof(Accrued, amount));
    pg_column_minor(columns, offsetof(Accrued, invoiced));
    pg_column_date(columns, offsetof(Accrued, until));
    pg_column_minor(columns, offsetof(Accrued, amount));
    pg_column_date(columns, offsetof(Accrued, late_on));
    pg_column_minor(columns, offsetof(Accrued, posted));
    pg_column_minor(columns, offsetof(Accrued, fixed));
    pg_column_minor(columns, offsetof(Accrued, interest_paid));
    pg_column_minor(columns, offsetof(Accrued, fixed_paid));
    pg_column_i32(columns, offsetof(Accrued, charges));
    pg_column_i32(columns, offsetof(Accrued, fixed_charges));
    pg_column_bool(columns, offsetof(Accrued, paid));
    pg_column_made(columns, moves_of);
    pg_column_bool(columns, offsetof(Accrued, overlong));
    pg_column_minor(columns, offsetof(Accrued, waived));
    pg_column_minor(columns, offsetof(Accrued, fixed_waived));
}

bool save_accrued(const Saving *saving, Err *err) {
    static const Table table = {&SAVE_ACCRUED, BOOK_LIST(accrued, accrued_count, Accrued),
                                accrued_is_changed, add_accrued};
    return room_save_tables(saving, &table, 1, err);
}
