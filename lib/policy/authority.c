/* The authority document: its form by a schema, its meaning by checks that name the field. */
#include "policy/authority.h"

#include <string.h>

#include "base/check.h"
#include "base/id.h"
#include "policy/yaml.h"

/* As cyaml loads it. Pointers are NULL where the document says nothing. */
typedef struct PersonText {
    char *id;
    char *role;
    char *key;
} PersonText;

typedef struct LimitText {
    char *currency;
    int64_t minor;
} LimitText;

typedef struct TierText {
    char *name;
    LimitText *up_to;
    uint32_t up_to_count;
    char **persons;
    uint32_t persons_count;
} TierText;

typedef struct AuthorityText {
    char *id;
    char *valid_from;
    PersonText *persons;
    uint32_t persons_count;
    TierText *tiers;
    uint32_t tiers_count;
} AuthorityText;

enum { KEY_TEXT_MAX = 256 }; /* a key of another length is a fault of meaning, with its place */

static const cyaml_schema_field_t PERSON_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, PersonText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("role", CYAML_FLAG_POINTER, PersonText, role, 1, AUTHORITY_ROLE_MAX),
    CYAML_FIELD_STRING_PTR("key", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, PersonText, key, 0,
                           KEY_TEXT_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t PERSON = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, PersonText, PERSON_FIELDS),
};
static const cyaml_schema_field_t LIMIT_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("currency", CYAML_FLAG_POINTER, LimitText, currency, 1, 3),
    CYAML_FIELD_INT("minor", CYAML_FLAG_DEFAULT, LimitText, minor),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t LIMIT = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, LimitText, LIMIT_FIELDS),
};
static const cyaml_schema_value_t PERSON_ID = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, ID_PART_MAX),
};
static const cyaml_schema_field_t TIER_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, TierText, name, 1, AUTHORITY_NAME_MAX),
    CYAML_FIELD_SEQUENCE("up_to", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, TierText, up_to, &LIMIT,
                         1, AUTHORITY_LIMITS_MAX),
    CYAML_FIELD_SEQUENCE("persons", CYAML_FLAG_POINTER, TierText, persons, &PERSON_ID, 1,
                         AUTHORITY_PERSONS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t TIER = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, TierText, TIER_FIELDS),
};
static const cyaml_schema_field_t AUTHORITY_FIELDS[] = {
    CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, AuthorityText, id, 1, ID_PART_MAX),
    CYAML_FIELD_STRING_PTR("valid_from", CYAML_FLAG_POINTER, AuthorityText, valid_from, 10, 10),
    CYAML_FIELD_SEQUENCE("persons", CYAML_FLAG_POINTER, AuthorityText, persons, &PERSON, 1,
                         AUTHORITY_PERSONS_MAX),
    CYAML_FIELD_SEQUENCE("tiers", CYAML_FLAG_POINTER, AuthorityText, tiers, &TIER, 1,
                         AUTHORITY_TIERS_MAX),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t AUTHORITY = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, AuthorityText, AUTHORITY_FIELDS),
};

/* ---- persons */

static bool key_read(const PersonText *text, Arena *arena, AuthorityPerson *person) {
    Str bytes = {0};
    if (!str_parse_hex(arena, str_of(text->key), &bytes) || bytes.len != AUTHORITY_KEY_SIZE) {
        return false;
    }
    memcpy(person->key, bytes.ptr, AUTHORITY_KEY_SIZE);
    person->has_key = true;
    return true;
}

/* Against the persons before it. */
static bool person_is_new(const AuthorityPerson *persons, uint32_t i, Err *err) {
    for (uint32_t before = 0; before < i; before++) {
        if (str_equals(persons[before].id, persons[i].id)) {
            return yaml_fault(err, "persons[%u].id: \"%.*s\" is the id of persons[%u] too", i,
                              STR_ARGS(persons[i].id), before);
        }
        if (persons[before].has_key && persons[i].has_key &&
            memcmp(persons[before].key, persons[i].key, AUTHORITY_KEY_SIZE) == 0) {
            return yaml_fault(err, "persons[%u].key: it is the key of persons[%u] too", i, before);
        }
    }
    return true;
}

