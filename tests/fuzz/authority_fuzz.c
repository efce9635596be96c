/* authority_parse: what is let through has a last tier for every amount, and only known persons in
 * its tiers; what is refused says why. */
#include "base/check.h"
#include "policy/authority.h"
#include "tests/fuzz/fuzz.h"

static void check_tier(const Authority *authority, const AuthorityTier *tier) {
    bool last = tier == &authority->tiers[authority->tier_count - 1];
    CHECK((tier->limit_count == 0) == last);
    CHECK(tier->person_count >= 1 && tier->person_count <= AUTHORITY_PERSONS_MAX);
    for (int i = 0; i < tier->person_count; i++) {
        CHECK(authority_find_person(authority, tier->persons[i]) != NULL);
    }
    for (int i = 0; i < tier->limit_count; i++) {
        CHECK(tier->limits[i].minor > 0);
        CHECK(authority_tier(authority, tier->limits[i]) == tier);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Arena arena = arena_open("fuzz", 1 << 20);
    Authority authority = {0};
    Err err = {0};
    if (authority_parse(str_from(data, (ptrdiff_t)size), &arena, &authority, &err)) {
        CHECK(date_is_valid(authority.valid_from) && authority.tier_count >= 1);
        for (int i = 0; i < authority.tier_count; i++) {
            check_tier(&authority, &authority.tiers[i]);
        }
    } else {
        CHECK(err.verdict == VERDICT_STOP && err.text[0] != '\0');
    }
    arena_close(&arena);
    return 0;
}
