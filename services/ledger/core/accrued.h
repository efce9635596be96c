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
    ItemKey key;           /* of the item that bears it */
    Str regime;            /* id of the interest document */
    Money invoiced;        /* the whole invoice: its fixed sum goes by it */
    Date until;            /* the mark: the last day that is in the amount; DATE_NONE: none yet */
    Money amount;          /* accrued up to the mark, zero or more */
    Date late_on;          /* the first late day that was counted; DATE_NONE: none */
    Money posted;          /* as items of their own, less what was taken back */
    Money fixed;           /* fixed sum posted with it, less what was taken back */
    Money interest_paid;   /* by credits, less what came back; of the invoice, in its first row */
    Money fixed_paid;      /* likewise */
    Money waived;          /* of what is posted, forgiven for good; likewise */
    Money fixed_waived;    /* likewise */
    int32_t charges;       /* items of interest made for it */
    int32_t fixed_charges; /* of its fixed sum */
    bool paid;             /* a payment closed it: what it cost is posted */
    OpenMove *moves;       /* in the order of their days, none twice */
    int move_count;
    int move_room;
    bool overlong; /* more moves than can be kept: nothing is computed any more */

    int place;         /* of its item in the book; -1: it is not there */
    Date touched_from; /* first day that this batch changed; DATE_NONE: none */
    Date closed_on;    /* this batch: nothing is open any more from then on; DATE_NONE: no */
    bool is_new;       /* not stored yet */
    bool changed;      /* since it was loaded */
} Accrued;

/* Of an item that has just been issued. */
Accrued accrued_of(ItemKey key, Str regime, Money invoiced);
/* Days may come in any order. */
void accrued_move(Accrued *accrued, Date from, int64_t minor, Arena *arena);
/* What was open, as the computation wants it. Below zero is zero: a payment that came before one
 * that was returned had nothing to pay at the time. */
const OpenStep *accrued_steps(const Accrued *accrued, Arena *arena);

/* "2024-01-31 +10000 2024-02-16 -2500", days and minor units: as the store keeps the moves. */
Str accrued_moves_print(const Accrued *accrued, Arena *arena);
/* False where it is no such text. */
bool accrued_moves_parse(Str text, Accrued *accrued, Arena *arena) MUST_USE;
