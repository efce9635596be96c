#pragma once

#include "base/arena.h"
#include "base/str.h"

/* What a billing event makes the ledger do with money of one account that another one has or gets.
 * Who plays events waits for the line before and after such a one: the accounts stand in different
 * partitions, and the order between those is nobody's. */
typedef enum Movement {
    MOVEMENT_NONE,
    MOVEMENT_SENT, /* other accounts get money: a payment with shares, or one that is moved */
    MOVEMENT_CALLED_BACK, /* they give some back, if the payment was sent on: a reversal of one */
} Movement;

/* value: the bytes of an arrears.billing.v1.BillingEvent; what is none moves nothing. */
Movement movement_of(Str value, Arena *arena);
