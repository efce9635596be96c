/* Allowance documents beside the others of their rule set: which is in force, and whether it has a
 * rate for whatever can be open. */
#include "base/check.h"
#include "policy/allowance.h"
#include "policy/yaml.h"

/* ---- in force */

/* Whether a document that is valid from `one` is rather in force on a day than one from `other`. */
static bool is_rather(Date one, Date other, Date day) {
    bool later = date_compare(one, other) > 0;
    bool other_valid = date_compare(other, day) <= 0;
    return date_compare(one, day) <= 0 ? later || !other_valid : !later && !other_valid;
}

const Allowance *allowance_in_force(const AllowanceSet *set, Str id, Date day) {
    const Allowance *found = NULL;
    for (int i = 0; i < set->count; i++) {
        const Allowance *one = &set->allowances[i];
        bool better = found == NULL || is_rather(one->valid_from, found->valid_from, day);
        found = str_equals(one->id, id) && better ? one : found;
    }
    return found;
}

const Aging *allowance_aging(const AllowanceSet *set, Date day) {
    CHECK(set->aging_count > 0);
    const Aging *found = &set->agings[0];
    for (int i = 1; i < set->aging_count; i++) {
        const Aging *one = &set->agings[i];
        found = is_rather(one->valid_from, found->valid_from, day) ? one : found;
    }
    return found;
}

const Series *allowance_index(const AllowanceSet *set, const Allowance *allowance) {
    for (int i = 0; i < set->series_count && !str_is_empty(allowance->index); i++) {
        if (str_equals(set->series[i].id, allowance->index)) {
            return &set->series[i];
        }
    }
    return NULL;
}

/* ---- checks */

static const AgingBucket *bucket_of(const Aging *aging, Str name) {
    for (int i = 0; i < aging->count; i++) {
        if (str_equals(aging->buckets[i].name, name)) {
            return &aging->buckets[i];
        }
    }
    return NULL;
}

/* Every rate is of something that can be open. */
static bool rate_check(const Allowance *allowance, int i, const Aging *aging, Err *err) {
    Str name = allowance->rates.rows[i].bucket;
    const AgingBucket *bucket = bucket_of(aging, name);
    bool is_default = str_equals(name, S(ALLOWANCE_DEFAULT));
    if (is_default && bucket != NULL) {
        return yaml_fault(err,
                          "rates[%d].bucket: \"default\" is for debts in default, and cannot be a "
                          "bucket of the aging as well",
                          i);
    }
    if (!is_default && bucket == NULL) {
        return yaml_fault(err, "rates[%d].bucket: the aging document has no bucket \"%.*s\"", i,
                          STR_ARGS(name));
    }
    return is_default || bucket->from_day < allowance->default_days ||
           yaml_fault(err,
                      "rates[%d].bucket: debts in \"%.*s\" are in default from day %d on; their "
                      "rate is that of \"default\", leave this one out",
                      i, STR_ARGS(name), allowance->default_days);
}

static bool name_check(const Allowance *allowance, Str name, Err *err) {
    const Currency any = {0};
    const AllowanceRate *rate = allowance_rate(allowance->rates, name, any);
    return rate != NULL ||
           yaml_fault(err, "rates: no rate for \"%.*s\" in every currency", STR_ARGS(name));
}

/* Whatever can be open has a rate. */
static bool fits(const Allowance *allowance, const Aging *aging, Err *err) {
    for (int i = 0; i < allowance->rates.count; i++) {
        if (!rate_check(allowance, i, aging, err)) {
            return false;
        }
    }
    for (int i = 0; i < aging->count; i++) {
        const AgingBucket *bucket = &aging->buckets[i];
        if (bucket->from_day < allowance->default_days &&
            !name_check(allowance, bucket->name, err)) {
            return false;
        }
    }
    return name_check(allowance, S(ALLOWANCE_DEFAULT), err);
}

/* Two documents meet when both are in force on a day; if they ever are, they are on the later one's
 * first. */
static bool fits_agings(const AllowanceSet *set, const Allowance *allowance, Err *err) {
    for (int i = 0; i < set->aging_count; i++) {
        const Aging *aging = &set->agings[i];
        bool first = date_compare(aging->valid_from, allowance->valid_from) < 0;
        Date day = first ? allowance->valid_from : aging->valid_from;
        bool meet = allowance_aging(set, day) == aging &&
                    allowance_in_force(set, allowance->id, day) == allowance;
        if (meet && !fits(allowance, aging, err)) {
            return false;
        }
    }
    return true;
}

static bool index_check(const AllowanceSet *set, const Allowance *allowance, Err *err) {
    if (str_is_empty(allowance->index)) {
        return true;
    }
    const Series *series = allowance_index(set, allowance);
    if (series == NULL) {
        return yaml_fault(err, "index: the rule set has no series document with the id \"%.*s\"",
                          STR_ARGS(allowance->index));
    }
    for (int i = 0; i < series->count; i++) {
        if (series->points[i].percent.millionths <= 0) {
            return yaml_fault(err,
                              "index: points[%d].rate of the series \"%.*s\" is not above 0; 100 "
                              "changes nothing",
                              i, STR_ARGS(series->id));
        }
    }
    return true;
}

static bool day_check(const AllowanceSet *set, int i, Err *err) {
    const Allowance *one = &set->allowances[i];
    for (int before = 0; before < i; before++) {
        const Allowance *other = &set->allowances[before];
        if (str_equals(one->id, other->id) &&
            date_compare(one->valid_from, other->valid_from) == 0) {
            return yaml_fault(err,
                              "valid_from: another allowance document of \"%.*s\" has the "
                              "same day",
                              STR_ARGS(one->id));
        }
    }
    return true;
}

bool allowance_set_check(const AllowanceSet *set, int *faulty, Err *err) {
    for (int i = 0; i < set->count; i++) {
        const Allowance *allowance = &set->allowances[i];
        *faulty = i;
        if (!day_check(set, i, err) || !index_check(set, allowance, err) ||
            !fits_agings(set, allowance, err)) {
            return false;
        }
    }
    return true;
}
