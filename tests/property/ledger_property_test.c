/* What must hold for the ledger whatever comes in: played on many random streams of events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ledger/core/aging.h"
#include "tests/golden/ledger/fees.h"
#include "tests/golden/ledger/memory.h"
#include "tests/property/ledger_inputs.h"

enum { STREAMS = 150, EVENTS = 120, CUSTOMERS = 3 };

static Chance chance;

static const Str CUSTOMER[CUSTOMERS] = {S("C-1"), S("C-2"), S("C-3")};

static Account account_of(int customer) {
    return (Account){S("ACME"), CUSTOMER[customer]};
}

/* Half of all ledgers count interest. */
static void count_interest_or_not(Memory *memory) {
    if (chance_between(&chance, 0, 1) == 1) {
        InterestPosting posting =
            (InterestPosting)chance_between(&chance, 0, INTEREST_POSTING_COUNT - 1);
        regimes_add_usury(&memory->regimes, posting, memory->arena);
        memory->keeping.interest = S("usury");
    }
}

static Memory memory_new(Arena *arena) {
    Date day = DATE_NONE;
    assert_true(date_parse(S("2013-01-02"), &day));
    Memory memory = {.arena = arena,
                     .day = day,
                     .aging = memory_standard_aging(),
                     .keeping = memory_standard_keeping(),
                     .sealed_until = DATE_NONE};
    memory.keeping.write_off_splits_tax = chance_between(&chance, 0, 1) == 1;
    memory.keeping.statements = (StatementsEvery)chance_between(&chance, 0, STATEMENTS_COUNT - 1);
    if (chance_between(&chance, 0, 1) == 1) {
        memory.keeping.small = memory_small_balances();
    }
    count_interest_or_not(&memory);
    memory.keeping.fees = FEES_STEEP.id;
    memory.rules = (LedgerRules){.fees = &FEES_STEEP, .fee_count = 1};
    return memory;
}

/* ---- what is checked after every decision */

/* All entries of a book since it was opened: the journal the checks fold. */
typedef struct Journal {
    Entry entries[EVENTS * 80];
    int count;
} Journal;

static Journal journals[CUSTOMERS];

static Journal *journal_of(const Book *book) {
    for (int i = 0; i < CUSTOMERS; i++) {
        if (str_equals(book->account.customer, CUSTOMER[i])) {
            return &journals[i];
        }
    }
    fail();
    return NULL;
}

__extension__ typedef __int128 Sum;

/* What stands on an account for one invoice or one credit. */
static Sum journal_sum(const Journal *journal, GlAccount account, ItemKey item,
                       const Credit *credit) {
    Sum sum = 0;
    for (int i = 0; i < journal->count; i++) {
        const Entry *entry = &journal->entries[i];
        bool about = credit == NULL ? item_key_equals(entry->item, item)
                                    : entry->credit_kind == credit->kind &&
                                          str_equals(entry->credit_number, credit->number);
        if (about) {
            sum += entry->debit == account ? entry->amount.minor : 0;
            sum -= entry->credit == account ? entry->amount.minor : 0;
        }
    }
    return sum;
}

static Sum kind_sum(const Journal *journal, EntryKind kind, ItemKey item) {
    Sum sum = 0;
    for (int i = 0; i < journal->count; i++) {
        const Entry *entry = &journal->entries[i];
        bool of_item = entry->kind == kind && item_key_equals(entry->item, item);
        sum += of_item ? entry->amount.minor : 0;
    }
    return sum;
}

/* What stood on the receivable account for an item at the end of a day. */
static Sum open_on(const Journal *journal, ItemKey item, Date day) {
    Sum sum = 0;
    for (int i = 0; i < journal->count; i++) {
        const Entry *entry = &journal->entries[i];
        bool counts =
            item_key_equals(entry->item, item) && date_compare(entry->effective_on, day) <= 0;
        sum += counts && entry->debit == GL_RECEIVABLE ? entry->amount.minor : 0;
        sum -= counts && entry->credit == GL_RECEIVABLE ? entry->amount.minor : 0;
    }
    return sum;
}

