#pragma once

#include <stdbool.h>

#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "ledger/core/agreed.h"

/* A credit: what reduces debts, a payment or a credit note. What has not paid an invoice yet is
 * unapplied and belongs to the customer.
 *
 * Money may pay any invoice of its currency. A credit note that names an invoice is for that one
 * alone; one that names none is like money. */
typedef enum CreditKind { CREDIT_NONE, CREDIT_PAYMENT, CREDIT_NOTE, CREDIT_KIND_COUNT } CreditKind;

typedef struct Credit {
    CreditKind kind;
    Str number;
    Money amount;
    Money unapplied; /* 0 to amount */
    Money reversed;  /* gone again, 0 to amount */
    Date effective_on;
    Date received_on; /* as said: a sealed month moves the effective day, but nobody paid later for
                         it */
    Str invoice;      /* the one it names; empty when none */
    PaymentWay way;   /* how a payment came, like the next two */
    Str payer;        /* empty: the customer */
    int32_t moves;    /* how often the money was moved, on its way here */
    Str hash;         /* of what was sent; of a new one only, as recorded_on */
    Date recorded_on; /* the open day when it was accepted */
    bool is_new;      /* not stored yet */
    bool changed;     /* since it was loaded */
} Credit;

const char *credit_kind_name(CreditKind kind);
bool credit_kind_parse(Str name, CreditKind *kind) MUST_USE;

bool credit_names(const Credit *credit, Str invoice);
/* Whether it may pay an invoice that it does not name. */
bool credit_is_free(const Credit *credit);
/* Oldest first, then by kind and number: below zero when a comes before b. */
int credit_compare(const Credit *a, const Credit *b);
