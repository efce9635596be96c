/* One rig and one seed, events made by hand, and random batches that memory is given as well. */
#include "tests/integration/ledger/play.h"

#include "chassis/pg.h"
#include "ledger/wire.h"
#include "tests/property/ledger_inputs.h"

enum { CUSTOMERS = 5 };

Chance chance;
Rig rig;

Date day_of(const char *text) {
    Date day = DATE_NONE;
    assert_true(date_parse(str_of(text), &day));
    return day;
}

void must(bool done, const Err *err) {
    if (!done) {
        fail_msg("%s %s", err->code, err->text);
    }
}

int64_t number_of(const char *sql) {
    PgRows rows = rig_ask(&rig, sql);
    assert_int_equal(rows.count, 1);
    return pg_i64(&rows, 0, 0);
}

/* ---- random batches */

Talk talk_open(void) {
    Talk talk = {.arena = arena_open("talk", 64 << 20)};
    talk.said = ARENA_ARRAY(&talk.arena, Str, RIG_SAID_MAX);
    return talk;
}

static void talk_add(Talk *talk, Str said) {
    assert_true(talk->count < RIG_SAID_MAX);
    talk->said[talk->count++] = str_copy(&talk->arena, said);
}

void hear_memory(void *self, const Desk *desk) {
    Talk *talk = self;
    Stamp stamp = {.origin = {.service = S("ledger"), .seq = 1, .order = 1}, .day = desk->day};
    for (int i = 0; i < desk->fact_count; i++) {
        talk_add(talk, wire_write_fact(&desk->facts[i], desk->book->account, &stamp, &talk->arena));
    }
}

void hear_rig(void *self, Str said) {
    talk_add(self, said);
}

Account customer(Arena *arena, int64_t i) {
    return (Account){S("ACME"), str_format(arena, "C-%d", (int)i)};
}

int arrivals(Arena *arena, Event *events) {
    for (int i = 0; i < rig.sent_count; i++) {
        LedgerMessage *message = ARENA_NEW(arena, LedgerMessage);
        WireRefusal refusal = {0};
        if (!wire_read_transfer(rig.sent[i].value, arena, message, &refusal)) {
            fail_msg("%.*s", STR_ARGS(refusal.sentence));
        }
        assert_true(account_equals(message->account, rig.sent[i].to));
        events[i] =
            (Event){.kind = EVENT_INPUT, .account = message->account, .body = &message->input};
    }
    return rig.sent_count;
}

void deliver(Arena *arena, Date day, void (*hear)(void *self, Str said), void *self) {
    Err err = {0};
    Event *events = ARENA_ARRAY(arena, Event, RIG_SENT_MAX);
    for (int count; (count = arrivals(arena, events)) > 0;) {
        must(rig_step(&rig, events, count, day, &err), &err);
        for (int i = 0; i < rig.said_count; i++) {
            hear(self, rig.said[i]);
        }
    }
}

/* A batch of random inputs to both. */
void play_batch(Memory *memory, Talk *remembered, Talk *stored) {
    Err err = {0};
    Event events[BATCH_MAX];
    int count = (int)chance_between(&chance, 1, BATCH_MAX);
    for (int i = 0; i < count; i++) {
        Account account = customer(memory->arena, chance_between(&chance, 1, CUSTOMERS));
        const Book *book = memory_book(memory, account);
        const LedgerInput *input = any_input(&chance, memory->arena, book, memory->day);
        memory_give(memory, account, input, hear_memory, remembered);
        EventKind kind = input->kind == LEDGER_HELD ? EVENT_HELD : EVENT_INPUT;
        events[i] = (Event){.kind = kind,
                            .account = account,
                            .body = kind == EVENT_HELD ? (const void *)&input->held : input};
    }
    must(rig_step(&rig, events, count, memory->day, &err), &err);
    for (int i = 0; i < rig.said_count; i++) {
        talk_add(stored, rig.said[i]);
    }
    memory_deliver(memory, hear_memory, remembered);
    deliver(memory->arena, memory->day, hear_rig, stored);
}

/* ---- events by hand */

Money usd(int64_t minor) {
    Currency currency = {0};
    assert_true(currency_find(S("USD"), &currency));
    return money_of(minor, currency);
}

static const Str HASH = S("an identity's hash has 32 bytes.");

Event invoice_event(Arena *arena, Account account, Str number, int64_t minor, const char *issued,
                    const char *due) {
    LedgerInput *input = ARENA_NEW(arena, LedgerInput);
    *input = (LedgerInput){
        .kind = LEDGER_INVOICE,
        .document = {.kind = DOCUMENT_INVOICE, .number = number, .hash = HASH},
        .issued = {.amount = usd(minor), .issued_on = day_of(issued), .due_on = day_of(due)}};
    return (Event){.kind = EVENT_INPUT, .account = account, .body = input};
}

Event payment_event(Arena *arena, Account account, Str number, int64_t minor,
                    const char *received) {
    LedgerInput *input = ARENA_NEW(arena, LedgerInput);
    *input = (LedgerInput){
        .kind = LEDGER_CREDIT,
        .document = {.kind = DOCUMENT_PAYMENT, .number = number, .hash = HASH},
        .credit = {.kind = CREDIT_PAYMENT, .amount = usd(minor), .effective_on = day_of(received)}};
    return (Event){.kind = EVENT_INPUT, .account = account, .body = input};
}

void give(Event *events, int count, const char *day) {
    Err err = {0};
    must(rig_step(&rig, events, count, day_of(day), &err), &err);
}
