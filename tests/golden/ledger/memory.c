#include "tests/golden/ledger/memory.h"

#include "base/check.h"

Aging memory_standard_aging(void) {
    return (Aging){.id = S("standard"),
                   .count = 5,
                   .buckets = {{S("current"), INT32_MIN},
                               {S("1-30"), 1},
                               {S("31-60"), 31},
                               {S("61-90"), 61},
                               {S("91+"), 91}}};
}

Bookkeeping memory_standard_keeping(void) {
    return (Bookkeeping){.id = S(BOOKKEEPING_DEFAULT),
                         .allocation = ALLOCATION_BY_REFERENCE,
                         .roll_overpayment = true};
}

Book *memory_book(Memory *memory, Account account) {
    int at = 0;
    while (at < memory->book_count && account_compare(memory->books[at].account, account) < 0) {
        at++;
    }
    Book *book = &memory->books[at];
    if (at < memory->book_count && account_equals(book->account, account)) {
        return book;
    }
    CHECK(memory->book_count < MEMORY_BOOKS_MAX);
    memmove(book + 1, book, (size_t)(memory->book_count - at) * sizeof *book);
    memory->book_count++;
    *book = (Book){.arena = memory->arena,
                   .account = {.creditor = str_copy(memory->arena, account.creditor),
                               .customer = str_copy(memory->arena, account.customer)},
                   .next_due = DATE_NONE};
    return book;
}

static void visit(Memory *memory, Book *book, const LedgerInput *input, MemoryListener listener,
                  void *self) {
    Desk desk = {.arena = memory->arena,
                 .book = book,
                 .day = memory->day,
                 .aging = &memory->aging,
                 .keeping = &memory->keeping,
                 .calendar = memory->calendar,
                 .sealed_until = memory->sealed_until};
    for (int i = 0; i < book->entry_count; i++) { /* heard before */
        (void)book_add_past(book, book->entries[i]);
    }
    book->entry_count = 0;
    decide(&desk, input);
    listener(self, &desk);
}

void memory_give(Memory *memory, Account account, const LedgerInput *input, MemoryListener listener,
                 void *self) {
    visit(memory, memory_book(memory, account), input, listener, self);
}

void memory_end_day(Memory *memory, MemoryListener listener, void *self) {
    static const LedgerInput day_end = {.kind = LEDGER_DAY_END};
    for (int i = 0; i < memory->book_count; i++) {
        Book *book = &memory->books[i];
        if (!date_is_none(book->next_due) && date_compare(book->next_due, memory->day) <= 0) {
            visit(memory, book, &day_end, listener, self);
            CHECK(date_is_none(book->next_due) || date_compare(book->next_due, memory->day) > 0);
        }
    }
    memory->day = date_add(memory->day, 1);
}
