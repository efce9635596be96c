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

static SmallBalanceRule rule_of(const Bookkeeping *keeping) {
    return (SmallBalanceRule){keeping->id, keeping->valid_from, &keeping->small};
}

static bool is_approved(const Bookkeeping *keeping) {
    return keeping->small.most_count > 0 && !str_is_empty(keeping->small.approval.reference);
}

/* One text for all approved rules: another one in the set is another text. */
static Str mark_of(const LedgerRules *rules, Arena *arena) {
    Hash hash = {0};
    Str mark = {0};
    for (int i = 0; i < rules->keeping_count; i++) {
        if (is_approved(&rules->keepings[i])) {
            SmallBalanceRule rule = rule_of(&rules->keepings[i]);
            hash = hash_of_two(mark, small_balance_content(&rule, arena));
            mark = str_copy(arena, str_from((const char *)hash.bytes, HASH_SIZE));
        }
    }
    return str_is_empty(mark) ? S("") : hash_hex(arena, hash);
}

bool standing_compile(const RuleDocument *documents, int count, Arena *arena, LedgerRules *rules,
                      Err *err) {
    Authority *authorities = ARENA_ARRAY(arena, Authority, count);
    int found = 0;
    bool any = false;
    for (int i = 0; i < rules->keeping_count; i++) {
        any = any || is_approved(&rules->keepings[i]);
    }
    if (any && !authorities_read(documents, count, arena, authorities, &found, err)) {
        return false;
    }
    for (int i = 0; any && i < rules->keeping_count; i++) {
        SmallBalanceRule rule = rule_of(&rules->keepings[i]);
        if (!small_balance_verify(&rule, authorities, found, seal_verify_by, arena, err)) {
            return err_context(err, "bookkeeping of \"%.*s\"", STR_ARGS(rule.id));
        }
    }
    rules->standing = mark_of(rules, arena);
    return true;
}
