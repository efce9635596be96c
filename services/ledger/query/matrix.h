#pragma once

#include "ledger/core/allowance.h"
#include "ledger/query/room.h"

/* Inside query/ only: the provision matrix as of a day, with what is open in it. */

/* The matrix in force for creditor $1 at the end of $2, or the first one for days before: a WITH
 * query. Nothing is found, or a row with an empty id, where there is none. */
#define MATRIX_AS_OF                                                                               \
    " rule AS ("                                                                                   \
    "  SELECT * FROM allowance_rule WHERE id IN ($1, 'default', '')"                               \
    "   ORDER BY since > $2, abs($2::date - since), task, id = 'default', id LIMIT 1)"
/* Its lines, after it, as BUCKETS_AS_OF has buckets. */
#define MATRIX_LINES                                                                               \
    " line AS ("                                                                                   \
    "  SELECT l.name, l.from_day, l.position,"                                                     \
    "         lead(l.from_day, 1, 2147483647) OVER (ORDER BY l.position) AS next_day"              \
    "    FROM rule, unnest(names, from_days) WITH ORDINALITY AS l(name, from_day, position))"

typedef struct MatrixRow {
    Str line;
    int64_t count;
    Money open;
    Decimal percent;
    Decimal applied;
    Money allowance;
} MatrixRow;

typedef struct MatrixTotal {
    int64_t count;
    Money open;
    Money allowance;
} MatrixTotal;

typedef struct Matrix {
    Date day;
    AllowanceRule rule; /* without its lines: the rows name them */
    MatrixRow *rows;    /* by currency; every line of each, in order */
    ptrdiff_t row_count;
    MatrixTotal *totals; /* of each currency in which something is open, by currency */
    int total_count;
} Matrix;

/* The matrix that is in force; `good` is false after a refusal, when there is none. */
bool matrix_rule(const Asked *asked, const Scope *scope, AllowanceRule *rule, bool *good,
                 Err *err) MUST_USE;
/* At the end of the scope's day. `good` is false after a refusal. */
bool matrix_make(const Asked *asked, const Scope *scope, Matrix *matrix, bool *good,
                 Err *err) MUST_USE;
/* Zero where nothing of that currency is open. */
Money matrix_allowance(const Matrix *matrix, Currency currency);
