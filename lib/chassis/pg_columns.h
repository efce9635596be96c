#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"
#include "chassis/pg.h"

/* Structs as columns: the rows of one statement, each column a binary array made from one field of
 * all rows, in the order in which the columns are added.
 *
 * A row may have an owner (the account an invoice belongs to), whose fields are columns too.
 *
 *     PgColumns columns = pg_columns(arena, room);
 *     pg_columns_add(&columns, book, &book->invoices[i]);
 *     pg_owner_i32(&columns, offsetof(Book, task));
 *     pg_column_text(&columns, offsetof(Invoice, number));
 *     pg_column_minor(&columns, offsetof(Invoice, open));
 *     if (!pg_columns_send(pg, &columns, &SAVE_INVOICES, err)) return false; */
typedef struct PgColumns {
    Arena *arena;
    PgParams *params;
    const void **owners;
    const void **rows;
    ptrdiff_t count;
    ptrdiff_t room;
} PgColumns;

PgColumns pg_columns(Arena *arena, ptrdiff_t room);
/* More columns of the same statement, made from other rows; the first is the one that is sent. */
PgColumns pg_columns_beside(const PgColumns *first, ptrdiff_t room);
/* All rows are there before the first column is added. */
void pg_columns_add(PgColumns *columns, const void *owner, const void *row);
/* Sends it, see pg_send. Nothing to do without rows. */
bool pg_columns_send(Pg *pg, const PgColumns *columns, const PgStatement *statement,
                     Err *err) MUST_USE;

/* ---- fields of the owner */
void pg_owner_i32(PgColumns *columns, size_t offset);
void pg_owner_i64(PgColumns *columns, size_t offset);
void pg_owner_text(PgColumns *columns, size_t offset);

/* ---- fields of the row */
void pg_column_bool(PgColumns *columns, size_t offset); /* as 0 and 1 */
void pg_column_i32(PgColumns *columns, size_t offset);
void pg_column_i64(PgColumns *columns, size_t offset);
void pg_column_date(PgColumns *columns, size_t offset);  /* DATE_NONE: null */
void pg_column_text(PgColumns *columns, size_t offset);  /* one that is not there is empty */
void pg_column_bytes(PgColumns *columns, size_t offset); /* likewise */
void pg_column_bytes_or_null(PgColumns *columns, size_t offset);
void pg_column_minor(PgColumns *columns, size_t offset);    /* of a Money */
void pg_column_currency(PgColumns *columns, size_t offset); /* of a Money: its code */
/* What a function says of the row: the name of a kind or of a state. */
void pg_column_name(PgColumns *columns, const char *(*name)(const void *row));
/* What a function says of the row: yes or no, as 1 and 0. */
void pg_column_flag(PgColumns *columns, bool (*is)(const void *row));
/* What a function makes of the row: a list joined to one text. */
void pg_column_made(PgColumns *columns, Str (*make)(const void *row, Arena *arena));
/* Its place among the rows of the same owner, from 0. */
void pg_column_position(PgColumns *columns);
