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

SmallBalances memory_small_balances(void) {
    enum { MOST = 30, DAYS = 5 };
    SmallBalances small = {.most_count = 1,
                           .days_past_due = DAYS,
                           .approval = {.reference = S("SB-1"), .by = S("mia")}};
    Currency dollar = {0};
    CHECK(currency_find(S("USD"), &dollar));
    small.most[0] = money_of(MOST, dollar);
    CHECK(date_parse(S("2000-01-01"), &small.approval.on));
    CHECK(date_parse(S("2099-12-31"), &small.approval.until));
    return small;
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

/* ---- what is under way: as wire/transfer.c reads what it wrote */

static LedgerInput arrival_of_money(const MoneySent *sent) {
    return (LedgerInput){.kind = LEDGER_CREDIT,
                         .document = {.kind = DOCUMENT_PAYMENT, .number = sent->transfer},
                         .credit = {.kind = CREDIT_PAYMENT,
                                    .amount = sent->amount,
                                    .tax = money_of(0, sent->amount.currency),
                                    .effective_on = sent->effective_on,
                                    .way = sent->way,
                                    .payer = sent->payer,
                                    .from = sent->from,
                                    .received_on = sent->received_on,
                                    .from_number = sent->payment,
                                    .moves = sent->moves}};
}

static LedgerInput arrival_of_recall(const MoneyRecalled *recalled) {
    return (LedgerInput){.kind = LEDGER_REVERSAL,
                         .document = {.kind = DOCUMENT_REVERSAL, .number = recalled->recall},
                         .reversal = {.payment = recalled->transfer,
                                      .kind = recalled->kind,
                                      .amount = recalled->amount,
                                      .reversed_on = recalled->effective_on,
                                      .recalled = true}};
}

static void send(Memory *memory, Str creditor, const Fact *fact) {
    static const char hash[32] = "what came from a ledger.";
    LedgerInput *input = ARENA_NEW(memory->arena, LedgerInput);
    Str *name = ARENA_NEW(memory->arena, Str);
    bool sent = fact->kind == FACT_MONEY_SENT;
    *input = sent ? arrival_of_money(&fact->sent) : arrival_of_recall(&fact->recalled);
    input->document.hash = str_from(hash, sizeof hash);
    *name = sent ? fact->sent.invoice : input->document.number;
    input->invoices = name;
    input->invoice_count = str_is_empty(*name) ? 0 : 1;
    if (memory->parcels == NULL) {
        memory->parcels = ARENA_ARRAY(memory->arena, Parcel, MEMORY_PARCELS_MAX);
    }
    CHECK(memory->parcel_count < MEMORY_PARCELS_MAX);
    memory->parcels[memory->parcel_count++] =
        (Parcel){.to = {creditor, fact_receiver(fact)}, .input = input};
}

/* ---- visits */

static void visit(Memory *memory, Book *book, const LedgerInput *input, MemoryListener listener,
                  void *self) {
    LedgerRules rules = memory->rules;
    regimes_put(&memory->regimes, &rules);
    Desk desk = {.arena = memory->arena,
                 .book = book,
                 .day = memory->day,
                 .rules = &rules,
                 .aging = &memory->aging,
                 .keeping = &memory->keeping,
                 .calendar = memory->calendar,
                 .sealed_until = memory->sealed_until};
    for (int i = 0; i < book->entry_count; i++) { /* heard before */
        (void)book_add_past(book, book->entries[i]);
    }
    book->entry_count = 0;
    decide(&desk, input);
    for (int i = 0; i < desk.fact_count; i++) {
        if (!str_is_empty(fact_receiver(&desk.facts[i]))) {
            send(memory, book->account.creditor, &desk.facts[i]);
        }
    }
    listener(self, &desk);
}

void memory_give(Memory *memory, Account account, const LedgerInput *input, MemoryListener listener,
                 void *self) {
    visit(memory, memory_book(memory, account), input, listener, self);
}

void memory_deliver(Memory *memory, MemoryListener listener, void *self) {
    for (int i = 0; i < memory->parcel_count; i++) {
        Parcel parcel = memory->parcels[i];
        memory_give(memory, parcel.to, parcel.input, listener, self);
    }
    memory->parcel_count = 0;
}

void memory_revisit(Memory *memory) {
    for (int i = 0; i < memory->book_count; i++) {
        Book *book = &memory->books[i];
        if (book->open_total > 0 || book_has_credit(book)) {
            book->next_due = sooner_of(book->next_due, date_add(memory->day, 1));
        }
    }
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
