/* The allowance document: its form by a schema, its meaning by checks that name the field. */
#include "policy/allowance.h"

#include <stdio.h>

#include "base/check.h"
#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct RateText {
    char *bucket;
    char *currency;
    char *percent;
    int64_t *entered;
    int64_t *lost;
} RateText;

typedef struct RebuttedText {
    int32_t days;
    char *reason;
} RebuttedText;

typedef struct ObservedText {
    char *from;
    char *to;
} ObservedText;

typedef struct AllowanceText {
    char *id;
    char *valid_from;
    RateText *rates;
    uint32_t rates_count;
    RebuttedText *rebutted;
    char *index;
    char *rounding;
    ObservedText *observed;
} AllowanceText;

enum { NAME_TEXT_MAX = 24, PLACE_SIZE = 40, OPTIONAL = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL };

static const cyaml_schema_field_t RATE_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("bucket", CYAML_FLAG_POINTER, RateText, bucket, 1, AGING_NAME_MAX),
    CYAML_FIELD_STRING_PTR("currency", OPTIONAL, RateText, currency, 1, 3),
    CYAML_FIELD_STRING_PTR("percent", CYAML_FLAG_POINTER, RateText, percent, 1, NAME_TEXT_MAX),
    CYAML_FIELD_INT_PTR("entered", OPTIONAL, RateText, entered),
    CYAML_FIELD_INT_PTR("lost", OPTIONAL, RateText, lost),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t RATE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, RateText, RATE_FIELDS),
};
static const cyaml_schema_field_t REBUTTED_FIELDS[] = {
    CYAML_FIELD_INT("days", CYAML_FLAG_DEFAULT, RebuttedText, days),
    CYAML_FIELD_STRING_PTR("reason", CYAML_FLAG_POINTER, RebuttedText, reason, 1,
                           ALLOWANCE_REASON_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t OBSERVED_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("from", CYAML_FLAG_POINTER, ObservedText, from, 10, 10),
    CYAML_FIELD_STRING_PTR("to", CYAML_FLAG_POINTER, ObservedText, to, 10, 10),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, AllowanceText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, AllowanceText, valid_from, 10, 10),
    CYAML_FIELD_SEQUENCE("rates", CYAML_FLAG_POINTER, AllowanceText, rates, &RATE, 1,
                         ALLOWANCE_RATES_MAX),
    CYAML_FIELD_MAPPING_PTR("rebutted", OPTIONAL, AllowanceText, rebutted, REBUTTED_FIELDS),
    CYAML_FIELD_STRING_PTR("index", OPTIONAL, AllowanceText, index, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("rounding", CYAML_FLAG_POINTER, AllowanceText, rounding, 1,
                           NAME_TEXT_MAX),
    CYAML_FIELD_MAPPING_PTR("observed", OPTIONAL, AllowanceText, observed, OBSERVED_FIELDS),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t ALLOWANCE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, AllowanceText, FIELDS),
};

static const char *const ROUNDINGS[] = {
    [ROUNDING_HALF_EVEN] = "half_even",
    [ROUNDING_HALF_UP] = "half_up",
    [ROUNDING_DOWN] = "down",
    [ROUNDING_UP] = "up",
};

/* ---- asking */

static bool has_currency(const AllowanceRate *rate) {
    return rate->currency.code[0] != '\0';
}

const AllowanceRate *allowance_rate(AllowanceRates rates, Str bucket, Currency currency) {
    const AllowanceRate *found = NULL;
    for (int i = 0; i < rates.count; i++) {
        const AllowanceRate *rate = &rates.rows[i];
        if (str_equals(rate->bucket, bucket) &&
            (currency_equals(rate->currency, currency) || (!has_currency(rate) && !found))) {
            found = rate;
        }
    }
    return found;
}

Decimal allowance_observed(int64_t lost, int64_t entered) {
    const Currency none = {0};
    Money whole = money_of((int64_t)100 * DECIMAL_ONE, none);
    return (Decimal){money_share(whole, lost, entered, ROUNDING_HALF_UP).minor};
}

const char *allowance_rounding_name(Rounding rounding) {
    CHECK((ptrdiff_t)rounding < COUNT_OF(ROUNDINGS));
    return ROUNDINGS[rounding];
}

bool allowance_rounding_parse(Str name, Rounding *rounding) {
    for (ptrdiff_t i = 0; i < COUNT_OF(ROUNDINGS); i++) {
        if (str_equals(name, str_of(ROUNDINGS[i]))) {
            *rounding = (Rounding)i;
            return true;
        }
    }
    return false;
}

/* ---- meaning: rates */

static bool percent_read(const RateText *text, uint32_t i, AllowanceRate *rate, Err *err) {
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "rates[%u].percent", i);
    if (!yaml_read_percent(text->percent, place, &rate->percent, err)) {
        return false;
    }
    return (rate->percent.millionths >= 0 &&
            rate->percent.millionths <= (int64_t)100 * DECIMAL_ONE) ||
           yaml_fault(err, "rates[%u].percent: 0 to 100 percent can be lost, not %s", i,
                      text->percent);
}

static bool currency_read(const RateText *text, uint32_t i, AllowanceRate *rate, Err *err) {
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "rates[%u].currency", i);
    return text->currency == NULL ||
           yaml_read_currency(text->currency, place, &rate->currency, err);
}

