#include "ledger/core/reconcile.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "contract/suspense.h"

/* ---- when */

static int months_of(StatementsEvery every) {
    switch (every) {
    case STATEMENTS_MONTH:
        return 1;
    case STATEMENTS_QUARTER:
        return 3;
    case STATEMENTS_HALF_YEAR:
        return 6;
    case STATEMENTS_YEAR:
        return 12;
    case STATEMENTS_NONE:
    case STATEMENTS_COUNT:
        break;
    }
    CHECK(!"a period of statements");
}

/* The last day of the period that holds a day. */
static Date period_end(StatementsEvery every, Date day) {
    int months = months_of(every);
    DateParts parts = date_parts(day);
    parts.month += (months - parts.month % months) % months;
    parts.day = 1;
    Date first = DATE_NONE;
    CHECK(date_of_parts(parts, &first));
    return date_month_end(first);
}

/* Whom banks reach no more in the period has the balance of their last day in it. */
static Date statement_day(const Desk *desk, Date end) {
    return desk->calendar == NULL ? end : calendar_banking_day_before(desk->calendar, end);
}

static bool is_stated(const Desk *desk) {
    const Book *book = desk->book;
    return desk->keeping->statements != STATEMENTS_NONE && !suspense_is(book->account) &&
           (book->open_total > 0 || book_has_credit(book));
}

Date statement_next_due(const Desk *desk, Date day) {
    if (!is_stated(desk)) {
        return DATE_NONE;
    }
    Date end = period_end(desk->keeping->statements, day);
    Date due = statement_day(desk, end);
    if (date_compare(due, day) < 0) { /* the rest of a period after its last banking day */
        due = statement_day(desk, period_end(desk->keeping->statements, date_add(end, 1)));
    }
    return due;
}

/* ---- what */

/* A sum that leaves 64 bits states nothing. */
typedef struct Stated {
    StatementBalance balance;
    bool fits;
} Stated;

typedef struct Stating {
    Stated *rows; /* there is room for one of each item and credit */
    int count;
} Stating;

static Stated *stated_in(Stating *stating, Currency currency) {
    int i = 0;
    while (i < stating->count &&
           !currency_equals(stating->rows[i].balance.open.currency, currency)) {
        i++;
    }
    if (i == stating->count) {
        Money none = money_of(0, currency);
        stating->rows[stating->count++] =
            (Stated){.balance = {.open = none, .unapplied = none, .is_new = true}, .fits = true};
    }
    return &stating->rows[i];
}

static int by_currency(const void *a, const void *b) {
    const Stated *first = a;
    const Stated *second = b;
    return strcmp(first->balance.open.currency.code, second->balance.open.currency.code);
}

static Stating balances_of(const Desk *desk) {
    const Book *book = desk->book;
    int room = book->item_count + book->credit_count;
    Stating stating = {.rows = ARENA_ARRAY(desk->arena, Stated, room + 1)};
    for (int i = 0; i < book->item_count; i++) {
        const Item *item = &book->items[i];
        if (item->state == ITEM_OPEN) {
            Stated *row = stated_in(&stating, item->open.currency);
            row->fits = row->fits && money_add(row->balance.open, item->open, &row->balance.open);
            row->balance.items++;
        }
    }
    for (int i = 0; i < book->credit_count; i++) {
        const Credit *credit = &book->credits[i];
        if (!money_is_zero(credit->unapplied)) {
            Stated *row = stated_in(&stating, credit->unapplied.currency);
            row->fits = row->fits && money_add(row->balance.unapplied, credit->unapplied,
                                               &row->balance.unapplied);
        }
    }
    qsort(stating.rows, (size_t)stating.count, sizeof *stating.rows, by_currency);
    return stating;
}

/* Those of the currency. */
static void lines_keep(Desk *desk, const StatementBalance *balance) {
    Book *book = desk->book;
    for (int i = 0; i < book->item_count; i++) {
        const Item *item = &book->items[i];
        if (item->state == ITEM_OPEN &&
            currency_equals(item->open.currency, balance->open.currency)) {
            (void)book_add_statement_line(book, (StatementLine){.statement = balance->statement,
                                                                .item = item->key,
                                                                .due_on = item->due_on,
                                                                .open = item->open,
                                                                .acknowledged = item->open,
                                                                .is_new = true});
        }
    }
}

static void state(Desk *desk, Str number, const Stating *stating) {
    StatementBalance *said = ARENA_ARRAY(desk->arena, StatementBalance, stating->count);
    int count = 0;
    for (int i = 0; i < stating->count; i++) {
        if (stating->rows[i].fits) {
            said[count] = stating->rows[i].balance;
            said[count].statement = number;
            (void)book_add_statement_balance(desk->book, said[count]);
            lines_keep(desk, &said[count++]);
        }
    }
    if (count == 0) {
        return;
    }
    (void)book_add_statement(desk->book, (Statement){.number = number,
                                                     .as_of = desk->day,
                                                     .agreed_on = DATE_NONE,
                                                     .answered_on = DATE_NONE,
                                                     .is_new = true});
    desk_say(desk,
             (Fact){.kind = FACT_STATEMENT_DUE, .statement = {number, desk->day, said, count}});
}