/* On no day was less than nothing open, or more than the whole. */
static void check_every_day(const Journal *journal, const Item *item) {
    for (int i = 0; i < journal->count; i++) {
        Sum open = open_on(journal, item->key, journal->entries[i].effective_on);
        assert_true(open >= 0 && open <= item->amount.minor);
    }
}

static void check_entries(Journal *journal, const Desk *desk) {
    for (int i = 0; i < desk->book->entry_count; i++) {
        const Entry *entry = &desk->book->entries[i];
        assert_int_equal(entry->number, journal->count + 1);
        assert_int_equal(date_compare(entry->recorded_on, desk->day), 0);
        assert_true(journal->count < COUNT_OF(journal->entries));
        journal->entries[journal->count++] = *entry;
    }
    assert_true(desk->book->entry_count == 0 || desk->fact_count > 0);
    assert_int_equal(desk->book->last_entry, journal->count);
}

static void check_item(const Journal *journal, const Item *item) {
    assert_true(item->open.minor >= 0);
    assert_true(money_compare(item->open, item->amount) <= 0);
    assert_int_equal(item->state == ITEM_OPEN, item->open.minor > 0);
    assert_true(journal_sum(journal, GL_RECEIVABLE, item->key, NULL) == item->open.minor);
    assert_true(journal_sum(journal, GL_REVENUE, item->key, NULL) <= 0);
    Sum sold = journal_sum(journal, GL_BUYERS, item->key, NULL) +
               journal_sum(journal, GL_SALE_LOSS, item->key, NULL);
    assert_true(sold >= 0 && (sold > 0 || item->state != ITEM_ASSIGNED));
    Sum lost = kind_sum(journal, ENTRY_WRITE_OFF, item->key) -
               kind_sum(journal, ENTRY_RECOVERY, item->key) +
               kind_sum(journal, ENTRY_RECOVERY_REVERSAL, item->key) -
               kind_sum(journal, ENTRY_WRITE_OFF_REVERSAL, item->key);
    assert_true(lost == item->written_off.minor);
    Sum untaxed = kind_sum(journal, ENTRY_WRITE_OFF_TAX, item->key) -
                  kind_sum(journal, ENTRY_WRITE_OFF_TAX_REVERSAL, item->key) -
                  kind_sum(journal, ENTRY_RECOVERY_TAX, item->key) +
                  kind_sum(journal, ENTRY_RECOVERY_TAX_REVERSAL, item->key);
    assert_true(untaxed == item->written_off_tax.minor && untaxed >= 0);
    assert_true(money_compare(item->written_off_tax, item->tax) <= 0);
    assert_true(item->written_off.minor >= 0);
}

/* What plans took over is what they owe. */
static Sum restructured_sum(const Journal *journal) {
    Sum sum = 0;
    for (int i = 0; i < journal->count; i++) {
        const Entry *entry = &journal->entries[i];
        sum += entry->kind == ENTRY_RESTRUCTURED_OUT ? entry->amount.minor : 0;
        sum -= entry->kind == ENTRY_RESTRUCTURED_IN ? entry->amount.minor : 0;
    }
    return sum;
}

static Sum posted_sum(const Journal *journal) {
    Sum sum = 0;
    for (int i = 0; i < journal->count; i++) {
        const Entry *entry = &journal->entries[i];
        sum += entry->credit == GL_INTEREST ? entry->amount.minor : 0;
        sum -= entry->debit == GL_INTEREST ? entry->amount.minor : 0;
    }
    return sum;
}

