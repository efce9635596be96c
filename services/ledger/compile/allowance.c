#include "ledger/compile/allowance.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/check.h"
#include "contract/seal.h"

/* ---- documents */

typedef struct Documents {
    Allowance *allowances;
    Str *hashes;
    Str *paths;
    int count;
} Documents;

static bool document_read(const RuleDocument *document, Arena *arena, Documents *found, Err *err) {
    if (!str_starts_with(document->path, S("allowance/"))) {
        return true;
    }
    int i = found->count++;
    found->hashes[i] = str_copy(arena, document->hash);
    found->paths[i] = document->path;
    return allowance_parse(document->yaml, arena, &found->allowances[i], err);
}

static bool documents_read(const RuleDocument *documents, int count, Arena *arena, Documents *found,
                           Err *err) {
    *found = (Documents){.allowances = ARENA_ARRAY(arena, Allowance, count),
                         .hashes = ARENA_ARRAY(arena, Str, count),
                         .paths = ARENA_ARRAY(arena, Str, count)};
    for (int i = 0; i < count; i++) {
        if (!document_read(&documents[i], arena, found, err)) {
            return err_context(err, "%.*s", STR_ARGS(documents[i].path));
        }
    }
    return true;
}

static const Aging *agings_of(const LedgerRules *rules, Arena *arena) {
    Aging *agings = ARENA_ARRAY(arena, Aging, rules->aging_count);
    for (int i = 0; i < rules->aging_count; i++) {
        agings[i] = rules->agings[i].aging;
    }
    return agings;
}

/* ---- days on which something changes */

static int by_day(const void *a, const void *b) {
    return date_compare(*(const Date *)a, *(const Date *)b);
}

/* In any order, some of them more than once. */
static int days_collect(const AllowanceSet *set, Date *days) {
    int count = 0;
    for (int i = 0; i < set->count; i++) {
        days[count++] = set->allowances[i].valid_from;
    }
    for (int i = 0; i < set->aging_count; i++) {
        days[count++] = set->agings[i].valid_from;
    }
    for (int i = 0; i < set->series_count; i++) {
        for (int point = 0; point < set->series[i].count; point++) {
            days[count++] = set->series[i].points[point].from;
        }
        days[count++] = date_add(set->series[i].known_until, 1);
    }
    return count;
}

static int days_most(const AllowanceSet *set) {
    int count = set->count + set->aging_count;
    for (int i = 0; i < set->series_count; i++) {
        count += set->series[i].count + 1;
    }
    return count;
}

static void mark_add(StrBuilder *text, const AllowanceRule *rule) {
    str_addf(text, "%.*s\n%" PRId64 "\n", STR_ARGS(rule->document),
             rule->has_factor ? rule->factor.millionths : -1);
    for (int i = 0; i < rule->line_count; i++) {
        str_addf(text, "%.*s %" PRId32 "\n", STR_ARGS(rule->lines[i].name),
                 rule->lines[i].from_day);
    }
}

/* A document's hash stands for all that it says; besides there are only the lines and the index. */
static Hash mark_of(const AllowanceRules *rules, Date day, Arena *scratch) {
    enum { MARK_BYTES = 2 << 10 }; /* a rule's, with the longest names */
    AllowanceRule *made = ARENA_ARRAY(scratch, AllowanceRule, rules->set.count);
    int count = allowance_rules_on(rules, day, made);
    StrBuilder text = str_builder(scratch, (ptrdiff_t)count * MARK_BYTES);
    for (int i = 0; i < count; i++) {
        mark_add(&text, &made[i]);
    }
    CHECK(!text.full);
    return hash_of(str_built(&text));
}

enum { SCRATCH_BYTES = 64 << 20 }; /* at most: one day's */

static void marks_make(AllowanceRules *rules, Arena *arena) {
    Date *days = ARENA_ARRAY(arena, Date, days_most(&rules->set));
    int count = days_collect(&rules->set, days);
    qsort(days, (size_t)count, sizeof *days, by_day);
    Arena scratch = arena_open("marks", SCRATCH_BYTES);
    AllowanceMark *marks = ARENA_ARRAY(arena, AllowanceMark, count);
    for (int i = 0; i < count; i++) {
        Hash hash = mark_of(rules, days[i], &scratch);
        arena_reset(&scratch);
        Str mark = hash_hex(arena, hash);
        bool same = rules->mark_count > 0 && str_equals(marks[rules->mark_count - 1].hash, mark);
        if (!same) {
            marks[rules->mark_count++] = (AllowanceMark){days[i], mark};
        }
    }
    arena_close(&scratch);
    rules->marks = marks;
}

/* ---- compile */

bool allowances_compile(const RuleDocument *documents, int count, Arena *arena, LedgerRules *rules,
                        Err *err) {
    Documents found;
    int faulty = 0;
    if (!documents_read(documents, count, arena, &found, err)) {
        return false;
    }
    rules->allowances = (AllowanceRules){.set = {.allowances = found.allowances,
                                                 .count = found.count,
                                                 .agings = agings_of(rules, arena),
                                                 .aging_count = rules->aging_count,
                                                 .series = rules->series,
                                                 .series_count = rules->series_count},
                                         .documents = found.hashes};
    if (!allowance_set_check(&rules->allowances.set, &faulty, err)) {
        return err_context(err, "%.*s", STR_ARGS(found.paths[faulty]));
    }
    if (found.count > 0) {
        marks_make(&rules->allowances, arena);
    }
    return true;
}
