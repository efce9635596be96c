#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "cli/audit.h"

/* Balances of a task beside what its entries sum up to. Both are wider than 64 bits. */
typedef struct AuditSum {
    Str creditor;
    Str account;
    Str currency;
    __int128 stored;
    __int128 summed;
} AuditSum;

typedef struct AuditSums {
    Arena *arena;
    AuditSum *rows;
    int count;
    int room;
} AuditSums;

AuditSums audit_sums(Arena *arena, const json_t *balances);
void audit_sums_add(AuditSums *sums, const json_t *moved);
/* Each that differs is a finding. */
void audit_sums_check(Audit *audit, int32_t task, const AuditSums *sums);
