#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"
#include "policy/small_balance.h"

/* How the books of a creditor are kept: policies/bookkeeping/<id>.yaml.
 *
 * The id is the creditor of the accounts, letter by letter; "default" is for creditors without a
 * document of their own. A changed rule is a new document with a later valid_from, as with aging.
 */

/* What a payment pays first. Each posting that was made by one of them names it. */
typedef enum Allocation {
    ALLOCATION_BY_REFERENCE,             /* the invoice it names, then the oldest item */
    ALLOCATION_OLDEST_FIRST,             /* the oldest item, whatever it names */
    ALLOCATION_COSTS_INTEREST_PRINCIPAL, /* invoice by invoice, in each in this order */
    ALLOCATION_PRINCIPAL_FIRST,          /* invoice by invoice, then interest, then costs */
    ALLOCATION_BY_INSTALMENT,            /* invoice by invoice, each instalment with its costs */
    ALLOCATION_COUNT,
} Allocation;

#define BOOKKEEPING_DEFAULT "default"
enum { TOLERANCES_MAX = 32, GRACE_DAYS_MAX = 366 };

/* A shortfall that is let go: at most so much of what is paid, and at most an amount. */
typedef struct Tolerance {
    Decimal percent;
    Money most[TOLERANCES_MAX]; /* one a currency; none: nothing is let go in it */
    int most_count;
} Tolerance;

/* At the end of which periods customers get a statement. */
typedef enum StatementsEvery {
    STATEMENTS_NONE,
    STATEMENTS_MONTH,
    STATEMENTS_QUARTER,
    STATEMENTS_HALF_YEAR,
    STATEMENTS_YEAR,
    STATEMENTS_COUNT,
} StatementsEvery;

typedef enum LimitationStart {
    LIMITATION_FROM_DUE,         /* the day on which a debt was due first */
    LIMITATION_FROM_END_OF_YEAR, /* the last day of that year */
    LIMITATION_START_COUNT,
} LimitationStart;

enum { LIMITATION_YEARS_MAX = 30 };

/* After how long a debt can no longer be enforced. What interrupts it starts it anew, from that day
 * on, whatever it counted from first. */
typedef struct Limitation {
    int32_t years; /* 1 to LIMITATION_YEARS_MAX; 0: nothing is known of it */
    LimitationStart from;
    bool part_payment; /* interrupts it, as an agreed balance does */
    bool revives;      /* what comes when it is over starts it anew all the same */
} Limitation;

typedef struct Bookkeeping {
    Str id;
    Date valid_from;
    Allocation allocation;
    bool roll_overpayment; /* what is left of a payment that named an invoice pays other debts */
    int32_t discount_grace_days; /* after its last day a discount may still be taken */
    Tolerance tolerance;
    bool discount_splits_tax;  /* a discount lowers the tax as well as the price */
    bool write_off_splits_tax; /* so does a write-off */
    int32_t grace_days;        /* late days that do not count as delinquent */
    Str calendar;              /* whose banking days due days move to; empty: they stay */
    Str interest;              /* the regime of late debts; empty: they bear none */
    Str fees;                  /* what reminders cost; empty: nothing */
    StatementsEvery statements;
    Limitation limitation;
    SmallBalances small; /* what is given up without asking each time */
} Bookkeeping;

/* Bytes of a document; texts are copied into the arena. A fault of form names the line it is near,
 * one of meaning the field. */
bool bookkeeping_parse(Str yaml, Arena *arena, Bookkeeping *keeping, Err *err) MUST_USE;

/* "by_reference", as documents and the journal call it. */
const char *allocation_name(Allocation allocation);
/* "half_year", likewise; empty: none. */
const char *statements_name(StatementsEvery every);
/* The largest shortfall of such an amount that is let go; zero in a currency without one. */
Money tolerance_of(const Tolerance *tolerance, Money amount);