/* Rows of interest know what is open, and what of them stands on the books. */
static void check_accrued(const Journal *journal, const Book *book) {
    Sum posted = 0;
    for (int i = 0; i < book->accrued_count; i++) {
        const Accrued *accrued = &book->accrued[i];
        const Item *item = book_find_item(book, accrued->key);
        Sum open = 0;
        for (int k = 0; k < accrued->move_count; k++) {
            open += accrued->moves[k].minor;
        }
        assert_non_null(item);
        assert_true(accrued->overlong || open == item->open.minor);
        assert_true(accrued->posted.minor >= 0 && accrued->amount.minor >= 0);
        assert_true(accrued->waived.minor >= 0 && accrued->fixed_waived.minor >= 0);
        posted += accrued->posted.minor - accrued->waived.minor;
    }
    assert_true(posted == posted_sum(journal) && posted >= 0);
}

static Sum stated_sum(const Book *book, const StatementBalance *balance) {
    Sum sum = 0;
    for (int i = 0; i < book->statement_line_count; i++) {
        const StatementLine *line = &book->statement_lines[i];
        bool of_it = str_equals(line->statement, balance->statement) &&
                     currency_equals(line->open.currency, balance->open.currency);
        assert_true(line->acknowledged.minor >= 0 && line->open.minor > 0);
        assert_int_equal(money_compare(line->acknowledged, line->open) < 0,
                         !str_is_empty(line->reason));
        sum += of_it ? line->open.minor : 0;
    }
    return sum;
}

/* The lines of a statement are what it says, and none was said twice. */
static void check_statements(const Book *book) {
    for (int i = 0; i < book->statement_balance_count; i++) {
        const StatementBalance *balance = &book->statement_balances[i];
        assert_true(stated_sum(book, balance) == balance->open.minor);
        assert_true(balance->open.minor > 0 || balance->unapplied.minor > 0);
    }
    for (int i = 0; i < book->statement_count; i++) {
        const Statement *statement = &book->statements[i];
        assert_ptr_equal(book_find_statement(book, statement->number), statement);
        assert_int_equal(statement->answer == STATEMENT_UNANSWERED,
                         date_is_none(statement->agreed_on));
    }
}

static void check_book(const Journal *journal, const Desk *desk) {
    const Book *book = desk->book;
    for (int i = 0; i < book->item_count; i++) {
        check_item(journal, &book->items[i]);
    }
    for (int i = 0; i < book->credit_count; i++) {
        const Credit *credit = &book->credits[i];
        assert_true(credit->unapplied.minor >= 0);
        assert_true(-journal_sum(journal, GL_UNAPPLIED, (ItemKey){0}, credit) ==
                    credit->unapplied.minor);
    }
    check_accrued(journal, book);
    check_statements(book);
    assert_true(restructured_sum(journal) == 0);
    assert_true(date_is_none(book->next_due) || date_compare(book->next_due, desk->day) >= 0);
}

/* A recall that would not fit 64 bits is kept on its way, for a person to look at. */
static bool recall_refused;

static void check_recall(const Desk *desk) {
    for (int i = 0; i < desk->fact_count; i++) {
        const Fact *fact = &desk->facts[i];
        recall_refused |= fact->kind == FACT_INPUT_REFUSED && transfer_is(fact->refused.number);
    }
}

/* How often a sale was bought back beside something that was open already. */
static int bought_back_beside;

static void count_bought_back(const Desk *desk) {
    for (int i = 0; i < desk->fact_count; i++) {
        const DebtRestored *restored = &desk->facts[i].restored;
        bought_back_beside += desk->facts[i].kind == FACT_DEBT_RESTORED &&
                              restored->kind == RESTORED_BOUGHT_BACK &&
                              money_compare(restored->open, restored->amount) > 0;
    }
}

static bool is_dollars(Money money) {
    return str_equals(str_of(money.currency.code), S("USD"));
}

