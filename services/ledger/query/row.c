/* A row of the journal as the leaf it has to be. */
#include <string.h>

#include "base/check.h"
#include "contract/merkle.h"
#include "ledger/query/audit.h"

typedef enum ColumnType { COLUMN_TEXT, COLUMN_NUMBER, COLUMN_ORDINAL, COLUMN_DAY } ColumnType;

typedef struct Column {
    const char *name;
    ColumnType type;
} Column;

enum {
    POSITION,
    CREDITOR,
    CUSTOMER,
    ENTRY,
    KIND,
    DEBIT,
    CREDIT,
    CURRENCY,
    AMOUNT,
    EFFECTIVE_ON,
    RECORDED_ON,
    INVOICE,
    CHARGE,
    INSTALMENT,
    CREDIT_KIND,
    CREDIT_NUMBER,
    DOCUMENT,
    ALLOCATION,
    LEAF, /* what follows is no part of it */
    ACCOUNT,
};

/* As AUDIT_COLUMNS and as leaf_of_entry (tree.c). */
static const Column COLUMNS[LEAF] = {
    [POSITION] = {"position", COLUMN_NUMBER},
    [CREDITOR] = {"creditor", COLUMN_TEXT},
    [CUSTOMER] = {"customer", COLUMN_TEXT},
    [ENTRY] = {"entry", COLUMN_NUMBER},
    [KIND] = {"kind", COLUMN_TEXT},
    [DEBIT] = {"debit", COLUMN_TEXT},
    [CREDIT] = {"credit", COLUMN_TEXT},
    [CURRENCY] = {"currency", COLUMN_TEXT},
    [AMOUNT] = {"amount", COLUMN_NUMBER},
    [EFFECTIVE_ON] = {"effective_on", COLUMN_DAY},
    [RECORDED_ON] = {"recorded_on", COLUMN_DAY},
    [INVOICE] = {"invoice", COLUMN_TEXT},
    [CHARGE] = {"charge", COLUMN_ORDINAL},
    [INSTALMENT] = {"instalment", COLUMN_ORDINAL},
    [CREDIT_KIND] = {"credit_kind", COLUMN_TEXT},
    [CREDIT_NUMBER] = {"credit_number", COLUMN_TEXT},
    [DOCUMENT] = {"document", COLUMN_TEXT},
    [ALLOCATION] = {"allocation", COLUMN_TEXT},
};

/* A day that this calendar does not have is nobody's of ours: it stands for no day. */
static Date day_at(const PgRows *rows, ptrdiff_t row, int column) {
    Date day = pg_date(rows, row, column);
    return date_is_valid(day) ? day : DATE_NONE;
}

static void column_add(Leaf *leaf, const PgRows *rows, ptrdiff_t row, int column) {
    const char *name = COLUMNS[column].name;
    switch (COLUMNS[column].type) {
    case COLUMN_TEXT:
        leaf_add(leaf, name, pg_text(rows, row, column));
        return;
    case COLUMN_NUMBER:
        leaf_add_number(leaf, name, pg_i64(rows, row, column));
        return;
    case COLUMN_ORDINAL:
        leaf_add_ordinal(leaf, name, pg_i32(rows, row, column));
        return;
    case COLUMN_DAY:
        leaf_add_day(leaf, name, day_at(rows, row, column));
        return;
    }
    CHECK(!"a type of column");
}

enum { PLACE = 1 }; /* of the position in a leaf, after the task */

Leaf row_leaf(const PgRows *rows, ptrdiff_t row, int32_t task, Arena *arena) {
    Leaf leaf = {.arena = arena};
    leaf_add_number(&leaf, "task", task);
    for (int column = 0; column < LEAF; column++) {
        column_add(&leaf, rows, row, column);
    }
    return leaf;
}

Leaf leaf_moved(const Leaf *leaf, int64_t position) {
    Leaf made = {.arena = leaf->arena};
    Leaf moved = *leaf;
    leaf_add_number(&made, COLUMNS[POSITION].name, position);
    moved.fields[PLACE] = made.fields[0];
    return moved;
}

int64_t row_position(const PgRows *rows, ptrdiff_t row) {
    return pg_i64(rows, row, POSITION);
}

bool row_stored(const PgRows *rows, ptrdiff_t row, Hash *leaf) {
    Str bytes = pg_text(rows, row, LEAF);
    if (bytes.len != HASH_SIZE) {
        return false;
    }
    memcpy(leaf->bytes, bytes.ptr, HASH_SIZE);
    return true;
}

RowMoved row_moved(const PgRows *rows, ptrdiff_t row) {
    return (RowMoved){.creditor = pg_text(rows, row, CREDITOR),
                      .debit = pg_text(rows, row, DEBIT),
                      .credit = pg_text(rows, row, CREDIT),
                      .currency = pg_text(rows, row, CURRENCY),
                      .minor = pg_i64(rows, row, AMOUNT)};
}

json_t *row_json(const PgRows *rows, ptrdiff_t row) {
    return json_pack("{s:I, s:I, s:o, s:o, s:I}",                                  //
                     "position", (json_int_t)row_position(rows, row),              //
                     "account", (json_int_t)pg_i64(rows, row, ACCOUNT),            //
                     "creditor", json_text(pg_text(rows, row, CREDITOR)),          //
                     "customer", json_text(pg_text(rows, row, CUSTOMER)), "entry", //
                     (json_int_t)pg_i64(rows, row, ENTRY));
}