void statement_end_day(Desk *desk) {
    Date due = statement_next_due(desk, desk->day);
    if (date_is_none(due) || date_compare(due, desk->day) != 0) {
        return;
    }
    Str day = date_print(desk->arena, desk->day);
    Stating stating = balances_of(desk);
    state(desk, str_format(desk->book->arena, "~S/%.*s", STR_ARGS(day)), &stating);
}

/* ---- the answer */

/* What of an answer is looked at. */
typedef struct Answering {
    Desk *desk;
    const LedgerInput *input;
    const BalanceAnswer *answer;
    Statement *statement;
} Answering;

static Str shown(const Answering *answering, Money money) {
    return money_print(answering->desk->arena, money);
}

/* False after a refusal, like the next ones. */
static bool statement_check(const Answering *answering) {
    Desk *desk = answering->desk;
    const BalanceAnswer *answer = answering->answer;
    const Statement *statement = answering->statement;
    if (statement == NULL) {
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &answering->input->document,
                    "No statement %.*s is known for this customer; name one of those that "
                    "`arrears report statement` lists.",
                    STR_ARGS(answer->statement));
        return false;
    }
    if (statement->answer != STATEMENT_UNANSWERED) {
        Str on = date_print(desk->arena, statement->agreed_on);
        desk_refuse(desk, REFUSED_CLOSED_DOCUMENT, &answering->input->document,
                    "Statement %.*s was %s by %.*s on %.*s, which stands; answer the next "
                    "statement.",
                    STR_ARGS(statement->number), statement_answer_name(statement->answer),
                    STR_ARGS(statement->answered_by), STR_ARGS(on));
        return false;
    }
    return true;
}

/* Limitation counts from that day: one to come would make a debt look enforceable that is not. */
static bool day_check(const Answering *answering) {
    Desk *desk = answering->desk;
    const Statement *statement = answering->statement;
    Date on = answering->answer->agreed_on;
    Str said = date_print(desk->arena, on);
    if (date_compare(on, statement->as_of) < 0) {
        Str as_of = date_print(desk->arena, statement->as_of);
        desk_refuse(desk, REFUSED_NOT_LATER, &answering->input->document,
                    "Statement %.*s is of %.*s, and nobody can have answered it on %.*s; send the "
                    "day of the answer.",
                    STR_ARGS(statement->number), STR_ARGS(as_of), STR_ARGS(said));
        return false;
    }
    if (date_compare(on, desk->day) > 0) {
        Str open = date_print(desk->arena, desk->day);
        desk_refuse(desk, REFUSED_TOO_LATE, &answering->input->document,
                    "The open day is %.*s, and the answer is of %.*s; send the day on which the "
                    "customer gave it.",
                    STR_ARGS(open), STR_ARGS(said));
        return false;
    }
    return true;
}

static StatementLine *line_of(const Answering *answering, ItemKey item) {
    return book_find_statement_line(answering->desk->book, answering->statement->number, item);
}

static bool line_check(const Answering *answering, const DisputedLine *disputed) {
    Desk *desk = answering->desk;
    Str number = answering->statement->number;
    const StatementLine *line = line_of(answering, disputed->item);
    Str name = item_key_print(desk->arena, disputed->item);
    if (line == NULL) {
        desk_refuse(desk, REFUSED_UNKNOWN_DOCUMENT, &answering->input->document,
                    "%.*s is no line of statement %.*s; name lines that it has, with their "
                    "instalment and charge.",
                    STR_ARGS(name), STR_ARGS(number));
        return false;
    }
    if (!currency_equals(line->open.currency, disputed->acknowledged.currency)) {
        desk_refuse(desk, REFUSED_CURRENCY_DIFFERS, &answering->input->document,
                    "%.*s is in %s on statement %.*s, what is acknowledged of it in %s; send the "
                    "currency of the line.",
                    STR_ARGS(name), line->open.currency.code, STR_ARGS(number),
                    disputed->acknowledged.currency.code);
        return false;
    }
    if (money_compare(disputed->acknowledged, line->open) >= 0) {
        Str open = shown(answering, line->open);
        Str known = shown(answering, disputed->acknowledged);
        desk_refuse(desk, REFUSED_AMOUNT, &answering->input->document,
                    "Statement %.*s has %.*s open on %.*s, and %.*s of it is acknowledged: that is "
                    "no dispute. Leave the line out, or send less.",
                    STR_ARGS(number), STR_ARGS(open), STR_ARGS(name), STR_ARGS(known));
        return false;
    }
    return true;
}

static bool lines_check(const Answering *answering) {
    for (int i = 0; i < answering->answer->line_count; i++) {
        if (!line_check(answering, &answering->answer->lines[i])) {
            return false;
        }
    }
    return true;
}

