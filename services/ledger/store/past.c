/* What a reversal or a buy-back takes back: the payment; what it did, from the journal; the items
 * it did it to; and what was moved on of it. Of what a cancellation names: whether it was invoiced.
 * The journal of the account is read for it from end to end: all of these are few, and an index for
 * them would cost every entry. */
#include "base/check.h"
#include "contract/suspense.h"
#include "ledger/store/room.h"

#define TAKEN_BACK                                                                                 \
    "(SELECT DISTINCT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[])"               \
    "  AS k(ordinal, task, account, number)) k"

/* Most of those with something unapplied are in the book already. */
static const PgStatement LOAD_PAYMENTS = {
    "ledger_load_payments",
    "SELECT k.ordinal, " CREDIT_COLUMNS "  FROM " TAKEN_BACK
    ", LATERAL (SELECT * FROM credit c WHERE c.task = k.task"
    "   AND c.account = k.account AND c.kind = 'payment' AND c.number = k.number OFFSET 0) c"};

static const PgStatement LOAD_MOVES = {
    "ledger_load_moves",
    "SELECT k.ordinal, m.payment, m.entry, m.customer, m.currency, m.amount, m.recalled"
    "  FROM " TAKEN_BACK ", LATERAL (SELECT * FROM move m WHERE m.task = k.task"
    "   AND m.account = k.account AND m.payment = k.number AND m.recalled < m.amount OFFSET 0) m"};

/* Of an entry e, from the second column on. */
#define ENTRY_COLUMNS                                                                              \
    "e.entry, e.kind, e.currency, e.amount, e.effective_on, e.invoice, e.charge::int,"             \
    " e.instalment::int, e.credit_number, e.document"

static const PgStatement LOAD_PAST = {
    "ledger_load_past",
    "SELECT k.ordinal, " ENTRY_COLUMNS "  FROM " TAKEN_BACK
    ", LATERAL (SELECT * FROM entry e WHERE e.task = k.task"
    "   AND e.account = k.account AND e.credit_kind = 'payment' AND e.credit_number = k.number"
    "   AND e.invoice <> '' ORDER BY e.entry OFFSET 0) e"};

/* What a sale did, and all other sales and buy-backs of its items: they tell which sale stands. */
static const PgStatement LOAD_SALES = {
    "ledger_load_sales",
    "SELECT DISTINCT k.ordinal, " ENTRY_COLUMNS "  FROM " TAKEN_BACK
    ", LATERAL (SELECT e.* FROM entry e WHERE e.task = k.task"
    "   AND e.account = k.account"
    "   AND e.kind IN ('sale', 'sale_loss', 'sale_reversal', 'sale_loss_reversal')"
    "   AND EXISTS (SELECT FROM entry s WHERE s.task = e.task AND s.account = e.account"
    "               AND s.document = k.number AND s.kind IN ('sale', 'sale_loss')"
    "               AND (s.invoice, s.charge, s.instalment) = (e.invoice, e.charge, e.instalment))"
    " OFFSET 0) e ORDER BY k.ordinal, e.entry"};

/* Other than as an invoice: what put it on the books. The journal is read once for an account,
 * however many invoices are taken back. */
static const PgStatement LOAD_ORIGINS = {
    "ledger_load_origins",
    "SELECT k.ordinal, " ENTRY_COLUMNS
    "  FROM (SELECT ordinal, task, account, array_agg(number) AS numbers"
    "          FROM " TAKEN_BACK " GROUP BY 1, 2, 3) k,"
    "       LATERAL (SELECT * FROM entry e WHERE e.task = k.task AND e.account = k.account"
    "          AND e.kind IN ('restructured_in', 'debt_to_bank', 'debt_to_transit')"
    "          AND e.invoice = ANY (k.numbers) ORDER BY e.entry OFFSET 0) e"};

/* All of the invoices in question; those that are open are loaded as such. */
static const PgStatement LOAD_PAID_ITEMS = {
    "ledger_load_paid_items", "SELECT k.ordinal, " ITEM_COLUMNS "  FROM " TAKEN_BACK
                              ", LATERAL (SELECT * FROM item i WHERE i.task = k.task"
                              "   AND i.account = k.account AND i.number = k.number OFFSET 0) i"
                              " WHERE i.state <> 'open'"};

/* What the batch takes back or moves on: payments, sales or invoices. */
static Str taken_back(const LedgerInput *input) {
    return input->kind == LEDGER_REVERSAL   ? input->reversal.payment
           : input->kind == LEDGER_MOVE     ? input->move.payment
           : input->kind == LEDGER_BUY_BACK ? input->buy_back.sale
                                            : input->invoices[0];
}

static bool every_visit(const StoreVisit *visit) {
    (void)visit;
    return true;
}

