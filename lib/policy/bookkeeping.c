/* The bookkeeping document: its form by a schema, its meaning by checks that name the field. */
#include "policy/bookkeeping.h"

#include <string.h>

#include "base/check.h"
#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct MostText {
    char *currency;
    int64_t minor;
} MostText;

typedef struct ToleranceText {
    char *percent;
    MostText *most;
    uint32_t most_count;
} ToleranceText;

typedef struct DiscountText {
    int32_t *grace_days;
    char *splits_tax;
} DiscountText;

typedef struct WriteOffText {
    char *splits_tax;
} WriteOffText;

typedef struct StatementsText {
    char *every;
} StatementsText;

typedef struct LimitationText {
    int32_t years;
    char *from;
    char *part_payment;
    char *revives;
} LimitationText;

typedef struct ApprovalText {
    char *by;
    char *reference;
    char *on;
    char *until;
    char *signature;
} ApprovalText;

typedef struct SmallText {
    MostText *most;
    uint32_t most_count;
    int32_t days_past_due;
    ApprovalText *approval;
} SmallText;

typedef struct BookkeepingText {
    char *id;
    char *valid_from;
    char *allocation;
    char *roll_overpayment;
    DiscountText *discount;
    ToleranceText *tolerance;
    WriteOffText *write_off;
    int32_t *grace_days;
    char *calendar;
    char *interest;
    char *fees;
    StatementsText *statements;
    LimitationText *limitation;
    SmallText *small_balances;
} BookkeepingText;

enum { NAME_MAX_BYTES = 40, OPTIONAL = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL };

