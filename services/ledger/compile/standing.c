#include "ledger/compile/standing.h"

#include "contract/seal.h"

static bool authorities_read(const RuleDocument *documents, int count, Arena *arena,
                             Authority *authorities, int *found, Err *err) {
    for (int i = 0; i < count; i++) {
        if (str_starts_with(documents[i].path, S("authority/")) &&
            !authority_parse(documents[i].yaml, arena, &authorities[(*found)++], err)) {
            return err_context(err, "%.*s", STR_ARGS(documents[i].path));
        }
    }
    return true;
}

bool standing_verify(const RuleDocument *documents, int count, Arena *arena,
                     const LedgerRules *rules, Err *err) {
    Authority *authorities = ARENA_ARRAY(arena, Authority, count);
    int found = 0;
    bool any = false;
    for (int i = 0; i < rules->keeping_count; i++) {
        any = any || small_balance_is_approved(&rules->keepings[i].small);
    }
    if (any && !authorities_read(documents, count, arena, authorities, &found, err)) {
        return false;
    }
    for (int i = 0; any && i < rules->keeping_count; i++) {
        const Bookkeeping *keeping = &rules->keepings[i];
        SmallBalanceRule rule = {keeping->id, keeping->valid_from, &keeping->small};
        if (!small_balance_verify(&rule, authorities, found, seal_verify_by, arena, err)) {
            return err_context(err, "bookkeeping of \"%.*s\"", STR_ARGS(rule.id));
        }
    }
    return true;
}
