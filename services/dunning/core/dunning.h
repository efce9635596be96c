#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"

/* The dunning of one customer in one currency, and how it goes: a table of rows (from, guard, to,
 * action, reason). At the end of a day on which something may be due the first row whose guard
 * holds says what is done; the picture in README.md is printed from the table. */
typedef enum DunningState {
    DUNNING_RESTING,   /* nothing to remind of */
    DUNNING_REMINDING, /* level after level */
    DUNNING_EXHAUSTED, /* all levels were issued */
    DUNNING_PERSON,    /* somebody has to reach the customer, or mend the data */
    DUNNING_STATE_COUNT,
} DunningState;

typedef enum DunningAction {
    DUNNING_WAITS,
    DUNNING_REMINDS,
    DUNNING_ASKS_WRITE_OFF,
    DUNNING_CALLS_PERSON,
} DunningAction;

/* Why a person is needed; proto/arrears/dunning/v1 says what each means. */
typedef enum PersonReason {
    PERSON_NOT_NEEDED,
    PERSON_NO_CONTACT,
    PERSON_ADDRESS_REFUSED,
    PERSON_NO_SENDER,
    PERSON_WRITE_OFF_REJECTED,
    PERSON_REASON_COUNT,
} PersonReason;

/* What a guard may look at, found before the table is asked. */
typedef struct DunningFacts {
    bool held;
    bool overdue;         /* something the ladder may remind of is past due */
    bool covered;         /* money that is not applied yet would pay it */
    bool pending;         /* a reminder was issued and nobody knows yet what became of it */
    bool worth_a_letter;  /* not below the least amount */
    bool level_due;       /* by age, and long enough after the last reminder */
    bool levels_left;     /* the last level was not issued yet */
    bool last_level;      /* only the last one is left */
    bool first_level_due; /* old enough for the first level */
    bool write_off_due;   /* old enough, and long enough after the last reminder */
    PersonReason person;  /* why no mail can be written; PERSON_NOT_NEEDED: one can */
} DunningFacts;

typedef struct DunningStep {
    DunningState to;
    DunningAction action;
    const char *reason;
} DunningStep;

typedef struct Dunning {
    Currency currency;
    DunningState state;
    PersonReason person; /* in DUNNING_PERSON */
    Date since;          /* in this state */
    Date reminded_on;    /* of the reminder that counts; DATE_NONE: none since it rested */
    Str pending;         /* the reminder that has not left yet; empty: none */
    Money unapplied;     /* payments and credit notes that wait for an invoice */
    bool changed;
} Dunning;

DunningStep dunning_step(DunningState from, const DunningFacts *facts);

/* "resting", as tables and answers call it. */
const char *dunning_state_name(DunningState state);
bool dunning_state_parse(Str name, DunningState *state) MUST_USE;
/* "no_contact"; empty for PERSON_NOT_NEEDED. */
const char *person_reason_name(PersonReason reason);
bool person_reason_parse(Str name, PersonReason *reason) MUST_USE;

/* The table as mermaid. */
Str dunning_diagram(Arena *arena);
