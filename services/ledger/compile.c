#include "ledger/compile.h"

#include <stdlib.h>

#include "ledger/compile/allowance.h"
#include "ledger/compile/standing.h"
#include "ledger/core/rules.h"

/* What is parsed so far; each list has room for all documents. */
typedef struct Compiled {
    Arena *arena;
    AgingRule *agings;
    int aging_count;
    Bookkeeping *keepings;
    int keeping_count;
    Calendar *calendars;
    int calendar_count;
    Interest *regimes;
    int regime_count;
    Series *series;
    int series_count;
    Fee *fees;
    int fee_count;
} Compiled;

/* ---- one document */

static bool read_aging(Compiled *compiled, const RuleDocument *document, Err *err) {
    AgingRule *rule = &compiled->agings[compiled->aging_count++];
    rule->hash = str_copy(compiled->arena, document->hash);
    return aging_parse(document->yaml, compiled->arena, &rule->aging, err);
}

static bool read_keeping(Compiled *compiled, const RuleDocument *document, Err *err) {
    return bookkeeping_parse(document->yaml, compiled->arena,
                             &compiled->keepings[compiled->keeping_count++], err);
}

static bool read_calendar(Compiled *compiled, const RuleDocument *document, Err *err) {
    return calendar_parse(document->yaml, compiled->arena,
                          &compiled->calendars[compiled->calendar_count++], err);
}

static bool read_regime(Compiled *compiled, const RuleDocument *document, Err *err) {
    return interest_parse(document->yaml, compiled->arena,
                          &compiled->regimes[compiled->regime_count++], err);
}

static bool read_series(Compiled *compiled, const RuleDocument *document, Err *err) {
    return series_parse(document->yaml, compiled->arena,
                        &compiled->series[compiled->series_count++], err);
}

static bool read_fee(Compiled *compiled, const RuleDocument *document, Err *err) {
    return fee_parse(document->yaml, compiled->arena, &compiled->fees[compiled->fee_count++], err);
}

typedef struct Folder {
    const char *name;
    bool (*read)(Compiled *compiled, const RuleDocument *document, Err *err);
} Folder;

static const Folder FOLDERS[] = {
    {"aging/", read_aging},     {"bookkeeping/", read_keeping}, {"calendar/", read_calendar},
    {"interest/", read_regime}, {"series/", read_series},       {"fee/", read_fee},
};

static bool document_read(Compiled *compiled, const RuleDocument *document, Err *err) {
    for (size_t i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
        if (str_starts_with(document->path, str_of(FOLDERS[i].name))) {
            return FOLDERS[i].read(compiled, document, err) ||
                   err_context(err, "%.*s", STR_ARGS(document->path));
        }
    }
    return true;
}

/* ---- in order, each once */

static int id_compare(Str a, Date a_from, Str b, Date b_from) {
    int order = str_compare(a, b);
    return order != 0 ? order : date_compare(a_from, b_from);
}

static int aging_compare(const void *a, const void *b) {
    return date_compare(((const AgingRule *)a)->aging.valid_from,
                        ((const AgingRule *)b)->aging.valid_from);
}

static bool agings_order(AgingRule *agings, int count, Err *err) {
    if (count == 0) {
        return err_set(err, VERDICT_STOP, "POLICY_MISSING", "the rule set has no aging/*.yaml");
    }
    qsort(agings, (size_t)count, sizeof *agings, aging_compare);
    for (int i = 1; i < count; i++) {
        if (aging_compare(&agings[i - 1], &agings[i]) == 0) {
            return err_set(err, VERDICT_STOP, "POLICY_MEANING",
                           "two aging documents have the same valid_from");
        }
    }
    return true;
}

static bool repeats(const char *kind, Str id, Err *err) {
    return err_set(err, VERDICT_STOP, "POLICY_MEANING",
                   "two %s documents have the id \"%.*s\" and the same valid_from", kind,
                   STR_ARGS(id));
}

static int keeping_compare(const void *a, const void *b) {
    const Bookkeeping *first = a;
    const Bookkeeping *second = b;
    return id_compare(first->id, first->valid_from, second->id, second->valid_from);
}

/* The default is among them. */
static bool keepings_order(Bookkeeping *keepings, int count, Err *err) {
    qsort(keepings, (size_t)count, sizeof *keepings, keeping_compare);
    bool has_default = false;
    for (int i = 0; i < count; i++) {
        has_default = has_default || str_equals(keepings[i].id, S(BOOKKEEPING_DEFAULT));
        if (i > 0 && keeping_compare(&keepings[i - 1], &keepings[i]) == 0) {
            return repeats("bookkeeping", keepings[i].id, err);
        }
    }
    return has_default ||
           err_set(err, VERDICT_STOP, "POLICY_MISSING",
                   "the rule set has no bookkeeping document with the id \"default\"");
}

