#include "policy/small_balance.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"

enum { CONTENT_MAX = 4 << 10 };

static int by_currency(const void *a, const void *b) {
    return str_compare(str_of(((const Money *)a)->currency.code),
                       str_of(((const Money *)b)->currency.code));
}

static void day_add(StrBuilder *text, const char *name, Date day, Arena *arena) {
    Str printed = date_print(arena, day);
    str_addf(text, "%s %.*s\n", name, STR_ARGS(printed));
}

/* A line for each thing that the rule says; limits stand in the order of their currencies. */
Str small_balance_content(const SmallBalanceRule *rule, Arena *arena) {
    const SmallBalances *small = rule->small;
    const StandingApproval *approval = &small->approval;
    StrBuilder text = str_builder(arena, CONTENT_MAX);
    str_addf(&text, "small balances of %.*s\n", STR_ARGS(rule->id));
    day_add(&text, "valid from", rule->valid_from, arena);
    str_addf(&text, "days past due %" PRId32 "\n", small->days_past_due);
    Money *most = ARENA_ARRAY(arena, Money, small->most_count);
    for (int i = 0; i < small->most_count; i++) {
        most[i] = small->most[i];
    }
    qsort(most, (size_t)small->most_count, sizeof *most, by_currency);
    for (int i = 0; i < small->most_count; i++) {
        str_addf(&text, "most %s %" PRId64 "\n", most[i].currency.code, most[i].minor);
    }
    str_addf(&text, "reference %.*s\nby %.*s\n", STR_ARGS(approval->reference),
             STR_ARGS(approval->by));
    day_add(&text, "on", approval->on, arena);
    day_add(&text, "until", approval->until, arena);
    CHECK(!text.full);
    return str_built(&text);
}

const Money *small_balance_most(const SmallBalances *small, Currency currency) {
    for (int i = 0; i < small->most_count; i++) {
        if (currency_equals(small->most[i].currency, currency)) {
            return &small->most[i];
        }
    }
    return NULL;
}

bool small_balance_is_approved(const SmallBalances *small) {
    return small->most_count > 0 && !str_is_empty(small->approval.reference);
}

bool small_balance_holds(const SmallBalances *small, Date day) {
    const StandingApproval *approval = &small->approval;
    return small_balance_is_approved(small) && date_compare(approval->on, day) <= 0 &&
           date_compare(day, approval->until) <= 0;
}

/* ---- who signed it */

/* On a day: the latest that is valid by then, or the earliest one on earlier days. */
static const Authority *authority_on(const Authority *authorities, int count, Date day) {
    const Authority *found = &authorities[0];
    for (int i = 1; i < count; i++) {
        const Authority *next = &authorities[i];
        bool early = date_compare(found->valid_from, day) > 0;
        bool later = date_compare(next->valid_from, found->valid_from) > 0;
        bool valid = date_compare(next->valid_from, day) <= 0;
        found = early ? (later ? found : next) : (valid && later ? next : found);
    }
    return found;
}

static bool fault(Err *err, const char *field, const char *sentence) {
    return err_set(err, VERDICT_STOP, "POLICY_MEANING", "small_balances.approval.%s: %s", field,
                   sentence);
}

static bool reaches(const SmallBalances *small, const Authority *authority, Err *err) {
    for (int i = 0; i < small->most_count; i++) {
        const AuthorityTier *tier = authority_tier(authority, small->most[i]);
        if (!tier_has_person(tier, small->approval.by)) {
            return err_set(err, VERDICT_STOP, "POLICY_MEANING",
                           "small_balances.approval.by: the authority of \"%.*s\" does not reach "
                           "the limit in %s; let somebody of the tier \"%.*s\" sign, or lower it",
                           STR_ARGS(small->approval.by), small->most[i].currency.code,
                           STR_ARGS(tier->name));
        }
    }
    return true;
}

bool small_balance_verify(const SmallBalanceRule *rule, const Authority *authorities, int count,
                          StandingCheck check, Arena *arena, Err *err) {
    const SmallBalances *small = rule->small;
    const StandingApproval *approval = &small->approval;
    if (!small_balance_is_approved(small)) {
        return true;
    }
    if (count == 0) {
        return fault(err, "by", "the rule set has no authority document that knows any person");
    }
    const Authority *authority = authority_on(authorities, count, approval->on);
    const AuthorityPerson *person = authority_find_person(authority, approval->by);
    if (person == NULL || !person->has_key) {
        return fault(err, "by",
                     "no person with a key has that id in the authority document in force on the "
                     "day of the signature; put one in, or let somebody else sign");
    }
    Str signature = str_from((const char *)approval->signature, STANDING_SIGNATURE_SIZE);
    if (!check(person->key, S(SMALL_BALANCE_PAYLOAD_TYPE), small_balance_content(rule, arena),
               signature, arena)) {
        return fault(err, "signature",
                     "it is not that person's over this rule as it stands; let it be signed again: "
                     "`arrears policy approve`");
    }
    return reaches(small, authority, err);
}