static bool person_read(const PersonText *text, uint32_t i, Arena *arena, AuthorityPerson *person,
                        Err *err) {
    if (!id_is_part(str_of(text->id))) {
        return yaml_fault(err, "persons[%u].id: 1 to 64 characters of [A-Za-z0-9._~-] are wanted",
                          i);
    }
    if (text->key != NULL && !key_read(text, arena, person)) {
        return yaml_fault(err,
                          "persons[%u].key: a public key is 64 hex digits; leave it out while "
                          "there is none",
                          i);
    }
    person->id = str_copy(arena, str_of(text->id));
    person->role = str_copy(arena, str_of(text->role));
    return true;
}

static bool persons_read(const AuthorityText *text, Arena *arena, Authority *authority, Err *err) {
    AuthorityPerson *persons = ARENA_ARRAY(arena, AuthorityPerson, text->persons_count);
    for (uint32_t i = 0; i < text->persons_count; i++) {
        if (!person_read(&text->persons[i], i, arena, &persons[i], err) ||
            !person_is_new(persons, i, err)) {
            return false;
        }
    }
    authority->persons = persons;
    authority->person_count = (int)text->persons_count;
    return true;
}

/* ---- tiers */

static const Money *tier_limit(const AuthorityTier *tier, Currency currency) {
    for (int i = 0; i < tier->limit_count; i++) {
        if (currency_equals(tier->limits[i].currency, currency)) {
            return &tier->limits[i];
        }
    }
    return NULL;
}

/* Above the limits in its currency of all tiers before. */
static bool limit_rises(const AuthorityTier *tiers, uint32_t i, uint32_t k, Money limit, Err *err) {
    for (uint32_t before = 0; before < i; before++) {
        const Money *lower = tier_limit(&tiers[before], limit.currency);
        if (lower != NULL && lower->minor >= limit.minor) {
            return yaml_fault(err,
                              "tiers[%u].up_to[%u].minor: limits rise, but tiers[%u] has as much "
                              "or more in %s",
                              i, k, before, limit.currency.code);
        }
    }
    return true;
}

static bool limit_read(const TierText *text, AuthorityTier *tiers, uint32_t i, uint32_t k,
                       Err *err) {
    const LimitText *limit = &text->up_to[k];
    Currency currency = {0};
    if (!currency_find(str_of(limit->currency), &currency)) {
        return yaml_fault(err, "tiers[%u].up_to[%u].currency: \"%s\" is no currency of ISO 4217", i,
                          k, limit->currency);
    }
    if (limit->minor <= 0) {
        return yaml_fault(err, "tiers[%u].up_to[%u].minor: a limit is above zero", i, k);
    }
    if (tier_limit(&tiers[i], currency) != NULL) {
        return yaml_fault(err, "tiers[%u].up_to[%u].currency: %s stands here twice", i, k,
                          currency.code);
    }
    Money money = money_of(limit->minor, currency);
    if (!limit_rises(tiers, i, k, money, err)) {
        return false;
    }
    tiers[i].limits[tiers[i].limit_count++] = money;
    return true;
}

static bool limits_read(const AuthorityText *text, AuthorityTier *tiers, uint32_t i, Err *err) {
    const TierText *tier = &text->tiers[i];
    bool last = i + 1 == text->tiers_count;
    if (last && tier->up_to_count > 0) {
        return yaml_fault(err, "tiers[%u].up_to: the last tier has no limit, leave it out", i);
    }
    if (!last && tier->up_to_count == 0) {
        return yaml_fault(err, "tiers[%u].up_to: missing; only the last tier has no limit", i);
    }
    for (uint32_t k = 0; k < tier->up_to_count; k++) {
        if (!limit_read(tier, tiers, i, k, err)) {
            return false;
        }
    }
    return true;
}

