#include "ledger/core/statement.h"

#include "base/check.h"

static const char *const ANSWERS[STATEMENT_ANSWER_COUNT] = {
    [STATEMENT_UNANSWERED] = "",
    [STATEMENT_AGREED] = "agreed",
    [STATEMENT_DISPUTED] = "disputed",
};

const char *statement_answer_name(StatementAnswer answer) {
    CHECK(answer < STATEMENT_ANSWER_COUNT);
    return ANSWERS[answer];
}

bool statement_answer_parse(Str name, StatementAnswer *answer) {
    for (StatementAnswer i = STATEMENT_UNANSWERED; i < STATEMENT_ANSWER_COUNT; i++) {
        if (str_equals(str_of(ANSWERS[i]), name)) {
            *answer = i;
            return true;
        }
    }
    return false;
}

Money statement_balance(const StatementBalance *balance) {
    Money rest = balance->open;
    CHECK(money_subtract(balance->open, balance->unapplied, &rest));
    return rest;
}
