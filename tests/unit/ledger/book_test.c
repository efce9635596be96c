/* The lists of a book, and the order of credits. */
#include "ledger/core/book.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/harness/trap.h"
#include "tests/unit/ledger/values.h"

static void lists_grow_and_are_found(void **state) {
    (void)state;
    enum { ROWS = 100 };
    Arena arena = arena_open("book", 1 << 20);
    Book book = {.arena = &arena};
    for (int i = 0; i < ROWS; i++) {
        Str number = str_format(&arena, "INV-%d", i);
        Item item = open_invoice("x", i + 1, "2013-02-01");
        item.key.number = number;
        assert_true(str_equals(book_add_item(&book, item)->key.number, number));
        (void)book_add_document(&book, (Document){.kind = DOCUMENT_INVOICE, .number = number});
        (void)book_add_hold(&book,
                            (Hold){.topic = S("t"), .offset = i, .cleared_on = day("2013-01-01")});
    }
    assert_int_equal(book_find_item(&book, (ItemKey){.number = S("INV-77")})->amount.minor, 78);
    assert_null(book_find_item(&book, (ItemKey){.number = S("INV-77"), .instalment = 1}));
    assert_null(book_next_of(&book, S("INV-100"), NULL));
    assert_int_equal(book_next_of(&book, S("INV-99"), NULL)->amount.minor, 100);
    assert_non_null(book_find_document(&book, DOCUMENT_INVOICE, S("INV-3")));
    assert_null(book_find_document(&book, DOCUMENT_PAYMENT, S("INV-3")));
    assert_non_null(book_find_hold(&book, S("t"), 0, 99));
    assert_null(book_find_hold(&book, S("t"), 1, 99));
    assert_false(book_is_held(&book));
    book.holds[50].cleared_on = DATE_NONE;
    assert_true(book_is_held(&book));
    arena_close(&arena);
}

static void entries_are_numbered_on(void **state) {
    (void)state;
    Arena arena = arena_open("book", 1 << 20);
    Book book = {.arena = &arena, .last_entry = 41};
    book_post(&book, entry_of(ENTRY_INVOICE, usd(5)));
    book_post(&book, entry_of(ENTRY_PAYMENT, usd(5)));
    assert_int_equal(book.entries[0].number, 42);
    assert_int_equal(book.entries[1].number, 43);
    assert_int_equal(book.last_entry, 43);
    Entry nowhere = entry_of(ENTRY_INVOICE, usd(5));
    nowhere.credit = nowhere.debit;
    assert_true(TRAPPED(book_post(&book, nowhere)));
    Entry nothing = entry_of(ENTRY_INVOICE, usd(5));
    nothing.amount = usd(0);
    assert_true(TRAPPED(book_post(&book, nothing)));
    assert_int_equal(book.entry_count, 2);
    arena_close(&arena);
}

static void credits_have_an_order_and_a_purpose(void **state) {
    (void)state;
    Credit money = {.kind = CREDIT_PAYMENT, .number = S("P"), .effective_on = day("2013-01-02")};
    Credit note = money;
    note.kind = CREDIT_NOTE;
    Credit older = note;
    older.effective_on = day("2013-01-01");
    assert_true(credit_compare(&older, &money) < 0);
    assert_true(credit_compare(&money, &note) < 0);
    assert_int_equal(credit_compare(&note, &note), 0);
    assert_true(credit_is_free(&money) && credit_is_free(&note));
    money.invoice = note.invoice = S("INV-1");
    assert_true(credit_is_free(&money));
    assert_false(credit_is_free(&note));
    assert_true(credit_names(&note, S("INV-1")));
    assert_false(credit_names(&note, S("INV-2")));
    assert_false(credit_names(&older, (Str){0})); /* naming nothing names no invoice */
    CreditKind kind = CREDIT_NONE;
    assert_true(credit_kind_parse(S("credit_note"), &kind) && kind == CREDIT_NOTE);
    assert_false(credit_kind_parse(S("cheque"), &kind));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_grow_and_are_found),
        cmocka_unit_test(entries_are_numbered_on),
        cmocka_unit_test(credits_have_an_order_and_a_purpose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
