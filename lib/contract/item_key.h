#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* What names an open item within its account: the invoice, what of it is owed, and which instalment
 * of that. Every service that keeps items keys them like this, in this order, and prints them with
 * the same words. Numbers of debts are one series: a payer who names one names this one and no
 * other. */

/* What of a debt an item is. Costs and interest are named by the invoice they are about. */
typedef enum Charge {
    CHARGE_PRINCIPAL,
    CHARGE_INTEREST,
    CHARGE_COSTS,
    CHARGE_COUNT,
} Charge;

enum {
    ITEM_INSTALMENTS_MAX = 120,  /* ten years of months */
    ITEM_ORDINAL_MAX = INT16_MAX /* of a charge, where nobody agreed on a number; a smallint */
};

typedef struct ItemKey {
    Str number;         /* of the invoice */
    Charge charge;      /* of what it is a part */
    int32_t instalment; /* 1, 2, 3 ...; 0: the invoice has no instalments */
} ItemKey;

/* "principal". */
const char *charge_name(Charge charge);
bool item_key_equals(ItemKey a, ItemKey b);
/* By number, charge, instalment: below zero when a stands before b. */
int item_key_compare(ItemKey a, ItemKey b);
/* "INV-1", "INV-1 instalment 2", "interest on INV-1": for people. */
Str item_key_print(Arena *arena, ItemKey key);
