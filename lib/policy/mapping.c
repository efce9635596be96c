/* The mapping document: its form by a schema, its meaning by checks that name the field. */
#include "policy/mapping.h"

#include "base/id.h"
#include "policy/yaml.h"

enum { COLUMN_MAX = 128 };

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct InvoiceText {
    char *customer;
    char *number;
    char *amount;
    char *issued_on;
    char *due_on;
} InvoiceText;

typedef struct PaymentText {
    char *paid_on;
} PaymentText;

typedef struct MappingText {
    char *id;
    char *delimiter;
    char *dates;
    InvoiceText invoice;
    PaymentText *payment;
} MappingText;

#define COLUMN(Type, field)                                                                        \
    CYAML_FIELD_STRING_PTR(#field, CYAML_FLAG_POINTER, Type, field, 1, COLUMN_MAX)

static const cyaml_schema_field_t INVOICE_FIELDS[] = {
    COLUMN(InvoiceText, customer),  COLUMN(InvoiceText, number), COLUMN(InvoiceText, amount),
    COLUMN(InvoiceText, issued_on), COLUMN(InvoiceText, due_on), CYAML_FIELD_END,
};
static const cyaml_schema_field_t PAYMENT_FIELDS[] = {
    COLUMN(PaymentText, paid_on),
    CYAML_FIELD_END,
};
static const cyaml_schema_field_t MAPPING_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, MappingText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("delimiter", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, MappingText,
                           delimiter, 1, 3),
    CYAML_FIELD_STRING_PTR("dates", CYAML_FLAG_POINTER, MappingText, dates, 1, 16),
    CYAML_FIELD_MAPPING("invoice", CYAML_FLAG_DEFAULT, MappingText, invoice, INVOICE_FIELDS),
    CYAML_FIELD_MAPPING_PTR("payment", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, MappingText,
                            payment, PAYMENT_FIELDS),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t MAPPING = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, MappingText, MAPPING_FIELDS),
};

static bool dates_read(const MappingText *text, Mapping *mapping, Err *err) {
    static const struct {
        const char *name;
        MappingDates dates;
    } rows[] = {
        {"YYYY-MM-DD", MAPPING_DATES_ISO},
        {"M/D/YYYY", MAPPING_DATES_MDY},
        {"D.M.YYYY", MAPPING_DATES_DMY},
    };
    for (ptrdiff_t i = 0; i < COUNT_OF(rows); i++) {
        if (str_equals(str_of(text->dates), str_of(rows[i].name))) {
            mapping->dates = rows[i].dates;
            return true;
        }
    }
    return yaml_fault(err, "dates: \"%s\" is not YYYY-MM-DD, M/D/YYYY or D.M.YYYY", text->dates);
}

static bool delimiter_read(const MappingText *text, Mapping *mapping, Err *err) {
    const char *delimiter = text->delimiter ? text->delimiter : ",";
    if (strcmp(delimiter, "tab") == 0) {
        delimiter = "\t";
    }
    if (strlen(delimiter) != 1 || !strchr(",;|\t", delimiter[0])) {
        return yaml_fault(err, "delimiter: one of , ; | or the word tab is wanted");
    }
    mapping->delimiter = delimiter[0];
    return true;
}

static bool text_read(const MappingText *text, Arena *arena, Mapping *mapping, Err *err) {
    *mapping = (Mapping){
        .id = str_copy(arena, str_of(text->id)),
        .customer = str_copy(arena, str_of(text->invoice.customer)),
        .number = str_copy(arena, str_of(text->invoice.number)),
        .amount = str_copy(arena, str_of(text->invoice.amount)),
        .issued_on = str_copy(arena, str_of(text->invoice.issued_on)),
        .due_on = str_copy(arena, str_of(text->invoice.due_on)),
    };
    if (text->payment) {
        mapping->paid_on = str_copy(arena, str_of(text->payment->paid_on));
    }
    return dates_read(text, mapping, err) && delimiter_read(text, mapping, err);
}

bool mapping_parse(Str yaml, Arena *arena, Mapping *mapping, Err *err) {
    void *text;
    if (!yaml_load(yaml, &MAPPING, &text, err)) {
        return false;
    }
    bool good = text_read(text, arena, mapping, err);
    yaml_release(&MAPPING, text);
    return good;
}