/* In suspense money has paid nothing: its journal, which may be long, is not read for it. */
static bool may_have_paid(const StoreVisit *visit) {
    return !suspense_is(visit->account);
}

/* NULL: nothing of that kind is taken back. */
static PgParams *those_taken_back(const Load *load, LedgerInputKind kind,
                                  bool (*wanted)(const StoreVisit *visit)) {
    Named named = room_named(load, load->visit_count);
    for (int i = 0; i < load->visit_count; i++) {
        const StoreVisit *visit = &load->visits[i];
        if (room_is_stored(visit) && visit->input->kind == kind && wanted(visit)) {
            room_named_add(&named, load, visit, taken_back(visit->input));
        }
    }
    return room_numbers_params(&named, load->arena);
}

static Entry past_entry(const PgRows *rows, ptrdiff_t row) {
    Entry entry = {.number = pg_i64(rows, row, 1),
                   .amount = pg_money(rows, row, 3, 4),
                   .effective_on = pg_date(rows, row, 5),
                   .item = {.number = pg_text(rows, row, 6),
                            .charge = (Charge)pg_i32(rows, row, 7),
                            .instalment = pg_i32(rows, row, 8)},
                   .credit_number = pg_text(rows, row, 9),
                   .document = pg_text(rows, row, 10)};
    entry.credit_kind = str_is_empty(entry.credit_number) ? CREDIT_NONE : CREDIT_PAYMENT;
    CHECK(entry_kind_parse(pg_text(rows, row, 2), &entry.kind));
    return entry;
}

/* The invoices of the entries that came back; NULL: there are none. */
static PgParams *paid_invoices(const Load *load, const PgRows *past) {
    Named named = room_named(load, past->count);
    for (ptrdiff_t i = 0; i < past->count; i++) {
        const Book *book = room_book(load, past, i);
        named.ordinals[i] = pg_i32(past, i, 0);
        named.tasks[i] = book->task;
        named.accounts[i] = book->number;
        named.numbers[i] = pg_text(past, i, 6);
    }
    named.count = past->count;
    return room_numbers_params(&named, load->arena);
}

/* The entries, and the items they are about. */
static bool load_entries(const Load *load, const PgStatement *statement, const PgParams *params,
                         Err *err) {
    PgRows past;
    PgRows items;
    if (!room_ask(load, statement, params, &past, err) ||
        !room_ask(load, &LOAD_PAID_ITEMS, paid_invoices(load, &past), &items, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < past.count; i++) {
        (void)book_add_past(room_book(load, &past, i), past_entry(&past, i));
    }
    for (ptrdiff_t i = 0; i < items.count; i++) {
        room_add_item_once(room_book(load, &items, i), room_item(&items, i));
    }
    return true;
}

/* One that the batch names in two ways is in the book already. */
static void credit_add_once(Book *book, Credit credit) {
    if (book_find_credit(book, credit.kind, credit.number) == NULL) {
        (void)book_add_credit(book, credit);
    }
}

static bool load_payments(const Load *load, const PgParams *named, Err *err) {
    PgRows payments;
    if (!room_ask(load, &LOAD_PAYMENTS, named, &payments, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < payments.count; i++) {
        credit_add_once(room_book(load, &payments, i), room_credit(&payments, i));
    }
    return true;
}

static bool load_moves(const Load *load, const PgParams *reversed, Err *err) {
    PgRows rows;
    if (!room_ask(load, &LOAD_MOVES, reversed, &rows, err)) {
        return false;
    }
    for (ptrdiff_t i = 0; i < rows.count; i++) {
        (void)book_add_move(room_book(load, &rows, i),
                            (Move){.payment = pg_text(&rows, i, 1),
                                   .entry = pg_i64(&rows, i, 2),
                                   .customer = pg_text(&rows, i, 3),
                                   .amount = pg_money(&rows, i, 4, 5),
                                   .recalled = pg_money(&rows, i, 4, 6)});
    }
    return true;
}

bool load_past(const Load *load, Err *err) {
    const PgParams *reversed = those_taken_back(load, LEDGER_REVERSAL, every_visit);
    const PgParams *moved = those_taken_back(load, LEDGER_MOVE, every_visit);
    const PgParams *paid = those_taken_back(load, LEDGER_REVERSAL, may_have_paid);
    const PgParams *sold = those_taken_back(load, LEDGER_BUY_BACK, every_visit);
    const PgParams *cancelled = those_taken_back(load, LEDGER_CANCELLATION, every_visit);
    return load_payments(load, reversed, err) && load_payments(load, moved, err) &&
           load_moves(load, reversed, err) && load_entries(load, &LOAD_PAST, paid, err) &&
           load_entries(load, &LOAD_SALES, sold, err) &&
           load_entries(load, &LOAD_ORIGINS, cancelled, err);
}