/* What stands in transit over all accounts, in one currency or the other. */
static Sum transit_sum(bool dollars) {
    Sum sum = 0;
    for (int i = 0; i < CUSTOMERS; i++) {
        for (int k = 0; k < journals[i].count; k++) {
            const Entry *entry = &journals[i].entries[k];
            if (is_dollars(entry->amount) == dollars) {
                sum += entry->debit == GL_IN_TRANSIT ? entry->amount.minor : 0;
                sum -= entry->credit == GL_IN_TRANSIT ? entry->amount.minor : 0;
            }
        }
    }
    return sum;
}

/* What was sent and is not called back, less what came and is not given back. */
static Sum under_way(Memory *memory, bool dollars) {
    Sum sum = 0;
    for (int i = 0; i < CUSTOMERS; i++) {
        const Book *book = memory_book(memory, account_of(i));
        for (int k = 0; k < book->move_count; k++) {
            const Move *move = &book->moves[k];
            sum +=
                is_dollars(move->amount) == dollars ? move->amount.minor - move->recalled.minor : 0;
        }
        for (int k = 0; k < book->credit_count; k++) {
            const Credit *credit = &book->credits[k];
            bool came = credit->kind == CREDIT_PAYMENT && transfer_is(credit->number) &&
                        is_dollars(credit->amount) == dollars;
            sum -= came ? credit->amount.minor - credit->reversed.minor : 0;
        }
    }
    return sum;
}

static void check_under_way(Memory *memory) {
    assert_true(-transit_sum(true) == under_way(memory, true));
    assert_true(-transit_sum(false) == under_way(memory, false));
}

/* What was moved has arrived, and what was called back has come back. */
static void check_transit(void) {
    assert_true(transit_sum(true) == 0 && transit_sum(false) == 0);
}

static int transit_count(void) {
    int count = 0;
    for (int i = 0; i < CUSTOMERS; i++) {
        for (int k = 0; k < journals[i].count; k++) {
            count += journals[i].entries[k].kind == ENTRY_TRANSFER_RETURN;
        }
    }
    return count;
}

static void check(void *self, const Desk *desk) {
    int *facts = self;
    Journal *journal = journal_of(desk->book);
    check_entries(journal, desk);
    check_book(journal, desk);
    check_recall(desk);
    count_bought_back(desk);
    *facts = desk->fact_count;
}

static void play(Memory *memory, int customer, const LedgerInput *input, int *facts) {
    memory_give(memory, account_of(customer), input, check, facts);
}

static void stream_begin(void) {
    recall_refused = false;
    for (int i = 0; i < CUSTOMERS; i++) {
        journals[i].count = 0;
    }
}

/* ---- properties */

static void books_and_journal_agree(void **state) {
    (void)state;
    int returned = 0;
    int refused = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
        Arena arena = arena_open("stream", 64 << 20);
        Memory memory = memory_new(&arena);
        int facts = 0;
        stream_begin();
        for (int i = 0; i < EVENTS; i++) {
            int customer = (int)chance_between(&chance, 0, CUSTOMERS - 1);
            const Book *book = memory_book(&memory, account_of(customer));
            play(&memory, customer, any_input(&chance, &arena, book, memory.day), &facts);
            for (int64_t days = chance_between(&chance, -6, 6); days > 0; days--) {
                memory_end_day(&memory, check, &facts);
            }
            if (chance_between(&chance, 1, 3) == 1) {
                memory_deliver(&memory, check, &facts);
            }
        }
        check_under_way(&memory);
        memory_deliver(&memory, check, &facts);
        check_under_way(&memory);
        returned += transit_count();
        refused += recall_refused;
        if (!recall_refused) {
            check_transit();
        }
        for (int customer = 0; customer < CUSTOMERS; customer++) {
            const Book *book = memory_book(&memory, account_of(customer));
            for (int i = 0; i < book->item_count; i++) {
                check_every_day(journal_of(book), &book->items[i]);
            }
        }
        arena_close(&arena);
    }
    assert_true(returned > 10 && refused < STREAMS / 4);
}

