/* The document of an interest regime: its form by a schema, its meaning by checks that name the
 * field. */
#include "policy/interest.h"

#include <stdio.h>

#include "base/check.h"
#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct RateText {
    char *series;
    char *margin;
    char *stepping;
    char *reference_day;
    char *reference_floor;
    char *yearly;
    char *daily;
} RateText;

typedef struct RoundingText {
    char *point;
    char *mode;
} RoundingText;

typedef struct StartText {
    int32_t without_due_days;
    int32_t grace_days;
} StartText;

typedef struct FixedSumText {
    char *currency;
    int64_t from;
    int64_t minor;
} FixedSumText;

typedef struct MinimumText {
    char *currency;
    int64_t minor;
} MinimumText;

typedef struct InterestText {
    char *id;
    char *valid_from;
    RateText *rate;
    char *day_basis;
    RoundingText *rounding;
    char *compounding;
    StartText start;
    FixedSumText *fixed_sum;
    uint32_t fixed_sum_count;
    char *post;
    MinimumText *minimum;
    uint32_t minimum_count;
} InterestText;

enum { NAME_TEXT_MAX = 32, PLACE_SIZE = 40, OPTIONAL = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL };

static const cyaml_schema_field_t RATE_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("series", OPTIONAL, RateText, series, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("margin", OPTIONAL, RateText, margin, 1, NAME_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("stepping", OPTIONAL, RateText, stepping, 1, NAME_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("reference_day", OPTIONAL, RateText, reference_day, 1, NAME_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("reference_floor", OPTIONAL, RateText, reference_floor, 1,
                           NAME_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("yearly", OPTIONAL, RateText, yearly, 1, NAME_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("daily", OPTIONAL, RateText, daily, 1, NAME_TEXT_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t ROUNDING_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("point", CYAML_FLAG_POINTER, RoundingText, point, 1, NAME_TEXT_MAX),
    CYAML_FIELD_STRING_PTR("mode", CYAML_FLAG_POINTER, RoundingText, mode, 1, NAME_TEXT_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t START_FIELDS[] = {
    CYAML_FIELD_INT("without_due_days", CYAML_FLAG_DEFAULT, StartText, without_due_days),
    CYAML_FIELD_INT("grace_days", CYAML_FLAG_DEFAULT, StartText, grace_days),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t FIXED_SUM_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("currency", CYAML_FLAG_POINTER, FixedSumText, currency, 1, 3),
    CYAML_FIELD_INT("from", CYAML_FLAG_DEFAULT, FixedSumText, from),
    CYAML_FIELD_INT("minor", CYAML_FLAG_DEFAULT, FixedSumText, minor),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t FIXED_SUM = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, FixedSumText, FIXED_SUM_FIELDS),
};
static const cyaml_schema_field_t MINIMUM_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("currency", CYAML_FLAG_POINTER, MinimumText, currency, 1, 3),
    CYAML_FIELD_INT("minor", CYAML_FLAG_DEFAULT, MinimumText, minor),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t MINIMUM = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, MinimumText, MINIMUM_FIELDS),
};
static const cyaml_schema_field_t INTEREST_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, InterestText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, InterestText, valid_from, 10, 10),
    CYAML_FIELD_MAPPING_PTR("rate", OPTIONAL, InterestText, rate, RATE_FIELDS),
    CYAML_FIELD_STRING_PTR("day_basis", OPTIONAL, InterestText, day_basis, 1, NAME_TEXT_MAX),
    CYAML_FIELD_MAPPING_PTR("rounding", OPTIONAL, InterestText, rounding, ROUNDING_FIELDS),
    CYAML_FIELD_STRING_PTR("compounding", OPTIONAL, InterestText, compounding, 1, NAME_TEXT_MAX),
    CYAML_FIELD_MAPPING("start", CYAML_FLAG_DEFAULT, InterestText, start, START_FIELDS),
    CYAML_FIELD_SEQUENCE("fixed_sum", OPTIONAL, InterestText, fixed_sum, &FIXED_SUM, 1,
                         INTEREST_FIXED_SUMS_MAX),
    CYAML_FIELD_STRING_PTR("post", CYAML_FLAG_POINTER, InterestText, post, 1, NAME_TEXT_MAX),
    CYAML_FIELD_SEQUENCE("minimum", OPTIONAL, InterestText, minimum, &MINIMUM, 1,
                         INTEREST_MINIMUMS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t INTEREST = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, InterestText, INTEREST_FIELDS),
};

/* ---- names */

static const char *const STEPPING_NAMES[STEPPING_COUNT] = {
    [STEPPING_STEPPED] = "stepped",
    [STEPPING_FIXED_AT_DUE] = "fixed_at_due",
    [STEPPING_FIXED_AT_PAYMENT] = "fixed_at_payment",
};
static const char *const REFERENCE_NAMES[REFERENCE_COUNT] = {
    [REFERENCE_DAY] = "day",
    [REFERENCE_HALF_YEAR] = "half_year",
    [REFERENCE_HALF_YEAR_BEFORE] = "half_year_before",
};
static const char *const BASIS_NAMES[DAY_BASIS_COUNT] = {
    [DAY_BASIS_365] = "365", [DAY_BASIS_ACTUAL] = "actual", [DAY_BASIS_360] = "360"};
static const char *const POINT_NAMES[ROUNDING_POINT_COUNT] = {
    [ROUNDING_POINT_ONCE] = "once", [ROUNDING_POINT_DAILY] = "daily"};
static const char *const ROUNDING_NAMES[] = {
    [ROUNDING_HALF_EVEN] = "half_even",
    [ROUNDING_HALF_UP] = "half_up",
    [ROUNDING_DOWN] = "down",
    [ROUNDING_UP] = "up",
};
static const char *const POSTING_NAMES[INTEREST_POSTING_COUNT] = {
    [INTEREST_POSTING_NEVER] = "never",
    [INTEREST_POSTING_AT_PAYMENT] = "at_payment",
    [INTEREST_POSTING_MONTHLY] = "monthly",
};
/* Beside each name, the months between two days on which interest is added to the debt. */
static const char *const COMPOUNDING_NAMES[] = {"none", "monthly", "quarterly", "half_yearly",
                                                "yearly"};
static const int32_t COMPOUNDING_MONTHS[] = {0, 1, 3, 6, INTEREST_MONTHS_MAX};

const char *stepping_name(Stepping stepping) {
    CHECK(stepping < STEPPING_COUNT);
    return STEPPING_NAMES[stepping];
}

const char *reference_day_name(ReferenceDay reference) {
    CHECK(reference < REFERENCE_COUNT);
    return REFERENCE_NAMES[reference];
}

const char *day_basis_name(DayBasis basis) {
    CHECK(basis < DAY_BASIS_COUNT);
    return BASIS_NAMES[basis];
}

const char *rounding_point_name(RoundingPoint point) {
    CHECK(point < ROUNDING_POINT_COUNT);
    return POINT_NAMES[point];
}

const char *interest_posting_name(InterestPosting posting) {
    CHECK(posting < INTEREST_POSTING_COUNT);
    return POSTING_NAMES[posting];
}

#define NAMES(place, names) (&(YamlNames){(place), (names), (int)COUNT_OF(names)})

/* A name that must be there. */
static bool name_read(const char *text, const YamlNames *names, int *found, Err *err) {
    return text == NULL ? yaml_fault(err, "%s: missing", names->place)
                        : yaml_read_name(text, names, found, err);
}

/* ---- the rate */

/* Exactly one way to say it. */
static bool kind_read(const RateText *text, Interest *interest, Err *err) {
    int ways = (text->series != NULL) + (text->yearly != NULL) + (text->daily != NULL);
    if (ways != 1) {
        return yaml_fault(err, "rate: exactly one of series, yearly and daily is wanted");
    }
    interest->rate = text->series != NULL   ? INTEREST_RATE_REFERENCE
                     : text->yearly != NULL ? INTEREST_RATE_YEARLY
                                            : INTEREST_RATE_DAILY;
    return true;
}

static bool floor_read(const RateText *text, Interest *interest, Err *err) {
    interest->reference_floor = text->reference_floor != NULL;
    return text->reference_floor == NULL || str_equals(str_of(text->reference_floor), S("0")) ||
           yaml_fault(err, "rate.reference_floor: %s; only 0 is known, leave it out without one",
                      text->reference_floor);
}

static bool reference_read(const RateText *text, Interest *interest, Err *err) {
    int stepping = 0;
    int reference = 0;
    if (text->margin == NULL) {
        return yaml_fault(err, "rate.margin: missing; 0 where there is none");
    }
    if (!yaml_read_id(text->series, "rate.series", &interest->series, err) ||
        !yaml_read_percent(text->margin, "rate.margin", &interest->percent, err) ||
        !name_read(text->stepping, NAMES("rate.stepping", STEPPING_NAMES), &stepping, err) ||
        !name_read(text->reference_day, NAMES("rate.reference_day", REFERENCE_NAMES), &reference,
                   err)) {
        return false;
    }
    interest->stepping = (Stepping)stepping;
    interest->reference = (ReferenceDay)reference;
    return floor_read(text, interest, err);
}

/* A rate that stands in the document itself: no reference goes with it. */
static bool own_rate_read(const RateText *text, Interest *interest, Err *err) {
    bool daily = interest->rate == INTEREST_RATE_DAILY;
    const char *place = daily ? "rate.daily" : "rate.yearly";
    const int64_t most = (int64_t)(daily ? INTEREST_DAILY_MAX : YAML_PERCENT_MAX) * DECIMAL_ONE;
    if (text->margin != NULL || text->stepping != NULL || text->reference_day != NULL ||
        text->reference_floor != NULL) {
        return yaml_fault(err, "rate: margin, stepping, reference_day and reference_floor go with "
                               "a series only");
    }
    if (!yaml_read_percent(daily ? text->daily : text->yearly, place, &interest->percent, err)) {
        return false;
    }
    return (interest->percent.millionths >= 0 && interest->percent.millionths <= most) ||
           yaml_fault(err, "%s: from 0 to %d percent are lawful", place,
                      daily ? INTEREST_DAILY_MAX : YAML_PERCENT_MAX);
}

static bool basis_read(const InterestText *text, Interest *interest, Err *err) {
    if (interest->rate == INTEREST_RATE_DAILY) {
        return text->day_basis == NULL ||
               yaml_fault(err, "day_basis: a daily rate has none, leave it out");
    }
    int basis = 0;
    bool good = name_read(text->day_basis, NAMES("day_basis", BASIS_NAMES), &basis, err);
    interest->basis = (DayBasis)basis;
    return good;
}

static bool rounding_read(const RoundingText *text, Interest *interest, Err *err) {
    int point = 0;
    int mode = 0;
    if (text == NULL) {
        return yaml_fault(err, "rounding: missing");
    }
    if (!yaml_read_name(text->point, NAMES("rounding.point", POINT_NAMES), &point, err) ||
        !yaml_read_name(text->mode, NAMES("rounding.mode", ROUNDING_NAMES), &mode, err)) {
        return false;
    }
    interest->rounding_point = (RoundingPoint)point;
    interest->rounding = (Rounding)mode;
    return true;
}

/* A rate that is known only when the last part is paid cannot have borne interest before. */
static bool compounding_read(const char *text, Interest *interest, Err *err) {
    int compounding = 0;
    if (!name_read(text, NAMES("compounding", COMPOUNDING_NAMES), &compounding, err)) {
        return false;
    }
    interest->compounding_months = COMPOUNDING_MONTHS[compounding];
    return compounding == 0 || interest->stepping != STEPPING_FIXED_AT_PAYMENT ||
           yaml_fault(err, "compounding: %s does not go with fixed_at_payment", text);
}

static bool no_rate_check(const InterestText *text, Err *err) {
    return (text->day_basis == NULL && text->rounding == NULL && text->compounding == NULL) ||
           yaml_fault(err, "rate: missing, and without it there is no day_basis, rounding or "
                           "compounding");
}

static bool rate_read(const InterestText *text, Interest *interest, Err *err) {
    if (text->rate == NULL) {
        return no_rate_check(text, err);
    }
    if (!kind_read(text->rate, interest, err)) {
        return false;
    }
    bool good = interest->rate == INTEREST_RATE_REFERENCE
                    ? reference_read(text->rate, interest, err)
                    : own_rate_read(text->rate, interest, err);
    return good && basis_read(text, interest, err) &&
           rounding_read(text->rounding, interest, err) &&
           compounding_read(text->compounding, interest, err);
}

/* ---- amounts */

static const FixedSum *row_find(const Interest *interest, Money invoiced) {
    const FixedSum *found = NULL;
    for (int i = 0; i < interest->fixed_sum_count; i++) {
        const FixedSum *row = &interest->fixed_sums[i];
        if (currency_equals(row->sum.currency, invoiced.currency) &&
            row->from_minor <= invoiced.minor) {
            found = row;
        }
    }
    return found;
}

Money interest_fixed_sum(const Interest *interest, Money invoiced) {
    const FixedSum *row = row_find(interest, invoiced);
    return row == NULL ? money_of(0, invoiced.currency) : row->sum;
}

Money interest_minimum(const Interest *interest, Currency currency) {
    for (int i = 0; i < interest->minimum_count; i++) {
        if (currency_equals(interest->minimums[i].currency, currency)) {
            return interest->minimums[i];
        }
    }
    return money_of(0, currency);
}

/* The last row of a currency so far; NULL: there is none. */
static const FixedSum *row_before(const Interest *interest, Currency currency) {
    return row_find(interest, money_of(INT64_MAX, currency));
}

/* The first row of a currency is for all invoices, the next ones for larger and larger ones. */
static bool fixed_sum_read(const FixedSumText *text, uint32_t i, Interest *interest, Err *err) {
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "fixed_sum[%u].currency", i);
    Currency currency = {0};
    if (!yaml_read_currency(text->currency, place, &currency, err)) {
        return false;
    }
    const FixedSum *before = row_before(interest, currency);
    if (before == NULL && text->from != 0) {
        return yaml_fault(err, "fixed_sum[%u].from: the first row of %s begins with 0", i,
                          currency.code);
    }
    if (before != NULL && text->from <= before->from_minor) {
        return yaml_fault(err, "fixed_sum[%u].from: it is not above that of the row before of %s",
                          i, currency.code);
    }
    if (text->minor < 0) {
        return yaml_fault(err, "fixed_sum[%u].minor: below zero", i);
    }
    interest->fixed_sums[interest->fixed_sum_count++] =
        (FixedSum){.from_minor = text->from, .sum = money_of(text->minor, currency)};
    return true;
}

static bool minimum_read(const MinimumText *text, uint32_t i, Interest *interest, Err *err) {
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "minimum[%u].currency", i);
    Currency currency = {0};
    if (!yaml_read_currency(text->currency, place, &currency, err)) {
        return false;
    }
    if (interest_minimum(interest, currency).minor != 0) {
        return yaml_fault(err, "%s: %s stands here twice", place, currency.code);
    }
    interest->minimums[interest->minimum_count++] = money_of(text->minor, currency);
    return text->minor > 0 ||
           yaml_fault(err, "minimum[%u].minor: a minimum is above zero; leave the currency out", i);
}

static bool amounts_read(const InterestText *text, Interest *interest, Err *err) {
    for (uint32_t i = 0; i < text->fixed_sum_count; i++) {
        if (!fixed_sum_read(&text->fixed_sum[i], i, interest, err)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < text->minimum_count; i++) {
        if (!minimum_read(&text->minimum[i], i, interest, err)) {
            return false;
        }
    }
    return true;
}

/* ---- the document */

static bool days_check(int32_t days, const char *place, Err *err) {
    return (days >= 0 && days <= INTEREST_DAYS_MAX) ||
           yaml_fault(err, "%s: %d; 0 to %d are lawful", place, days, INTEREST_DAYS_MAX);
}

static bool start_read(const StartText *text, Interest *interest, Err *err) {
    interest->without_due_days = text->without_due_days;
    interest->grace_days = text->grace_days;
    return days_check(text->without_due_days, "start.without_due_days", err) &&
           days_check(text->grace_days, "start.grace_days", err);
}

static bool interest_read(const InterestText *text, Arena *arena, Interest *interest, Err *err) {
    int posting = 0;
    if (!yaml_read_id(text->id, "id", &interest->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &interest->valid_from, err) ||
        !rate_read(text, interest, err) || !start_read(&text->start, interest, err) ||
        !amounts_read(text, interest, err) ||
        !yaml_read_name(text->post, NAMES("post", POSTING_NAMES), &posting, err)) {
        return false;
    }
    interest->posting = (InterestPosting)posting;
    interest->id = str_copy(arena, interest->id);
    interest->series = str_copy(arena, interest->series);
    return true;
}

bool interest_parse(Str yaml, Arena *arena, Interest *interest, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &INTEREST, &document, err)) {
        return false;
    }
    Interest read = {0};
    bool good = interest_read(document, arena, &read, err);
    yaml_release(&INTEREST, document);
    if (good) {
        *interest = read;
    }
    return good;
}
