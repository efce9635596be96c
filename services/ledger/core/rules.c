#include "ledger/core/rules.h"

#include "base/check.h"

const AgingRule *rules_aging(const LedgerRules *rules, Date day) {
    CHECK(rules->aging_count > 0);
    const AgingRule *found = &rules->agings[0];
    for (int i = 1; i < rules->aging_count; i++) {
        if (date_compare(rules->agings[i].aging.valid_from, day) <= 0) {
            found = &rules->agings[i];
        }
    }
    return found;
}
