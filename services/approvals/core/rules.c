#include "approvals/core/rules.h"

#include <string.h>

#include "base/check.h"

_Static_assert((int)AUTHORITY_KEY_SIZE == (int)PUBLIC_KEY_SIZE,
               "the policy's keys are the contract's");

const AuthorityRule *rules_authority(const ApprovalsRules *rules, Date day) {
    CHECK(rules->authority_count > 0);
    const AuthorityRule *found = &rules->authorities[0];
    for (int i = 1; i < rules->authority_count; i++) {
        if (date_compare(rules->authorities[i].authority.valid_from, day) <= 0) {
            found = &rules->authorities[i];
        }
    }
    return found;
}

KeyRing rules_ring(const Authority *authority, Arena *arena) {
    PublicKey *keys = ARENA_ARRAY(arena, PublicKey, authority->person_count);
    int count = 0;
    for (int i = 0; i < authority->person_count; i++) {
        const AuthorityPerson *person = &authority->persons[i];
        if (person->has_key) {
            keys[count].id = person->id;
            memcpy(keys[count++].bytes, person->key, PUBLIC_KEY_SIZE);
        }
    }
    return (KeyRing){.keys = keys, .count = count};
}
