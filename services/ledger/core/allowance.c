#include "ledger/core/allowance.h"

#include "base/check.h"
#include "base/fixed.h"

static const int64_t WHOLE = (int64_t)100 * DECIMAL_ONE; /* percent */

/* ---- what is in force */

Str allowance_mark(const AllowanceRules *rules, Date day) {
    int found = 0;
    for (int low = 0, high = rules->mark_count; low < high;) {
        int middle = low + (high - low) / 2;
        bool valid = date_compare(rules->marks[middle].since, day) <= 0;
        found = valid ? middle : found;
        low = valid ? middle + 1 : low;
        high = valid ? high : middle;
    }
    return rules->mark_count == 0 ? S("") : rules->marks[found].hash;
}

static void lines_cut(const Aging *aging, AllowanceRule *rule) {
    for (int i = 0; i < aging->count && aging->buckets[i].from_day < rule->default_days; i++) {
        rule->lines[rule->line_count++] =
            (AllowanceLine){aging->buckets[i].name, aging->buckets[i].from_day};
    }
    rule->lines[rule->line_count++] = (AllowanceLine){S(ALLOWANCE_DEFAULT), rule->default_days};
}

static void factor_find(const AllowanceSet *set, const Allowance *allowance, Date day,
                        AllowanceRule *rule) {
    const Series *series = allowance_index(set, allowance);
    const Decimal *factor = series == NULL ? NULL : series_find(series, day);
    rule->has_factor = series == NULL || factor != NULL;
    rule->factor = factor != NULL ? *factor : (Decimal){WHOLE};
}

static AllowanceRule rule_of(const AllowanceRules *rules, const Allowance *allowance, Date day) {
    AllowanceRule rule = {.id = allowance->id,
                          .document = rules->documents[allowance - rules->set.allowances],
                          .valid_from = allowance->valid_from,
                          .rates = allowance->rates,
                          .default_days = allowance->default_days,
                          .reason = allowance->reason,
                          .index = allowance->index,
                          .rounding = allowance->rounding};
    lines_cut(allowance_aging(&rules->set, day), &rule);
    factor_find(&rules->set, allowance, day, &rule);
    return rule;
}

int allowance_rules_on(const AllowanceRules *rules, Date day, AllowanceRule *made) {
    int count = 0;
    for (int i = 0; i < rules->set.count; i++) {
        const Allowance *one = &rules->set.allowances[i];
        if (allowance_in_force(&rules->set, one->id, day) == one) {
            made[count++] = rule_of(rules, one, day);
        }
    }
    return count;
}

/* ---- the matrix */

Decimal allowance_percent(const AllowanceRule *rule, Str line, Currency currency) {
    const AllowanceRate *rate = allowance_rate(rule->rates, line, currency);
    CHECK(rate != NULL);
    return rate->percent;
}

Decimal allowance_applied(const AllowanceRule *rule, Decimal percent) {
    CHECK(rule->has_factor);
    Wide applied =
        fixed_divide((Wide)percent.millionths * rule->factor.millionths, WHOLE, ROUNDING_HALF_UP);
    return (Decimal){applied > WHOLE ? WHOLE : (int64_t)applied};
}

Money allowance_of(const AllowanceRule *rule, Money open, Decimal applied) {
    return money_share(open, applied.millionths, WHOLE, rule->rounding);
}

/* ---- the movement */

bool allowance_charge(AllowanceMovement *movement) {
    return money_subtract(movement->closing, movement->opening, &movement->charge) &&
           money_add(movement->charge, movement->used, &movement->charge) &&
           money_subtract(movement->charge, movement->recoveries, &movement->charge);
}
