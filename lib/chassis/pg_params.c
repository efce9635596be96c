/* Parameters in PostgreSQL's binary form: big-endian numbers, arrays with a header and a length
 * before each element. Source: PostgreSQL 15, array_send and the _send functions of each type. */
#include "chassis/pg_params.h"

#include "base/check.h"

typedef struct Out {
    char *ptr;
    ptrdiff_t len;
} Out;

static void put_big(Out *out, uint64_t value, int size) {
    for (int i = size - 1; i >= 0; i--) {
        out->ptr[out->len++] = (char)(value >> (8 * i));
    }
}

static void put_i32(Out *out, int64_t value) {
    put_big(out, (uint64_t)value, 4);
}

static void put_bytes(Out *out, Str bytes) {
    if (bytes.ptr && bytes.len > 0) {
        memcpy(out->ptr + out->len, bytes.ptr, (size_t)bytes.len);
        out->len += bytes.len;
    }
}

uint64_t pg_read_big(const char *bytes, ptrdiff_t size) {
    uint64_t value = 0;
    for (ptrdiff_t i = 0; i < size; i++) {
        value = value << 8 | (uint8_t)bytes[i];
    }
    return value;
}

PgParams *pg_params(Arena *arena) {
    PgParams *params = ARENA_NEW(arena, PgParams);
    params->arena = arena;
    return params;
}

static void param_add(PgParams *params, unsigned type, Out value) {
    CHECK(params->count < PG_PARAMS_MAX && value.len <= INT32_MAX);
    params->types[params->count] = type;
    params->values[params->count] = value.ptr;
    params->lengths[params->count] = (int)value.len;
    params->count++;
}

static Out out_of(PgParams *params, ptrdiff_t size) {
    return (Out){ARENA_ARRAY(params->arena, char, size > 0 ? size : 1), 0};
}

static void add_scalar(PgParams *params, unsigned type, int64_t value, int size) {
    Out out = out_of(params, size);
    put_big(&out, (uint64_t)value, size);
    param_add(params, type, out);
}

void pg_add_null(PgParams *params) {
    param_add(params, PG_TYPE_TEXT, (Out){NULL, 0});
}

void pg_add_bool(PgParams *params, bool value) {
    add_scalar(params, PG_TYPE_BOOL, value, 1);
}

void pg_add_i32(PgParams *params, int32_t value) {
    add_scalar(params, PG_TYPE_INT4, value, 4);
}

void pg_add_i64(PgParams *params, int64_t value) {
    add_scalar(params, PG_TYPE_INT8, value, 8);
}

void pg_add_date(PgParams *params, Date value) {
    if (date_is_none(value)) {
        param_add(params, PG_TYPE_DATE, (Out){NULL, 0});
        return;
    }
    add_scalar(params, PG_TYPE_DATE, value.days - PG_EPOCH_DAYS, 4);
}

static void add_slice(PgParams *params, unsigned type, Str value) {
    if (!value.ptr && type == PG_TYPE_BYTEA) {
        param_add(params, type, (Out){NULL, 0});
        return;
    }
    Out out = out_of(params, value.len);
    put_bytes(&out, value);
    param_add(params, type, out);
}

void pg_add_text(PgParams *params, Str value) {
    add_slice(params, PG_TYPE_TEXT, value);
}

void pg_add_bytes(PgParams *params, Str value) {
    add_slice(params, PG_TYPE_BYTEA, value);
}

/* ---- arrays: one dimension, lower bound 1; the flag says that nulls may follow */

enum { ARRAY_HEADER = 20 };

static Out array_begin(PgParams *params, ptrdiff_t payload, ptrdiff_t count, unsigned element) {
    CHECK(count >= 0 && count < INT32_MAX);
    Out out = out_of(params, ARRAY_HEADER + payload);
    put_i32(&out, count > 0 ? 1 : 0);
    put_i32(&out, 1);
    put_i32(&out, element);
    if (count > 0) {
        put_i32(&out, count);
        put_i32(&out, 1);
    }
    return out;
}

void pg_add_i32_array(PgParams *params, const int32_t *values, ptrdiff_t count) {
    Out out = array_begin(params, count * 8, count, PG_TYPE_INT4);
    for (ptrdiff_t i = 0; i < count; i++) {
        put_i32(&out, 4);
        put_i32(&out, values[i]);
    }
    param_add(params, PG_TYPE_INT4_ARRAY, out);
}

void pg_add_i64_array(PgParams *params, const int64_t *values, ptrdiff_t count) {
    Out out = array_begin(params, count * 12, count, PG_TYPE_INT8);
    for (ptrdiff_t i = 0; i < count; i++) {
        put_i32(&out, 8);
        put_big(&out, (uint64_t)values[i], 8);
    }
    param_add(params, PG_TYPE_INT8_ARRAY, out);
}

void pg_add_date_array(PgParams *params, const Date *values, ptrdiff_t count) {
    Out out = array_begin(params, count * 8, count, PG_TYPE_DATE);
    for (ptrdiff_t i = 0; i < count; i++) {
        put_i32(&out, date_is_none(values[i]) ? -1 : 4);
        if (!date_is_none(values[i])) {
            put_i32(&out, values[i].days - PG_EPOCH_DAYS);
        }
    }
    param_add(params, PG_TYPE_DATE_ARRAY, out);
}

static void add_slices(PgParams *params, const Str *values, ptrdiff_t count, unsigned array,
                       unsigned element) {
    ptrdiff_t payload = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        payload += 4 + (values[i].ptr ? values[i].len : 0);
    }
    Out out = array_begin(params, payload, count, element);
    for (ptrdiff_t i = 0; i < count; i++) {
        put_i32(&out, values[i].ptr ? values[i].len : -1);
        put_bytes(&out, values[i]);
    }
    param_add(params, array, out);
}

void pg_add_text_array(PgParams *params, const Str *values, ptrdiff_t count) {
    add_slices(params, values, count, PG_TYPE_TEXT_ARRAY, PG_TYPE_TEXT);
}

void pg_add_bytes_array(PgParams *params, const Str *values, ptrdiff_t count) {
    add_slices(params, values, count, PG_TYPE_BYTEA_ARRAY, PG_TYPE_BYTEA);
}
