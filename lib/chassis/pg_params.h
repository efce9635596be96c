#pragma once

#include "chassis/pg.h"

/* Inside pg*.c only: what a parameter list is made of. Values are in PostgreSQL's binary form. */
enum { PG_PARAMS_MAX = 40 };

/* Types by the number PostgreSQL's catalog gives them (pg_type.dat). */
enum {
    PG_TYPE_BOOL = 16,
    PG_TYPE_BYTEA = 17,
    PG_TYPE_INT8 = 20,
    PG_TYPE_INT4 = 23,
    PG_TYPE_TEXT = 25,
    PG_TYPE_BYTEA_ARRAY = 1001,
    PG_TYPE_INT4_ARRAY = 1007,
    PG_TYPE_TEXT_ARRAY = 1009,
    PG_TYPE_INT8_ARRAY = 1016,
    PG_TYPE_DATE = 1082,
    PG_TYPE_DATE_ARRAY = 1182,
};

struct PgParams {
    Arena *arena;
    int count;
    unsigned types[PG_PARAMS_MAX];
    const char *values[PG_PARAMS_MAX];
    int lengths[PG_PARAMS_MAX];
};

uint64_t pg_read_big(const char *bytes, ptrdiff_t size);

/* PostgreSQL counts days from 2000-01-01, we from 1970-01-01. */
enum { PG_EPOCH_DAYS = 10957 };
