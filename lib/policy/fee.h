#pragma once

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/decimal.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"

/* What a reminder costs the debtor: policies/fee/<id>.yaml.
 *
 * By the level of the ladder and the currency: a flat amount, or a percentage of what is overdue
 * with a least and, if wanted, a most amount; a fraction is rounded half up. A level or a currency
 * without a row costs nothing. A changed document has a later valid_from. */
enum { FEE_ROWS_MAX = 128, FEE_PERCENT_MAX = 100 };

typedef struct FeeRow {
    Str level;          /* its name in the ladder */
    Money least;        /* the flat amount where percent is zero */
    Decimal percent;    /* of what is overdue */
    int64_t most_minor; /* INT64_MAX: no most */
} FeeRow;

typedef struct Fee {
    Str id;
    Date valid_from;
    const FeeRow *rows;
    int count;
} Fee;

/* Bytes of a document; texts and rows are copied into the arena. A fault of form names the line it
 * is near, one of meaning the field. */
bool fee_parse(Str yaml, Arena *arena, Fee *fee, Err *err) MUST_USE;

/* For a reminder of this level about so much; zero where there is no row, and for nothing. */
Money fee_of(const Fee *fee, Str level, Money overdue);