/* A rate that says on what it rests is the quotient, to the digit. */
static bool grounds_read(const RateText *text, uint32_t i, AllowanceRate *rate, Err *err) {
    if (text->entered == NULL && text->lost == NULL) {
        return true;
    }
    if (text->entered == NULL || text->lost == NULL || text->currency == NULL) {
        return yaml_fault(err, "rates[%u]: entered, lost and their currency go together", i);
    }
    if (*text->entered <= 0 || *text->lost < 0 || *text->lost > *text->entered) {
        return yaml_fault(err, "rates[%u].lost: from 0 to what entered, which is above 0", i);
    }
    rate->entered = *text->entered;
    rate->lost = *text->lost;
    return rate->percent.millionths == allowance_observed(rate->lost, rate->entered).millionths ||
           yaml_fault(err,
                      "rates[%u].percent: %s is not what lost and entered come to; a rate that "
                      "was set by hand has neither",
                      i, text->percent);
}

static bool is_unique(const AllowanceRate *rates, uint32_t i) {
    for (uint32_t before = 0; before < i; before++) {
        if (str_equals(rates[before].bucket, rates[i].bucket) &&
            currency_equals(rates[before].currency, rates[i].currency)) {
            return false;
        }
    }
    return true;
}

static bool rate_read(const RateText *text, uint32_t i, AllowanceRate *rates, Err *err) {
    AllowanceRate *rate = &rates[i];
    rate->bucket = str_of(text->bucket);
    if (!currency_read(text, i, rate, err) || !percent_read(text, i, rate, err) ||
        !grounds_read(text, i, rate, err)) {
        return false;
    }
    return is_unique(rates, i) || yaml_fault(err, "rates[%u]: \"%s\"%s%s stands here twice", i,
                                             text->bucket, text->currency != NULL ? " in " : "",
                                             text->currency != NULL ? text->currency : "");
}

static bool rates_read(const AllowanceText *text, Arena *arena, Allowance *allowance, Err *err) {
    AllowanceRate *rates = ARENA_ARRAY(arena, AllowanceRate, text->rates_count);
    for (uint32_t i = 0; i < text->rates_count; i++) {
        if (!rate_read(&text->rates[i], i, rates, err)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < text->rates_count; i++) {
        rates[i].bucket = str_copy(arena, rates[i].bucket);
    }
    allowance->rates = (AllowanceRates){rates, (int)text->rates_count};
    return true;
}

/* ---- meaning: the rest */

static bool rebutted_read(const RebuttedText *text, Allowance *allowance, Err *err) {
    allowance->default_days = ALLOWANCE_DEFAULT_DAYS;
    if (text == NULL) {
        return true;
    }
    if (text->days < 1 || text->days > AGING_DAYS_MAX || text->days == ALLOWANCE_DEFAULT_DAYS) {
        return yaml_fault(err,
                          "rebutted.days: 1 to %d are wanted, and others than the %d that are "
                          "presumed, not %d",
                          AGING_DAYS_MAX, ALLOWANCE_DEFAULT_DAYS, text->days);
    }
    allowance->default_days = text->days;
    allowance->reason = str_trim(str_of(text->reason));
    return (!str_is_empty(allowance->reason) && str_is_line(allowance->reason)) ||
           yaml_fault(err, "rebutted.reason: one line of text is wanted, why %d days", text->days);
}

static bool observed_read(const ObservedText *text, Allowance *allowance, Err *err) {
    allowance->observed_from = DATE_NONE;
    allowance->observed_to = DATE_NONE;
    if (text == NULL) {
        return true;
    }
    if (!yaml_read_day(text->from, "observed.from", &allowance->observed_from, err) ||
        !yaml_read_day(text->to, "observed.to", &allowance->observed_to, err)) {
        return false;
    }
    return date_compare(allowance->observed_from, allowance->observed_to) <= 0 ||
           yaml_fault(err, "observed.to: %s is before its from, %s", text->to, text->from);
}

static bool rounding_read(const AllowanceText *text, Allowance *allowance, Err *err) {
    static const YamlNames names = {"rounding", ROUNDINGS, COUNT_OF(ROUNDINGS)};
    int rounding = 0;
    bool good = yaml_read_name(text->rounding, &names, &rounding, err);
    allowance->rounding = (Rounding)rounding;
    return good;
}

static bool allowance_read(const AllowanceText *text, Arena *arena, Allowance *allowance,
                           Err *err) {
    if (!yaml_read_id(text->id, "id", &allowance->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &allowance->valid_from, err) ||
        !rates_read(text, arena, allowance, err) ||
        !rebutted_read(text->rebutted, allowance, err) ||
        (text->index != NULL && !yaml_read_id(text->index, "index", &allowance->index, err)) ||
        !rounding_read(text, allowance, err) || !observed_read(text->observed, allowance, err)) {
        return false;
    }
    allowance->id = str_copy(arena, allowance->id);
    allowance->index = str_copy(arena, allowance->index);
    allowance->reason = str_copy(arena, allowance->reason);
    return true;
}

bool allowance_parse(Str yaml, Arena *arena, Allowance *allowance, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &ALLOWANCE, &document, err)) {
        return false;
    }
    Allowance read = {0};
    bool good = allowance_read(document, arena, &read, err);
    yaml_release(&ALLOWANCE, document);
    if (good) {
        *allowance = read;
    }
    return good;
}