/* Sold, come back in part, sold again and bought back, in any order. */
static void what_is_sold_can_be_bought_back(void **state) {
    (void)state;
    bought_back_beside = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
        Arena arena = arena_open("stream", 64 << 20);
        Memory memory = memory_new(&arena);
        int facts = 0;
        stream_begin();
        Book *book = memory_book(&memory, account_of(0));
        for (int i = 0; i < EVENTS; i++) {
            play(&memory, 0, any_trade(&chance, &arena, book, memory.day), &facts);
            for (int64_t days = chance_between(&chance, -6, 6); days > 0; days--) {
                memory_end_day(&memory, check, &facts);
            }
        }
        for (int i = 0; i < book->item_count; i++) {
            check_every_day(journal_of(book), &book->items[i]);
        }
        arena_close(&arena);
    }
    assert_true(bought_back_beside > 0);
}

static bool is_refusal(const Desk *desk) {
    for (int i = 0; i < desk->fact_count; i++) {
        if (desk->facts[i].kind == FACT_INPUT_REFUSED) {
            return true;
        }
    }
    return false;
}

static void hear_refusal(void *self, const Desk *desk) {
    bool *accepted = self;
    *accepted = desk->fact_count > 0 && !is_refusal(desk);
}

static void hear_nothing(void *self, const Desk *desk) {
    (void)self;
    assert_int_equal(desk->fact_count, 0);
    assert_int_equal(desk->book->entry_count, 0);
}

/* Everything that was accepted and has a number comes once more: nothing at all happens. */
static void repetitions_change_nothing(void **state) {
    (void)state;
    for (int stream = 0; stream < STREAMS; stream++) {
        Arena arena = arena_open("stream", 64 << 20);
        Memory memory = memory_new(&arena);
        const LedgerInput *accepted[EVENTS];
        int count = 0;
        for (int i = 0; i < EVENTS; i++) {
            const Book *book = memory_book(&memory, account_of(0));
            const LedgerInput *input = any_input(&chance, &arena, book, memory.day);
            bool taken = false;
            memory_give(&memory, account_of(0), input, hear_refusal, &taken);
            if (taken && input->document.kind != DOCUMENT_NONE) {
                accepted[count++] = input;
            }
        }
        for (int i = 0; i < count; i++) {
            memory_give(&memory, account_of(0), accepted[i], hear_nothing, NULL);
        }
        assert_true(count > 0);
        arena_close(&arena);
    }
}

static void hear_entries(void *self, const Desk *desk) {
    (void)self;
    check_entries(journal_of(desk->book), desk);
}

static void check_same(const Journal *a, const Journal *b) {
    assert_int_equal(a->count, b->count);
    for (int i = 0; i < a->count; i++) {
        assert_int_equal(a->entries[i].kind, b->entries[i].kind);
        assert_true(item_key_equals(a->entries[i].item, b->entries[i].item));
        assert_true(str_equals(a->entries[i].credit_number, b->entries[i].credit_number));
        assert_int_equal(a->entries[i].amount.minor, b->entries[i].amount.minor);
    }
}

/* The same events of each customer, mixed with those of others or one customer after the other. */
static void customers_do_not_touch_each_other(void **state) {
    (void)state;
    static Journal mixed[CUSTOMERS];
    for (int stream = 0; stream < STREAMS; stream++) {
        Arena arena = arena_open("stream", 64 << 20);
        Memory memory = memory_new(&arena);
        const LedgerInput *inputs[EVENTS];
        stream_begin();
        for (int i = 0; i < EVENTS; i++) {
            const Book *book = memory_book(&memory, account_of(i % CUSTOMERS));
            inputs[i] = any_input(&chance, &arena, book, memory.day);
            memory_give(&memory, account_of(i % CUSTOMERS), inputs[i], hear_entries, NULL);
        }
        memcpy(mixed, journals, sizeof mixed);
        Memory again = memory;
        again.book_count = 0;
        stream_begin();
        for (int customer = CUSTOMERS - 1; customer >= 0; customer--) {
            for (int i = customer; i < EVENTS; i += CUSTOMERS) {
                memory_give(&again, account_of(customer), inputs[i], hear_entries, NULL);
            }
            check_same(&mixed[customer], &journals[customer]);
        }
        arena_close(&arena);
    }
}