static bool members_read(const TierText *text, const Authority *authority, uint32_t i, Arena *arena,
                         AuthorityTier *tier, Err *err) {
    Str *ids = ARENA_ARRAY(arena, Str, text->persons_count);
    tier->persons = ids;
    for (uint32_t k = 0; k < text->persons_count; k++) {
        Str id = str_of(text->persons[k]);
        if (authority_find_person(authority, id) == NULL) {
            return yaml_fault(err, "tiers[%u].persons[%u]: \"%.*s\" is none of the persons above",
                              i, k, STR_ARGS(id));
        }
        if (tier_has_person(tier, id)) {
            return yaml_fault(err, "tiers[%u].persons[%u]: \"%.*s\" stands here twice", i, k,
                              STR_ARGS(id));
        }
        ids[tier->person_count++] = str_copy(arena, id);
    }
    return true;
}

static bool name_read(const AuthorityText *text, AuthorityTier *tiers, uint32_t i, Arena *arena,
                      Err *err) {
    Str name = str_of(text->tiers[i].name);
    if (!id_is_part(name)) {
        return yaml_fault(err, "tiers[%u].name: characters of [A-Za-z0-9._~-] are wanted", i);
    }
    for (uint32_t before = 0; before < i; before++) {
        if (str_equals(tiers[before].name, name)) {
            return yaml_fault(err, "tiers[%u].name: \"%s\" is the name of tiers[%u] too", i,
                              text->tiers[i].name, before);
        }
    }
    tiers[i].name = str_copy(arena, name);
    return true;
}

static bool tiers_read(const AuthorityText *text, Arena *arena, Authority *authority, Err *err) {
    AuthorityTier *tiers = ARENA_ARRAY(arena, AuthorityTier, text->tiers_count);
    for (uint32_t i = 0; i < text->tiers_count; i++) {
        if (!name_read(text, tiers, i, arena, err) || !limits_read(text, tiers, i, err) ||
            !members_read(&text->tiers[i], authority, i, arena, &tiers[i], err)) {
            return false;
        }
    }
    authority->tiers = tiers;
    authority->tier_count = (int)text->tiers_count;
    return true;
}

/* ---- the document */

static bool authority_read(const AuthorityText *text, Arena *arena, Authority *authority,
                           Err *err) {
    if (!yaml_read_id(text->id, "id", &authority->id, err) ||
        !yaml_read_day(text->valid_from, "valid_from", &authority->valid_from, err)) {
        return false;
    }
    authority->id = str_copy(arena, authority->id);
    return persons_read(text, arena, authority, err) && tiers_read(text, arena, authority, err);
}

bool authority_parse(Str yaml, Arena *arena, Authority *authority, Err *err) {
    void *document = NULL;
    if (!yaml_load(yaml, &AUTHORITY, &document, err)) {
        return false;
    }
    Authority read = {0};
    bool good = authority_read(document, arena, &read, err);
    yaml_release(&AUTHORITY, document);
    if (good) {
        *authority = read;
    }
    return good;
}

/* ---- questions */

const AuthorityTier *authority_tier(const Authority *authority, Money amount) {
    CHECK(authority->tier_count > 0);
    const AuthorityTier *last = &authority->tiers[authority->tier_count - 1];
    for (const AuthorityTier *tier = authority->tiers; tier < last; tier++) {
        const Money *limit = tier_limit(tier, amount.currency);
        if (limit != NULL && amount.minor <= limit->minor) {
            return tier;
        }
    }
    return last;
}

const AuthorityPerson *authority_find_person(const Authority *authority, Str id) {
    for (int i = 0; i < authority->person_count; i++) {
        if (str_equals(authority->persons[i].id, id)) {
            return &authority->persons[i];
        }
    }
    return NULL;
}

bool tier_has_person(const AuthorityTier *tier, Str id) {
    for (int i = 0; i < tier->person_count; i++) {
        if (str_equals(tier->persons[i], id)) {
            return true;
        }
    }
    return false;
}
