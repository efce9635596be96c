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

/* NULL: there is no document of that id. */
static const Bookkeeping *keeping_of(const LedgerRules *rules, Str id, Date day) {
    const Bookkeeping *found = NULL;
    for (int i = 0; i < rules->keeping_count; i++) {
        const Bookkeeping *keeping = &rules->keepings[i];
        bool in_force = found == NULL || date_compare(keeping->valid_from, day) <= 0;
        if (str_equals(keeping->id, id) && in_force) {
            found = keeping;
        }
    }
    return found;
}

/* They stand in the order of their ids, those of one in the order of their days. */
bool rules_keeping_counts(const LedgerRules *rules, int place, Date day) {
    const Bookkeeping *keeping = &rules->keepings[place];
    bool first = place == 0 || !str_equals(keeping[-1].id, keeping->id);
    bool last = place + 1 == rules->keeping_count || !str_equals(keeping[1].id, keeping->id);
    bool begun = first || date_compare(keeping->valid_from, day) <= 0;
    return begun && (last || date_compare(keeping[1].valid_from, day) > 0);
}

const Bookkeeping *rules_keeping(const LedgerRules *rules, Str creditor, Date day) {
    const Bookkeeping *own = keeping_of(rules, creditor, day);
    const Bookkeeping *found = own != NULL ? own : keeping_of(rules, S(BOOKKEEPING_DEFAULT), day);
    CHECK(found != NULL);
    return found;
}

const Calendar *rules_calendar(const LedgerRules *rules, Str id) {
    for (int i = 0; i < rules->calendar_count; i++) {
        if (str_equals(rules->calendars[i].id, id)) {
            return &rules->calendars[i];
        }
    }
    return NULL;
}

const Series *rules_series(const LedgerRules *rules, Str id) {
    for (int i = 0; i < rules->series_count; i++) {
        if (str_equals(rules->series[i].id, id)) {
            return &rules->series[i];
        }
    }
    return NULL;
}

bool rules_interest(const LedgerRules *rules, Str id, Date issued_on, InterestTerms *terms) {
    *terms = (InterestTerms){0};
    for (int i = 0; i < rules->regime_count; i++) {
        const Interest *regime = &rules->regimes[i];
        bool in_force = terms->regime == NULL || date_compare(regime->valid_from, issued_on) <= 0;
        if (str_equals(regime->id, id) && in_force) {
            terms->regime = regime;
        }
    }
    if (terms->regime != NULL && terms->regime->rate == INTEREST_RATE_REFERENCE) {
        terms->series = rules_series(rules, terms->regime->series);
        CHECK(terms->series != NULL); /* the set was checked as a whole */
    }
    return terms->regime != NULL;
}

bool rules_has_interest(const LedgerRules *rules, Str id) {
    for (int i = 0; i < rules->regime_count; i++) {
        if (str_equals(rules->regimes[i].id, id)) {
            return true;
        }
    }
    return false;
}

const Fee *rules_fee(const LedgerRules *rules, Str id, Date day) {
    const Fee *found = NULL;
    for (int i = 0; i < rules->fee_count; i++) {
        const Fee *fee = &rules->fees[i];
        bool in_force = found == NULL || date_compare(fee->valid_from, day) <= 0;
        if (str_equals(fee->id, id) && in_force) {
            found = fee;
        }
    }
    return found;
}
