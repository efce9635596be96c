/* Asking, and what an answer says: of which account, and which invoice. */
#include "ledger/store/room.h"

#include "base/check.h"

bool room_ask(const Load *load, const PgStatement *statement, const PgParams *params, PgRows *rows,
              Err *err) {
    *rows = (PgRows){0};
    return params == NULL || pg_run(load->pg, statement, params, load->arena, rows, err);
}

Book *room_book(const Load *load, const PgRows *rows, ptrdiff_t row) {
    int ordinal = pg_i32(rows, row, 0);
    CHECK(ordinal >= 1 && ordinal <= load->books->count);
    return &load->books->rows[ordinal - 1];
}

Item room_item(const PgRows *rows, ptrdiff_t row) {
    Item item = {.key = {.number = pg_text(rows, row, 1),
                         .charge = (Charge)pg_i32(rows, row, 2),
                         .instalment = pg_i32(rows, row, 3)},
                 .amount = pg_money(rows, row, 4, 5),
                 .open = pg_money(rows, row, 4, 6),
                 .written_off = pg_money(rows, row, 4, 7),
                 .tax = pg_money(rows, row, 4, 8),
                 .discount = pg_money(rows, row, 4, 9),
                 .discount_until = pg_date(rows, row, 10),
                 .issued_on = pg_date(rows, row, 11),
                 .open_from = pg_date(rows, row, 12),
                 .due_on = pg_date(rows, row, 13),
                 .first_due_on = pg_date(rows, row, 14),
                 .bucket = pg_text(rows, row, 16),
                 .applied_on = pg_date(rows, row, 17),
                 .written_off_on = pg_date(rows, row, 18),
                 .written_off_tax = pg_money(rows, row, 4, 19)};
    CHECK(item_state_parse(pg_text(rows, row, 15), &item.state));
    return item;
}

void room_add_item_once(Book *book, Item item) {
    if (book_find_item(book, item.key) == NULL) {
        (void)book_add_item(book, item);
    }
}

Credit room_credit(const PgRows *rows, ptrdiff_t row) {
    Credit credit = {.number = pg_text(rows, row, 2),
                     .amount = pg_money(rows, row, 3, 4),
                     .unapplied = pg_money(rows, row, 3, 5),
                     .reversed = pg_money(rows, row, 3, 6),
                     .effective_on = pg_date(rows, row, 7),
                     .received_on = pg_date(rows, row, 8),
                     .invoice = pg_text(rows, row, 9),
                     .payer = pg_text(rows, row, 11),
                     .moves = pg_i32(rows, row, 12)};
    CHECK(credit_kind_parse(pg_text(rows, row, 1), &credit.kind));
    CHECK(way_parse(pg_text(rows, row, 10), &credit.way));
    return credit;
}

Named room_named(const Load *load, ptrdiff_t room) {
    return (Named){.ordinals = ARENA_ARRAY(load->arena, int32_t, room),
                   .tasks = ARENA_ARRAY(load->arena, int32_t, room),
                   .accounts = ARENA_ARRAY(load->arena, int64_t, room),
                   .numbers = ARENA_ARRAY(load->arena, Str, room)};
}

static void named_add(Named *named, const Load *load, const Book *book, Str number) {
    named->ordinals[named->count] = (int32_t)(book - load->books->rows) + 1;
    named->tasks[named->count] = book->task;
    named->accounts[named->count] = book->number;
    named->numbers[named->count++] = number;
}

void room_named_add(Named *named, const Load *load, const StoreVisit *visit, Str number) {
    named_add(named, load, visit->book, number);
}

void room_named_add_items(Named *named, const Load *load, const Book *book) {
    for (int i = 0; i < book->item_count; i++) {
        named_add(named, load, book, book->items[i].key.number);
    }
}

PgParams *room_named_params(const Named *named, Arena *arena) {
    if (named->count == 0) {
        return NULL;
    }
    PgParams *params = pg_params(arena);
    pg_add_i32_array(params, named->ordinals, named->count);
    pg_add_i32_array(params, named->tasks, named->count);
    pg_add_i64_array(params, named->accounts, named->count);
    return params;
}

PgParams *room_numbers_params(const Named *named, Arena *arena) {
    PgParams *params = room_named_params(named, arena);
    if (params != NULL) {
        pg_add_text_array(params, named->numbers, named->count);
    }
    return params;
}

bool room_is_stored(const StoreVisit *visit) {
    return visit->book != NULL && !visit->book->is_new;
}
