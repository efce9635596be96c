#include "chassis/pg_columns.h"

#include "base/check.h"
#include "base/money.h"

static PgColumns columns_of(PgParams *params, Arena *arena, ptrdiff_t room) {
    return (PgColumns){.arena = arena,
                       .params = params,
                       .owners = ARENA_ARRAY(arena, const void *, room),
                       .rows = ARENA_ARRAY(arena, const void *, room),
                       .room = room};
}

PgColumns pg_columns(Arena *arena, ptrdiff_t room) {
    return columns_of(pg_params(arena), arena, room);
}

PgColumns pg_columns_beside(const PgColumns *first, ptrdiff_t room) {
    return columns_of(first->params, first->arena, room);
}

void pg_columns_add(PgColumns *columns, const void *owner, const void *row) {
    CHECK(columns->count < columns->room);
    columns->owners[columns->count] = owner;
    columns->rows[columns->count++] = row;
}

bool pg_columns_send(Pg *pg, const PgColumns *columns, const PgStatement *statement, Err *err) {
    return columns->count == 0 || pg_send(pg, statement, columns->params, err);
}

/* ---- gathering */

static const void *field(const void *const *structs, ptrdiff_t row, size_t offset) {
    return (const char *)structs[row] + offset;
}

static void gather_i32(PgColumns *columns, const void *const *structs, size_t offset) {
    int32_t *values = ARENA_ARRAY(columns->arena, int32_t, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        values[i] = *(const int32_t *)field(structs, i, offset);
    }
    pg_add_i32_array(columns->params, values, columns->count);
}

static void gather_i64(PgColumns *columns, const void *const *structs, size_t offset) {
    int64_t *values = ARENA_ARRAY(columns->arena, int64_t, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        values[i] = *(const int64_t *)field(structs, i, offset);
    }
    pg_add_i64_array(columns->params, values, columns->count);
}

static Str *gather_texts(const PgColumns *columns, const void *const *structs, size_t offset,
                         bool absent_is_empty) {
    Str *values = ARENA_ARRAY(columns->arena, Str, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        Str value = *(const Str *)field(structs, i, offset);
        values[i] = value.ptr == NULL && absent_is_empty ? S("") : value;
    }
    return values;
}

void pg_owner_i32(PgColumns *columns, size_t offset) {
    gather_i32(columns, columns->owners, offset);
}

void pg_owner_i64(PgColumns *columns, size_t offset) {
    gather_i64(columns, columns->owners, offset);
}

void pg_owner_text(PgColumns *columns, size_t offset) {
    pg_add_text_array(columns->params, gather_texts(columns, columns->owners, offset, true),
                      columns->count);
}

void pg_column_bool(PgColumns *columns, size_t offset) {
    int32_t *values = ARENA_ARRAY(columns->arena, int32_t, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        values[i] = *(const bool *)field(columns->rows, i, offset);
    }
    pg_add_i32_array(columns->params, values, columns->count);
}

void pg_column_i32(PgColumns *columns, size_t offset) {
    gather_i32(columns, columns->rows, offset);
}

void pg_column_i64(PgColumns *columns, size_t offset) {
    gather_i64(columns, columns->rows, offset);
}

void pg_column_date(PgColumns *columns, size_t offset) {
    Date *values = ARENA_ARRAY(columns->arena, Date, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        values[i] = *(const Date *)field(columns->rows, i, offset);
    }
    pg_add_date_array(columns->params, values, columns->count);
}

void pg_column_text(PgColumns *columns, size_t offset) {
    pg_add_text_array(columns->params, gather_texts(columns, columns->rows, offset, true),
                      columns->count);
}

void pg_column_bytes(PgColumns *columns, size_t offset) {
    pg_add_bytes_array(columns->params, gather_texts(columns, columns->rows, offset, true),
                       columns->count);
}

void pg_column_bytes_or_null(PgColumns *columns, size_t offset) {
    pg_add_bytes_array(columns->params, gather_texts(columns, columns->rows, offset, false),
                       columns->count);
}

void pg_column_minor(PgColumns *columns, size_t offset) {
    gather_i64(columns, columns->rows, offset + offsetof(Money, minor));
}

void pg_column_currency(PgColumns *columns, size_t offset) {
    Str *values = ARENA_ARRAY(columns->arena, Str, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        values[i] = str_of(((const Money *)field(columns->rows, i, offset))->currency.code);
    }
    pg_add_text_array(columns->params, values, columns->count);
}

void pg_column_name(PgColumns *columns, const char *(*name)(const void *row)) {
    Str *values = ARENA_ARRAY(columns->arena, Str, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        values[i] = str_of(name(columns->rows[i]));
    }
    pg_add_text_array(columns->params, values, columns->count);
}

void pg_column_flag(PgColumns *columns, bool (*is)(const void *row)) {
    int32_t *values = ARENA_ARRAY(columns->arena, int32_t, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        values[i] = is(columns->rows[i]);
    }
    pg_add_i32_array(columns->params, values, columns->count);
}

void pg_column_made(PgColumns *columns, Str (*make)(const void *row, Arena *arena)) {
    Str *values = ARENA_ARRAY(columns->arena, Str, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        Str value = make(columns->rows[i], columns->arena);
        values[i] = value.ptr == NULL ? S("") : value;
    }
    pg_add_text_array(columns->params, values, columns->count);
}

void pg_column_position(PgColumns *columns) {
    int32_t *values = ARENA_ARRAY(columns->arena, int32_t, columns->count);
    for (ptrdiff_t i = 0; i < columns->count; i++) {
        bool follows = i > 0 && columns->owners[i] == columns->owners[i - 1];
        values[i] = follows ? values[i - 1] + 1 : 0;
    }
    pg_add_i32_array(columns->params, values, columns->count);
}
