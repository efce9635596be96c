#include "cli/audit_sums.h"

#include <string.h>

enum { FIRST_ROOM = 32, DIGITS_MAX = 40 /* of 128 bits, with a sign */ };

static AuditSum *row_add(AuditSums *sums, AuditSum row) {
    if (sums->count == sums->room) {
        sums->room = sums->room == 0 ? FIRST_ROOM : 2 * sums->room;
        AuditSum *moved = ARENA_ARRAY(sums->arena, AuditSum, sums->room);
        if (sums->count > 0) {
            memcpy(moved, sums->rows, (size_t)sums->count * sizeof row);
        }
        sums->rows = moved;
    }
    sums->rows[sums->count] = (AuditSum){.creditor = str_copy(sums->arena, row.creditor),
                                         .account = str_copy(sums->arena, row.account),
                                         .currency = str_copy(sums->arena, row.currency)};
    return &sums->rows[sums->count++];
}

static AuditSum *row_of(AuditSums *sums, const json_t *object) {
    AuditSum wanted = {.creditor = json_text(object, "creditor"),
                       .account = json_text(object, "account"),
                       .currency = json_text(object, "currency")};
    for (int i = 0; i < sums->count; i++) {
        AuditSum *row = &sums->rows[i];
        if (str_equals(row->creditor, wanted.creditor) &&
            str_equals(row->account, wanted.account) &&
            str_equals(row->currency, wanted.currency)) {
            return row;
        }
    }
    return row_add(sums, wanted);
}

/* At most 38 digits are kept: more than a balance has. */
static __int128 wide_parse(Str text) {
    __int128 number = 0;
    bool negative = str_starts_with(text, S("-"));
    for (ptrdiff_t i = negative; i < text.len && i < DIGITS_MAX - 2; i++) {
        number = 10 * number + (text.ptr[i] - '0');
    }
    return negative ? -number : number;
}

static Str wide_print(Arena *arena, __int128 number) {
    char *end = (char *)arena_get(arena, 1, DIGITS_MAX) + DIGITS_MAX;
    char *at = end;
    unsigned __int128 left = number < 0 ? 0 - (unsigned __int128)number : (unsigned __int128)number;
    do {
        *--at = (char)('0' + (int)(left % 10));
        left /= 10;
    } while (left > 0);
    if (number < 0) {
        *--at = '-';
    }
    return str_from(at, end - at);
}

AuditSums audit_sums(Arena *arena, const json_t *balances) {
    size_t i;
    json_t *row;
    AuditSums sums = {.arena = arena};
    json_array_foreach(balances, i, row) {
        row_of(&sums, row)->stored = wide_parse(json_text(row, "amount"));
    }
    return sums;
}

void audit_sums_add(AuditSums *sums, const json_t *moved) {
    size_t i;
    json_t *row;
    json_array_foreach(moved, i, row) {
        row_of(sums, row)->summed += json_number(row, "minor");
    }
}

void audit_sums_check(Audit *audit, int32_t task, const AuditSums *sums) {
    for (int i = 0; i < sums->count; i++) {
        const AuditSum *row = &sums->rows[i];
        if (row->stored != row->summed) {
            audit_find(audit, task, "balance",
                       "the balance of %.*s of %.*s in %.*s is %.*s minor units, its entries sum "
                       "up to %.*s",
                       STR_ARGS(row->account), STR_ARGS(row->creditor), STR_ARGS(row->currency),
                       STR_ARGS(wide_print(sums->arena, row->stored)),
                       STR_ARGS(wide_print(sums->arena, row->summed)));
        }
    }
}