static int regime_compare(const void *a, const void *b) {
    const Interest *first = a;
    const Interest *second = b;
    return id_compare(first->id, first->valid_from, second->id, second->valid_from);
}

static bool regimes_order(Interest *regimes, int count, Err *err) {
    qsort(regimes, (size_t)count, sizeof *regimes, regime_compare);
    for (int i = 1; i < count; i++) {
        if (regime_compare(&regimes[i - 1], &regimes[i]) == 0) {
            return repeats("interest", regimes[i].id, err);
        }
    }
    return true;
}

static int fee_compare(const void *a, const void *b) {
    const Fee *first = a;
    const Fee *second = b;
    return id_compare(first->id, first->valid_from, second->id, second->valid_from);
}

static bool fees_order(Fee *fees, int count, Err *err) {
    qsort(fees, (size_t)count, sizeof *fees, fee_compare);
    for (int i = 1; i < count; i++) {
        if (fee_compare(&fees[i - 1], &fees[i]) == 0) {
            return repeats("fee", fees[i].id, err);
        }
    }
    return true;
}

/* ---- what they name */

static bool is_missing(const Bookkeeping *keeping, const char *field, Str id, Err *err) {
    return err_set(err, VERDICT_STOP, "POLICY_MISSING",
                   "bookkeeping of \"%.*s\": %s: the rule set has no %s document with the id "
                   "\"%.*s\"",
                   STR_ARGS(keeping->id), field, field, STR_ARGS(id));
}

static bool keepings_are_whole(const LedgerRules *rules, Err *err) {
    for (int i = 0; i < rules->keeping_count; i++) {
        const Bookkeeping *keeping = &rules->keepings[i];
        if (!str_is_empty(keeping->calendar) && rules_calendar(rules, keeping->calendar) == NULL) {
            return is_missing(keeping, "calendar", keeping->calendar, err);
        }
        if (!str_is_empty(keeping->interest) && !rules_has_interest(rules, keeping->interest)) {
            return is_missing(keeping, "interest", keeping->interest, err);
        }
        if (!str_is_empty(keeping->fees) &&
            rules_fee(rules, keeping->fees, keeping->valid_from) == NULL) {
            return is_missing(keeping, "fees", keeping->fees, err);
        }
    }
    return true;
}

static bool regimes_are_whole(const LedgerRules *rules, Err *err) {
    for (int i = 0; i < rules->regime_count; i++) {
        const Interest *regime = &rules->regimes[i];
        if (regime->rate == INTEREST_RATE_REFERENCE &&
            rules_series(rules, regime->series) == NULL) {
            return err_set(err, VERDICT_STOP, "POLICY_MISSING",
                           "interest \"%.*s\": series: the rule set has no series document with "
                           "the id \"%.*s\"",
                           STR_ARGS(regime->id), STR_ARGS(regime->series));
        }
    }
    return true;
}

/* ---- the whole */

bool compile_rules(void *self, const RuleDocument *documents, int count, Arena *arena,
                   const void **rules, Err *err) {
    (void)self;
    Compiled compiled = {.arena = arena,
                         .agings = ARENA_ARRAY(arena, AgingRule, count),
                         .keepings = ARENA_ARRAY(arena, Bookkeeping, count),
                         .calendars = ARENA_ARRAY(arena, Calendar, count),
                         .regimes = ARENA_ARRAY(arena, Interest, count),
                         .series = ARENA_ARRAY(arena, Series, count),
                         .fees = ARENA_ARRAY(arena, Fee, count)};
    for (int i = 0; i < count; i++) {
        if (!document_read(&compiled, &documents[i], err)) {
            return false;
        }
    }
    LedgerRules *own = ARENA_NEW(arena, LedgerRules);
    *own = (LedgerRules){.agings = compiled.agings,
                         .aging_count = compiled.aging_count,
                         .keepings = compiled.keepings,
                         .keeping_count = compiled.keeping_count,
                         .calendars = compiled.calendars,
                         .calendar_count = compiled.calendar_count,
                         .regimes = compiled.regimes,
                         .regime_count = compiled.regime_count,
                         .series = compiled.series,
                         .series_count = compiled.series_count,
                         .fees = compiled.fees,
                         .fee_count = compiled.fee_count};
    *rules = own;
    return agings_order(compiled.agings, compiled.aging_count, err) &&
           keepings_order(compiled.keepings, compiled.keeping_count, err) &&
           regimes_order(compiled.regimes, compiled.regime_count, err) &&
           fees_order(compiled.fees, compiled.fee_count, err) && keepings_are_whole(own, err) &&
           regimes_are_whole(own, err) && standing_verify(documents, count, arena, own, err) &&
           allowances_compile(documents, count, arena, own, err);
}
