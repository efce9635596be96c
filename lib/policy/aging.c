/* The aging document: its form by a schema, its meaning by checks that name the field. */
#include "policy/aging.h"

#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct BucketText {
    char *name;
    int32_t *from_day;
    int32_t *to_day;
} BucketText;

typedef struct AgingText {
    char *id;
    char *valid_from;
    char *from;
    BucketText *buckets;
    uint32_t buckets_count;
} AgingText;

static const cyaml_schema_field_t BUCKET_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, BucketText, name, 1, AGING_NAME_MAX),
    CYAML_FIELD_INT_PTR("from_day", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, BucketText, from_day),
    CYAML_FIELD_INT_PTR("to_day", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, BucketText, to_day),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t BUCKET = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, BucketText, BUCKET_FIELDS),
};
static const cyaml_schema_field_t AGING_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, AgingText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, AgingText, valid_from, 10, 10),
    CYAML_FIELD_STRING_PTR("from", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, AgingText, from, 1,
                           AGING_NAME_MAX),
    CYAML_FIELD_SEQUENCE("buckets", CYAML_FLAG_POINTER, AgingText, buckets, &BUCKET, 2,
                         AGING_BUCKETS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t AGING = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, AgingText, AGING_FIELDS),
};

static bool names_check(const AgingText *text, uint32_t i, Err *err) {
    Str name = str_of(text->buckets[i].name);
    if (!id_is_number(name)) {
        return yaml_fault(err, "buckets[%u].name: text without control characters is wanted", i);
    }
    if (i == 0 && !str_equals(name, S("current"))) {
        return yaml_fault(err, "buckets[0].name: the first bucket is \"current\", not \"%s\"",
                          text->buckets[0].name);
    }
    for (uint32_t before = 0; before < i; before++) {
        if (str_equals(str_of(text->buckets[before].name), name)) {
            return yaml_fault(err, "buckets[%u].name: \"%s\" is the name of buckets[%u] too", i,
                              text->buckets[i].name, before);
        }
    }
    return true;
}

/* The last bucket has no end; every other one ends, not before it begins. */
static bool end_check(const AgingText *text, uint32_t i, Err *err) {
    const BucketText *bucket = &text->buckets[i];
    bool last = i + 1 == text->buckets_count;
    if (last && bucket->to_day != NULL) {
        return yaml_fault(err, "buckets[%u].to_day: the last bucket has no end, leave it out", i);
    }
    if (!last && bucket->to_day == NULL) {
        return yaml_fault(err, "buckets[%u].to_day: missing; only the last bucket has no end", i);
    }
    if (!last && bucket->from_day != NULL && *bucket->to_day < *bucket->from_day) {
        return yaml_fault(err, "buckets[%u].to_day: %d is before its from_day %d", i,
                          *bucket->to_day, *bucket->from_day);
    }
    if (!last && *bucket->to_day > AGING_DAYS_MAX) {
        return yaml_fault(err, "buckets[%u].to_day: %d is more than %d", i, *bucket->to_day,
                          AGING_DAYS_MAX);
    }
    return true;
}

static bool current_check(const AgingText *text, Err *err) {
    const BucketText *current = &text->buckets[0];
    if (current->from_day != NULL) {
        return yaml_fault(err, "buckets[0].from_day: current has no beginning, leave it out");
    }
    return current->to_day == NULL || *current->to_day == 0 ||
           yaml_fault(err,
                      "buckets[0].to_day: current ends with day 0, not %d: what is due today "
                      "is not overdue, what was due yesterday is",
                      *current->to_day);
}

/* Called with buckets[i - 1].to_day known to be there. */
static bool follow_check(const AgingText *text, uint32_t i, Err *err) {
    const BucketText *bucket = &text->buckets[i];
    int32_t wanted = *text->buckets[i - 1].to_day + 1;
    if (bucket->from_day == NULL) {
        return yaml_fault(err, "buckets[%u].from_day: missing; %d follows the bucket before", i,
                          wanted);
    }
    if (*bucket->from_day == wanted) {
        return true;
    }
    bool gap = *bucket->from_day > wanted;
    return yaml_fault(err,
                      "buckets[%u].from_day: %s: the bucket before ends with day %d, this one "
                      "begins with %d",
                      i, gap ? "gap" : "overlap", wanted - 1, *bucket->from_day);
}

static bool buckets_check(const AgingText *text, Err *err) {
    for (uint32_t i = 0; i < text->buckets_count; i++) {
        bool follows = i == 0 ? current_check(text, err) : follow_check(text, i, err);
        if (!follows || !names_check(text, i, err) || !end_check(text, i, err)) {
            return false;
        }
    }
    return true;
}

static void buckets_copy(const AgingText *text, Arena *arena, Aging *aging) {
    aging->count = (int)text->buckets_count;
    for (int i = 0; i < aging->count; i++) {
        const BucketText *bucket = &text->buckets[i];
        aging->buckets[i] = (AgingBucket){
            .name = str_copy(arena, str_of(bucket->name)),
            .from_day = bucket->from_day == NULL ? INT32_MIN : *bucket->from_day,
        };
    }
}

static bool from_read(const char *text, bool *from_invoice, Err *err) {
    static const char *const words[] = {"due", "invoice"};
    const YamlNames names = {"from", words, COUNT_OF(words)};
    int found = 0;
    bool good = text == NULL || yaml_read_name(text, &names, &found, err);
    *from_invoice = found == 1;
    return good;
}

static bool aging_read(const AgingText *text, Arena *arena, Aging *aging, Err *err) {
    if (!yaml_read_id(text->id, "id", &aging->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &aging->valid_from, err) ||
        !from_read(text->from, &aging->from_invoice, err) || !buckets_check(text, err)) {
        return false;
    }
    aging->id = str_copy(arena, aging->id);
    buckets_copy(text, arena, aging);
    return true;
}

bool aging_parse(Str yaml, Arena *arena, Aging *aging, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &AGING, &document, err)) {
        return false;
    }
    Aging read = {0};
    bool good = aging_read(document, arena, &read, err);
    yaml_release(&AGING, document);
    if (good) {
        *aging = read;
    }
    return good;
}
