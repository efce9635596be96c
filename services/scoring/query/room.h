#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "chassis/answer.h"
#include "chassis/http.h"
#include "chassis/redis.h"
#include "scoring/query.h"

/* Inside query.c and query/ only: one question being answered. */
typedef struct Query {
    Redis *redis;
    ProfileReader read;
    int32_t partitions;
    Arena *arena;
    int64_t row_limit;
    HttpAnswer *answer;
    Str creditor;
    Str customer;
    Str band; /* empty: any */
    Str top;
} Query;

/* Each fills query->answer, with a refusal too; false when Redis does not answer. */
bool query_account(const Query *query, Err *err) MUST_USE;
bool query_list(const Query *query, Err *err) MUST_USE;
bool query_exposure(const Query *query, Err *err) MUST_USE;

/* ---- what several questions need */

/* Calls `visit` with every state, in no order. The profile lives until it returns. */
typedef void (*StateVisit)(void *self, const Profile *profile);
bool each_state(const Query *query, StateVisit visit, void *self, Err *err) MUST_USE;

/* The number asked for, up to the row limit; false after a refusal. */
bool top_find(const Query *query, int64_t fallback, int64_t *top);

/* The first rows by rank, the smallest first, ties by name; those that fall out are freed. */
typedef struct Ranked {
    int64_t rank;
    Str name;
    json_t *json;
} Ranked;

typedef struct Ranking {
    Arena *arena;
    Ranked *rows;
    int64_t count;
    int64_t most;
} Ranking;

Ranking ranking_open(Arena *arena, int64_t most);
bool ranking_takes(const Ranking *ranking, int64_t rank, Str name);
void ranking_add(Ranking *ranking, int64_t rank, Str name, json_t *json);
json_t *ranking_list(Ranking *ranking);

json_t *json_money(Money money);
json_t *json_exposures(const Profile *profile);
json_t *json_reasons(const Reasons *reasons);
Str profile_name(const Profile *profile, Arena *arena);
