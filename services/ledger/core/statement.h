#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/item_key.h"

/* A statement of an account: what was open, line by line, and unapplied at the close of a day, as
 * it was stated and however things went on. The customer answers it once: agrees with all of it, or
 * disputes lines and agrees with the rest. Both are evidence, and limitation of what was
 * acknowledged begins anew by them. */
typedef enum StatementAnswer {
    STATEMENT_UNANSWERED,
    STATEMENT_AGREED,
    STATEMENT_DISPUTED,
    STATEMENT_ANSWER_COUNT,
} StatementAnswer;

typedef struct Statement {
    Str number;
    Date as_of;
    StatementAnswer answer;
    Str answered_by;  /* number of the document, like the next ones of an answered one */
    Date agreed_on;   /* DATE_NONE: not answered, as the next */
    Date answered_on; /* the open day when it was accepted */
    Str evidence;
    Str actor;
    bool is_new;  /* not stored yet */
    bool changed; /* since it was loaded */
} Statement;

/* In one currency. The balance is what is open less what is unapplied. */
typedef struct StatementBalance {
    Str statement;
    Money open; /* zero or more, like the next */
    Money unapplied;
    int32_t items;
    bool is_new; /* not stored yet */
} StatementBalance;

/* An open item on a statement. */
typedef struct StatementLine {
    Str statement;
    ItemKey item;
    Date due_on;
    Money open;
    Money acknowledged; /* once the statement is answered: all, or less where it is disputed */
    Str reason;         /* why it is disputed */
    bool is_new;        /* not stored yet */
    bool changed;       /* since it was loaded */
} StatementLine;

/* "agreed", as tables call it; empty: there is none. */
const char *statement_answer_name(StatementAnswer answer);
bool statement_answer_parse(Str name, StatementAnswer *answer) MUST_USE;
/* Below zero where a customer has more credit than debts; it always fits. */
Money statement_balance(const StatementBalance *balance);
