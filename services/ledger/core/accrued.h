#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/money.h"
#include "base/str.h"
#include "contract/item_key.h"
#include "ledger/core/interest.h"

/* What late payment of an item has cost so far: a row beside each principal item that was issued
 * under an interest regime, for the whole life of the item.
 *
 * It knows how much was open from which day on, which is all that the computation (interest.h)
 * needs of the past, so that no journal is read again. Interest is always computed from the first
 * late day to the mark; what is posted is the difference to what was posted before. */
enum { ACCRUED_MOVES_MAX = INTEREST_STEPS_MAX };

/* From this day on so much more is open, or less. */
typedef struct OpenMove {
    Date from;
    int64_t minor;
} OpenMove;

typedef struct Accrued {
    ItemKey key;         /* of the item that bears it */
    Str regime;          /* id of the interest document */
    Money invoiced;      /* the whole invoice: its fixed sum goes by it */
    Date until;          /* the mark: the last day that is in the amount; DATE_NONE: none yet */
    Money amount;        /* accrued up to the mark, zero or more */
    Money posted;        /* of it, as items of their own, less what was taken back */
    Money fixed;         /* fixed sum posted with it, less what was taken back */
    Money interest_back; /* ever taken back of what was posted */
    Money fixed_back;
    int32_t charges; /* items of interest made for it */
    OpenMove *moves; /* in the order of their days, none twice */
    int move_count;
    int move_room;
    bool overlong; /* more moves than can be kept: nothing is computed any more */

    Date touched_from; /* first day that this batch changed; DATE_NONE: none */
    bool paid;         /* this batch: a payment closed it */
    bool is_new;       /* not stored yet */
    bool changed;      /* since it was loaded */
} Accrued;

/* Of an item that has just been issued. */
Accrued accrued_of(ItemKey key, Str regime, Money invoiced);
/* Days may come in any order. */
void accrued_move(Accrued *accrued, Date from, int64_t minor, Arena *arena);
/* What was open, as the computation wants it; below zero, which only happens between two moves of
 * one day, is zero. */
const OpenStep *accrued_steps(const Accrued *accrued, Arena *arena);

/* "2024-01-31 +10000 2024-02-16 -2500", days and minor units: as the store keeps the moves. */
Str accrued_moves_print(const Accrued *accrued, Arena *arena);
/* False where it is no such text. */
bool accrued_moves_parse(Str text, Accrued *accrued, Arena *arena) MUST_USE;