/* ---- aging */

static void hear_any(void *self, const Desk *desk) {
    (void)self;
    (void)desk;
}

/* What waits fits no sum: it is not stated. */
static bool is_too_much(const Book *book) {
    int64_t sum = 0;
    for (int i = 0; i < book->credit_count; i++) {
        if (__builtin_add_overflow(sum, book->credits[i].unapplied.minor, &sum)) {
            return true;
        }
    }
    return false;
}

static bool has_something(const Book *book) {
    return book->open_total > 0 || book_has_credit(book);
}

/* Every account with something open or unapplied at the end of a period has its statement, and no
 * other has: nobody is forgotten, however it came to be so. What the end of the day itself gives up
 * or sells is gone by then. */
static void statements_are_due_to_who_has_something(void **state) {
    (void)state;
    int answered = 0;
    for (int stream = 0; stream < STREAMS; stream++) {
        Arena arena = arena_open("stream", 64 << 20);
        Memory memory = memory_new(&arena);
        memory.keeping.statements = STATEMENTS_MONTH;
        for (int i = 0; i < EVENTS; i++) {
            Book *book = memory_book(&memory, account_of(0));
            memory_give(&memory, account_of(0), any_input(&chance, &arena, book, memory.day),
                        hear_any, NULL);
            Date ended = memory.day;
            bool month_ends = date_compare(date_month_end(ended), ended) == 0;
            int before = book->statement_count;
            memory_end_day(&memory, hear_any, NULL);
            bool has = has_something(book);
            const Statement *last =
                before < book->statement_count ? &book->statements[before] : NULL;
            assert_true(last == NULL || (has && month_ends && before + 1 == book->statement_count));
            assert_true(last != NULL || !has || !month_ends || is_too_much(book));
        }
        for (int i = 0; i < memory_book(&memory, account_of(0))->statement_count; i++) {
            answered +=
                memory_book(&memory, account_of(0))->statements[i].answer != STATEMENT_UNANSWERED;
        }
        arena_close(&arena);
    }
    assert_true(answered > STREAMS / 4);
}

/* At the end of a day every open invoice stands in the one bucket whose limits hold its age. */
static void every_open_item_is_in_its_bucket(void **state) {
    (void)state;
    for (int stream = 0; stream < STREAMS; stream++) {
        Arena arena = arena_open("stream", 64 << 20);
        Memory memory = memory_new(&arena);
        for (int i = 0; i < EVENTS; i++) {
            Book *book = memory_book(&memory, account_of(0));
            memory_give(&memory, account_of(0), any_input(&chance, &arena, book, memory.day),
                        hear_any, NULL);
            Date ended = memory.day;
            memory_end_day(&memory, hear_any, NULL);
            for (int k = 0; k < book->item_count; k++) {
                const Item *item = &book->items[k];
                int32_t days = date_days_between(item->due_on, ended);
                const AgingBucket *bucket =
                    &memory.aging.buckets[aging_bucket(&memory.aging, days)];
                bool last = bucket == &memory.aging.buckets[memory.aging.count - 1];
                assert_true(bucket->from_day <= days && (last || days < bucket[1].from_day));
                assert_true(item->state != ITEM_OPEN || str_equals(item->bucket, bucket->name));
            }
        }
        arena_close(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(books_and_journal_agree),
        cmocka_unit_test(what_is_sold_can_be_bought_back),
        cmocka_unit_test(repetitions_change_nothing),
        cmocka_unit_test(customers_do_not_touch_each_other),
        cmocka_unit_test(every_open_item_is_in_its_bucket),
        cmocka_unit_test(statements_are_due_to_who_has_something),
    };
    chance = chance_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