/* What the lines dispute in a currency: no more than what is open in it. */
static Money disputed_in(const Answering *answering, Currency currency) {
    Money sum = money_of(0, currency);
    for (int i = 0; i < answering->answer->line_count; i++) {
        const DisputedLine *disputed = &answering->answer->lines[i];
        const StatementLine *line = line_of(answering, disputed->item);
        if (currency_equals(line->open.currency, currency)) {
            CHECK(money_add(sum, rest_of(line->open, disputed->acknowledged), &sum));
        }
    }
    return sum;
}

static const Money *answered_in(const BalanceAnswer *answer, Currency currency) {
    for (int i = 0; i < answer->balance_count; i++) {
        if (currency_equals(answer->balances[i].currency, currency)) {
            return &answer->balances[i];
        }
    }
    return NULL;
}

static void refuse_balance(const Answering *answering, Money stated, Money wanted, Money said) {
    Desk *desk = answering->desk;
    Str number = answering->statement->number;
    Str first = shown(answering, stated);
    Str given = shown(answering, said);
    if (answering->input->kind == LEDGER_BALANCE_AGREED) {
        desk_refuse(desk, REFUSED_AMOUNT, &answering->input->document,
                    "Statement %.*s says %.*s, the agreement %.*s. Agree with the statement as a "
                    "whole, or dispute it line by line (BalanceDisputed).",
                    STR_ARGS(number), STR_ARGS(first), STR_ARGS(given));
        return;
    }
    Str rest = shown(answering, wanted);
    desk_refuse(desk, REFUSED_AMOUNT, &answering->input->document,
                "Statement %.*s says %.*s, which leaves %.*s without what the lines dispute; the "
                "answer says %.*s. List every line that differs, or correct the balance.",
                STR_ARGS(number), STR_ARGS(first), STR_ARGS(rest), STR_ARGS(given));
}

static bool balance_check(const Answering *answering, const StatementBalance *balance) {
    Currency currency = balance->open.currency;
    const Money *said = answered_in(answering->answer, currency);
    Money stated = statement_balance(balance);
    if (said == NULL) {
        Str first = shown(answering, stated);
        desk_refuse(answering->desk, REFUSED_AMOUNT, &answering->input->document,
                    "Statement %.*s says %.*s, and the answer nothing of %s; send the balance of "
                    "each of its currencies.",
                    STR_ARGS(balance->statement), STR_ARGS(first), currency.code);
        return false;
    }
    Money wanted = stated;
    CHECK(money_subtract(stated, disputed_in(answering, currency), &wanted));
    if (money_compare(wanted, *said) != 0) {
        refuse_balance(answering, stated, wanted, *said);
        return false;
    }
    return true;
}

static bool balances_check(const Answering *answering) {
    const Book *book = answering->desk->book;
    Str number = answering->statement->number;
    int count = 0;
    for (int i = 0; i < book->statement_balance_count; i++) {
        const StatementBalance *balance = &book->statement_balances[i];
        if (!str_equals(balance->statement, number)) {
            continue;
        }
        if (!balance_check(answering, balance)) {
            return false;
        }
        count++;
    }
    if (count != answering->answer->balance_count) { /* each currency comes once */
        desk_refuse(answering->desk, REFUSED_CURRENCY_DIFFERS, &answering->input->document,
                    "Statement %.*s has %d currencies, the answer %d; send the balance of those "
                    "that the statement has.",
                    STR_ARGS(number), count, answering->answer->balance_count);
        return false;
    }
    return true;
}

static void lines_dispute(const Answering *answering) {
    for (int i = 0; i < answering->answer->line_count; i++) {
        const DisputedLine *disputed = &answering->answer->lines[i];
        StatementLine *line = line_of(answering, disputed->item);
        line->acknowledged = disputed->acknowledged;
        line->reason = disputed->reason;
        line->changed = true;
    }
}

static void answer_keep(const Answering *answering) {
    Desk *desk = answering->desk;
    const BalanceAnswer *answer = answering->answer;
    Statement *statement = answering->statement;
    bool agreed = answering->input->kind == LEDGER_BALANCE_AGREED;
    desk_accept(desk, &answering->input->document);
    lines_dispute(answering);
    statement->answer = agreed ? STATEMENT_AGREED : STATEMENT_DISPUTED;
    statement->answered_by = answering->input->document.number;
    statement->agreed_on = answer->agreed_on;
    statement->answered_on = desk->day;
    statement->evidence = answer->evidence;
    statement->actor = answer->actor;
    statement->changed = true;
    desk_say(desk, (Fact){.kind = agreed ? FACT_BALANCE_AGREED : FACT_BALANCE_DISPUTED,
                          .answered = {answering->input, statement->as_of}});
}

void answer_statement(Desk *desk, const LedgerInput *input) {
    const BalanceAnswer *answer = &input->answer;
    const Answering answering = {desk, input, answer,
                                 book_find_statement(desk->book, answer->statement)};
    if (statement_check(&answering) && day_check(&answering) && lines_check(&answering) &&
        balances_check(&answering)) {
        answer_keep(&answering);
    }
}
