#pragma once

#include "base/date.h"
#include "contract/seal.h"
#include "policy/authority.h"

/* Approvals' part of a rule set, compiled once and kept for the life of the process. */
typedef struct AuthorityRule {
    Authority authority;
    KeyRing ring; /* of the persons who have a key, under their ids */
} AuthorityRule;

typedef struct ApprovalsRules {
    const AuthorityRule *authorities; /* by valid_from; at least one */
    int authority_count;
} ApprovalsRules;

/* In force on a day: the latest that is valid by then, or the first one on earlier days. */
const AuthorityRule *rules_authority(const ApprovalsRules *rules, Date day);
/* The keys of an authority document as a ring. */
KeyRing rules_ring(const Authority *authority, Arena *arena);
