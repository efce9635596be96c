/* The fee document: its form by a schema, its meaning by checks that name the field. */
#include "policy/fee.h"

#include <stdio.h>

#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct RowText {
    char *level;
    char *currency;
    int64_t *flat;
    char *percent;
    int64_t *least;
    int64_t *most;
} RowText;

typedef struct FeeText {
    char *id;
    char *valid_from;
    RowText *fees;
    uint32_t fees_count;
} FeeText;

enum {
    PERCENT_TEXT_MAX = 24,
    PLACE_SIZE = 40,
    OPTIONAL = CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL
};

static const cyaml_schema_field_t ROW_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("level", CYAML_FLAG_POINTER, RowText, level, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("currency", CYAML_FLAG_POINTER, RowText, currency, 1, 3),
    CYAML_FIELD_INT_PTR("flat", OPTIONAL, RowText, flat),
    CYAML_FIELD_STRING_PTR("percent", OPTIONAL, RowText, percent, 1, PERCENT_TEXT_MAX),
    CYAML_FIELD_INT_PTR("least", OPTIONAL, RowText, least),
    CYAML_FIELD_INT_PTR("most", OPTIONAL, RowText, most),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t ROW = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, RowText, ROW_FIELDS),
};
static const cyaml_schema_field_t FEE_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, FeeText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, FeeText, valid_from, 10, 10),
    CYAML_FIELD_SEQUENCE("fees", CYAML_FLAG_POINTER, FeeText, fees, &ROW, 0, FEE_ROWS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t FEE = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, FeeText, FEE_FIELDS),
};

/* ---- asking */

static const FeeRow *row_find(const Fee *fee, Str level, Currency currency) {
    for (int i = 0; i < fee->count; i++) {
        const FeeRow *row = &fee->rows[i];
        if (str_equals(row->level, level) && currency_equals(row->least.currency, currency)) {
            return row;
        }
    }
    return NULL;
}

/* Up to 100 percent of an amount fits where the amount did. */
static Money percent_of(Money overdue, Decimal percent) {
    int64_t whole = (int64_t)FEE_PERCENT_MAX * DECIMAL_ONE;
    return money_share(overdue, percent.millionths, whole, ROUNDING_HALF_UP);
}

Money fee_of(const Fee *fee, Str level, Money overdue) {
    const FeeRow *row = row_find(fee, level, overdue.currency);
    if (row == NULL || overdue.minor <= 0) {
        return money_of(0, overdue.currency);
    }
    int64_t minor = percent_of(overdue, row->percent).minor;
    minor = minor < row->least.minor ? row->least.minor : minor;
    return money_of(minor > row->most_minor ? row->most_minor : minor, overdue.currency);
}

/* ---- reading */

static bool flat_read(const RowText *text, uint32_t i, FeeRow *row, Err *err) {
    if (text->least != NULL || text->most != NULL) {
        return yaml_fault(err, "fees[%u]: least and most go with a percent only", i);
    }
    row->least.minor = *text->flat;
    return row->least.minor > 0 ||
           yaml_fault(err, "fees[%u].flat: above zero; leave the row out where there is no fee", i);
}

static bool bounds_read(const RowText *text, uint32_t i, FeeRow *row, Err *err) {
    if (text->least == NULL || *text->least < 0) {
        return yaml_fault(err, "fees[%u].least: an amount is wanted beside a percent, 0 for none",
                          i);
    }
    row->least.minor = *text->least;
    row->most_minor = text->most == NULL ? INT64_MAX : *text->most;
    return row->most_minor >= row->least.minor ||
           yaml_fault(err, "fees[%u].most: it is below least", i);
}

static bool percent_read(const RowText *text, uint32_t i, FeeRow *row, Err *err) {
    const int64_t most = (int64_t)FEE_PERCENT_MAX * DECIMAL_ONE;
    char place[PLACE_SIZE];
    snprintf(place, sizeof place, "fees[%u].percent", i);
    if (!yaml_read_percent(text->percent, place, &row->percent, err)) {
        return false;
    }
    if (row->percent.millionths <= 0 || row->percent.millionths > most) {
        return yaml_fault(err, "%s: above 0, up to %d percent are lawful", place, FEE_PERCENT_MAX);
    }
    return bounds_read(text, i, row, err);
}

static bool amount_read(const RowText *text, uint32_t i, FeeRow *row, Err *err) {
    if ((text->flat != NULL) == (text->percent != NULL)) {
        return yaml_fault(err, "fees[%u]: exactly one of flat and percent is wanted", i);
    }
    row->most_minor = INT64_MAX;
    return text->flat != NULL ? flat_read(text, i, row, err) : percent_read(text, i, row, err);
}

/* Who it is for: a level and a currency, once each. The rows before it are in the fee. */
static bool key_read(const RowText *text, const Fee *fee, FeeRow *row, Err *err) {
    char place[PLACE_SIZE];
    int i = fee->count;
    snprintf(place, sizeof place, "fees[%d].level", i);
    if (!yaml_read_id(text->level, place, &row->level, err)) {
        return false;
    }
    snprintf(place, sizeof place, "fees[%d].currency", i);
    return yaml_read_currency(text->currency, place, &row->least.currency, err) &&
           (row_find(fee, row->level, row->least.currency) == NULL ||
            yaml_fault(err, "fees[%d]: %s in %s stands here twice", i, text->level,
                       text->currency));
}

static bool rows_read(const FeeText *text, Arena *arena, Fee *fee, Err *err) {
    FeeRow *rows = ARENA_ARRAY(arena, FeeRow, text->fees_count + 1);
    fee->rows = rows;
    for (uint32_t i = 0; i < text->fees_count; i++) {
        FeeRow *row = &rows[i];
        if (!key_read(&text->fees[i], fee, row, err) || !amount_read(&text->fees[i], i, row, err)) {
            return false;
        }
        row->level = str_copy(arena, row->level);
        fee->count++;
    }
    return true;
}

static bool fee_read(const FeeText *text, Arena *arena, Fee *fee, Err *err) {
    if (!yaml_read_id(text->id, "id", &fee->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &fee->valid_from, err) ||
        !rows_read(text, arena, fee, err)) {
        return false;
    }
    fee->id = str_copy(arena, fee->id);
    return true;
}

bool fee_parse(Str yaml, Arena *arena, Fee *fee, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &FEE, &document, err)) {
        return false;
    }
    Fee read = {0};
    bool good = fee_read(document, arena, &read, err);
    yaml_release(&FEE, document);
    if (good) {
        *fee = read;
    }
    return good;
}
