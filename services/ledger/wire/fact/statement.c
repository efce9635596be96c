/* Comparing books with customers: what they are sent, and what they say of it. */
#include "ledger/wire/fact/room.h"

static Arrears__Ledger__V1__StatementBalance *put_balance(Arena *arena,
                                                          const StatementBalance *balance) {
    Arrears__Ledger__V1__StatementBalance *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__StatementBalance);
    arrears__ledger__v1__statement_balance__init(message);
    message->open = wire_put_money(arena, balance->open);
    message->unapplied = wire_put_money(arena, balance->unapplied);
    message->balance = wire_put_money(arena, statement_balance(balance));
    message->items = balance->items;
    return message;
}

void fact_statement(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const StatementDue *due = &fact->statement;
    Arrears__Ledger__V1__StatementDue *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__StatementDue);
    arrears__ledger__v1__statement_due__init(message);
    message->number = wire_put_text(arena, due->number);
    message->as_of = wire_put_date(arena, due->as_of);
    message->n_balances = (size_t)due->balance_count;
    message->balances =
        ARENA_ARRAY(arena, Arrears__Ledger__V1__StatementBalance *, due->balance_count);
    for (int i = 0; i < due->balance_count; i++) {
        message->balances[i] = put_balance(arena, &due->balances[i]);
    }
    event->statement_due = message;
}

static Arrears__Envelope__V1__Money **put_amounts(Arena *arena, const BalanceAnswer *answer) {
    Arrears__Envelope__V1__Money **amounts =
        ARENA_ARRAY(arena, Arrears__Envelope__V1__Money *, answer->balance_count);
    for (int i = 0; i < answer->balance_count; i++) {
        amounts[i] = wire_put_money(arena, answer->balances[i]);
    }
    return amounts;
}

/* The fields that both messages have. */
#define PUT_ANSWER(arena, message, answered)                                                       \
    ((message)->number = wire_put_text(arena, (answered)->input->document.number),                 \
     (message)->statement_number = wire_put_text(arena, (answered)->input->answer.statement),      \
     (message)->as_of = wire_put_date(arena, (answered)->as_of),                                   \
     (message)->n_balances = (size_t)(answered)->input->answer.balance_count,                      \
     (message)->balances = put_amounts(arena, &(answered)->input->answer),                         \
     (message)->agreed_on = wire_put_date(arena, (answered)->input->answer.agreed_on),             \
     (message)->evidence = wire_put_text(arena, (answered)->input->answer.evidence),               \
     (message)->actor = fact_actor(arena, (answered)->input->answer.actor))

void fact_balance_agreed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    event->balance_agreed = ARENA_NEW(arena, Arrears__Ledger__V1__BalanceAgreed);
    arrears__ledger__v1__balance_agreed__init(event->balance_agreed);
    PUT_ANSWER(arena, event->balance_agreed, &fact->answered);
}

static Arrears__Billing__V1__DisputedLine *put_line(Arena *arena, const DisputedLine *line) {
    Arrears__Billing__V1__DisputedLine *message =
        ARENA_NEW(arena, Arrears__Billing__V1__DisputedLine);
    arrears__billing__v1__disputed_line__init(message);
    message->invoice_number = wire_put_text(arena, line->item.number);
    PUT_PART(message, line->item);
    message->acknowledged = wire_put_money(arena, line->acknowledged);
    message->reason = wire_put_text(arena, line->reason);
    return message;
}

void fact_balance_disputed(Arena *arena, const Fact *fact, LedgerEvent *event) {
    const BalanceAnswer *answer = &fact->answered.input->answer;
    Arrears__Ledger__V1__BalanceDisputed *message =
        ARENA_NEW(arena, Arrears__Ledger__V1__BalanceDisputed);
    arrears__ledger__v1__balance_disputed__init(message);
    PUT_ANSWER(arena, message, &fact->answered);
    message->n_lines = (size_t)answer->line_count;
    message->lines = ARENA_ARRAY(arena, Arrears__Billing__V1__DisputedLine *, answer->line_count);
    for (int i = 0; i < answer->line_count; i++) {
        message->lines[i] = put_line(arena, &answer->lines[i]);
    }
    event->balance_disputed = message;
}