static const cyaml_schema_field_t MOST_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("currency", CYAML_FLAG_POINTER, MostText, currency, 1, NAME_MAX_BYTES),
    CYAML_FIELD_INT("minor", CYAML_FLAG_DEFAULT, MostText, minor),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t MOST = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, MostText, MOST_FIELDS),
};
static const cyaml_schema_field_t TOLERANCE_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("percent", CYAML_FLAG_POINTER, ToleranceText, percent, 1,
                           NAME_MAX_BYTES),
    CYAML_FIELD_SEQUENCE("most", CYAML_FLAG_POINTER, ToleranceText, most, &MOST, 1, TOLERANCES_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t DISCOUNT_FIELDS[] = {
    CYAML_FIELD_INT_PTR("grace_days", OPTIONAL, DiscountText, grace_days),
    CYAML_FIELD_STRING_PTR("splits_tax", OPTIONAL, DiscountText, splits_tax, 1, NAME_MAX_BYTES),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t WRITE_OFF_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("splits_tax", OPTIONAL, WriteOffText, splits_tax, 1, NAME_MAX_BYTES),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t STATEMENTS_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("every", CYAML_FLAG_POINTER, StatementsText, every, 1, NAME_MAX_BYTES),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t LIMITATION_FIELDS[] = {
    CYAML_FIELD_INT("years", CYAML_FLAG_DEFAULT, LimitationText, years),
    CYAML_FIELD_STRING_PTR("from", CYAML_FLAG_POINTER, LimitationText, from, 1, NAME_MAX_BYTES),
    CYAML_FIELD_STRING_PTR("part_payment", CYAML_FLAG_POINTER, LimitationText, part_payment, 1,
                           NAME_MAX_BYTES),
    CYAML_FIELD_STRING_PTR("revives", OPTIONAL, LimitationText, revives, 1, NAME_MAX_BYTES),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t APPROVAL_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("by", CYAML_FLAG_POINTER, ApprovalText, by, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("reference", CYAML_FLAG_POINTER, ApprovalText, reference, 1,
                           ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("on", CYAML_FLAG_POINTER, ApprovalText, on, 10, 10),
    CYAML_FIELD_STRING_PTR("until", CYAML_FLAG_POINTER, ApprovalText, until, 10, 10),
    CYAML_FIELD_STRING_PTR("signature", CYAML_FLAG_POINTER, ApprovalText, signature, 1,
                           4 * STANDING_SIGNATURE_SIZE),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t SMALL_FIELDS[] = {
    CYAML_FIELD_SEQUENCE("most", CYAML_FLAG_POINTER, SmallText, most, &MOST, 1, SMALL_BALANCES_MAX),
    CYAML_FIELD_INT("days_past_due", CYAML_FLAG_DEFAULT, SmallText, days_past_due),
    CYAML_FIELD_MAPPING_PTR("approval", OPTIONAL, SmallText, approval, APPROVAL_FIELDS),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, BookkeepingText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, BookkeepingText, valid_from, 10, 10),
    CYAML_FIELD_STRING_PTR("allocation", CYAML_FLAG_POINTER, BookkeepingText, allocation, 1,
                           NAME_MAX_BYTES),
    CYAML_FIELD_STRING_PTR("roll_overpayment", OPTIONAL, BookkeepingText, roll_overpayment, 1,
                           NAME_MAX_BYTES),
    CYAML_FIELD_MAPPING_PTR("discount", OPTIONAL, BookkeepingText, discount, DISCOUNT_FIELDS),
    CYAML_FIELD_MAPPING_PTR("tolerance", OPTIONAL, BookkeepingText, tolerance, TOLERANCE_FIELDS),
    CYAML_FIELD_MAPPING_PTR("write_off", OPTIONAL, BookkeepingText, write_off, WRITE_OFF_FIELDS),
    CYAML_FIELD_INT_PTR("grace_days", OPTIONAL, BookkeepingText, grace_days),
    CYAML_FIELD_STRING_PTR("calendar", OPTIONAL, BookkeepingText, calendar, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("interest", OPTIONAL, BookkeepingText, interest, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("fees", OPTIONAL, BookkeepingText, fees, 1, ID_PART_MAX),
    CYAML_FIELD_MAPPING_PTR("statements", OPTIONAL, BookkeepingText, statements, STATEMENTS_FIELDS),
    CYAML_FIELD_MAPPING_PTR("limitation", OPTIONAL, BookkeepingText, limitation, LIMITATION_FIELDS),
    CYAML_FIELD_MAPPING_PTR("small_balances", OPTIONAL, BookkeepingText, small_balances,
                            SMALL_FIELDS),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t BOOKKEEPING = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, BookkeepingText, FIELDS),
};

static const char *const ALLOCATIONS[ALLOCATION_COUNT] = {
    [ALLOCATION_BY_REFERENCE] = "by_reference",
    [ALLOCATION_OLDEST_FIRST] = "oldest_first",
    [ALLOCATION_COSTS_INTEREST_PRINCIPAL] = "costs_interest_principal",
    [ALLOCATION_PRINCIPAL_FIRST] = "principal_first",
    [ALLOCATION_BY_INSTALMENT] = "by_instalment",
};

static const char *const STATEMENTS[STATEMENTS_COUNT] = {
    [STATEMENTS_NONE] = "",           [STATEMENTS_MONTH] = "month",
    [STATEMENTS_QUARTER] = "quarter", [STATEMENTS_HALF_YEAR] = "half_year",
    [STATEMENTS_YEAR] = "year",
};

static const char *const STARTS[LIMITATION_START_COUNT] = {
    [LIMITATION_FROM_DUE] = "due",
    [LIMITATION_FROM_END_OF_YEAR] = "end_of_year",
};

const char *statements_name(StatementsEvery every) {
    CHECK(every < STATEMENTS_COUNT);
    return STATEMENTS[every];
}

const char *allocation_name(Allocation allocation) {
    CHECK(allocation < ALLOCATION_COUNT);
    return ALLOCATIONS[allocation];
}

static const Money *most_of(const Tolerance *tolerance, Currency currency) {
    for (int i = 0; i < tolerance->most_count; i++) {
        if (currency_equals(tolerance->most[i].currency, currency)) {
            return &tolerance->most[i];
        }
    }
    return NULL;
}

Money tolerance_of(const Tolerance *tolerance, Money amount) {
    const Money *most = most_of(tolerance, amount.currency);
    if (most == NULL) {
        return money_of(0, amount.currency);
    }
    /* Rounded down: what is let go is never more than the share. */
    Money share = money_share(amount, tolerance->percent.millionths, (int64_t)100 * DECIMAL_ONE,
                              ROUNDING_DOWN);
    return money_min(share, *most);
}

/* ---- meaning */

static bool most_read(const MostText *text, uint32_t i, Tolerance *tolerance, Err *err) {
    Currency currency = {0};
    if (!yaml_read_currency(text->currency, "tolerance.most.currency", &currency, err)) {
        return false;
    }
    if (text->minor <= 0) {
        return yaml_fault(err,
                          "tolerance.most[%u].minor: a tolerance is above zero; leave the currency "
                          "out where there is none",
                          i);
    }
    if (most_of(tolerance, currency) != NULL) {
        return yaml_fault(err, "tolerance.most[%u].currency: %s stands here twice", i,
                          currency.code);
    }
    tolerance->most[tolerance->most_count++] = money_of(text->minor, currency);
    return true;
}

static bool tolerance_read(const ToleranceText *text, Tolerance *tolerance, Err *err) {
    if (text == NULL) {
        return true;
    }
    if (!yaml_read_percent(text->percent, "tolerance.percent", &tolerance->percent, err)) {
        return false;
    }
    if (tolerance->percent.millionths <= 0 ||
        tolerance->percent.millionths > (int64_t)100 * DECIMAL_ONE) {
        return yaml_fault(err, "tolerance.percent: above 0 and at most 100 is wanted, not %s",
                          text->percent);
    }
    for (uint32_t i = 0; i < text->most_count; i++) {
        if (!most_read(&text->most[i], i, tolerance, err)) {
            return false;
        }
    }
    return true;
}

static bool days_read(const int32_t *days, const char *place, int32_t *found, Err *err) {
    if (days != NULL && (*days < 0 || *days > GRACE_DAYS_MAX)) {
        return yaml_fault(err, "%s: 0 to %d days are lawful, not %d", place, GRACE_DAYS_MAX, *days);
    }
    *found = days == NULL ? 0 : *days;
    return true;
}

/* By hand: cyaml takes whatever is not "false" for true. */
static bool flag_read(const char *text, const char *place, bool *flag, Err *err) {
    static const char *const words[] = {"false", "true"};
    const YamlNames names = {place, words, COUNT_OF(words)};
    int found = *flag;
    bool good = text == NULL || yaml_read_name(text, &names, &found, err);
    *flag = found != 0;
    return good;
}

static bool flags_read(const BookkeepingText *text, const DiscountText *discount,
                       Bookkeeping *keeping, Err *err) {
    const char *written = text->write_off != NULL ? text->write_off->splits_tax : NULL;
    keeping->roll_overpayment = true;
    return flag_read(text->roll_overpayment, "roll_overpayment", &keeping->roll_overpayment, err) &&
           flag_read(discount->splits_tax, "discount.splits_tax", &keeping->discount_splits_tax,
                     err) &&
           flag_read(written, "write_off.splits_tax", &keeping->write_off_splits_tax, err);
}

/* Of a document of another kind; nothing said, none named. */
static bool name_read(const char *text, const char *place, Arena *arena, Str *name, Err *err) {
    Str found = {0};
    if (text != NULL && !yaml_read_id(text, place, &found, err)) {
        return false;
    }
    *name = str_copy(arena, found);
    return true;
}

/* The empty name of none stands in no document: a string has one byte at least. */
static bool statements_read(const StatementsText *text, StatementsEvery *every, Err *err) {
    static const YamlNames names = {"statements.every", STATEMENTS + 1, STATEMENTS_COUNT - 1};
    int found = 0;
    if (text == NULL) {
        return true;
    }
    if (!yaml_read_name(text->every, &names, &found, err)) {
        return false;
    }
    *every = (StatementsEvery)(found + 1);
    return true;
}

static bool limitation_read(const LimitationText *text, Limitation *limitation, Err *err) {
    static const YamlNames starts = {"limitation.from", STARTS, LIMITATION_START_COUNT};
    int from = 0;
    if (text == NULL) {
        return true;
    }
    if (text->years < 1 || text->years > LIMITATION_YEARS_MAX) {
        return yaml_fault(err, "limitation.years: 1 to %d years are lawful, not %d",
                          LIMITATION_YEARS_MAX, text->years);
    }
    if (!yaml_read_name(text->from, &starts, &from, err) ||
        !flag_read(text->part_payment, "limitation.part_payment", &limitation->part_payment, err) ||
        !flag_read(text->revives, "limitation.revives", &limitation->revives, err)) {
        return false;
    }
    limitation->years = text->years;
    limitation->from = (LimitationStart)from;
    return true;
}

static bool limits_read(const SmallText *text, SmallBalances *small, Err *err) {
    for (uint32_t i = 0; i < text->most_count; i++) {
        Currency currency = {0};
        if (!yaml_read_currency(text->most[i].currency, "small_balances.most.currency", &currency,
                                err)) {
            return false;
        }
        if (text->most[i].minor <= 0) {
            return yaml_fault(err, "small_balances.most[%u].minor: a limit is above zero", i);
        }
        if (small_balance_most(small, currency) != NULL) {
            return yaml_fault(err, "small_balances.most[%u].currency: %s stands here twice", i,
                              currency.code);
        }
        small->most[small->most_count++] = money_of(text->most[i].minor, currency);
    }
    return true;
}

static bool approval_read(const ApprovalText *text, Arena *arena, StandingApproval *approval,
                          Err *err) {
    Str by = {0};
    Str reference = {0};
    Str bytes = {0};
    if (!yaml_read_id(text->by, "small_balances.approval.by", &by, err) ||
        !yaml_read_id(text->reference, "small_balances.approval.reference", &reference, err) ||
        !yaml_read_day(text->on, "small_balances.approval.on", &approval->on, err) ||
        !yaml_read_day(text->until, "small_balances.approval.until", &approval->until, err)) {
        return false;
    }
    if (date_compare(approval->until, approval->on) < 0) {
        return yaml_fault(err, "small_balances.approval.until: is before the day it holds from");
    }
    if (date_days_between(approval->on, approval->until) > STANDING_DAYS_MAX) {
        return yaml_fault(err,
                          "small_balances.approval.until: an approval stands for %d days at most; "
                          "then it is given anew",
                          STANDING_DAYS_MAX);
    }
    if (!str_parse_hex(arena, str_of(text->signature), &bytes) ||
        bytes.len != STANDING_SIGNATURE_SIZE) {
        return yaml_fault(err,
                          "small_balances.approval.signature: %d hex digits are wanted, as "
                          "`arrears policy approve` prints them",
                          2 * STANDING_SIGNATURE_SIZE);
    }
    memcpy(approval->signature, bytes.ptr, STANDING_SIGNATURE_SIZE);
    approval->by = str_copy(arena, by);
    approval->reference = str_copy(arena, reference);
    return true;
}

static bool small_read(const SmallText *text, Arena *arena, SmallBalances *small, Err *err) {
    if (text == NULL) {
        return true;
    }
    if (text->days_past_due < 1 || text->days_past_due > SMALL_BALANCE_DAYS_MAX) {
        return yaml_fault(err, "small_balances.days_past_due: 1 to %d days are lawful, not %d",
                          SMALL_BALANCE_DAYS_MAX, text->days_past_due);
    }
    small->days_past_due = text->days_past_due;
    return limits_read(text, small, err) &&
           (text->approval == NULL || approval_read(text->approval, arena, &small->approval, err));
}

static bool keeping_read(const BookkeepingText *text, Arena *arena, Bookkeeping *keeping,
                         Err *err) {
    static const DiscountText no_discount = {0};
    static const YamlNames allocations = {"allocation", ALLOCATIONS, ALLOCATION_COUNT};
    const DiscountText *discount = text->discount != NULL ? text->discount : &no_discount;
    Str id = {0};
    int allocation = 0;
    if (!yaml_read_id(text->id, "id", &id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &keeping->valid_from, err) ||
        !yaml_read_name(text->allocation, &allocations, &allocation, err) ||
        !days_read(discount->grace_days, "discount.grace_days", &keeping->discount_grace_days,
                   err) ||
        !days_read(text->grace_days, "grace_days", &keeping->grace_days, err) ||
        !tolerance_read(text->tolerance, &keeping->tolerance, err) ||
        !small_read(text->small_balances, arena, &keeping->small, err) ||
        !flags_read(text, discount, keeping, err) ||
        !name_read(text->calendar, "calendar", arena, &keeping->calendar, err) ||
        !name_read(text->interest, "interest", arena, &keeping->interest, err) ||
        !name_read(text->fees, "fees", arena, &keeping->fees, err) ||
        !statements_read(text->statements, &keeping->statements, err) ||
        !limitation_read(text->limitation, &keeping->limitation, err)) {
        return false;
    }
    keeping->id = str_copy(arena, id);
    keeping->allocation = (Allocation)allocation;
    return true;
}

bool bookkeeping_parse(Str yaml, Arena *arena, Bookkeeping *keeping, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &BOOKKEEPING, &document, err)) {
        return false;
    }
    Bookkeeping read = {0};
    bool good = keeping_read(document, arena, &read, err);
    yaml_release(&BOOKKEEPING, document);
    if (good) {
        *keeping = read;
    }
    return good;
}
