/* The bookkeeping document: its form by a schema, its meaning by checks that name the field. */
#include "policy/bookkeeping.h"

#include "base/check.h"
#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct BookkeepingText {
    char *id;
    char *valid_from;
    char *allocation;
    bool *roll_overpayment;
} BookkeepingText;

enum { ALLOCATION_NAME_MAX = 40 };

static const cyaml_schema_field_t FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, BookkeepingText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, BookkeepingText, valid_from, 10, 10),
    CYAML_FIELD_STRING_PTR("allocation", CYAML_FLAG_POINTER, BookkeepingText, allocation, 1,
                           ALLOCATION_NAME_MAX),
    CYAML_FIELD_BOOL_PTR("roll_overpayment", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         BookkeepingText, roll_overpayment),
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

const char *allocation_name(Allocation allocation) {
    CHECK(allocation < ALLOCATION_COUNT);
    return ALLOCATIONS[allocation];
}

static bool allocation_read(const char *name, Allocation *allocation, Err *err) {
    for (Allocation i = 0; i < ALLOCATION_COUNT; i++) {
        if (str_equals(str_of(name), str_of(ALLOCATIONS[i]))) {
            *allocation = i;
            return true;
        }
    }
    return yaml_fault(err,
                      "allocation: \"%s\" is no policy; by_reference, oldest_first, "
                      "costs_interest_principal, principal_first and by_instalment are",
                      name);
}

static bool keeping_read(const BookkeepingText *text, Arena *arena, Bookkeeping *keeping,
                         Err *err) {
    if (!id_is_part(str_of(text->id))) {
        return yaml_fault(err, "id: 1 to 64 characters of [A-Za-z0-9._~-] are wanted");
    }
    if (!date_parse(str_of(text->valid_from), &keeping->valid_from)) {
        return yaml_fault(err, "valid_from: \"%s\" is no day YYYY-MM-DD", text->valid_from);
    }
    keeping->id = str_copy(arena, str_of(text->id));
    keeping->roll_overpayment = text->roll_overpayment == NULL || *text->roll_overpayment;
    return allocation_read(text->allocation, &keeping->allocation, err);
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
