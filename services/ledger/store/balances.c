/* The control accounts: what the entries of a batch moved, summed up before it is sent. */
#include <string.h>

#include "chassis/pg_columns.h"
#include "ledger/store/room.h"

/* Summed up before, a row for each account of the chart; what does not fit one row is two. */
static const PgStatement MOVE_BALANCES = {
    "ledger_move_balances",
    "INSERT INTO balance (task, creditor, gl, currency, amount)"
    " SELECT task, creditor, gl, currency, sum(amount)"
    "   FROM unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::bigint[])"
    "        AS m(task, creditor, gl, currency, amount)"
    "  GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    " ON CONFLICT (task, creditor, gl, currency) DO UPDATE"
    " SET amount = balance.amount + excluded.amount"};

/* What a batch moves on one account of the chart. */
typedef struct Moved {
    int32_t task;
    Str creditor;
    GlAccount gl;
    Money amount;
} Moved;

typedef struct Moves {
    Arena *arena;
    Moved *rows;
    ptrdiff_t count;
    ptrdiff_t room;
    ptrdiff_t first; /* of the task and creditor at hand: books are sorted by them */
} Moves;

static const char *moved_gl(const void *row) {
    return gl_name(((const Moved *)row)->gl);
}

static void move(Moves *moves, const Book *book, GlAccount gl, Money amount) {
    for (ptrdiff_t i = moves->first; i < moves->count; i++) {
        Moved *row = &moves->rows[i];
        if (row->gl == gl && currency_equals(row->amount.currency, amount.currency) &&
            money_add(row->amount, amount, &row->amount)) {
            return;
        }
    }
    if (moves->count == moves->room) {
        moves->room = 2 * moves->room + 64;
        Moved *grown = ARENA_ARRAY(moves->arena, Moved, moves->room);
        if (moves->count > 0) {
            memcpy(grown, moves->rows, (size_t)moves->count * sizeof *grown);
        }
        moves->rows = grown;
    }
    moves->rows[moves->count++] = (Moved){book->task, book->account.creditor, gl, amount};
}

static void moves_add_book(Moves *moves, const Book *book) {
    const Moved *last = moves->count > moves->first ? &moves->rows[moves->count - 1] : NULL;
    if (last != NULL &&
        (last->task != book->task || !str_equals(last->creditor, book->account.creditor))) {
        moves->first = moves->count;
    }
    for (int i = 0; i < book->entry_count; i++) {
        const Entry *entry = &book->entries[i];
        move(moves, book, entry->debit, entry->amount);
        move(moves, book, entry->credit, money_of(-entry->amount.minor, entry->amount.currency));
    }
}

bool save_balances(Pg *pg, const Books *books, Arena *arena, Err *err) {
    Moves moves = {.arena = arena};
    for (int i = 0; i < books->count; i++) {
        moves_add_book(&moves, &books->rows[i]);
    }
    PgColumns columns = pg_columns(arena, moves.count);
    for (ptrdiff_t i = 0; i < moves.count; i++) {
        pg_columns_add(&columns, NULL, &moves.rows[i]);
    }
    pg_column_i32(&columns, offsetof(Moved, task));
    pg_column_text(&columns, offsetof(Moved, creditor));
    pg_column_name(&columns, moved_gl);
    pg_column_currency(&columns, offsetof(Moved, amount));
    pg_column_minor(&columns, offsetof(Moved, amount));
    return pg_columns_send(pg, &columns, &MOVE_BALANCES, err);
}
