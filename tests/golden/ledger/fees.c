#include "tests/golden/ledger/fees.h"

#include "tests/harness/file.h"

static const FeeRow STEEP = {
    .level = S("notice"), .least = {3, {"USD", 2}}, .most_minor = INT64_MAX};
const Fee FEES_STEEP = {.id = S("steep"), .valid_from = {0}, .rows = &STEEP, .count = 1};

bool fees_put(Str id, LedgerRules *rules, Arena *arena, Err *err) {
    rules->fee_count = 0;
    if (str_is_empty(id)) {
        return true;
    }
    Fee *fees = ARENA_NEW(arena, Fee);
    Str path = str_format(arena, "policies/fee/%.*s.yaml", STR_ARGS(id));
    rules->fees = fees;
    rules->fee_count = 1;
    return fee_parse(file_read(arena, str_terminated(arena, path)), arena, fees, err);
}
