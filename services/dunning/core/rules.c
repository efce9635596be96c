#include "dunning/core/rules.h"

const char LADDER_STANDARD[] = "standard";

const LadderRule *rules_ladder(const DunningRules *rules, Str id, Date day) {
    const LadderRule *found = NULL;
    for (int i = 0; i < rules->ladder_count; i++) {
        const Ladder *ladder = &rules->ladders[i].ladder;
        bool valid = found == NULL || date_compare(ladder->valid_from, day) <= 0;
        found = str_equals(ladder->id, id) && valid ? &rules->ladders[i] : found;
    }
    return found;
}

static const Creditor *creditor_find(const DunningRules *rules, Str id, Date day) {
    const Creditor *found = NULL;
    for (int i = 0; i < rules->creditor_count; i++) {
        const Creditor *creditor = &rules->creditors[i];
        bool valid = found == NULL || date_compare(creditor->valid_from, day) <= 0;
        found = str_equals(creditor->id, id) && valid ? creditor : found;
    }
    return found;
}

Guidance rules_guide(const DunningRules *rules, Str creditor, Date day) {
    const Creditor *known = creditor_find(rules, creditor, day);
    const LadderRule *ladder =
        rules_ladder(rules, known ? known->ladder : str_of(LADDER_STANDARD), day);
    return (Guidance){ladder, known};
}

int rules_valid(const DunningRules *rules, Date day) {
    int valid = 0;
    for (int i = 0; i < rules->ladder_count; i++) {
        valid += date_compare(rules->ladders[i].ladder.valid_from, day) <= 0;
    }
    for (int i = 0; i < rules->creditor_count; i++) {
        valid += date_compare(rules->creditors[i].valid_from, day) <= 0;
    }
    return valid;
}
