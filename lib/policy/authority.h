#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/err.h"
#include "base/money.h"
#include "base/str.h"

/* Who may decide what: policies/authority/<id>.yaml.
 *
 * Tiers stand in the order of their limits; a request belongs to the first one whose limit in its
 * currency is not below its amount. The last tier has no limit: it also decides on currencies that
 * no other tier has a limit for. A tier names everybody who may decide in it; nobody is in it by
 * rank.
 *
 * A person without a key cannot decide yet: nothing can be signed that would be believed. Two
 * persons never share a key. A changed rule is a new document with a later valid_from. */
enum {
    AUTHORITY_PERSONS_MAX = 64,
    AUTHORITY_TIERS_MAX = 8,
    AUTHORITY_LIMITS_MAX = 16,
    AUTHORITY_NAME_MAX = 32,
    AUTHORITY_ROLE_MAX = 100,
    AUTHORITY_KEY_SIZE = 32, /* Ed25519 */
};

typedef struct AuthorityPerson {
    Str id;
    Str role; /* for people */
    bool has_key;
    uint8_t key[AUTHORITY_KEY_SIZE];
} AuthorityPerson;

typedef struct AuthorityTier {
    Str name;
    Money limits[AUTHORITY_LIMITS_MAX]; /* one a currency; none in the last tier */
    int limit_count;
    const Str *persons; /* ids of those who may decide */
    int person_count;   /* 1 to AUTHORITY_PERSONS_MAX */
} AuthorityTier;

typedef struct Authority {
    Str id;
    Date valid_from;
    const AuthorityPerson *persons;
    int person_count;
    const AuthorityTier *tiers; /* the last one without limit */
    int tier_count;
} Authority;

/* Bytes of a document; texts are copied into the arena. A fault of form names the line it is near,
 * one of meaning the field. */
bool authority_parse(Str yaml, Arena *arena, Authority *authority, Err *err) MUST_USE;

/* The tier that an amount belongs to. */
const AuthorityTier *authority_tier(const Authority *authority, Money amount);
/* NULL: the document knows no such person. */
const AuthorityPerson *authority_find_person(const Authority *authority, Str id);
bool tier_has_person(const AuthorityTier *tier, Str id);
