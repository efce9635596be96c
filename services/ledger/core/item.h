#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/item_key.h"

/* An open item: one instalment of an invoice, the unit of aging and of everything that is decided
 * about a debt, or what was charged on it. An invoice that is due on one day is one item.
 *
 * The life of an item is a table of rows (from, event, guard, to, answer, reason); whatever happens
 * to an item is looked up there, and the picture in README.md is printed from it.
 *
 * Open is what is left to pay: amount less what was applied in state OPEN, zero in every other
 * state. */

typedef enum ItemState {
    ITEM_UNKNOWN, /* never seen */
    ITEM_OPEN,
    ITEM_SETTLED,
    ITEM_CANCELLED,
    ITEM_WRITTEN_OFF,
    ITEM_RELEASED,     /* by agreement: concession, return, collateral */
    ITEM_ASSIGNED,     /* sold */
    ITEM_RESTRUCTURED, /* owed by a plan instead */
    ITEM_STATE_COUNT,
} ItemState;

typedef enum ItemEvent {
    ITEM_IS_ISSUED,
    ITEM_IS_REDUCED,     /* by a credit; open is already less */
    ITEM_IS_CANCELLED,   /* somebody wants to take it back */
    ITEM_IS_PROPOSED,    /* somebody proposes to write it off */
    ITEM_IS_WRITTEN_OFF, /* a request to write it off was approved */
    ITEM_IS_RECOVERED,   /* money came for it */
    ITEM_IS_UNRECOVERED, /* what came for it is gone again */
    ITEM_IS_REOPENED,    /* what had reduced it is gone again; open is already more */
    ITEM_IS_EXTENDED,    /* somebody allows to pay it later */
    ITEM_IS_AGREED,      /* reduced by agreement; open is already less, as of the next two */
    ITEM_IS_SOLD,
    ITEM_IS_RESTRUCTURED,
    ITEM_IS_WRITTEN_OFF_IN_PART, /* open is already less */
} ItemEvent;

/* For what it stands on the books: invoices alone, and what is charged on them, are revenue. */
typedef enum ItemOrigin {
    ORIGIN_INVOICED,
    ORIGIN_PLAN,       /* for other items: part of a plan */
    ORIGIN_MONEY_GONE, /* for money that went back, beyond what the customer had here */
} ItemOrigin;

/* What comes of an event: it takes place, or why it does not. */
typedef enum ItemAnswer {
    ANSWER_DONE,
    ANSWER_UNKNOWN,
    ANSWER_CLOSED,
    ANSWER_IN_USE,
    ANSWER_CHANGED,
    ANSWER_REMINDED,
    ANSWER_PLAN,
    ANSWER_MONEY_GONE,
} ItemAnswer;

typedef struct Item {
    ItemKey key;
    Money amount;
    Money open;            /* 0 to amount */
    Money written_off;     /* given up and not recovered, 0 to amount */
    Money written_off_tax; /* within it, where the write-off took the tax back */
    Money tax;             /* within the amount */
    Money discount;        /* may still be kept back by who pays early; 0: no discount */
    Date discount_until;
    Date issued_on;
    Date open_from;    /* issued, or open again: nothing is applied with effect before */
    Date due_on;       /* as agreed last */
    Date first_due_on; /* as agreed first */
    ItemState state;
    Str bucket;          /* of the aging, as last announced */
    Date applied_on;     /* latest effective date of what was applied; DATE_NONE: nothing */
    Date written_off_on; /* DATE_NONE: never */
    Str hash;            /* of what was sent; of a new one only, as recorded_on */
    Date recorded_on;    /* the open day when it was accepted */
    int accrued;         /* place of its row of interest in the book, from 1; 0: none */
    bool reminded;       /* a reminder stands on it, as far as somebody has looked */
    ItemOrigin origin;   /* likewise, as the next one */
    bool given_back;     /* it was paid and given back as credit, and the payment is gone */
    bool is_new;         /* not stored yet */
    bool changed;        /* since it was loaded */
} Item;

typedef struct ItemStep {
    ItemState to;
    ItemAnswer answer;
    const char *reason; /* a clause for a person */
} ItemStep;

const char *item_state_name(ItemState state);
bool item_state_parse(Str name, ItemState *state) MUST_USE;

/* What the table says; changes nothing. `item` NULL: never seen. `approved` is looked at for
 * ITEM_IS_WRITTEN_OFF only: what was open then. */
ItemStep item_step(const Item *item, ItemEvent event, Money approved);
/* By due date, number, charge, instalment: below zero when a is older than b. */
int item_compare(const Item *a, const Item *b);
/* In that order. */
void items_sort(Item **invoices, int count);
/* The table as a mermaid state diagram. */
Str item_diagram(Arena *arena);
