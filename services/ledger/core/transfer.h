#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"

/* Money that is moved from one account to another of the same creditor.
 *
 * The account that has it posts unapplied -> in_transit and sends it, the other one posts
 * in_transit
 * -> unapplied when it arrives; each is the business of its own task. Back it comes by a recall:
 * the same the other way round. So in_transit comes to 0 when nothing is under way.
 *
 * A transfer is named by the account and the entry that sent it, "~C-0002/17", and under that
 * number the money is a payment of the receiver: the numbers of its own payments are the
 * platform's, and may be any but those that begin with '~'. */

/* Each time the money is called back one more service hop is counted; the chassis stops at 16. */
enum { TRANSFER_MOVES_MAX = 8 };

/* Money of a payment that was moved on. */
typedef struct Move {
    int64_t entry; /* that sent it */
    Str payment;
    Str customer; /* who has it now */
    Money amount;
    Money recalled; /* 0 to amount */
    bool is_new;    /* not stored yet */
    bool changed;   /* since it was loaded */
} Move;

/* A document number, also where the name of the customer is as long as a number may be. */
Str transfer_id(Arena *arena, Str customer, int64_t entry);
/* Whether the number is one of those. */
bool transfer_is(Str number);
